//! The webhooks that are being told, each in a task of its own.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use a2a_core::TaskId;
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::AbortHandle,
};

use super::{
    Webhooks,
    client::Client,
    delivery::{Delivery, report},
};
use crate::{log::Scope, run::Runs, shards::lock};

/// Webhooks that the log is asked for at once.
const PAGE: usize = 256;

/// The webhooks that are being told.
#[derive(Debug)]
pub(crate) struct Deliveries {
    pub(super) settings: Webhooks,
    pub(super) client: Client,
    pub(super) in_flight: Semaphore,
    live: Mutex<HashMap<Key, Live>>,
    latest: AtomicU64,
}

/// A webhook of a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) task: TaskId,
    pub(super) id: String,
}

#[derive(Debug)]
struct Live {
    number: u64,
    /// Set when the webhook was registered again.
    again: Arc<AtomicBool>,
    asks: mpsc::UnboundedSender<Ask>,
    /// None until it was begun.
    task: Option<AbortHandle>,
}

/// Whoever is answered when the webhook was told all that is in the log.
pub(super) type Ask = oneshot::Sender<()>;

/// The place of a delivery among those that are live; it goes with the delivery.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) deliveries: Arc<Deliveries>,
    pub(super) key: Key,
    number: u64,
    again: Arc<AtomicBool>,
}

impl Deliveries {
    pub(super) fn new(settings: Webhooks) -> Self {
        Self {
            client: Client::new(&settings),
            in_flight: Semaphore::new(settings.in_flight.min(Semaphore::MAX_PERMITS)),
            settings,
            live: Mutex::default(),
            latest: AtomicU64::new(0),
        }
    }

    pub(super) fn tell(self: &Arc<Self>, runs: &Arc<Runs>, scope: &Scope, task: &TaskId, id: &str) {
        let key = Key { task: task.clone(), id: id.to_owned() };
        let (number, again) = (self.latest.fetch_add(1, Ordering::Relaxed), Arc::default());
        let (asks, asked) = mpsc::unbounded_channel();
        match lock(&self.live).entry(key.clone()) {
            Entry::Occupied(known) => return known.get().again.store(true, Ordering::SeqCst),
            Entry::Vacant(place) => {
                place.insert(Live { number, again: Arc::clone(&again), asks, task: None });
            }
        }
        let place = Place { deliveries: Arc::clone(self), key: key.clone(), number, again };
        let delivery = Delivery::new(place, Arc::clone(runs), scope.clone(), asked);
        // Not under the lock: a runtime that is ending drops the delivery here and now, and with it its place.
        let task = tokio::spawn(delivery.run()).abort_handle();
        match lock(&self.live).get_mut(&key).filter(|live| live.number == number) {
            Some(live) => live.task = Some(task),
            // It is over already, or was forgotten.
            None => task.abort(),
        }
    }

    pub(super) fn renew(&self, task: &TaskId, id: &str) {
        let key = Key { task: task.clone(), id: id.to_owned() };
        if let Some(known) = lock(&self.live).get(&key) {
            known.again.store(true, Ordering::SeqCst);
        }
    }

    pub(super) fn forget(&self, task: &TaskId, id: &str) {
        let key = Key { task: task.clone(), id: id.to_owned() };
        let known = lock(&self.live).remove(&key);
        if let Some(task) = known.and_then(|known| known.task) {
            task.abort();
        }
    }

    /// Tells what the process before this one was to tell. Whoever ends the process meanwhile leaves it to the next.
    pub(super) async fn recover(self: Arc<Self>, runs: Arc<Runs>) {
        let (mut after, mut failures) = (0, 0);
        while !runs.shutdown.is_canceled() {
            match runs.log.pending_webhooks(after, PAGE).await {
                Ok(pending) => {
                    let Some(last) = pending.last() else { return };
                    (after, failures) = (last.number, 0);
                    for webhook in &pending {
                        self.tell(&runs, &webhook.scope, &webhook.task, &webhook.id);
                    }
                }
                Err(error) => {
                    failures += 1;
                    report(&error, None);
                    drop(error);
                    tokio::select! {
                        () = tokio::time::sleep(self.pause(failures)) => {}
                        () = runs.shutdown.canceled() => {}
                    }
                }
            }
        }
    }

    pub(super) async fn drained(&self) {
        let asked: Vec<_> = lock(&self.live)
            .values()
            .map(|live| {
                let (ask, answer) = oneshot::channel();
                // Whoever isn't there any more has told everything.
                let _ = live.asks.send(ask);
                answer
            })
            .collect();
        for answer in asked {
            let _ = answer.await;
        }
    }

    /// Tells nothing more.
    pub(super) fn end(&self) {
        let live = std::mem::take(&mut *lock(&self.live));
        for task in live.into_values().filter_map(|delivery| delivery.task) {
            task.abort();
        }
    }

    /// How long to wait after so many failures.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let Webhooks { retry_first, retry_most, .. } = self.settings;
        let doubled =
            retry_first.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
        // Random bits are all that is wanted of it.
        let (chance, _) = uuid::Uuid::new_v4().as_u64_pair();
        let left_out = f64::from(u32::try_from(chance >> 40).unwrap_or_default()) / f64::from(1 << 24) / 2.0;
        doubled.min(retry_most).mul_f64(1.0 - left_out)
    }
}

impl Place {
    /// Whether the webhook was registered again since this was last asked.
    pub(super) fn is_anew(&self) -> bool {
        self.again.swap(false, Ordering::SeqCst)
    }

    /// The same, and who asks next is answered the same.
    pub(super) fn awaits_anew(&self) -> bool {
        self.again.load(Ordering::SeqCst)
    }

    /// Ends the delivery, unless the webhook was registered again; answers whether it ended.
    pub(super) fn leave(&self) -> bool {
        let mut live = lock(&self.deliveries.live);
        if self.is_anew() {
            return false;
        }
        self.remove_from(&mut live);
        true
    }

    fn remove_from(&self, live: &mut HashMap<Key, Live>) {
        if live.get(&self.key).is_some_and(|known| known.number == self.number) {
            live.remove(&self.key);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.remove_from(&mut lock(&self.deliveries.live));
    }
}
