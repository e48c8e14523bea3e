//! The Agent2Agent (A2A) protocol as Rust types: what goes over the wire, the fold that makes a task of its events,
//! and the operations as a trait. No I/O, no clock, no random numbers; builds for `wasm32-unknown-unknown`.
//!
//! ```
//! use a2a_core as a2a;
//!
//! let event: a2a::StreamEvent = serde_json::from_str(
//!     r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_COMPLETED"}}}"#,
//! )?;
//! let mut fold = a2a::Fold::new(a2a::Task::new("t1".parse()?, "c1".parse()?));
//! assert_eq!(fold.apply(&event), a2a::Applied::Status);
//! assert!(fold.task().status.state.is_terminal());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sections (§) are those of the A2A specification 1.0. JSON is written exactly as it says and read as tolerantly
//! as real peers need: `snake_case` names, numbers for enums, `null` for absent, unknown fields and values.
//!
//! Where to look: [`Task`], [`Message`], [`Part`] and [`Artifact`] for the data; [`StreamEvent`] and [`Fold`] for
//! streams; [`Entry`] for a server's log; [`Operations`] for the eleven operations; [`Error`] for all that can go
//! wrong; [`AgentCard`] for what an agent says of itself; [`jsonrpc`] and [`sse`] for the envelopes. All of these are
//! version 1.0; [`v0_3`] has what 0.3 says otherwise, and the way there and back.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `grpc` | the module `grpc`: the protobuf messages of both versions, and `google.rpc.Status` for errors |
//! | `signing` | the module `signing`: agent cards are signed and verified; needs a C compiler |

mod artifact;
mod caller;
mod card;
mod cursor;
pub mod entry;
mod error;
mod event;
mod fold;
#[cfg(feature = "grpc")]
pub mod grpc;
pub mod header;
mod id;
mod json;
pub mod jsonrpc;
mod message;
mod metadata;
mod one_of;
mod open_enum;
mod open_name;
pub mod operation;
mod operations;
mod part;
mod push;
pub mod security;
#[cfg(feature = "signing")]
pub mod signing;
pub mod sse;
mod task;
mod timestamp;
pub mod v0_3;

pub use self::{
    artifact::Artifact,
    caller::{Caller, CallerKind},
    card::{
        AgentCapabilities, AgentCard, AgentCardSignature, AgentExtension, AgentInterface, AgentProvider,
        AgentSkill, CardShape, ProtocolBinding, ShapedCard,
    },
    cursor::{Cursor, Cursored},
    entry::{Entry, EntryBody},
    error::{Error, ErrorKind, FieldViolation},
    event::{SendMessageResponse, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent},
    fold::{Applied, Fold, TRANSIENT_METADATA_PREFIX},
    header::{CURSOR_EXTENSION, Extensions, IDEMPOTENCY_EXTENSION, Version, VersionPolicy},
    id::{ArtifactId, ContextId, EmptyId, MessageId, TaskId, Tenant},
    json::{MAX_JSON_DEPTH, WriteJson, parse_body},
    message::{Message, Role},
    metadata::{Metadata, parse_json},
    open_enum::Unknown,
    operation::{
        CancelTaskRequest, GetExtendedAgentCardRequest, GetTaskRequest, ListTasksRequest, ListTasksResponse,
        Method, Operation, SendMessageConfiguration, SendMessageRequest, SubscribeToTaskRequest,
    },
    operations::{CallParams, Events, Operations},
    part::{Part, PartContent, Parts},
    push::{
        AuthenticationInfo, DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
        ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse,
        TaskPushNotificationConfig,
    },
    security::{SecurityRequirement, SecurityScheme},
    task::{Task, TaskState, TaskStatus},
    timestamp::{InvalidTimestamp, Timestamp},
};
