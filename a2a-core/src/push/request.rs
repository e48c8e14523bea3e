use serde::{Deserialize, Deserializer, Serialize};

use super::{TaskPushNotificationConfig, required};
use crate::{TaskId, Tenant, json};

/// Asks for one webhook of a task (§3.1.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetTaskPushNotificationConfigRequest {
    /// The tenant of the interface that is asked.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task it is about.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// The id of the webhook.
    #[serde(deserialize_with = "required")]
    pub id: String,
}

impl GetTaskPushNotificationConfigRequest {
    /// Asks for the webhook `id` of a task.
    pub fn new(task_id: TaskId, id: impl Into<String>) -> Self {
        Self { tenant: None, task_id, id: id.into() }
    }
}

/// Asks for all webhooks of a task (§3.1.9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListTaskPushNotificationConfigsRequest {
    /// The tenant of the interface that is asked.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task they are about.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// The most to answer at once; zero is the same as none.
    #[serde(alias = "page_size", default, deserialize_with = "page_size")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i32>,
    /// Where to go on, from the answer before.
    #[serde(alias = "page_token", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

impl ListTaskPushNotificationConfigsRequest {
    /// Asks for the first page, of a size that the server chooses.
    pub fn new(task_id: TaskId) -> Self {
        Self { tenant: None, task_id, page_size: None, page_token: None }
    }
}

/// Webhooks of a task (§3.1.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListTaskPushNotificationConfigsResponse {
    /// The webhooks of this page.
    #[serde(default, deserialize_with = "json::or_default")]
    pub configs: Vec<TaskPushNotificationConfig>,
    /// Where the next page begins, if there is one.
    #[serde(alias = "next_page_token", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

impl ListTaskPushNotificationConfigsResponse {
    /// The last page.
    pub fn new(configs: Vec<TaskPushNotificationConfig>) -> Self {
        Self { configs, next_page_token: None }
    }
}

/// Asks to remove one webhook of a task (§3.1.10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteTaskPushNotificationConfigRequest {
    /// The tenant of the interface that is asked.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task it is about.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// The id of the webhook.
    #[serde(deserialize_with = "required")]
    pub id: String,
}

impl DeleteTaskPushNotificationConfigRequest {
    /// Asks to remove the webhook `id` of a task.
    pub fn new(task_id: TaskId, id: impl Into<String>) -> Self {
        Self { tenant: None, task_id, id: id.into() }
    }
}

/// The protocol doesn't tell a size of zero from none.
fn page_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    Ok(json::int32(deserializer)?.filter(|size| *size != 0))
}
