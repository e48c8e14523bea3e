use serde::{Deserialize, Serialize};

use crate::{ContextId, Metadata, Task, TaskId, TaskState, Tenant, Timestamp, json};

/// Parameters of [`GetTask`](super::GetTask) (§3.1.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetTaskRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task to read.
    pub id: TaskId,
    /// At most this many of the latest messages; 0 for none, absent for no limit.
    #[serde(alias = "history_length", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_length: Option<i32>,
}

impl GetTaskRequest {
    /// The whole task.
    pub fn new(id: TaskId) -> Self {
        Self { tenant: None, id, history_length: None }
    }
}

/// Parameters of [`ListTasks`](super::ListTasks); what is absent doesn't filter (§3.1.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListTasksRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// Only tasks of this conversation.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<ContextId>,
    /// Only tasks in this state; unspecified is the same as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskState>,
    /// Tasks a page, 1 to 100; 50 if absent.
    #[serde(alias = "page_size", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i32>,
    /// Where the page before this one ended.
    #[serde(alias = "page_token", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page_token: String,
    /// At most this many of the latest messages of each task; 0 for none, absent for no limit.
    #[serde(alias = "history_length", default, deserialize_with = "json::int32")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_length: Option<i32>,
    /// Only tasks whose status is of this time or later.
    #[serde(alias = "status_timestamp_after", default, skip_serializing_if = "Option::is_none")]
    pub status_timestamp_after: Option<Timestamp>,
    /// Whether the tasks come with their artifacts; not if absent.
    #[serde(alias = "include_artifacts", default, skip_serializing_if = "Option::is_none")]
    pub include_artifacts: Option<bool>,
}

/// Result of [`ListTasks`](super::ListTasks); every field is always written (§3.1.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListTasksResponse {
    /// The page, latest status first.
    #[serde(default, deserialize_with = "json::or_default")]
    pub tasks: Vec<Task>,
    /// What the next call says to go on; empty on the last page.
    #[serde(alias = "next_page_token", default, deserialize_with = "json::or_default")]
    pub next_page_token: String,
    /// How many tasks a page has at most.
    #[serde(alias = "page_size", default, deserialize_with = "json::int32_or_zero")]
    pub page_size: i32,
    /// How many tasks match on all pages.
    #[serde(alias = "total_size", default, deserialize_with = "json::int32_or_zero")]
    pub total_size: i32,
}

impl ListTasksResponse {
    /// The last page.
    pub fn new(tasks: Vec<Task>, page_size: i32, total_size: i32) -> Self {
        Self { tasks, next_page_token: String::new(), page_size, total_size }
    }
}

/// Parameters of [`CancelTask`](super::CancelTask) (§3.1.5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CancelTaskRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task to stop.
    pub id: TaskId,
    /// Data of extensions and applications about the request; the agent gets it.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl CancelTaskRequest {
    /// Asks the task to stop.
    pub fn new(id: TaskId) -> Self {
        Self { tenant: None, id, metadata: Metadata::new() }
    }
}

/// Parameters of [`SubscribeToTask`](super::SubscribeToTask) (§3.1.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscribeToTaskRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The task to follow.
    pub id: TaskId,
}

impl SubscribeToTaskRequest {
    /// Follows the task.
    pub fn new(id: TaskId) -> Self {
        Self { tenant: None, id }
    }
}
