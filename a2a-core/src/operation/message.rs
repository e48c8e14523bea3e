use serde::{Deserialize, Serialize};

use crate::{Message, Metadata, TaskPushNotificationConfig, Tenant, json};

/// Parameters of [`SendMessage`](super::SendMessage) and
/// [`SendStreamingMessage`](super::SendStreamingMessage) (§3.2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SendMessageRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// What is said.
    pub message: Message,
    /// How the answer should come.
    #[serde(default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "SendMessageConfiguration::is_default")]
    pub configuration: SendMessageConfiguration,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl SendMessageRequest {
    /// A request with the defaults: wait for the answer, no limit on history.
    pub fn new(message: Message) -> Self {
        Self {
            tenant: None,
            message,
            configuration: SendMessageConfiguration::default(),
            metadata: Metadata::new(),
        }
    }
}

impl From<Message> for SendMessageRequest {
    fn from(message: Message) -> Self {
        Self::new(message)
    }
}

/// How the answer to a message should come (§3.2.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SendMessageConfiguration {
    /// MIME types that the client can take; empty says nothing.
    #[serde(alias = "accepted_output_modes", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_output_modes: Vec<String>,
    /// A webhook to register with the task.
    ///
    /// It is read by its older name as well, `pushNotificationConfig`: v1.0 has nothing else of that name, and a
    /// webhook that isn't registered is missed only when it's too late.
    #[serde(
        alias = "task_push_notification_config",
        alias = "pushNotificationConfig",
        alias = "push_notification_config",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub task_push_notification_config: Option<Box<TaskPushNotificationConfig>>,
    /// At most this many of the latest messages in the answer; 0 for none, absent for no limit.
    #[serde(alias = "history_length", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_length: Option<i32>,
    /// Answer as soon as the task exists instead of when it ends or pauses.
    ///
    /// The `blocking` of v0.3 is ignored here, as every field is that v1.0 doesn't have: some SDKs write it as
    /// `false` whatever their caller meant, and to wait is the answer that lacks nothing.
    /// [`v0_3`](crate::v0_3) reads it.
    #[serde(alias = "return_immediately", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "json::is_false")]
    pub return_immediately: bool,
}

impl SendMessageConfiguration {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
