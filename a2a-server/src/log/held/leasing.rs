//! The leases of a task that is held.

use std::sync::{Arc, MutexGuard};

use super::{
    cell::{Cell, State},
    header::{Header, Holder},
};
use crate::log::{Lease, LogError, Result, RunStart, Seq, TaskBody, View};

impl State {
    /// Whether this lease may write.
    pub(crate) fn guard(&self, lease: &Lease) -> Result<()> {
        let Header { epoch, state, lease: holder, .. } = &self.header;
        if lease.epoch != *epoch {
            return Err(LogError::Fenced);
        }
        if state.is_terminal() {
            return Err(LogError::Terminal);
        }
        if *holder == Holder::Nobody { Err(LogError::Fenced) } else { Ok(()) }
    }

    /// Gives a lease back that was good, and the next one if turns are left; answers whether it did.
    pub(crate) fn release(&mut self, consumed: Seq) -> bool {
        let consumed = consumed.max(self.header.consumed);
        while self.turns.front().is_some_and(|(seq, _)| *seq <= consumed) {
            self.turns.pop_front();
        }
        let header = &mut self.header;
        header.consumed = consumed;
        if header.lease == Holder::Stop {
            header.cancel = false;
        }
        if header.inbox > consumed {
            header.next_run();
            return true;
        }
        header.lease = Holder::Nobody;
        false
    }
}

impl Cell {
    pub(crate) fn lease(&self, header: &Header) -> Lease {
        Lease::new(self.task.clone(), header.epoch, header.run, header.consumed)
    }

    /// What a run with a good lease begins with, of a task that is locked.
    pub(crate) fn start(&self, mut state: MutexGuard<'_, State>, consumed: Seq) -> RunStart {
        let turns = state.turns.iter().filter(|(seq, _)| *seq > consumed).cloned().collect();
        let (taken, unfolded) = (state.header.taken, state.unfolded());
        drop(state);
        let snapshot = self.fold(unfolded, View::default());
        let task = match snapshot.body {
            TaskBody::Folded(task) => task,
            TaskBody::Encoded(_) => Arc::new(snapshot.to_task()),
        };
        let mut start = RunStart::new(snapshot.seq, task, turns);
        start.taken = taken;
        start
    }
}
