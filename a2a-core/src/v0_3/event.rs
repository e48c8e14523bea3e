mod union;

use serde::{Deserialize, Serialize};

use super::{Artifact, Message, Task, TaskStatus};
use crate::{ContextId, Metadata, TaskId, json};

/// A change of a task's status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "status-update", rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskStatusUpdateEvent {
    /// The task that changed.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// Its conversation; written as `""` where there is none.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(serialize_with = "super::or_empty")]
    pub context_id: Option<ContextId>,
    /// Its status from now on.
    #[serde(default, deserialize_with = "json::or_default")]
    pub status: TaskStatus,
    /// Whether the stream ends with it; always written.
    #[serde(rename = "final", default, deserialize_with = "json::or_default")]
    pub is_final: bool,
    /// Data of extensions and applications.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl TaskStatusUpdateEvent {
    /// A change to `status` with more to come.
    pub fn new(task_id: TaskId, context_id: ContextId, status: TaskStatus) -> Self {
        let context_id = Some(context_id);
        Self { task_id, context_id, status, is_final: false, metadata: Metadata::new() }
    }
}

/// An artifact, or a chunk of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "artifact-update", rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskArtifactUpdateEvent {
    /// The task that produced it.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// Its conversation; written as `""` where there is none.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(serialize_with = "super::or_empty")]
    pub context_id: Option<ContextId>,
    /// The content that is new.
    pub artifact: Artifact,
    /// Whether it adds to the artifact of that id instead of replacing it.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "json::is_false")]
    pub append: bool,
    /// Whether the artifact is complete with it.
    #[serde(alias = "last_chunk", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "json::is_false")]
    pub last_chunk: bool,
    /// Data of extensions and applications about this update.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl TaskArtifactUpdateEvent {
    /// An artifact that replaces the one of its id, with more to come.
    pub fn new(task_id: TaskId, context_id: ContextId, artifact: Artifact) -> Self {
        let context_id = Some(context_id);
        Self { task_id, context_id, artifact, append: false, last_chunk: false, metadata: Metadata::new() }
    }
}

/// One item of a stream, told by its `kind`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The whole task as it stands. In a box, for it is large and comes once.
    Task(Box<Task>),
    /// A direct answer, without a task.
    Message(Message),
    /// The status changed.
    StatusUpdate(TaskStatusUpdateEvent),
    /// Content arrived.
    ArtifactUpdate(TaskArtifactUpdateEvent),
    /// A kind that this version doesn't know; written as it was read. Of one whose `kind` didn't come first, the
    /// `kind` alone is kept.
    Unknown(Metadata),
}

impl From<Task> for StreamEvent {
    fn from(task: Task) -> Self {
        Self::Task(Box::new(task))
    }
}

/// The answer to a send, told by its `kind`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SendMessageResult {
    /// The agent works, or has worked, on a task.
    Task(Task),
    /// The agent answered directly.
    Message(Message),
}
