use serde::{Deserialize, Serialize};

use crate::{Metadata, TaskId, json};

/// Parameters of `tasks/pushNotificationConfig/get`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetTaskPushNotificationConfigParams {
    /// The task it is about.
    pub id: TaskId,
    /// The id of the webhook; without one, the task's first is meant.
    #[serde(alias = "push_notification_config_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_notification_config_id: Option<String>,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl GetTaskPushNotificationConfigParams {
    /// Asks for the first webhook of a task.
    pub fn new(id: TaskId) -> Self {
        Self { id, push_notification_config_id: None, metadata: Metadata::new() }
    }
}

/// Parameters of `tasks/pushNotificationConfig/list`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListTaskPushNotificationConfigParams {
    /// The task it is about.
    pub id: TaskId,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl ListTaskPushNotificationConfigParams {
    /// Asks for the webhooks of a task.
    pub fn new(id: TaskId) -> Self {
        Self { id, metadata: Metadata::new() }
    }
}

/// Parameters of `tasks/pushNotificationConfig/delete`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteTaskPushNotificationConfigParams {
    /// The task it is about.
    pub id: TaskId,
    /// The id of the webhook.
    #[serde(alias = "push_notification_config_id", deserialize_with = "crate::push::required")]
    pub push_notification_config_id: String,
    /// Data of extensions and applications about the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl DeleteTaskPushNotificationConfigParams {
    /// Asks to remove a webhook of a task.
    pub fn new(id: TaskId, push_notification_config_id: impl Into<String>) -> Self {
        Self {
            id,
            push_notification_config_id: push_notification_config_id.into(),
            metadata: Metadata::new(),
        }
    }
}
