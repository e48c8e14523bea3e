//! What a task is known by without its content.

use a2a_core::{TaskState, Timestamp, entry::RunRef};

use crate::log::Seq;

/// What a task is known by without its content.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) state: TaskState,
    /// When it came to this state.
    pub(super) at: Timestamp,
    pub(super) cancel: bool,
    pub(super) inbox: Seq,
    /// The last turn that a run took.
    pub(super) consumed: Seq,
    pub(super) epoch: u64,
    pub(super) run: RunRef,
    pub(super) lease: Holder,
}

/// Who holds the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Nobody,
    Run,
    Stop,
}

impl Header {
    /// Of a task that has just begun, and whose first run holds the lease.
    pub(super) fn open(at: Timestamp) -> Self {
        Self {
            state: TaskState::Submitted,
            at,
            cancel: false,
            inbox: 0,
            consumed: 0,
            epoch: 1,
            run: RunRef::new(1),
            lease: Holder::Run,
        }
    }

    /// The task has come to its end: there is no lease to hold any more.
    pub(super) fn end(&mut self) {
        self.lease = Holder::Nobody;
    }

    /// Gives the next lease to the next run.
    pub(super) fn next_run(&mut self) {
        self.epoch += 1;
        self.run = RunRef::new(self.run.run.saturating_add(1));
        self.lease = Holder::Run;
    }
}
