//! The protocol as version 0.3 has it, and the way to and from version 1.0.
//!
//! The types are named as v0.3 names them. They are written as JSON-RPC has them, with a `kind`, and read in either of
//! the two families that v0.3 has: JSON-RPC's, and protobuf's as [`rest`] speaks it (`content`, `ROLE_USER`,
//! `TASK_STATE_CANCELLED`, wrapped events, `snake_case`). A `kind` that is missing is inferred.
//!
//! ```
//! use a2a_core::{self as a2a, v0_3};
//!
//! let result: v0_3::SendMessageResult = serde_json::from_str(
//!     r#"{"kind":"message","messageId":"m1","role":"agent","parts":[{"kind":"text","text":"hi"}]}"#,
//! )?;
//! let response = a2a::SendMessageResponse::from(result);
//! assert_eq!(response.text(), "hi");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What can't be mapped
//!
//! Everything converts with `From`, both ways, and what isn't in these tables comes back as it was. The one exception
//! beside cards is [`GetTaskPushNotificationConfigParams`] without the id of a webhook, which `TryFrom` turns into the
//! request for the list. Cards have tables of their own ([`AgentCard`]), and so have errors.
//!
//! From v1.0 to v0.3:
//!
//! | v1.0 | in v0.3 |
//! |---|---|
//! | `tenant` | dropped: the URL says it |
//! | `mediaType`, `filename` of text and data | dropped; those of files are kept |
//! | data that isn't an object | `{"value": data}`, marked by `data_part_compat: true` in the part's metadata; one level deeper, so at the limit of depth it can't be read again |
//! | `data_part_compat` in the metadata of data | what a reader takes for that mark: it is lost on the way back |
//! | a part of unknown content | data with its members, one level deeper, too; as it is, if it has a `kind` that isn't v0.3's |
//! | an event of unknown content | as it is: v0.3 has no form that a reader would take, so a server leaves it out |
//! | an unknown state, by number or named `TASK_STATE_…` | `unknown`: a strict reader fails at a name that it doesn't know |
//! | no role, or an unknown one, by number or named `ROLE_…` | `agent` |
//! | no `contextId`, no `taskId` of a webhook | `""`, for the schema requires them |
//! | `taskId` of the webhook in a send | dropped: v0.3 has none there |
//! | a status | `final` is added: true if the task ends with it, or waits for input |
//! | no configuration of a send | one with `blocking: true`, for peers differ in what its absence means |
//! | pages of a list of webhooks | there is but one: whoever asks v1.0 gathers all pages |
//! | `ListTasks` | fails as unsupported, see [`method::form`] |
//!
//! From v0.3 to v1.0:
//!
//! | v0.3 | in v1.0 |
//! |---|---|
//! | `final` | dropped: the end of the stream says it |
//! | `blocking` that is missing | `returnImmediately: false`; [`rest`] reads it as protobuf means it |
//! | a webhook's `schemes` | the first; `Bearer`, if there are credentials alone; no authentication, if neither |
//! | `metadata` of requests that read, follow, or are about webhooks | dropped; those of a send and a cancellation are kept |
//! | data with the mark `data_part_compat` | what is in it, without the mark |
//! | a timestamp without a zone | UTC |
//! | a timestamp that is no time, or finer than a millisecond | none; cut |
//! | an unknown state, role or kind | kept, and the same again in v0.3, but for those of the table above |

use serde_json::Value;

use crate::Metadata;

mod artifact;
mod card;
mod convert;
mod error;
mod event;
mod message;
pub mod method;
mod params;
mod part;
mod push;
pub(crate) mod resource;
pub mod rest;
mod security;
mod task;
mod timestamp;
mod write;

#[cfg(feature = "grpc")]
pub(crate) use self::part::file::from_proto as file_from_proto;
pub use self::{
    artifact::Artifact,
    card::{AgentCapabilities, AgentCard, AgentInterface, AgentSkill},
    error::Error,
    event::{SendMessageResult, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent},
    message::{Message, Role},
    params::{MessageSendConfiguration, MessageSendParams, TaskIdParams, TaskQueryParams},
    part::{File, FileContent, Part, PartContent},
    push::{
        DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, PushNotificationAuthenticationInfo, PushNotificationConfig,
        TaskPushNotificationConfig,
    },
    security::{OAuth2SecurityScheme, OAuthFlows, SecurityScheme},
    task::{Task, TaskState, TaskStatus},
    write::{Family, WriteJson, write_task},
};
pub(crate) use self::{card::interfaces, security::write_requirements};

/// The members of what has an unknown kind. A reader keeps as it is only what comes behind the kind.
fn kind_first(members: &Metadata) -> impl Iterator<Item = (&String, &Value)> {
    let (kind, others): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| *name == "kind");
    kind.into_iter().chain(others)
}

/// An id that the schema requires, where there is none.
#[expect(clippy::ref_option, reason = "serde's serialize_with passes a reference")]
fn or_empty<T: AsRef<str>, S: serde::Serializer>(id: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_ref().map_or("", AsRef::as_ref))
}
