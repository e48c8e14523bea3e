//! An entry as readers of the protocol see it.

use super::{Chunk, Entry, EntryBody, Status};
use crate::{
    ContextId, Fold, StreamEvent, TaskArtifactUpdateEvent, TaskId, TaskState, TaskStatus,
    TaskStatusUpdateEvent, WriteJson, json::write,
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

impl<'a> EntryEvent<'a> {
    /// What it is made of.
    pub(crate) fn parts(&self) -> (&'a TaskId, &'a ContextId, &'a Entry) {
        (self.task_id, self.context_id, self.entry)
    }

    /// The event as a value of its own.
    pub fn to_stream_event(&self) -> StreamEvent {
        let (task_id, context_id) = (self.task_id.clone(), self.context_id.clone());
        let at = self.entry.at;
        match &self.entry.body {
            EntryBody::Opened(opened) => Fold::open(task_id, context_id, at, opened).into_task().into(),
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
                    message: status.message.clone(),
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

/// A `StreamResponse`, the same JSON as [`EntryEvent::to_stream_event`] has.
impl WriteJson for EntryEvent<'_> {
    fn write_json(&self, out: &mut Vec<u8>) {
        let Self { task_id, context_id, entry } = *self;
        match &entry.body {
            EntryBody::Opened(opened) => {
                let fold = Fold::open(task_id.clone(), context_id.clone(), entry.at, opened);
                write::member(out, r#"{"task":"#, fold.task());
            }
            EntryBody::Artifact(Chunk { artifact, append, last_chunk, metadata }) => {
                self.begin(out, r#"{"artifactUpdate":{"taskId":"#);
                write::member(out, r#","artifact":"#, artifact);
                write::flag(out, r#","append":true"#, *append);
                write::flag(out, r#","lastChunk":true"#, *last_chunk);
                write::metadata(out, metadata);
                out.push(b'}');
            }
            EntryBody::Status(Status { state, message, metadata }) => {
                self.begin(out, r#"{"statusUpdate":{"taskId":"#);
                out.extend_from_slice(br#","status":"#);
                write::status(out, state, message.as_deref(), Some(entry.at));
                write::metadata(out, metadata);
                out.push(b'}');
            }
            EntryBody::Turn(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => {
                self.begin(out, r#"{"statusUpdate":{"taskId":"#);
                out.extend_from_slice(br#","status":"#);
                write::status(out, &TaskState::Working, None, Some(entry.at));
                out.push(b'}');
            }
        }
        out.push(b'}');
    }
}

impl EntryEvent<'_> {
    fn begin(&self, out: &mut Vec<u8>, name: &str) {
        write::text(out, name, self.task_id.as_str());
        write::text(out, r#","contextId":"#, self.context_id.as_str());
    }
}
