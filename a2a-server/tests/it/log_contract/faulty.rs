//! A log in memory with one fault.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use a2a_core::{Entry, EntryBody, TaskId, Timestamp};
use a2a_server::{
    contract::{
        Stores,
        fixture::{ann, at},
    },
    log::{
        Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage,
        ListPlace, ListQuery, LogCursor, LogEntry, LogError, MemoryLog, Page, Posted, Result, Retention,
        RunStart, Scope, Seq, Snapshot, TaskBody, TaskLog, View, Webhook, WebhookPage,
    },
};
use async_trait::async_trait;

use super::fault::Fault;

/// Makes logs with one fault.
pub(super) struct Faulty(Fault);

impl Faulty {
    pub(super) fn with(fault: Fault) -> Self {
        Self(fault)
    }
}

#[async_trait]
impl Stores for Faulty {
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
        Arc::new(FaultyLog { log: MemoryLog::with(keep), fault: self.0, leases: Mutex::default() })
    }
}

#[derive(Debug)]
struct FaultyLog {
    log: MemoryLog,
    fault: Fault,
    /// The latest lease of each task.
    leases: Mutex<HashMap<TaskId, Lease>>,
}

impl FaultyLog {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn note(&self, lease: &Lease) {
        self.leases.lock().unwrap().insert(lease.task.clone(), lease.clone());
    }

    fn latest(&self, lease: &Lease) -> Lease {
        self.leases.lock().unwrap().get(&lease.task).unwrap_or(lease).clone()
    }
}

/// The entry as a log that drops what it should not would keep it.
fn without_nulls(mut entry: Entry) -> Entry {
    if let EntryBody::Status(status) = &mut entry.body {
        status.metadata.retain(|_, value| !value.is_null());
    }
    entry
}

#[async_trait]
impl TaskLog for FaultyLog {
    async fn create(&self, mut new: Create, first: Vec<Entry>) -> Result<Created> {
        if self.has(Fault::ForgetsKeys) {
            new.key = None;
        }
        if self.has(Fault::LosesWebhooksOfNewTasks) {
            new.webhook = None;
        }
        let created = self.log.create(new, first).await;
        if let Ok(Created::New(lease, _)) = &created {
            self.note(lease);
        }
        created
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        if self.has(Fault::FindsNoKey) {
            return Ok(None);
        }
        self.log.find(who, posts_to, key, at).await
    }

    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        mut entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        if let (Fault::SaysAgain, EntryBody::Turn(turn)) = (self.fault, &mut entry.body) {
            turn.again = false;
        }
        if self.has(Fault::RefusesRepeatedPosts) {
            let header = self.log.header(who, task).await?;
            if header.head.state.is_terminal() {
                return Err(LogError::Terminal);
            }
        }
        let owner = ann();
        let who = match &key {
            Some(key)
                if self.has(Fault::AnswersAnothersPost)
                    && self.log.find(&owner, Some(task), key, entry.at).await?.is_some() =>
            {
                &owner
            }
            _ => who,
        };
        let webhook = webhook.filter(|_| !self.has(Fault::LosesWebhooksOfTurns));
        if let (Some(webhook), true) = (&webhook, self.has(Fault::RegistersBeforeItPosts)) {
            let _ = self.log.put_webhook(who, task, (**webhook).clone()).await;
        }
        self.log.post(who, task, entry, key, webhook).await
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        let given = self.log.lease(task, want).await?;
        if let Some(lease) = &given {
            self.note(lease);
        } else if self.has(Fault::StopsLiveRuns) && want == LeaseRequest::Stop {
            let held = self.leases.lock().unwrap().get(task).cloned();
            let Some(held) = held else { return Ok(None) };
            return Ok(self.log.renew(std::slice::from_ref(&held)).await?[0].as_ref().map(|_| held));
        }
        Ok(given)
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        let entries = match self.fault {
            Fault::DropsNulls => entries.into_iter().map(without_nulls).collect(),
            Fault::DropsRecords => {
                entries.into_iter().filter(|entry| !matches!(entry.body, EntryBody::Record(_))).collect()
            }
            _ => entries,
        };
        match self.fault {
            Fault::FencesNothing => {
                let latest = self.latest(lease);
                self.log.append(if lease.epoch < latest.epoch { &latest } else { lease }, entries).await
            }
            Fault::TakesHalfOfABatch => {
                let mut head = self.log.append(lease, Vec::new()).await?;
                for entry in entries {
                    if head.state.is_terminal() {
                        break;
                    }
                    head = self.log.append(lease, vec![entry]).await?;
                }
                Ok(head)
            }
            Fault::RefusesLargeEnds if matches!(&*entries, [end] if end.size() > 20_000) => {
                Err(LogError::TooLarge { limit: 20_000 })
            }
            _ => self.log.append(lease, entries).await,
        }
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        if self.has(Fault::RenewsLostLeases) {
            let latest: Vec<_> = leases.iter().map(|lease| self.latest(lease)).collect();
            return self.log.renew(&latest).await;
        }
        self.log.renew(leases).await
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        let consumed = match self.fault {
            Fault::LosesTurns => Seq::MAX,
            Fault::OffersConsumedTurns => 0,
            _ => consumed,
        };
        let next = self.log.release(lease, consumed).await?;
        if let Some(next) = &next {
            self.note(next);
        }
        Ok(next)
    }

    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        if self.has(Fault::TakesLiveRuns) {
            return Ok(self.leases.lock().unwrap().values().take(most).cloned().collect());
        }
        self.log.orphans(most).await
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        let mut start = self.log.start(lease, consumed).await?;
        if self.has(Fault::StartsWithoutTurns) {
            start.turns.clear();
        }
        Ok(start)
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        let header = self.log.header(who, task).await;
        match (self.fault, header) {
            (Fault::ShowsHeaders, Err(LogError::NotFound)) => self.log.header(&ann(), task).await,
            (Fault::TellsForbiddenFromMissing, Err(LogError::NotFound)) => {
                match self.log.header(&ann(), task).await {
                    Ok(_) => Err(LogError::Store("that is another's".into())),
                    Err(error) => Err(error),
                }
            }
            (_, header) => header,
        }
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        let mut snapshot = self.log.load(who, task, view).await?;
        match self.fault {
            Fault::ForgetsHistory => {
                let mut task = snapshot.to_task();
                task.limit_history(Some(1));
                snapshot.body = TaskBody::Folded(Arc::new(task));
            }
            Fault::ShowsAll => snapshot.view = View::default(),
            _ => {}
        }
        Ok(snapshot)
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        let mut attached = self.log.attach(who, task, after).await?;
        if self.has(Fault::EndsReaders) && attached.state.is_terminal() {
            return self.log.attach(who, task, None).await;
        }
        if self.has(Fault::WaitsForPlaces) && after > Some(attached.cursor.seq()) {
            attached.snapshot = None;
        }
        Ok(attached)
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        if self.has(Fault::ReadsEmptyPages) && limit.bytes == 0 {
            return Ok(Page::Entries(Vec::new()));
        }
        let before = cursor.seq();
        let page = self.log.read(cursor, limit).await?;
        if self.has(Fault::ReadsAgain) && before > 0 && limit.entries < 9 {
            let mut again = self.log.attach(&ann(), cursor.task(), Some(before - 1)).await?.cursor;
            return self.log.read(&mut again, limit).await;
        }
        match page {
            Page::Entries(page) if self.has(Fault::SkipsANumber) => Ok(Page::Entries(
                page.into_iter()
                    .map(|entry| LogEntry::new(entry.seq + entry.seq / 100, entry.entry))
                    .collect(),
            )),
            page => Ok(page),
        }
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        let mut query = query.clone();
        if let (Fault::ListsOnlyLater, Some(after)) = (self.fault, &mut query.after) {
            *after = Timestamp::from_unix_millis(after.unix_millis() + 1);
        }
        match self.fault {
            Fault::PagesByNumber => self.page_by_number(who, &query).await,
            Fault::ListsIdsBackwards => {
                let mut page = self.log.list(who, &query).await?;
                page.tasks.sort_by_key(|task| {
                    let task = task.to_task();
                    std::cmp::Reverse((task.status.timestamp, task.id))
                });
                Ok(page)
            }
            Fault::CountsThePage => {
                let page = self.log.list(who, &query).await?;
                let total = page.tasks.len();
                Ok(ListPage::new(page.tasks, total, page.next))
            }
            _ => self.log.list(who, &query).await,
        }
    }

    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        match self.fault {
            Fault::MakesWebhooksAnew => self.log.delete_webhook(who, task, webhook.id()).await?,
            Fault::RefusesWebhooksBehindTheEnd => {
                let header = self.log.header(who, task).await?;
                if header.head.state.is_terminal() {
                    return Err(LogError::Terminal);
                }
            }
            _ => {}
        }
        let mut webhook = webhook;
        if self.has(Fault::ForgetsSecrets) {
            webhook.config.token = None;
        }
        self.log.put_webhook(who, task, webhook).await
    }

    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>> {
        let found = self.log.webhook(who, task, id).await;
        match found {
            Err(LogError::NotFound) if self.has(Fault::ShowsWebhooks) => Ok(None),
            found => found,
        }
    }

    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage> {
        let mut page = self.log.webhooks(who, task, after, most).await?;
        if self.has(Fault::ListsWebhooksById) {
            page.webhooks.sort_by_key(|webhook| webhook.id().to_owned());
        }
        Ok(page)
    }

    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        if self.has(Fault::KeepsRemovedWebhooks) {
            return self.log.header(who, task).await.map(drop);
        }
        self.log.delete_webhook(who, task, id).await
    }
}

impl FaultyLog {
    /// With places whose time is a number of tasks.
    async fn page_by_number(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        let mut all = query.clone();
        (all.from, all.limit) = (None, usize::MAX);
        let skipped = query.from.as_ref().map_or(0, |from| from.at.unix_millis() - at(0).unix_millis());
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let page = self.log.list(who, &all).await?;
        let tasks: Vec<_> = page.tasks.into_iter().skip(skipped).take(query.limit).collect();
        let behind = skipped.saturating_add(tasks.len());
        let next = (behind < page.total && !tasks.is_empty())
            .then(|| ListPlace::new(at(i64::try_from(behind).unwrap()), tasks[0].to_task().id));
        Ok(ListPage::new(tasks, page.total, next))
    }
}
