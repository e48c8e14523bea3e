//! The protocol as version 0.3 has it, and the way to and from version 1.0.

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
};
pub(crate) use self::{card::interfaces, security::write_requirements};

/// An id that the schema requires, where there is none.
#[expect(clippy::ref_option, reason = "serde's serialize_with passes a reference")]
fn or_empty<T: AsRef<str>, S: serde::Serializer>(id: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_ref().map_or("", AsRef::as_ref))
}
