//! A log that lives and dies with the process.

mod engine;
mod finished;
mod index;
mod read;
#[cfg(test)]
mod tests;
mod webhooks;
mod write;

use std::sync::Arc;

use a2a_core::{Entry, TaskId, Timestamp};
use async_trait::async_trait;

use self::engine::Engine;
use super::{
    Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage, ListQuery,
    LogCursor, Page, Posted, Result, Retention, RunStart, Scope, Seq, Snapshot, TaskLog, View, Webhook,
    WebhookPage, held,
};

/// A log that lives and dies with the process.
///
/// It needs nothing, its memory is flat however many tasks come and go, and nothing in it waits for anything but a
/// lock: no method is ever pending. A task is kept folded up to some entry, with the entries behind that as they
/// are; when it has ended, as the bytes of its JSON. What is kept for how long is its [`Retention`].
///
/// Clones are handles of the same log.
///
/// ```
/// use a2a_server::log::{MemoryLog, Retention};
///
/// let log = MemoryLog::with(Retention::new().finished_bytes(256 << 20).unfinished(10_000));
/// ```
#[derive(Clone, Debug)]
pub struct MemoryLog {
    engine: Arc<Engine>,
}

impl MemoryLog {
    /// A log that keeps what [`Retention::new`] says.
    pub fn new() -> Self {
        Self::with(Retention::new())
    }

    /// A log that keeps this much.
    pub fn with(retention: Retention) -> Self {
        Self { engine: Arc::new(Engine::new(retention)) }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl TaskLog for MemoryLog {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        self.engine.create(new, first)
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        Ok(self.engine.find(who, posts_to, key, at))
    }

    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        self.engine.post(who, task, entry, key, webhook)
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        self.engine.lease(task, want)
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        self.engine.append(lease, entries)
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        Ok(leases.iter().map(|lease| self.engine.renew(lease)).collect())
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        self.engine.release(lease, consumed)
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        self.engine.start(lease, consumed)
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.engine.header(who, task)
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.engine.load(who, task, view)
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        self.engine.attach(who, task, after)
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        held::read(cursor, limit)
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        Ok(self.engine.list(who, query))
    }

    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        self.engine.put_webhook(who, task, webhook)
    }

    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>> {
        Ok(self.engine.cell_of(who, task)?.enter()?.webhook(id))
    }

    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage> {
        Ok(self.engine.cell_of(who, task)?.enter()?.webhooks(after, most))
    }

    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        self.engine.delete_webhook(who, task, id)
    }
}
