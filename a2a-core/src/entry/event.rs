//! An entry as readers of the protocol see it.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{Chunk, Entry, EntryBody};
use crate::{
    Artifact, ContextId, Fold, Message, Metadata, StreamEvent, Task, TaskArtifactUpdateEvent, TaskId,
    TaskState, TaskStatus, TaskStatusUpdateEvent, Timestamp, json,
};

/// An entry's event, ready to be written without building it first.
#[derive(Debug)]
pub struct EntryEvent<'a> {
    task_id: &'a TaskId,
    context_id: &'a ContextId,
    entry: &'a Entry,
}

impl Entry {
    /// The event that readers of this task see; `None` if they see nothing.
    pub fn event<'a>(&'a self, task_id: &'a TaskId, context_id: &'a ContextId) -> Option<EntryEvent<'a>> {
        self.body.is_on_wire().then_some(EntryEvent { task_id, context_id, entry: self })
    }
}

impl EntryEvent<'_> {
    /// The event as a value of its own.
    pub fn to_stream_event(&self) -> StreamEvent {
        let (task_id, context_id) = (self.task_id.clone(), self.context_id.clone());
        let at = self.entry.at;
        match &self.entry.body {
            EntryBody::Opened(opened) => {
                StreamEvent::Task(Fold::open(task_id, context_id, at, opened).into_task())
            }
            EntryBody::Artifact(chunk) => {
                let mut update = TaskArtifactUpdateEvent::new(task_id, context_id, chunk.artifact.clone());
                update.append = chunk.append;
                update.last_chunk = chunk.last_chunk;
                update.metadata.clone_from(&chunk.metadata);
                StreamEvent::ArtifactUpdate(update)
            }
            EntryBody::Status(status) => {
                let folded = TaskStatus {
                    state: status.state.clone(),
                    message: status.message.as_deref().cloned(),
                    timestamp: Some(at),
                };
                let mut update = TaskStatusUpdateEvent::new(task_id, context_id, folded);
                update.metadata.clone_from(&status.metadata);
                StreamEvent::StatusUpdate(update)
            }
            EntryBody::Turn(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => {
                let folded = TaskStatus { state: TaskState::Working, message: None, timestamp: Some(at) };
                StreamEvent::StatusUpdate(TaskStatusUpdateEvent::new(task_id, context_id, folded))
            }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusUpdate<'a> {
    task_id: &'a TaskId,
    context_id: &'a ContextId,
    status: Status<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Metadata>,
}

#[derive(Serialize)]
struct Status<'a> {
    state: &'a TaskState,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a Message>,
    timestamp: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactUpdate<'a> {
    task_id: &'a TaskId,
    context_id: &'a ContextId,
    artifact: &'a Artifact,
    #[serde(skip_serializing_if = "json::is_false")]
    append: bool,
    #[serde(skip_serializing_if = "json::is_false")]
    last_chunk: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Metadata>,
}

fn present(metadata: &Metadata) -> Option<&Metadata> {
    Some(metadata).filter(|metadata| !metadata.is_empty())
}

/// A `StreamResponse`, the same JSON as [`EntryEvent::to_stream_event`] has.
impl Serialize for EntryEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { task_id, context_id, entry } = self;
        let mut map = serializer.serialize_map(Some(1))?;
        match &entry.body {
            EntryBody::Opened(opened) => {
                let task: Task =
                    Fold::open((*task_id).clone(), (*context_id).clone(), entry.at, opened).into_task();
                map.serialize_entry("task", &task)?;
            }
            EntryBody::Artifact(Chunk { artifact, append, last_chunk, metadata }) => {
                let (append, last_chunk, metadata) = (*append, *last_chunk, present(metadata));
                let update = ArtifactUpdate { task_id, context_id, artifact, append, last_chunk, metadata };
                map.serialize_entry("artifactUpdate", &update)?;
            }
            EntryBody::Status(status) => {
                let metadata = present(&status.metadata);
                let status =
                    Status { state: &status.state, message: status.message.as_deref(), timestamp: entry.at };
                map.serialize_entry("statusUpdate", &StatusUpdate { task_id, context_id, status, metadata })?;
            }
            EntryBody::Turn(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => {
                let status = Status { state: &TaskState::Working, message: None, timestamp: entry.at };
                let update = StatusUpdate { task_id, context_id, status, metadata: None };
                map.serialize_entry("statusUpdate", &update)?;
            }
        }
        map.end()
    }
}
