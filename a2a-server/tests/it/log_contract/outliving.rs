//! A log whose tasks outlive its process: what is on its disk stays in memory, and a process is a number.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use a2a_core::{Entry, EntryBody, TaskId, Timestamp, entry::RunRef};
use a2a_server::{
    contract::Stores,
    log::{
        Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage,
        ListQuery, LogCursor, LogError, MemoryLog, Page, PendingWebhook, Posted, Result, Retention, RunStart,
        Scope, Seq, Snapshot, TaskLog, View, Webhook, WebhookPage, taken_turn,
    },
};
use async_trait::async_trait;
use tokio::sync::Mutex as AsyncMutex;

use super::loss::Loss;

/// Makes logs that outlive their process.
pub(super) struct Outliving {
    loss: Loss,
    /// That of the log that was answered last, and its settings.
    latest: Mutex<Option<(Disk, Retention)>>,
}

impl Outliving {
    pub(super) fn with(loss: Loss) -> Self {
        Self { loss, latest: Mutex::default() }
    }
}

#[async_trait]
impl Stores for Outliving {
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
        let disk = Disk { log: MemoryLog::with(keep.clone()), places: Arc::default() };
        *self.latest.lock().unwrap() = Some((disk.clone(), keep));
        Arc::new(Process { disk, loss: self.loss })
    }

    async fn reopened(&self, log: Arc<dyn TaskLog>) -> Option<Arc<dyn TaskLog>> {
        assert_eq!(Arc::strong_count(&log), 1, "somebody holds a log whose process is killed");
        let (disk, keep) = self.latest.lock().unwrap().clone()?;
        if self.loss == Loss::Everything {
            return Some(self.fresh(keep).await);
        }
        let mut places = disk.places.lock().await;
        for place in places.values_mut() {
            place.die(&disk.log, self.loss).await;
        }
        drop(places);
        Some(Arc::new(Process { disk, loss: self.loss }))
    }
}

/// What outlives a process.
#[derive(Clone, Debug)]
struct Disk {
    log: MemoryLog,
    places: Arc<AsyncMutex<HashMap<TaskId, Place>>>,
}

/// Where a task stands, besides what is in the log beneath.
#[derive(Debug)]
struct Place {
    /// The latest lease of the log beneath, which knows of no crashes.
    beneath: Lease,
    /// The latest lease that was given.
    lease: Lease,
    holder: Holder,
    who: Scope,
    opening: Arc<Entry>,
    consumed: Seq,
    taken: Seq,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Nobody,
    Run,
    Stop,
    /// A run that died.
    Dead,
    /// Nobody, though there is a turn, and who posted it died.
    Due,
}

impl Place {
    /// Whether this lease may write, as far as the log beneath doesn't know.
    fn guard(&self, lease: &Lease) -> Result<Lease> {
        if lease.epoch == self.lease.epoch && matches!(self.holder, Holder::Run | Holder::Stop) {
            return Ok(self.beneath.clone());
        }
        Err(LogError::Fenced)
    }

    /// Gives the next lease.
    fn give(&mut self, beneath: Lease, attempt: u32, holder: Holder, loss: Loss) -> Lease {
        let mut run = RunRef::new(beneath.run.run);
        run.attempt = attempt;
        if run.run != self.lease.run.run && loss != Loss::WhoTook {
            self.taken = 0;
        }
        self.lease = Lease::new(beneath.task.clone(), self.lease.epoch + 1, run, beneath.consumed);
        (self.beneath, self.holder) = (beneath, holder);
        self.lease.clone()
    }

    /// The process that worked on it was killed.
    async fn die(&mut self, log: &MemoryLog, loss: Loss) {
        let Ok(heads) = log.renew(std::slice::from_ref(&self.beneath)).await else { return };
        match self.holder {
            Holder::Run => self.holder = Holder::Dead,
            Holder::Stop if loss == Loss::ThatItWasAStop => self.holder = Holder::Dead,
            Holder::Stop if heads[0].is_some() => {
                let next = log.release(&self.beneath, 0).await.unwrap();
                self.holder = Holder::Nobody;
                if let Some(next) = next {
                    (self.beneath, self.holder) = (next, Holder::Due);
                }
            }
            Holder::Nobody => self.holder = Holder::Due,
            Holder::Stop | Holder::Dead | Holder::Due => {}
        }
    }

    /// Takes it over, if it is due.
    async fn take_over(&mut self, log: &MemoryLog, loss: Loss) -> Option<Lease> {
        let head = log.header(&self.who, &self.lease.task).await.ok()?.head;
        if head.state.is_terminal() {
            return None;
        }
        match self.holder {
            Holder::Dead if loss != Loss::DeadRuns => {
                let attempt = self.lease.run.attempt + u32::from(loss != Loss::Attempts);
                let epoch = self.lease.epoch;
                self.give(self.beneath.clone(), attempt, Holder::Run, loss);
                if loss == Loss::Epochs {
                    self.lease.epoch = epoch;
                }
                Some(self.lease.clone())
            }
            Holder::Due if loss != Loss::Turns && head.inbox > self.consumed => {
                let next = log.lease(&self.lease.task, LeaseRequest::NextRun).await.unwrap();
                let next = next.unwrap_or_else(|| self.beneath.clone());
                Some(self.give(next, 1, Holder::Run, loss))
            }
            Holder::Run if loss == Loss::WhatWasAnswered && self.lease.run.attempt > 1 => {
                Some(self.lease.clone())
            }
            _ => None,
        }
    }
}

/// The entry as it is read from a disk.
fn stored(entry: &Entry) -> Entry {
    serde_json::from_slice(&serde_json::to_vec(entry).unwrap()).unwrap()
}

/// The log of one process.
#[derive(Debug)]
struct Process {
    disk: Disk,
    loss: Loss,
}

#[async_trait]
impl TaskLog for Process {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        let (who, opening) = (new.scope.clone(), first.first().cloned());
        let first = first.iter().map(stored).collect();
        let mut places = self.disk.places.lock().await;
        let created = self.disk.log.create(new, first).await?;
        if let (Created::New(lease, _), Some(opening)) = (&created, opening) {
            let (beneath, opening) = (lease.clone(), Arc::new(opening));
            let lease = lease.clone();
            let holder = Holder::Run;
            let place = Place { beneath, lease, holder, who, opening, consumed: 0, taken: 0 };
            places.insert(place.lease.task.clone(), place);
        }
        Ok(created)
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        self.disk.log.find(who, posts_to, key, at).await
    }

    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        self.disk.log.post(who, task, stored(&entry), key, webhook).await
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        let mut places = self.disk.places.lock().await;
        let Some(beneath) = self.disk.log.lease(task, want).await? else { return Ok(None) };
        let place = places.get_mut(task).ok_or(LogError::NotFound)?;
        let (attempt, holder) = match want {
            LeaseRequest::Stop => (place.lease.run.attempt, Holder::Stop),
            _ => (1, Holder::Run),
        };
        Ok(Some(place.give(beneath, attempt, holder, self.loss)))
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        let mut places = self.disk.places.lock().await;
        let place = places.get_mut(&lease.task).ok_or(LogError::NotFound)?;
        let taken = entries.iter().filter_map(|entry| match &entry.body {
            EntryBody::Record(record) => taken_turn(record),
            _ => None,
        });
        let taken = taken.max().unwrap_or_default();
        let entries = entries.iter().map(stored).collect();
        let head = self.disk.log.append(&place.guard(lease)?, entries).await?;
        place.taken = place.taken.max(taken);
        Ok(head)
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        let (places, mut heads) = (self.disk.places.lock().await, Vec::new());
        for lease in leases {
            let beneath = places.get(&lease.task).and_then(|place| place.guard(lease).ok());
            let beneath = Vec::from_iter(beneath);
            heads.push(self.disk.log.renew(&beneath).await?.pop().flatten());
        }
        Ok(heads)
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        let mut places = self.disk.places.lock().await;
        let place = places.get_mut(&lease.task).ok_or(LogError::NotFound)?;
        let next = self.disk.log.release(&place.guard(lease)?, consumed).await?;
        place.consumed = place.consumed.max(consumed);
        place.holder = Holder::Nobody;
        Ok(next.map(|next| place.give(next, 1, Holder::Run, self.loss)))
    }

    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        let (mut places, mut leases) = (self.disk.places.lock().await, Vec::new());
        for place in places.values_mut() {
            if leases.len() >= most && self.loss != Loss::TheMost {
                break;
            }
            leases.extend(place.take_over(&self.disk.log, self.loss).await);
        }
        Ok(leases)
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        let places = self.disk.places.lock().await;
        let place = places.get(&lease.task).ok_or(LogError::NotFound)?;
        let mut start = self.disk.log.start(&place.guard(lease)?, consumed).await?;
        if lease.run.run == 1 && lease.run.attempt > 1 && self.loss != Loss::TheOpening {
            start.turns.insert(0, (1, Arc::clone(&place.opening)));
        }
        start.taken = if self.loss == Loss::WhatWasTaken { 0 } else { place.taken };
        Ok(start)
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.disk.log.header(who, task).await
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.disk.log.load(who, task, view).await
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        self.disk.log.attach(who, task, after).await
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        self.disk.log.read(cursor, limit).await
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        self.disk.log.list(who, query).await
    }

    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        self.disk.log.put_webhook(who, task, webhook).await
    }

    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>> {
        self.disk.log.webhook(who, task, id).await
    }

    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage> {
        self.disk.log.webhooks(who, task, after, most).await
    }

    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        self.disk.log.delete_webhook(who, task, id).await
    }

    async fn pending_webhooks(&self, after: u64, most: usize) -> Result<Vec<PendingWebhook>> {
        if self.loss == Loss::WhoIsToBeTold {
            return Ok(Vec::new());
        }
        let (places, mut pending) = (self.disk.places.lock().await, Vec::new());
        for Place { who, lease: Lease { task, .. }, .. } in places.values() {
            let ended = self.disk.log.header(who, task).await?.head.state.is_terminal();
            if ended && self.loss != Loss::WhoWasToldAll {
                continue;
            }
            for webhook in self.disk.log.webhooks(who, task, after, usize::MAX).await?.webhooks {
                let id = webhook.id().to_owned();
                pending.push(PendingWebhook::new(who.clone(), task.clone(), id, webhook.number));
            }
        }
        pending.sort_by_key(|pending| pending.number);
        pending.truncate(most);
        Ok(pending)
    }
}
