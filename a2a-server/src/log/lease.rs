//! What a writer holds and learns.

use std::sync::Arc;

use a2a_core::{ContextId, Entry, Task, TaskId, TaskState, entry::RunRef};

use super::Seq;

/// The right to append to one task, until a later lease fences it off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The task.
    pub task: TaskId,
    /// Counts the leases of the task; only the latest one is good.
    pub epoch: u64,
    /// The run it is for.
    pub run: RunRef,
    /// The last turn that a run before this one took; 0 if none did.
    pub consumed: Seq,
}

impl Lease {
    /// For engines: the lease they have just recorded.
    pub fn new(task: TaskId, epoch: u64, run: RunRef, consumed: Seq) -> Self {
        Self { task, epoch, run, consumed }
    }
}

/// What a task is at the moment of an append, as far as its writer must know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The last entry.
    pub seq: Seq,
    /// Where the task stands.
    pub state: TaskState,
    /// Whether somebody wishes that it stops.
    pub cancel: bool,
    /// The last turn that was posted; 0 if none was.
    pub inbox: Seq,
}

impl Head {
    /// For engines: what they know of the task.
    pub fn new(seq: Seq, state: TaskState, cancel: bool, inbox: Seq) -> Self {
        Self { seq, state, cancel, inbox }
    }
}

/// Why a lease is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeaseRequest {
    /// For the next run of a task that has none; refused while a run is live.
    NextRun,
    /// For stopping a task that has no run; refused while a run is live. The run keeps its number.
    Stop,
}

/// What a run needs to begin: the task and the turns that no run has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunStart {
    /// The last entry that `task` has in it.
    pub seq: Seq,
    /// The task as it stands.
    pub task: Arc<Task>,
    /// The turns behind the last one consumed, oldest first; before them, for a further attempt at the task's first
    /// run, the entry that opened the task.
    pub turns: Vec<(Seq, Arc<Entry>)>,
    /// The last turn of which an attempt at this run has recorded that it took it; 0 if none did.
    pub taken: Seq,
}

impl RunStart {
    /// For engines: what the log says.
    pub fn new(seq: Seq, task: Arc<Task>, turns: Vec<(Seq, Arc<Entry>)>) -> Self {
        Self { seq, task, turns, taken: 0 }
    }
}

/// What is known of a task without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Its conversation.
    pub context: ContextId,
    /// Where it stands.
    pub head: Head,
    /// The number of the latest run, finished or not.
    pub run: u32,
    /// Whether that run is live.
    pub leased: bool,
}

impl Header {
    /// For engines: what they know of the task.
    pub fn new(context: ContextId, head: Head, run: u32, leased: bool) -> Self {
        Self { context, head, run, leased }
    }
}
