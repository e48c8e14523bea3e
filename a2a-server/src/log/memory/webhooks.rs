//! The webhooks of a task.

use a2a_core::TaskId;

use super::Engine;
use crate::log::{Result, Scope, Webhook};

impl Engine {
    pub(super) fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        let cell = self.cell_of(who, task)?;
        let mut state = cell.enter()?;
        state.check_webhook(webhook.id(), self.room.limits.webhooks)?;
        let last = state.tail.last();
        let webhook = state.put_webhook(webhook, last, &self.webhooks);
        // What a task that has ended takes is counted.
        state.trim(&self.room);
        Ok(webhook)
    }

    pub(super) fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        let cell = self.cell_of(who, task)?;
        let mut state = cell.enter()?;
        state.delete_webhook(id);
        state.trim(&self.room);
        Ok(())
    }
}
