//! The webhooks of a task that are held in memory, by the log that has no other place for them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::cell::State;
use crate::log::{LogError, Result, Seq, Webhook, WebhookPage};

/// The webhooks of one task, in the order in which they were made.
pub(crate) type Hooks = Vec<Webhook>;

/// Counts the webhooks of all tasks.
#[derive(Debug, Default)]
pub(crate) struct Numbers(AtomicU64);

impl Numbers {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl State {
    /// Whether a webhook of this id may be put.
    pub(crate) fn check_webhook(&self, id: &str, limit: usize) -> Result<()> {
        let others = self.webhooks.iter().filter(|known| known.id() != id).count();
        if others < limit { Ok(()) } else { Err(LogError::TooManyWebhooks { limit }) }
    }

    /// Keeps a webhook that was checked, to be told of what is behind this entry.
    pub(crate) fn put_webhook(&mut self, mut webhook: Webhook, after: Seq, numbers: &Numbers) -> Webhook {
        if let Some(known) = self.webhooks.iter_mut().find(|known| known.id() == webhook.id()) {
            (webhook.after, webhook.number) = (known.after, known.number);
            *known = webhook.clone();
        } else {
            (webhook.after, webhook.number) = (after, numbers.next());
            self.webhooks.push(webhook.clone());
        }
        webhook
    }

    pub(crate) fn webhook(&self, id: &str) -> Option<Webhook> {
        self.webhooks.iter().find(|known| known.id() == id).cloned()
    }

    pub(crate) fn webhooks(&self, after: u64, most: usize) -> WebhookPage {
        let behind = self.webhooks.iter().filter(|known| known.number > after);
        WebhookPage::of(behind.take(most.saturating_add(1)).cloned().collect(), most)
    }

    pub(crate) fn delete_webhook(&mut self, id: &str) {
        self.webhooks.retain(|known| known.id() != id);
    }
}
