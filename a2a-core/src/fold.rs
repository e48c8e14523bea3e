//! A task from its events: one function, used by client and server alike.

mod difference;
mod retelling;

use std::{borrow::Cow, collections::HashMap};

use crate::{
    Artifact, ArtifactId, ContextId, Entry, EntryBody, Message, Metadata, StreamEvent, Task, TaskId,
    TaskState, TaskStatus, Timestamp,
    entry::{Chunk, Opened, RequestRecord, Status, Turn},
};

/// Metadata keys that begin so belong to the update that carries them and never merge into the task's.
pub const TRANSIENT_METADATA_PREFIX: &str = "urn:adk-bridge:";

/// As many artifacts are looked through rather than indexed.
const FEW: usize = 8;

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
    /// Empty as long as there are but a [`FEW`].
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

    /// From the entry that begins a task, which is left to others.
    pub fn open(id: TaskId, context_id: ContextId, at: Timestamp, opened: &Opened) -> Self {
        let Opened { message, metadata, .. } = opened;
        let copy = Opened::new(message.clone(), RequestRecord::default()).with_metadata(metadata.clone());
        Self::take_open(id, context_id, at, copy)
    }

    /// The same for whoever has no more use for the entry.
    pub fn take_open(id: TaskId, context_id: ContextId, at: Timestamp, opened: Opened) -> Self {
        let mut task = Task::new(id, context_id);
        task.status.timestamp = Some(at);
        task.history = vec![opened.message];
        task.metadata = opened.metadata;
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
            StreamEvent::StatusUpdate(update) => self.status(update.status.clone(), &update.metadata),
            StreamEvent::ArtifactUpdate(update) => {
                self.artifact(Cow::Borrowed(&update.artifact), update.append)
            }
            StreamEvent::Message(_) | StreamEvent::Unknown(_) => Applied::Ignored,
        }
    }

    /// Applies what the log says, and leaves the entry to others.
    pub fn apply_entry(&mut self, entry: &Entry) -> Applied {
        match &entry.body {
            EntryBody::Status(Status { state, message, metadata }) => {
                self.status(stands(state.clone(), message.clone(), entry.at), metadata)
            }
            EntryBody::Artifact(Chunk { artifact, append, .. }) => {
                self.artifact(Cow::Borrowed(artifact), *append)
            }
            EntryBody::Turn(turn) => self.turn(turn, entry.at),
            EntryBody::Opened(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => Applied::Ignored,
        }
    }

    /// The same for whoever has no more use for the entry: its content moves into the task.
    pub fn take_entry(&mut self, entry: Entry) -> Applied {
        match entry.body {
            EntryBody::Status(Status { state, message, metadata }) => {
                self.status(stands(state, message, entry.at), &metadata)
            }
            EntryBody::Artifact(Chunk { artifact, append, .. }) => {
                self.artifact(Cow::Owned(artifact), append)
            }
            EntryBody::Turn(turn) => self.turn(&turn, entry.at),
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

    fn status(&mut self, status: TaskStatus, metadata: &Metadata) -> Applied {
        if self.task.status.state.is_terminal() {
            return self.drop_late();
        }
        self.supersede(status);
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
            self.supersede(stands(TaskState::Working, None, at));
            Applied::Status
        } else {
            Applied::Said
        };
        if !turn.again {
            self.say(turn.message.clone());
        }
        applied
    }

    fn artifact(&mut self, chunk: Cow<'_, Artifact>, append: bool) -> Applied {
        if self.task.status.state.is_terminal() {
            return self.drop_late();
        }
        let Some(position) = self.position(&chunk.artifact_id) else {
            self.latest = self.task.artifacts.len();
            if self.latest == 0 {
                // Most tasks have one artifact, and a list that grows begins with room for four.
                self.task.artifacts.reserve_exact(1);
            }
            self.task.artifacts.push(chunk.into_owned());
            self.index_latest();
            return Applied::Created;
        };
        self.latest = position;
        let known = &mut self.task.artifacts[position];
        if !append {
            *known = chunk.into_owned();
            return Applied::Replaced;
        }
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
        match chunk {
            Cow::Borrowed(chunk) => known.parts.extend_from_slice(&chunk.parts),
            Cow::Owned(chunk) => known.parts.extend(chunk.parts),
        }
        Applied::Appended
    }

    fn position(&self, id: &ArtifactId) -> Option<usize> {
        match self.task.artifacts.get(self.latest) {
            Some(latest) if latest.artifact_id == *id => Some(self.latest),
            _ if self.index.is_empty() => {
                self.task.artifacts.iter().position(|known| known.artifact_id == *id)
            }
            _ => self.index.get(id).copied(),
        }
    }

    fn index_latest(&mut self) {
        match &self.task.artifacts[..] {
            few if few.len() <= FEW => {}
            artifacts if self.index.is_empty() => self.index = index(artifacts),
            artifacts => {
                self.index.insert(artifacts[self.latest].artifact_id.clone(), self.latest);
            }
        }
    }

    fn supersede(&mut self, status: TaskStatus) {
        let before = std::mem::replace(&mut self.task.status, status);
        if let Some(message) = before.message {
            self.say(*message);
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

fn stands(state: TaskState, message: Option<Box<Message>>, at: Timestamp) -> TaskStatus {
    TaskStatus { state, message, timestamp: Some(at) }
}

/// Where each artifact is, once looking through them costs more; of two with the same id, which a peer may send, the
/// first one.
fn index(artifacts: &[Artifact]) -> HashMap<ArtifactId, usize> {
    if artifacts.len() <= FEW {
        return HashMap::new();
    }
    let mut index = HashMap::with_capacity(artifacts.len());
    for (position, artifact) in artifacts.iter().enumerate() {
        index.entry(artifact.artifact_id.clone()).or_insert(position);
    }
    index
}
