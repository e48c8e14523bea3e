//! A task from its events: one function, used by client and server alike.

mod difference;
mod retelling;

use std::collections::HashMap;

use crate::{
    Artifact, ArtifactId, ContextId, Entry, EntryBody, Message, Metadata, StreamEvent, Task, TaskId,
    TaskState, TaskStatus, Timestamp,
    entry::{Chunk, Opened, Turn},
};

/// Metadata keys that begin so belong to the update that carries them and never merge into the task's.
pub const TRANSIENT_METADATA_PREFIX: &str = "urn:adk-bridge:";

/// Folds events into a task, each in O(1) of the task.
///
/// The rules, in the order they are asked:
///
/// | event | known | terminal | effect |
/// |---|---|---|---|
/// | of another task, a direct message, unknown | – | – | [`Applied::Ignored`] |
/// | task | – | only if the snapshot isn't | [`Applied::Snapshot`]: replaces everything |
/// | any other | – | yes | [`Applied::Dropped`], and counted |
/// | status | – | no | [`Applied::Status`]: the message before it moves into history, metadata merges |
/// | artifact, no append | no | no | [`Applied::Created`] |
/// | artifact, no append | yes | no | [`Applied::Replaced`], in its place |
/// | artifact, append | no | no | [`Applied::Created`] |
/// | artifact, append | yes | no | [`Applied::Appended`]: parts to the end, name and description if given, metadata merges |
///
/// `lastChunk` changes none of it: a chunk behind the last one is still taken, for nothing may be lost.
#[derive(Clone, Debug)]
pub struct Fold {
    task: Task,
    index: HashMap<ArtifactId, usize>,
    /// Where the last chunk went: the next one most likely goes there too, and then nothing is hashed.
    latest: usize,
    dropped: u64,
}

/// What an event did to a [`Fold`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Applied {
    /// The task was replaced as a whole.
    Snapshot,
    /// The status changed.
    Status,
    /// An artifact is new.
    Created,
    /// An artifact began anew.
    Replaced,
    /// An artifact grew.
    Appended,
    /// A message went into history and nothing else changed.
    Said,
    /// The task has ended, so the event was dropped.
    Dropped,
    /// The event says nothing about this task.
    Ignored,
}

impl Fold {
    /// From a task as it stands.
    pub fn new(task: Task) -> Self {
        let index = index(&task.artifacts);
        Self { task, index, latest: 0, dropped: 0 }
    }

    /// From the entry that begins a task.
    pub fn open(id: TaskId, context_id: ContextId, at: Timestamp, opened: &Opened) -> Self {
        let mut task = Task::new(id, context_id);
        task.status.timestamp = Some(at);
        task.history.push(opened.message.clone());
        task.metadata.clone_from(&opened.metadata);
        Self::new(task)
    }

    /// The task so far.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The artifact of that id, without a search.
    pub fn find(&self, id: &ArtifactId) -> Option<&Artifact> {
        Some(&self.task.artifacts[self.position(id)?])
    }

    /// The task so far, without the fold.
    pub fn into_task(self) -> Task {
        self.task
    }

    /// How many events came behind the end of the task.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Applies what a stream says.
    pub fn apply(&mut self, event: &StreamEvent) -> Applied {
        if event.task_id() != Some(&self.task.id) {
            return Applied::Ignored;
        }
        match event {
            StreamEvent::Task(task) => self.snapshot(task),
            StreamEvent::StatusUpdate(update) => self.status(&update.status, &update.metadata),
            StreamEvent::ArtifactUpdate(update) => self.artifact(&update.artifact, update.append),
            StreamEvent::Message(_) | StreamEvent::Unknown(_) => Applied::Ignored,
        }
    }

    /// Applies what the log says.
    pub fn apply_entry(&mut self, entry: &Entry) -> Applied {
        match &entry.body {
            EntryBody::Status(status) => {
                let timestamp = Some(entry.at);
                let folded =
                    TaskStatus { state: status.state.clone(), message: status.message.clone(), timestamp };
                self.status(&folded, &status.metadata)
            }
            EntryBody::Artifact(Chunk { artifact, append, .. }) => self.artifact(artifact, *append),
            EntryBody::Turn(turn) => self.turn(turn, entry.at),
            EntryBody::Opened(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => Applied::Ignored,
        }
    }

    fn snapshot(&mut self, task: &Task) -> Applied {
        if self.task.status.state.is_terminal() && !task.status.state.is_terminal() {
            return self.drop_late();
        }
        self.index = index(&task.artifacts);
        self.latest = 0;
        self.task = task.clone();
        Applied::Snapshot
    }

    fn status(&mut self, status: &TaskStatus, metadata: &Metadata) -> Applied {
        if self.task.status.state.is_terminal() {
            return self.drop_late();
        }
        self.supersede(status.clone());
        for (key, value) in metadata {
            if !key.starts_with(TRANSIENT_METADATA_PREFIX) {
                self.task.metadata.insert(key.clone(), value.clone());
            }
        }
        Applied::Status
    }

    fn turn(&mut self, turn: &Turn, at: Timestamp) -> Applied {
        if self.task.status.state.is_terminal() {
            return self.drop_late();
        }
        let applied = if turn.resumes.is_some() {
            self.supersede(TaskStatus { state: TaskState::Working, message: None, timestamp: Some(at) });
            Applied::Status
        } else {
            Applied::Said
        };
        self.say(turn.message.clone());
        applied
    }

    fn artifact(&mut self, chunk: &Artifact, append: bool) -> Applied {
        if self.task.status.state.is_terminal() {
            return self.drop_late();
        }
        let Some(position) = self.position(&chunk.artifact_id) else {
            self.latest = self.task.artifacts.len();
            self.index.insert(chunk.artifact_id.clone(), self.latest);
            self.task.artifacts.push(chunk.clone());
            return Applied::Created;
        };
        self.latest = position;
        let known = &mut self.task.artifacts[position];
        if !append {
            *known = chunk.clone();
            return Applied::Replaced;
        }
        known.parts.extend_from_slice(&chunk.parts);
        known.name = chunk.name.clone().or(known.name.take());
        known.description = chunk.description.clone().or(known.description.take());
        for (key, value) in &chunk.metadata {
            known.metadata.insert(key.clone(), value.clone());
        }
        for uri in &chunk.extensions {
            if !known.extensions.contains(uri) {
                known.extensions.push(uri.clone());
            }
        }
        Applied::Appended
    }

    fn position(&self, id: &ArtifactId) -> Option<usize> {
        match self.task.artifacts.get(self.latest) {
            Some(latest) if latest.artifact_id == *id => Some(self.latest),
            _ => self.index.get(id).copied(),
        }
    }

    fn supersede(&mut self, status: TaskStatus) {
        let before = std::mem::replace(&mut self.task.status, status);
        if let Some(message) = before.message {
            self.say(message);
        }
    }

    fn say(&mut self, message: Message) {
        self.task.history.push(message);
    }

    fn drop_late(&mut self) -> Applied {
        self.dropped += 1;
        Applied::Dropped
    }
}

/// Where each artifact is; of two with the same id, which a peer may send, the first one.
fn index(artifacts: &[Artifact]) -> HashMap<ArtifactId, usize> {
    let mut index = HashMap::with_capacity(artifacts.len());
    for (position, artifact) in artifacts.iter().enumerate() {
        index.entry(artifact.artifact_id.clone()).or_insert(position);
    }
    index
}
