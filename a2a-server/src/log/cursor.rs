//! What a reader holds and gets.

use std::{any::Any, fmt, sync::Arc};

use a2a_core::{ContextId, Entry, TaskId, TaskState};

use super::{Seq, Snapshot};

/// An entry in its place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogEntry {
    /// Its place.
    pub seq: Seq,
    /// What it says.
    pub entry: Arc<Entry>,
}

impl LogEntry {
    /// An entry at this place.
    pub fn new(seq: Seq, entry: Arc<Entry>) -> Self {
        Self { seq, entry }
    }
}

/// A reader's place in one task's log. Dropping it lets the log trim what only this reader still needed.
pub struct LogCursor {
    /// The task.
    pub(crate) task: TaskId,
    /// The conversation it belongs to.
    pub(crate) context: ContextId,
    /// The last entry that was read.
    pub(crate) seq: Seq,
    pin: Box<dyn Any + Send + Sync>,
}

impl LogCursor {
    /// For engines: a place right behind `seq`, with whatever pins the tail until the cursor is dropped.
    pub fn new(task: TaskId, context: ContextId, seq: Seq, pin: impl Any + Send + Sync) -> Self {
        Self { task, context, seq, pin: Box::new(pin) }
    }

    /// The task it reads.
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// The last entry that was read.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// For engines: sets the last entry that was read.
    pub fn advance(&mut self, seq: Seq) {
        self.seq = seq;
    }

    /// For engines: the pin that [`LogCursor::new`] was given.
    pub fn pin<P: 'static>(&self) -> Option<&P> {
        self.pin.downcast_ref()
    }
}

impl fmt::Debug for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogCursor").field("task", &self.task).field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// A reader that has just been attached.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attached {
    /// The task up to the cursor; none if the reader's own place is still in the tail.
    pub snapshot: Option<Snapshot>,
    /// Where reading begins.
    pub cursor: LogCursor,
    /// Where the task stands at the end of its log.
    pub state: TaskState,
}

impl Attached {
    /// For engines: the reader's beginning.
    pub fn new(snapshot: Option<Snapshot>, cursor: LogCursor, state: TaskState) -> Self {
        Self { snapshot, cursor, state }
    }
}

/// How much a reader takes at once.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limit {
    /// At most this many entries.
    pub entries: usize,
    /// About this many bytes; the entry that crosses it is still taken.
    pub bytes: usize,
}

impl Default for Limit {
    /// 256 entries or 32 KiB.
    fn default() -> Self {
        Self { entries: 256, bytes: 32 << 10 }
    }
}

/// What a reader got.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a reader must handle both")]
pub enum Page {
    /// The next entries; none means that the reader has them all.
    Entries(Vec<LogEntry>),
    /// What the reader had not read is gone: the task as it stands, and the cursor behind it.
    Trimmed(Snapshot),
}
