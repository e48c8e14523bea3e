//! The two doors of a task, and its leases.

use std::sync::Arc;

use a2a_core::{Entry, TaskId};

use super::Engine;
use crate::log::{
    Head, IdempotencyKey, Lease, LeaseRequest, LogError, Posted, Result, RunStart, Scope, Seq, Webhook,
    held::{Batch, Cell, Led, State, Taken},
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
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        let cell = self.cell_of(who, task)?;
        let now = entry.at.unix_millis();
        let posts_to = Some(cell.task.clone());
        let key = key.map(|key| Arc::new(Taken { scope: cell.scope.clone(), posts_to, key }));
        let mut state = cell.enter()?;
        if let Some(led) = key.as_ref().and_then(|key| self.keys.find(key, now, &self.room))
            && let Some(first) = led.posted
        {
            return Ok(state.again(&first));
        }
        if let Some(webhook) = &webhook {
            state.check_webhook(webhook.id(), self.room.limits.webhooks)?;
        }
        let posted = self.say(&cell, &mut state, entry)?;
        if let Some(webhook) = webhook {
            state.put_webhook(*webhook, posted.seq - 1, &self.webhooks);
        }
        if let Some(key) = key {
            let led = Led { task: cell.task.clone(), posted: Some(posted.clone()), at: now };
            self.keys.take(&key, led, &self.room, || Ok::<_, LogError>(()))?;
            while state.keys.front().is_some_and(|(_, at)| now.saturating_sub(*at) >= self.room.key_window) {
                state.keys.pop_front();
            }
            state.keys.push_back((key, now));
        }
        Ok(posted)
    }

    pub(super) fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        let cell = self.cell(task)?;
        let mut state = cell.enter()?;
        Ok(if state.header.lend(want) { Some(cell.lease(&state.header)) } else { None })
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
        Ok(if state.release(consumed) { Some(cell.lease(&state.header)) } else { None })
    }

    pub(super) fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        let cell = self.cell(&lease.task)?;
        let state = cell.enter()?;
        state.guard(lease)?;
        Ok(cell.start(state, consumed))
    }

    fn say(&self, cell: &Arc<Cell>, state: &mut State, mut entry: Entry) -> Result<Posted> {
        state.admit(&mut entry)?;
        self.take(cell, state, Batch::posted(entry))?;
        Ok(state.posted(state.tail.last()))
    }

    /// Takes entries whose writer has the right to write them.
    fn take(&self, cell: &Arc<Cell>, state: &mut State, batch: Batch) -> Result<()> {
        let before = state.header.at;
        state.check(&batch, &self.room.limits)?;
        if state.apply(batch, &self.room.limits) {
            self.index.put(cell, Some(before), state.header.at, state.header.state.clone());
        }
        state.trim(&self.room);
        Ok(())
    }
}
