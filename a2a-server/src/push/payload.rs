//! What webhooks are told.

#[cfg(test)]
mod tests;

use std::{collections::VecDeque, sync::Arc};

use a2a_core::{ContextId, Entry, EntryBody, TaskId, TaskStatus, WriteJson as _, entry::Chunk, v0_3};
use bytes::Bytes;

use crate::log::{LogEntry, Snapshot};

/// Something to be told in v1.0.
#[derive(Debug)]
pub(super) enum Event {
    /// An entry as it is.
    Entry(Arc<Entry>),
    /// Chunks of one artifact that came one behind the other.
    Joint(Entry),
}

/// What readers of the protocol see of these entries, with chunks of one artifact joined that come together.
pub(super) fn events(entries: Vec<LogEntry>) -> VecDeque<Event> {
    let mut events: VecDeque<Event> = VecDeque::with_capacity(entries.len());
    for LogEntry { entry, .. } in entries.into_iter().filter(|entry| entry.entry.body.is_on_wire()) {
        let joined = match (events.back_mut(), &entry.body) {
            (Some(last), EntryBody::Artifact(chunk)) => last.join(chunk),
            _ => false,
        };
        if !joined {
            events.push_back(Event::Entry(entry));
        }
    }
    events
}

impl Event {
    pub(super) fn entry(&self) -> &Entry {
        match self {
            Self::Entry(entry) => entry,
            Self::Joint(entry) => entry,
        }
    }

    /// Takes what a chunk adds; answers whether it adds to this.
    fn join(&mut self, more: &Chunk) -> bool {
        let adds = |known: &Chunk| more.append && known.artifact.artifact_id == more.artifact.artifact_id;
        if let Self::Entry(entry) = self
            && matches!(&entry.body, EntryBody::Artifact(known) if adds(known))
        {
            *self = Self::Joint((**entry).clone());
        }
        let Self::Joint(Entry { body: EntryBody::Artifact(known), .. }) = self else { return false };
        if !adds(known) {
            return false;
        }
        let (artifact, added) = (&mut known.artifact, &more.artifact);
        artifact.parts.extend(added.parts.iter().cloned());
        for (known, said) in
            [(&mut artifact.name, &added.name), (&mut artifact.description, &added.description)]
        {
            if said.is_some() {
                known.clone_from(said);
            }
        }
        artifact.metadata.extend(added.metadata.clone());
        for uri in &added.extensions {
            if !artifact.extensions.contains(uri) {
                artifact.extensions.push(uri.clone());
            }
        }
        known.metadata.extend(more.metadata.clone());
        known.last_chunk |= more.last_chunk;
        true
    }

    /// The body of a call: a `StreamResponse`.
    pub(super) fn body(&self, task: &TaskId, context: &ContextId) -> Bytes {
        let mut body = Vec::with_capacity(256);
        if let Some(event) = self.entry().event(task, context) {
            event.write_json(&mut body);
        }
        body.into()
    }
}

/// The status that a task comes to with this entry, if it changes it.
pub(super) fn status(entry: &Entry) -> Option<TaskStatus> {
    let mut status = match &entry.body {
        EntryBody::Opened(_) => TaskStatus::new(a2a_core::TaskState::Submitted),
        EntryBody::Turn(turn) if turn.resumes.is_some() => TaskStatus::new(a2a_core::TaskState::Working),
        EntryBody::Status(status) => {
            let mut told = TaskStatus::new(status.state.clone());
            told.message.clone_from(&status.message);
            told
        }
        _ => return None,
    };
    status.timestamp = Some(entry.at);
    Some(status)
}

/// The body of a call: a task in a `StreamResponse`.
pub(super) fn task(snapshot: &Snapshot) -> Bytes {
    let mut body = br#"{"task":"#.to_vec();
    snapshot.write(&mut body);
    body.push(b'}');
    body.into()
}

/// The body of a call in v0.3: a task, with the status that it is told for.
pub(super) fn old_task(snapshot: &Snapshot, status: Option<TaskStatus>) -> Bytes {
    let mut task = snapshot.to_task();
    if let Some(status) = status {
        task.status = status;
    }
    let mut body = Vec::with_capacity(1024);
    v0_3::write_task(&task, &task.history, v0_3::Family::JsonRpc, &mut body);
    body.into()
}
