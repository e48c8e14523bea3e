//! The task log: one ordered list of entries a task, and the only truth about it.
//!
//! Two doors lead in. A *run* appends under a [`Lease`]; *anyone authorised* posts a turn or a wish to cancel under a
//! [`Scope`]. Both serialise on the task, so an old lease, a wish from elsewhere or a follow-up is noticed at the
//! next append. Readers pull with a [`LogCursor`] and are never waited for.
//!
//! An engine implements [`TaskLog`]; [`MemoryLog`] is the one that needs nothing, `Sqlite`, with the feature `sqlite`, the
//! one whose tasks survive the process.

mod create;
mod cursor;
pub(crate) mod held;
mod lease;
mod list;
mod memory;
mod record;
mod retention;
mod scope;
mod snapshot;
mod webhook;

use std::fmt;

use a2a_core::{Entry, TaskId, Timestamp};
use async_trait::async_trait;
use futures_core::stream::BoxStream;

pub(crate) use self::snapshot::write_json;
pub use self::{
    create::{Create, Created, IdempotencyKey, Posted},
    cursor::{Attached, Limit, LogCursor, LogEntry, Page},
    lease::{Head, Header, Lease, LeaseRequest, RunStart},
    list::{ListPage, ListPlace, ListQuery},
    memory::MemoryLog,
    record::{taken_turn, turn_taken},
    retention::Retention,
    scope::Scope,
    snapshot::{Artifacts, EncodedTask, Snapshot, TaskBody, View},
    webhook::{PendingWebhook, Webhook, WebhookPage},
};

/// The place of an entry in its task's log: 1 for the first, dense.
pub type Seq = u64;

/// Why the log didn't do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// There is no such task for this scope, or none at all.
    #[error("no such task")]
    NotFound,
    /// A later lease was given; this one appends nothing any more.
    #[error("the lease was taken over")]
    Fenced,
    /// The task has ended.
    #[error("the task has ended")]
    Terminal,
    /// The task doesn't wait in `AUTH_REQUIRED`, so there is nothing to go on from.
    #[error("the task isn't in AUTH_REQUIRED")]
    NotWaiting,
    /// The task would grow over the limit, so nothing of the batch was taken.
    #[error("the task would grow over {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A quota is used up: no new task until others end.
    #[error("the log is full")]
    Full,
    /// The task has as many webhooks as it may.
    #[error("the task has {limit} webhooks, and that is as many as it may")]
    TooManyWebhooks {
        /// The limit.
        limit: usize,
    },
    /// The engine failed.
    #[error("the store failed")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What the log answers.
pub type Result<T, E = LogError> = std::result::Result<T, E>;

/// A store of task logs.
///
/// Called by every request and run at once. Each method is atomic for its task: it happened as a whole or not, and
/// once it answered it is durable as far as the engine promises. Sequence numbers are dense. Dropping a future
/// leaves it open whether it happened. A task whose state is terminal takes nothing any more.
///
/// Entries that readers of the protocol don't see count like all others, so cursors, the fold and every engine
/// agree on the numbers.
#[async_trait]
pub trait TaskLog: fmt::Debug + Send + Sync + 'static {
    /// Makes a task with its first entries, of which the first is [`EntryBody::Opened`](a2a_core::EntryBody::Opened) and none is a turn.
    ///
    /// A terminal entry among them ends the task at once, and entries behind it are dropped. The webhook of
    /// [`Create::webhook`] is kept with the task, or neither is; it is told of every entry.
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created>;

    /// The task that a send of this key has made, or `posts_to` if it has posted to that one, if the key is still
    /// known at this time.
    ///
    /// A run is started, and one more is asked for, only if there is none. [`create`](Self::create) and
    /// [`post`](Self::post) still decide, for another replica may do the same at once.
    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>>;

    /// Adds a [`EntryBody::Turn`](a2a_core::EntryBody::Turn) or a [`EntryBody::CancelRequested`](a2a_core::EntryBody::CancelRequested) from outside.
    ///
    /// Refused with [`LogError::Terminal`] on a task that has ended. A turn that brings no message
    /// ([`Turn::again`](a2a_core::entry::Turn::again)) is refused with [`LogError::NotWaiting`] unless the task is in
    /// `AUTH_REQUIRED`, in the same step, so that of several one is taken. A turn to a paused task moves it to WORKING in
    /// the same step, and the log sets [`Turn::resumes`](a2a_core::entry::Turn::resumes) to the state it was in. With a key that is taken
    /// for this task nothing is written and the first post is answered, on a task that has ended too; it is
    /// [`Posted::leased`] as well if a run has come since, so that a repetition starts none.
    ///
    /// A webhook is registered in the same step, as by [`put_webhook`](Self::put_webhook), and is told of this entry
    /// too; it isn't if the post is refused or was made before.
    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted>;

    /// Takes the lease of a task without a live run; `None` if there is one, or if the task has ended.
    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>>;

    /// Appends what a run wrote, all of it or nothing; a terminal entry releases the lease, entries behind it are
    /// dropped.
    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head>;

    /// Keeps leases, and tells what came in meanwhile; `None` for one that is lost.
    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>>;

    /// Gives the lease back at a pause. `consumed` is the last turn that the run took.
    ///
    /// If there are turns behind that one, the task isn't left alone: the answer is the lease of its next run, with
    /// [`Lease::run`] one higher. `None` means that the lease is gone, or was already because the task has ended. A
    /// [`LeaseRequest::Stop`] that is given back declines the wish to cancel, which is then forgotten.
    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>>;

    /// Takes over runs that are due and that nobody works on, at most this many.
    ///
    /// Those are runs whose process died with their lease, and runs that a turn asks for and nobody has the lease of:
    /// its poster may have died, and if it lives, the lease goes to whoever comes first. The answer has the lease of
    /// each: for a run that died its own number with the next [`attempt`](a2a_core::entry::RunRef::attempt), else the
    /// next number with the first. A run that is live is never among them, and what is answered once isn't again,
    /// unless this process dies too. Until it is answered, a run that died counts as live: no other lease is given, so
    /// that nobody comes into its place. A [`LeaseRequest::Stop`] that died with its process is void, and leaves the
    /// task as it was.
    ///
    /// None by default, as for a log that ends with its process.
    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        let _ = most;
        Ok(Vec::new())
    }

    /// What a run under this lease begins with: the task, and the turns behind `consumed`.
    ///
    /// A further attempt at a task's first run has the entry that opened the task before them.
    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart>;

    /// What is known of a task without reading it.
    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header>;

    /// A task as it stands.
    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot>;

    /// Attaches a reader behind `after`, or behind a snapshot if there is none or the tail doesn't reach back.
    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached>;

    /// Reads on. Answers at once, with nothing if there is nothing.
    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page>;

    /// Lists tasks, latest status first.
    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage>;

    /// Registers a webhook of a task, and answers it as it is kept: to be told of what is written from now on.
    ///
    /// One of the same id gives its place to it, and its number. Refused with [`LogError::TooManyWebhooks`] if the task
    /// has as many of other ids as it may, see [`Retention::webhooks`]. A task that has ended takes webhooks as well:
    /// there is nothing left to tell them, but they are read, listed and removed as any other.
    ///
    /// A webhook stays until it is removed or its task is dropped.
    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook>;

    /// The webhook of this id, if the task has one.
    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>>;

    /// The webhooks of a task behind this number, at most so many, in the order in which they were made.
    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage>;

    /// Removes a webhook; it is well if there is none.
    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()>;

    /// The webhooks of all tasks that haven't ended, behind this number, at most so many, in the order of their numbers:
    /// who starts on a log that outlived its process goes on telling them.
    ///
    /// None by default, as for a log that ends with its process.
    async fn pending_webhooks(&self, after: u64, most: usize) -> Result<Vec<PendingWebhook>> {
        let _ = (after, most);
        Ok(Vec::new())
    }

    /// Whether keys are remembered, so that the card may say that sends are safe to repeat.
    fn remembers_keys(&self) -> bool {
        true
    }

    /// Tasks that another replica has written to; none unless there are replicas.
    fn changes(&self) -> BoxStream<'static, TaskId> {
        Box::pin(futures_util::stream::pending())
    }
}
