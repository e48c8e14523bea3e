use serde::{Deserialize, Serialize};

use super::{Message, PushNotificationConfig};
use crate::{Metadata, TaskId, json};

/// Parameters of `message/send` and `message/stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MessageSendParams {
    /// What is said.
    #[serde(alias = "request")]
    pub message: Message,
    /// How the answer should come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<MessageSendConfiguration>,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl MessageSendParams {
    /// A request that leaves all else to the server.
    pub fn new(message: Message) -> Self {
        Self { message, configuration: None, metadata: Metadata::new() }
    }
}

/// How the answer to a message should come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MessageSendConfiguration {
    /// MIME types that the client can take; empty says nothing.
    #[serde(alias = "accepted_output_modes", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_output_modes: Vec<String>,
    /// At most this many of the latest messages in the answer; 0 for none, absent for no limit.
    #[serde(alias = "history_length", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_length: Option<i32>,
    /// A webhook to register with the task.
    #[serde(alias = "push_notification_config", alias = "pushNotification", alias = "push_notification")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_notification_config: Option<Box<PushNotificationConfig>>,
    /// Whether to answer when the task ends or pauses rather than as soon as it exists; absent is the same as true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
}

/// Parameters of `tasks/cancel` and `tasks/resubscribe`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskIdParams {
    /// The task it is about.
    pub id: TaskId,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl TaskIdParams {
    /// About this task.
    pub fn new(id: TaskId) -> Self {
        Self { id, metadata: Metadata::new() }
    }
}

/// Parameters of `tasks/get`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskQueryParams {
    /// The task to read.
    pub id: TaskId,
    /// At most this many of the latest messages; 0 for none, absent for no limit.
    #[serde(alias = "history_length", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_length: Option<i32>,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl TaskQueryParams {
    /// The whole task.
    pub fn new(id: TaskId) -> Self {
        Self { id, history_length: None, metadata: Metadata::new() }
    }
}
