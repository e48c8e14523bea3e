//! The entries of a task's log.

mod event;
mod size;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::event::EntryEvent;
use crate::{Artifact, Caller, Extensions, Message, Metadata, TaskState, Tenant, Timestamp, json};

/// One entry of a task's log. A task is its entries in their order; everything else reads them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// When the server accepted it.
    pub at: Timestamp,
    /// The run that wrote it; none if somebody posted it from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRef>,
    /// What happened.
    pub body: EntryBody,
}

impl Entry {
    /// Something posted from outside a run.
    pub fn posted(at: Timestamp, body: EntryBody) -> Self {
        Self { at, run: None, body }
    }

    /// Something that a run wrote.
    pub fn written(at: Timestamp, run: RunRef, body: EntryBody) -> Self {
        Self { at, run: Some(run), body }
    }
}

/// Which run of a task, and which attempt at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunRef {
    /// Counts the runs of the task from 1: one for each message that started one.
    pub run: u32,
    /// Counts the attempts at that run from 1: more than one if its process died.
    pub attempt: u32,
}

impl RunRef {
    /// The first attempt at run number `run`.
    pub fn new(run: u32) -> Self {
        Self { run, attempt: 1 }
    }
}

/// What an entry says, without task and context id: the log they stand in has those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EntryBody {
    /// The task began. On the wire: the task.
    Opened(Box<Opened>),
    /// A message for a task that exists, or the wish that it goes on without one. On the wire: a status update to
    /// WORKING if the task was paused, else nothing.
    Turn(Box<Turn>),
    /// The status changed. On the wire: a status update.
    Status(Status),
    /// Content arrived. On the wire: an artifact update.
    Artifact(Chunk),
    /// Somebody asked the task to stop. Not on the wire.
    CancelRequested(CancelRequested),
    /// A fact of the server's own, such as a receipt. Never on the wire.
    Record(Record),
}

impl EntryBody {
    /// Whether the task ends with it.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Status(status) if status.state.is_terminal())
    }

    /// Whether readers of the protocol see it.
    pub fn is_on_wire(&self) -> bool {
        match self {
            Self::Opened(_) | Self::Status(_) | Self::Artifact(_) => true,
            Self::Turn(turn) => turn.resumes.is_some(),
            Self::CancelRequested(_) | Self::Record(_) => false,
        }
    }
}

/// How a task began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Opened {
    /// What was asked.
    pub message: Message,
    /// How it was asked.
    #[serde(default)]
    pub request: RequestRecord,
    /// What the agent puts on the task.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Opened {
    /// A task for this message.
    pub fn new(message: Message, request: RequestRecord) -> Self {
        Self { message, request, metadata: Metadata::new() }
    }

    /// The same with this on the task.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }
}

/// A message to a task that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Turn {
    /// What was said.
    pub message: Message,
    /// How it was said.
    #[serde(default)]
    pub request: RequestRecord,
    /// The interrupted state that the task leaves for WORKING, if it was in one; the log finds out when it takes the
    /// entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes: Option<TaskState>,
    /// The message is in the task already and isn't said a second time: the task goes on without a new one.
    #[serde(default, skip_serializing_if = "json::is_false")]
    pub again: bool,
}

impl Turn {
    /// A turn for this message.
    pub fn new(message: Message, request: RequestRecord) -> Self {
        Self { message, request, resumes: None, again: false }
    }

    /// A turn that brings no message: the next run is for one that the task has already.
    pub fn again(message: Message, request: RequestRecord) -> Self {
        Self { again: true, ..Self::new(message, request) }
    }
}

/// A status of the task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Status {
    /// Where the task stands.
    pub state: TaskState,
    /// What the agent says about it. In a box, for most entries have none and a log keeps many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// What merges into the task's metadata.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Status {
    /// A bare status.
    pub fn new(state: TaskState) -> Self {
        Self { state, message: None, metadata: Metadata::new() }
    }
}

/// An artifact, or a chunk of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Chunk {
    /// The content that is new.
    pub artifact: Artifact,
    /// Whether it adds to the artifact of that id instead of replacing it.
    #[serde(default, skip_serializing_if = "json::is_false")]
    pub append: bool,
    /// Whether the artifact is complete with it.
    #[serde(default, skip_serializing_if = "json::is_false")]
    pub last_chunk: bool,
    /// Data about this update alone.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Chunk {
    /// The first chunk of an artifact, or all of it so far.
    pub fn new(artifact: Artifact) -> Self {
        Self { artifact, append: false, last_chunk: false, metadata: Metadata::new() }
    }
}

/// Somebody's wish that the task stops.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CancelRequested {
    /// Who wishes it.
    #[serde(default)]
    pub caller: Caller,
    /// The metadata of the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl CancelRequested {
    /// The wish of this caller.
    pub fn new(caller: Caller, metadata: Metadata) -> Self {
        Self { caller, metadata }
    }
}

/// A fact of the server's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// What kind of fact.
    pub kind: String,
    /// The fact.
    #[serde(deserialize_with = "json::free_form")]
    pub data: Value,
}

impl Record {
    /// A fact of this kind.
    pub fn new(kind: impl Into<String>, data: Value) -> Self {
        Self { kind: kind.into(), data }
    }
}

/// What a run needs to know of the request behind a message, so that it can be started from the log alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// Who asked.
    #[serde(default)]
    pub caller: Caller,
    /// The tenant that the request names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The metadata of the request.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// MIME types that the client takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_output_modes: Vec<String>,
    /// Extensions that are active.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
}

impl RequestRecord {
    /// A request of this caller with nothing special about it.
    pub fn new(caller: Caller) -> Self {
        Self { caller, ..Self::default() }
    }

    /// The same with the request's metadata, output modes and extensions.
    #[must_use]
    pub fn with(
        mut self,
        metadata: Metadata,
        accepted_output_modes: Vec<String>,
        extensions: Extensions,
    ) -> Self {
        self.metadata = metadata;
        self.accepted_output_modes = accepted_output_modes;
        self.extensions = extensions.into_vec();
        self
    }
}
