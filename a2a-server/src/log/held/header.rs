//! What a task is known by without its content.

use a2a_core::{Entry, EntryBody, TaskState, Timestamp, entry::RunRef};

use crate::log::{LeaseRequest, Seq, taken_turn};

/// What a task is known by without its content.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) state: TaskState,
    /// When it came to this state.
    pub(crate) at: Timestamp,
    pub(crate) cancel: bool,
    pub(crate) inbox: Seq,
    /// The last turn that a run took.
    pub(crate) consumed: Seq,
    /// The last turn that the latest run has recorded that it took.
    pub(crate) taken: Seq,
    pub(crate) epoch: u64,
    pub(crate) run: RunRef,
    pub(crate) lease: Holder,
    /// Whether the latest run died with its process, and nobody has taken it over.
    pub(crate) died: bool,
}

/// Who holds the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    Run,
    Stop,
}

impl Header {
    /// Of a task that has just begun, and whose first run holds the lease.
    pub(crate) fn open(at: Timestamp) -> Self {
        Self {
            state: TaskState::Submitted,
            at,
            cancel: false,
            inbox: 0,
            consumed: 0,
            taken: 0,
            epoch: 1,
            run: RunRef::new(1),
            lease: Holder::Run,
            died: false,
        }
    }

    /// Whether a run, or what stops the task, is at work; so is a run that died, until it is taken over: whoever came
    /// before it would leave its message without an answer.
    pub(crate) fn is_leased(&self) -> bool {
        self.lease != Holder::Nobody || self.died
    }

    /// The task has come to its end: there is no lease to hold any more.
    pub(crate) fn end(&mut self) {
        self.lease = Holder::Nobody;
        self.died = false;
    }

    /// Gives the lease if it is free; answers whether it was.
    pub(crate) fn lend(&mut self, want: LeaseRequest) -> bool {
        if self.is_leased() || self.state.is_terminal() {
            return false;
        }
        match want {
            LeaseRequest::NextRun => self.next_run(),
            LeaseRequest::Stop => {
                self.epoch += 1;
                self.lease = Holder::Stop;
            }
        }
        true
    }

    /// Gives the next lease to the next run.
    pub(crate) fn next_run(&mut self) {
        self.run_as(RunRef::new(self.run.run.saturating_add(1)));
        self.taken = 0;
    }

    /// Gives the next lease to a further attempt at the run that died.
    #[cfg(feature = "sqlite")]
    pub(crate) fn next_attempt(&mut self) {
        let mut run = self.run;
        run.attempt = run.attempt.saturating_add(1);
        self.run_as(run);
    }

    fn run_as(&mut self, run: RunRef) {
        self.epoch += 1;
        self.run = run;
        self.lease = Holder::Run;
        self.died = false;
    }

    /// Notes what the entry of this number says; answers whether the status changed.
    pub(crate) fn note(&mut self, entry: &Entry, seq: Seq) -> bool {
        let state = match &entry.body {
            EntryBody::Status(status) => &status.state,
            EntryBody::Turn(turn) => {
                self.inbox = seq;
                if turn.resumes.is_none() {
                    return false;
                }
                &TaskState::Working
            }
            EntryBody::CancelRequested(_) => {
                self.cancel = true;
                return false;
            }
            EntryBody::Record(record) => {
                self.taken = self.taken.max(taken_turn(record).unwrap_or(0));
                return false;
            }
            EntryBody::Opened(_) | EntryBody::Artifact(_) | _ => return false,
        };
        (self.state, self.at) = (state.clone(), entry.at);
        if self.state.is_terminal() {
            self.end();
        }
        true
    }
}
