//! Asking for many tasks.

use a2a_core::{ContextId, TaskId, TaskState, Timestamp};

use super::{Snapshot, View};

/// Which tasks to list.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListQuery {
    /// Only of this conversation.
    pub context: Option<ContextId>,
    /// Only in this state.
    pub state: Option<TaskState>,
    /// Only with a status of this time or later.
    pub after: Option<Timestamp>,
    /// Only behind this place, which the page before ended with.
    pub from: Option<ListPlace>,
    /// At most this many.
    pub limit: usize,
    /// What of each task is wanted.
    pub view: View,
}

/// The place of a task in a list: by the time of its status, latest first, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPlace {
    /// The time of its status.
    pub at: Timestamp,
    /// Its id.
    pub task: TaskId,
}

impl ListPlace {
    /// The place of this task.
    pub fn new(at: Timestamp, task: TaskId) -> Self {
        Self { at, task }
    }
}

/// A page of a list.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ListPage {
    /// The tasks, latest status first.
    pub tasks: Vec<Snapshot>,
    /// How many match on all pages.
    pub total: usize,
    /// Where the next page begins; none if this is the last.
    pub next: Option<ListPlace>,
}

impl ListPage {
    /// For engines: a page.
    pub fn new(tasks: Vec<Snapshot>, total: usize, next: Option<ListPlace>) -> Self {
        Self { tasks, total, next }
    }
}
