//! The two doors of a task, and its leases.

use std::sync::Arc;

use a2a_core::{Entry, EntryBody, TaskId};

use super::{
    Engine,
    batch::{Batch, misuse},
    cell::{Cell, State},
    header::Holder,
    keys::{Led, Taken},
};
use crate::log::{
    Head, IdempotencyKey, Lease, LeaseRequest, LogError, Posted, Result, RunStart, Scope, Seq, TaskBody, View,
};

impl Engine {
    pub(super) fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        let batch = Batch::written(entries)?;
        let cell = self.cell(&lease.task)?;
        let mut state = cell.enter()?;
        state.guard(lease)?;
        self.take(&cell, &mut state, batch)?;
        let head = state.head();
        drop(state);
        if head.state.is_terminal() {
            self.end(&cell);
        }
        Ok(head)
    }

    pub(super) fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
    ) -> Result<Posted> {
        let cell = self.cell_of(who, task)?;
        let now = entry.at.unix_millis();
        let posts_to = Some(cell.task.clone());
        let key = key.map(|key| Arc::new(Taken { scope: cell.scope.clone(), posts_to, key }));
        let mut state = cell.enter()?;
        if let Some(led) = key.as_ref().and_then(|key| self.keys.find(key, now, &self.limits))
            && let Some(first) = led.posted
        {
            return Ok(again(&first, &state));
        }
        let posted = self.say(&cell, &mut state, entry)?;
        if let Some(key) = key {
            let led = Led { task: cell.task.clone(), posted: Some(posted.clone()), at: now };
            self.keys.take(&key, led, &self.limits, || Ok::<_, LogError>(()))?;
            while state.keys.front().is_some_and(|(_, at)| now.saturating_sub(*at) >= self.limits.key_window)
            {
                state.keys.pop_front();
            }
            state.keys.push_back((key, now));
        }
        Ok(posted)
    }

    pub(super) fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        let cell = self.cell(task)?;
        let mut state = cell.enter()?;
        let header = &mut state.header;
        if header.lease != Holder::Nobody || header.state.is_terminal() {
            return Ok(None);
        }
        match want {
            LeaseRequest::NextRun => header.next_run(),
            LeaseRequest::Stop => {
                header.epoch += 1;
                header.lease = Holder::Stop;
            }
        }
        Ok(Some(cell.lease(header)))
    }

    pub(super) fn renew(&self, lease: &Lease) -> Option<Head> {
        let cell = self.cell(&lease.task).ok()?;
        let state = cell.enter().ok()?;
        state.guard(lease).is_ok().then(|| state.head())
    }

    pub(super) fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        let cell = self.cell(&lease.task)?;
        let mut state = cell.enter()?;
        match state.guard(lease) {
            Ok(()) => {}
            Err(LogError::Terminal) => return Ok(None),
            Err(error) => return Err(error),
        }
        let consumed = consumed.max(state.header.consumed);
        while state.turns.front().is_some_and(|(seq, _)| *seq <= consumed) {
            state.turns.pop_front();
        }
        let header = &mut state.header;
        header.consumed = consumed;
        if header.lease == Holder::Stop {
            header.cancel = false;
        }
        if header.inbox > consumed {
            header.next_run();
            return Ok(Some(cell.lease(header)));
        }
        header.lease = Holder::Nobody;
        Ok(None)
    }

    pub(super) fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        let cell = self.cell(&lease.task)?;
        let mut state = cell.enter()?;
        state.guard(lease)?;
        let turns = state.turns.iter().filter(|(seq, _)| *seq > consumed).cloned().collect();
        let unfolded = state.unfolded();
        drop(state);
        let snapshot = cell.fold(unfolded, View::default());
        let task = match snapshot.body {
            TaskBody::Folded(task) => task,
            TaskBody::Encoded(_) => Arc::new(snapshot.to_task()),
        };
        Ok(RunStart::new(snapshot.seq, task, turns))
    }

    fn say(&self, cell: &Arc<Cell>, state: &mut State, mut entry: Entry) -> Result<Posted> {
        if state.header.state.is_terminal() {
            return Err(LogError::Terminal);
        }
        match &mut entry.body {
            EntryBody::Turn(turn) => {
                let state = &state.header.state;
                turn.resumes = state.is_interrupted().then(|| state.clone());
            }
            EntryBody::CancelRequested(_) => {}
            _ => return Err(misuse("only turns and wishes to cancel are posted")),
        }
        self.take(cell, state, Batch::posted(entry))?;
        Ok(Posted::new(state.tail.last(), state.header.run.run, state.header.lease != Holder::Nobody))
    }

    /// Takes entries whose writer has the right to write them.
    fn take(&self, cell: &Arc<Cell>, state: &mut State, batch: Batch) -> Result<()> {
        let before = state.header.at;
        if state.take(batch, &self.limits)? {
            self.index.put(cell, Some(before), state.header.at, state.header.state.clone());
        }
        if state.header.state.is_terminal() {
            state.header.lease = Holder::Nobody;
        }
        state.trim(self);
        Ok(())
    }
}

/// What the first post got, but that it needs no new run if one has taken it since.
fn again(first: &Posted, state: &State) -> Posted {
    let taken = state.header.lease != Holder::Nobody || state.header.run.run > first.run;
    let leased = first.leased || taken || state.header.state.is_terminal();
    Posted::new(first.seq, first.run, leased)
}
