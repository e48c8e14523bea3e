//! The task log in a SQLite file.

mod appending;
mod create;
mod creating;
mod engine;
mod finished;
mod fold;
mod header_row;
mod keys;
mod leasing;
mod lines;
mod listing;
mod reading;
mod recovery;
mod resident;
mod residents;
mod schema;
mod sweep;
#[cfg(test)]
mod tests;
mod webhooks;

use std::{path::Path, sync::Arc};

use a2a_core::{Entry, TaskId, Timestamp};
use async_trait::async_trait;

use self::engine::Engine;
use super::{Database, SqliteError, SqliteOptions};
use crate::log::{
    Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage, ListQuery,
    LogCursor, Page, PendingWebhook, Posted, Result, RunStart, Scope, Seq, Snapshot, TaskLog, View, Webhook,
    WebhookPage, held,
};

/// A task log in a SQLite file: tasks survive their process.
///
/// The file belongs to one process at a time. Whatever was written is in it when its method answers, however the
/// process ends; with [`Synchronous::Full`](super::Synchronous::Full), the default, also when the machine loses power.
/// Only a lease and its return are written behind their answers, but before whatever is written next to their task, so
/// nobody else has heard of one that a crash took away. What many tasks write at once is committed together. Tasks that are used are in memory
/// as well, so readers of a stream never wait for the file.
///
/// A write that was refused, as where there is no room left, hasn't happened, and the task goes on as it was. A file
/// that fails to sync is the exception: then it may turn out to have happened when the next process opens the file.
///
/// What a webhook authenticates with is in the file as it was sent: who can read the file, or a copy of it, has those
/// secrets.
///
/// Clones are handles of the same log. The file is given back when the last one is dropped or
/// [`close`](Self::close) is called.
///
/// ```no_run
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// use a2a_server::{Sqlite, sqlite::Synchronous};
///
/// let log = Sqlite::open("tasks.db").await?;
/// let fast = Sqlite::options().synchronous(Synchronous::Normal).open("others.db").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Sqlite {
    engine: Arc<Engine>,
}

impl Sqlite {
    /// Opens a file with the defaults of [`SqliteOptions`]; it is made if it doesn't exist.
    ///
    /// Refused if another process has the file, if it is no SQLite database, or if a later version of this program has
    /// written to it. Has to be called within the runtime that is to serve, for nothing is written when that has ended.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Self::options().open(path).await
    }

    /// How else to open a file.
    pub fn options() -> SqliteOptions {
        SqliteOptions::new()
    }

    pub(super) async fn open_with(path: &Path, options: SqliteOptions) -> Result<Self, SqliteError> {
        let database = Database::open(path, &options).await?;
        let SqliteOptions { retention, cache_bytes, .. } = options;
        match Engine::open(database.clone(), retention, cache_bytes).await {
            Ok(engine) => Ok(Self { engine }),
            Err(error) => {
                // Whoever tries again needn't find the file in use.
                database.close().await;
                Err(error)
            }
        }
    }

    /// Copies the file as it stands, in whole, while tasks run. The copy must not exist yet; until it is whole it has
    /// another name, with `.part` behind it. What is written meanwhile waits beside the file, so that takes more room.
    ///
    /// A copy of the file alone, by any other means, lacks what was written last.
    pub async fn backup_to(&self, copy: impl AsRef<Path>) -> Result<(), SqliteError> {
        self.engine.database.backup_to(copy.as_ref()).await
    }

    /// Writes what is under way and gives the file back. Whoever writes to the log afterwards is refused, and so is who
    /// reads what isn't in memory.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// The file, for others who keep something in it.
    #[doc(hidden)]
    pub fn database(&self) -> &Database {
        &self.engine.database
    }
}

#[async_trait]
impl TaskLog for Sqlite {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        self.engine.create(new, first).await
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        self.engine.find(who, posts_to, key, at).await
    }

    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        self.engine.post(who, task, entry, key, webhook).await
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        self.engine.lease(task, want).await
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        self.engine.append(lease, entries).await
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        Ok(leases.iter().map(|lease| self.engine.renew(lease)).collect())
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        self.engine.release(lease, consumed).await
    }

    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        self.engine.orphans(most).await
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        self.engine.start(lease, consumed).await
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.engine.resident_of(who, task).await?.cell.header()
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.engine.resident_of(who, task).await?.cell.load(view)
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        let resident = self.engine.resident_of(who, task).await?;
        resident.cell.attach(&self.engine.room, after)
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        held::read(cursor, limit)
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        self.engine.list(who, query).await
    }

    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        self.engine.put_webhook(who, task, webhook).await
    }

    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>> {
        self.engine.webhook(who, task, id).await
    }

    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage> {
        self.engine.webhooks(who, task, after, most).await
    }

    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        self.engine.delete_webhook(who, task, id).await
    }

    async fn pending_webhooks(&self, after: u64, most: usize) -> Result<Vec<PendingWebhook>> {
        self.engine.pending_webhooks(after, most).await
    }
}
