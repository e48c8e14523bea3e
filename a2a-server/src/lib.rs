//! Host Agent2Agent (A2A) agents inside any axum program. A task is its event log; everything is a reader of it.

mod artifact_writer;
mod auth;
mod binding;
mod card;
mod context;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod executor;
mod handle;
mod id;
mod inline;
mod json_bytes;
pub mod limits;
mod listen;
pub mod log;
mod operations;
mod push;
mod quota;
mod reader;
mod responder;
mod run;
mod server;
mod shards;
mod spec;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod stalled;

#[cfg(feature = "push")]
pub use self::push::Webhooks;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::{
    artifact_writer::ArtifactWriter,
    auth::{Authenticator, Credentials, Denial, DenialKind, Security},
    binding::Cors,
    card::ExtendedCard,
    context::{CancelContext, Cancellation, Inbox, Reason, RequestContext},
    error::{ExecutorError, Stopped},
    executor::{AgentExecutor, SharedExecutor, executor_fn},
    handle::ServerHandle,
    limits::{DRAIN, Limits},
    responder::{Responder, TaskHandle, Updates},
    server::{Bound, ServeError, Server, ServerBuilder, serve},
    spec::{ArtifactSpec, Chunk, NewTask, StatusSpec},
};
