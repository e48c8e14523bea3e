//! What is posted to a task that is held.

use a2a_core::{Entry, EntryBody, TaskState};

use super::{batch::misuse, cell::State};
use crate::log::{LogError, Posted, Result, Seq};

impl State {
    /// Whether this may be posted; a turn learns which state it resumes.
    pub(crate) fn admit(&self, entry: &mut Entry) -> Result<()> {
        let state = &self.header.state;
        if state.is_terminal() {
            return Err(LogError::Terminal);
        }
        match &mut entry.body {
            EntryBody::Turn(turn) if turn.again && *state != TaskState::AuthRequired => {
                return Err(LogError::NotWaiting);
            }
            EntryBody::Turn(turn) => turn.resumes = state.is_interrupted().then(|| state.clone()),
            EntryBody::CancelRequested(_) => {}
            _ => return Err(misuse("only turns and wishes to cancel are posted")),
        }
        Ok(())
    }

    /// What becomes of a post that stands there.
    pub(crate) fn posted(&self, seq: Seq) -> Posted {
        Posted::new(seq, self.header.run.run, self.header.is_leased())
    }

    /// What the first post got, but that it needs no new run if one has taken it since.
    pub(crate) fn again(&self, first: &Posted) -> Posted {
        let taken = self.header.is_leased() || self.header.run.run > first.run;
        let leased = first.leased || taken || self.header.state.is_terminal();
        Posted::new(first.seq, first.run, leased)
    }
}
