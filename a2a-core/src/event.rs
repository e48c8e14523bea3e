//! What a stream says about a task.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};

use crate::{Artifact, ContextId, Message, Metadata, Task, TaskId, TaskStatus, json, one_of::one_of};

mod answer;

/// A change of a task's status (§4.2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskStatusUpdateEvent {
    /// The task that changed.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// Its conversation.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<ContextId>,
    /// Its status from now on.
    #[serde(default, deserialize_with = "json::or_default")]
    pub status: TaskStatus,
    /// Data of extensions and applications; it merges into the task's.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

/// An artifact, or a chunk of one (§4.2.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskArtifactUpdateEvent {
    /// The task that produced it.
    #[serde(alias = "task_id")]
    pub task_id: TaskId,
    /// Its conversation.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
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

impl TaskStatusUpdateEvent {
    /// A change to `status`.
    pub fn new(task_id: TaskId, context_id: ContextId, status: TaskStatus) -> Self {
        Self { task_id, context_id: Some(context_id), status, metadata: Metadata::new() }
    }
}

impl TaskArtifactUpdateEvent {
    /// An artifact that replaces the one of its id, with more to come.
    pub fn new(task_id: TaskId, context_id: ContextId, artifact: Artifact) -> Self {
        let context_id = Some(context_id);
        Self { task_id, context_id, artifact, append: false, last_chunk: false, metadata: Metadata::new() }
    }
}

one_of! {
    /// One item of a stream: exactly one of these (§3.2.3, `StreamResponse`).
    pub enum StreamEvent {
        /// The whole task as it stands; it replaces whatever the reader had. In a box, for it is large and comes once.
        Task(Box<Task>) = "task",
        /// A direct answer, without a task.
        Message(Message) = "message",
        /// The status changed.
        StatusUpdate(TaskStatusUpdateEvent) = "statusUpdate" | "status_update",
        /// Content arrived.
        ArtifactUpdate(TaskArtifactUpdateEvent) = "artifactUpdate" | "artifact_update",
    }
    else "an event has exactly one member, this one has none"
}

impl From<Task> for StreamEvent {
    fn from(task: Task) -> Self {
        Self::Task(Box::new(task))
    }
}

impl StreamEvent {
    /// The task it is about, where it says.
    pub fn task_id(&self) -> Option<&TaskId> {
        match self {
            Self::Task(task) => Some(&task.id),
            Self::Message(message) => message.task_id.as_ref(),
            Self::StatusUpdate(update) => Some(&update.task_id),
            Self::ArtifactUpdate(update) => Some(&update.task_id),
            Self::Unknown(_) => None,
        }
    }

    /// The status it brings, if it brings one.
    pub fn status(&self) -> Option<&TaskStatus> {
        match self {
            Self::Task(task) => Some(&task.status),
            Self::StatusUpdate(update) => Some(&update.status),
            _ => None,
        }
    }
}

/// The answer to a send: exactly one of these (§3.2.2, `SendMessageResponse`).
///
/// It is written in a wrapper, `{"task":…}` or `{"message":…}`. A task or a message without one is read, too, as some
/// servers answer: a `status`, `artifacts` or `history` tells the one, and a `messageId`, `role` or `parts` the other.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SendMessageResponse {
    /// The agent works, or has worked, on a task.
    Task(Task),
    /// The agent answered directly.
    Message(Message),
}

impl SendMessageResponse {
    /// What the agent said: the message's text, or the task's (see [`Task::text`]).
    pub fn text(&self) -> String {
        match self {
            Self::Task(task) => task.text(),
            Self::Message(message) => message.text(),
        }
    }

    /// The task, if there is one.
    pub fn task(&self) -> Option<&Task> {
        match self {
            Self::Task(task) => Some(task),
            Self::Message(_) => None,
        }
    }
}

impl Serialize for SendMessageResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Task(task) => map.serialize_entry("task", task)?,
            Self::Message(message) => map.serialize_entry("message", message)?,
        }
        map.end()
    }
}
