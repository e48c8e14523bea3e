//! When a stream of a task is over.

use a2a_core::{
    EntryBody, Error, TaskState,
    entry::{Record, Status},
};

use crate::{
    log::{LogEntry, Posted, Scope, Seq, taken_turn},
    run::refused,
};

/// When a stream is over, beside the end of its task.
#[derive(Debug)]
pub(crate) struct Until {
    /// Which interrupted states end it.
    pause: Pause,
    /// The turn that is to be answered: a pause counts once a run has taken it.
    turn: Option<Asked>,
}

/// A turn that somebody waits for the answer to.
#[derive(Debug)]
pub(crate) struct Asked {
    posted: Posted,
    pub(super) scope: Scope,
    /// Some of what came behind it was trimmed unread, so nobody can say whether a run has taken it.
    lapsed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// None: the reader follows the task.
    Never,
    /// `INPUT_REQUIRED`: the sender has its answer. On `AUTH_REQUIRED` the run goes on (§7.6.1).
    Input,
    /// Both: a blocking sender has its answer.
    Any,
}

impl Asked {
    /// The turn that was posted there, to a task of this scope.
    pub(crate) fn new(posted: Posted, scope: Scope) -> Self {
        Self { posted, scope, lapsed: false }
    }
}

impl Until {
    /// Follows the task to its end.
    pub(crate) fn ended() -> Self {
        Self { pause: Pause::Never, turn: None }
    }

    /// Streams the answer to a message; `turn` if the message went to a task that existed.
    pub(crate) fn answered(turn: Option<Asked>) -> Self {
        Self { pause: Pause::Input, turn }
    }

    /// Waits for the answer to a message.
    pub(crate) fn paused(turn: Option<Asked>) -> Self {
        Self { pause: Pause::Any, turn }
    }

    /// Whether it is over behind this entry, and with which error if the turn was refused.
    pub(super) fn is_over(&mut self, entry: &LogEntry) -> Option<Result<(), Error>> {
        let over = match &entry.entry.body {
            EntryBody::Record(record) => return self.noted(record, entry.entry.run.map_or(0, |run| run.run)),
            EntryBody::Status(Status { state, .. }) => {
                let run = entry.entry.run.map_or(0, |run| run.run);
                let took = self.turn.as_ref().is_none_or(|turn| run > turn.posted.run);
                state.is_terminal() || (took && self.pauses(state))
            }
            _ => false,
        };
        over.then_some(Ok(()))
    }

    fn noted(&mut self, record: &Record, run: u32) -> Option<Result<(), Error>> {
        let asked = self.turn.as_mut()?;
        if let Some(error) = refused(asked.posted.seq, record) {
            return Some(Err(error));
        }
        if taken_turn(record)? >= asked.posted.seq {
            self.turn = None;
        } else {
            // It came before this run began, but another turn was before it: the run's pauses answer that one.
            asked.posted.run = asked.posted.run.max(run);
        }
        None
    }

    /// Whether it is over where this snapshot of the task stands.
    pub(super) fn is_over_at(&mut self, seq: Seq, state: &TaskState) -> bool {
        if let Some(turn) = &mut self.turn {
            turn.lapsed |= seq > turn.posted.seq;
        }
        state.is_terminal() || (self.turn.is_none() && self.pauses(state))
    }

    /// Whose task it is, if only its rest can tell whether the turn was answered: a paused task without a live run
    /// has no turn left that waits.
    pub(super) fn unsure(&self) -> Option<&Scope> {
        self.turn.as_ref().filter(|turn| turn.lapsed).map(|turn| &turn.scope)
    }

    pub(super) fn pauses(&self, state: &TaskState) -> bool {
        match self.pause {
            Pause::Never => false,
            Pause::Input => *state == TaskState::InputRequired,
            Pause::Any => state.is_interrupted(),
        }
    }
}
