//! The task log: one ordered list of entries a task, and the only truth about it.
//!
//! Two doors lead in. A *run* appends under a [`Lease`]; *anyone authorised* posts a turn or a wish to cancel under a
//! [`Scope`]. Both serialise on the task, so an old lease, a wish from elsewhere or a follow-up is noticed at the
//! next append. Readers pull with a [`LogCursor`] and are never waited for.
//!
//! An engine implements [`TaskLog`]; [`MemoryLog`] is the one that needs nothing.

mod memory;
mod snapshot;

use std::{fmt, sync::Arc};

use a2a_core::{
    Caller, CallerKind, ContextId, Entry, Task, TaskId, TaskState, Tenant, Timestamp, entry::RunRef,
};
use async_trait::async_trait;
use futures_core::stream::BoxStream;

pub(crate) use self::snapshot::write_json;
pub use self::{
    memory::{MemoryLog, Retention},
    snapshot::{Artifacts, EncodedTask, Snapshot, TaskBody, View},
};

/// The place of an entry in its task's log: 1 for the first, dense.
pub type Seq = u64;

/// Whose tasks are meant. Nothing reaches the log on behalf of a request without one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    owner: Arc<str>,
    tenant: Option<Tenant>,
}

impl Scope {
    /// The tasks of this caller, within the tenant it acts for.
    pub fn of(caller: &Caller) -> Self {
        let kind = match caller.kind {
            CallerKind::Anonymous => return Self { owner: Arc::from(""), tenant: caller.tenant.clone() },
            CallerKind::User => "user",
            CallerKind::Service => "service",
            CallerKind::ApiKey => "key",
            CallerKind::Session => "session",
            _ => "other",
        };
        Self { owner: format!("{kind}:{}", caller.subject).into(), tenant: caller.tenant.clone() }
    }

    /// What the tasks are kept under, unique among callers.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The tenant within which.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }
}

/// The right to append to one task, until a later lease fences it off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The task.
    pub task: TaskId,
    /// Counts the leases of the task; only the latest one is good.
    pub epoch: u64,
    /// The run it is for.
    pub run: RunRef,
    /// The last turn that a run before this one took; 0 if none did.
    pub consumed: Seq,
}

impl Lease {
    /// For engines: the lease they have just recorded.
    pub fn new(task: TaskId, epoch: u64, run: RunRef, consumed: Seq) -> Self {
        Self { task, epoch, run, consumed }
    }
}

/// What a task is at the moment of an append, as far as its writer must know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The last entry.
    pub seq: Seq,
    /// Where the task stands.
    pub state: TaskState,
    /// Whether somebody wishes that it stops.
    pub cancel: bool,
    /// The last turn that was posted; 0 if none was.
    pub inbox: Seq,
}

impl Head {
    /// For engines: what they know of the task.
    pub fn new(seq: Seq, state: TaskState, cancel: bool, inbox: Seq) -> Self {
        Self { seq, state, cancel, inbox }
    }
}

/// What is known of a task without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Its conversation.
    pub context: ContextId,
    /// Where it stands.
    pub head: Head,
    /// The number of the latest run, finished or not.
    pub run: u32,
    /// Whether that run is live.
    pub leased: bool,
}

impl Header {
    /// For engines: what they know of the task.
    pub fn new(context: ContextId, head: Head, run: u32, leased: bool) -> Self {
        Self { context, head, run, leased }
    }
}

/// Makes a send safe to repeat: the same key within the window leads to the same task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// From everything that makes two sends the same one; the owner is part of it by the [`Scope`].
    pub fn new(key: impl Into<Arc<str>>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A task to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Create {
    /// Its id, fresh and unguessable.
    pub task: TaskId,
    /// Its conversation.
    pub context: ContextId,
    /// Whose it is.
    pub scope: Scope,
    /// The send that makes it, if repeating that is to lead here.
    pub key: Option<IdempotencyKey>,
}

impl Create {
    /// A task of this owner.
    pub fn new(task: TaskId, context: ContextId, scope: Scope, key: Option<IdempotencyKey>) -> Self {
        Self { task, context, scope, key }
    }
}

/// What became of a [`Create`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "these three are all that can become of it")]
pub enum Created {
    /// The task exists and its run holds the lease.
    New(Lease, Head),
    /// The first batch ended the task; there is no lease to hold.
    Ended(Snapshot),
    /// The key is taken: this is the task it led to, and nothing was written.
    Joined(TaskId),
}

/// What became of a post.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Posted {
    /// Where the entry stands.
    pub seq: Seq,
    /// The number of the latest run, finished or not; only a later one starts from this entry.
    pub run: u32,
    /// Whether that run is live, so that it will find the entry by itself.
    pub leased: bool,
}

impl Posted {
    /// For engines: what became of it.
    pub fn new(seq: Seq, run: u32, leased: bool) -> Self {
        Self { seq, run, leased }
    }
}

/// Why a lease is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeaseRequest {
    /// For the next run of a task that has none; refused while a run is live.
    NextRun,
    /// For stopping a task that has no run; refused while a run is live. The run keeps its number.
    Stop,
}

/// What a run needs to begin: the task and the turns that no run has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunStart {
    /// The last entry that `task` has in it.
    pub seq: Seq,
    /// The task as it stands.
    pub task: Arc<Task>,
    /// The turns behind the last one consumed, oldest first.
    pub turns: Vec<(Seq, Arc<Entry>)>,
}

impl RunStart {
    /// For engines: what the log says.
    pub fn new(seq: Seq, task: Arc<Task>, turns: Vec<(Seq, Arc<Entry>)>) -> Self {
        Self { seq, task, turns }
    }
}

/// An entry in its place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogEntry {
    /// Its place.
    pub seq: Seq,
    /// What it says.
    pub entry: Arc<Entry>,
}

impl LogEntry {
    /// An entry at this place.
    pub fn new(seq: Seq, entry: Arc<Entry>) -> Self {
        Self { seq, entry }
    }
}

/// A reader's place in one task's log. Dropping it lets the log trim what only this reader still needed.
pub struct LogCursor {
    /// The task.
    pub(crate) task: TaskId,
    /// The conversation it belongs to.
    pub(crate) context: ContextId,
    /// The last entry that was read.
    pub(crate) seq: Seq,
    pin: Box<dyn std::any::Any + Send + Sync>,
}

impl LogCursor {
    /// For engines: a place right behind `seq`, with whatever pins the tail until the cursor is dropped.
    pub fn new(task: TaskId, context: ContextId, seq: Seq, pin: impl std::any::Any + Send + Sync) -> Self {
        Self { task, context, seq, pin: Box::new(pin) }
    }

    /// The task it reads.
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// The last entry that was read.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// For engines: sets the last entry that was read.
    pub fn advance(&mut self, seq: Seq) {
        self.seq = seq;
    }

    /// For engines: the pin that [`LogCursor::new`] was given.
    pub fn pin<P: 'static>(&self) -> Option<&P> {
        self.pin.downcast_ref()
    }
}

impl fmt::Debug for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogCursor").field("task", &self.task).field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// A reader that has just been attached.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attached {
    /// The task up to the cursor; none if the reader's own place is still in the tail.
    pub snapshot: Option<Snapshot>,
    /// Where reading begins.
    pub cursor: LogCursor,
    /// Where the task stands at the end of its log.
    pub state: TaskState,
}

impl Attached {
    /// For engines: the reader's beginning.
    pub fn new(snapshot: Option<Snapshot>, cursor: LogCursor, state: TaskState) -> Self {
        Self { snapshot, cursor, state }
    }
}

/// How much a reader takes at once.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limit {
    /// At most this many entries.
    pub entries: usize,
    /// About this many bytes; the entry that crosses it is still taken.
    pub bytes: usize,
}

impl Default for Limit {
    /// 256 entries or 32 KiB.
    fn default() -> Self {
        Self { entries: 256, bytes: 32 << 10 }
    }
}

/// What a reader got.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a reader must handle both")]
pub enum Page {
    /// The next entries; none means that the reader has them all.
    Entries(Vec<LogEntry>),
    /// What the reader had not read is gone: the task as it stands, and the cursor behind it.
    Trimmed(Snapshot),
}

/// Which tasks to list.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListQuery {
    /// Only of this conversation.
    pub context: Option<ContextId>,
    /// Only in this state.
    pub state: Option<TaskState>,
    /// Only with a status of this time or later.
    pub after: Option<Timestamp>,
    /// Only behind this place, which the page before ended with.
    pub from: Option<ListPlace>,
    /// At most this many.
    pub limit: usize,
    /// What of each task is wanted.
    pub view: View,
}

/// The place of a task in a list: by the time of its status, latest first, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPlace {
    /// The time of its status.
    pub at: Timestamp,
    /// Its id.
    pub task: TaskId,
}

impl ListPlace {
    /// The place of this task.
    pub fn new(at: Timestamp, task: TaskId) -> Self {
        Self { at, task }
    }
}

/// A page of a list.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ListPage {
    /// The tasks, latest status first.
    pub tasks: Vec<Snapshot>,
    /// How many match on all pages.
    pub total: usize,
    /// Where the next page begins; none if this is the last.
    pub next: Option<ListPlace>,
}

impl ListPage {
    /// For engines: a page.
    pub fn new(tasks: Vec<Snapshot>, total: usize, next: Option<ListPlace>) -> Self {
        Self { tasks, total, next }
    }
}

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
    /// The task would grow over the limit, so nothing of the batch was taken.
    #[error("the task would grow over {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A quota is used up: no new task until others end.
    #[error("the log is full")]
    Full,
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
    /// A terminal entry among them ends the task at once, and entries behind it are dropped.
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created>;

    /// Adds a [`EntryBody::Turn`](a2a_core::EntryBody::Turn) or a [`EntryBody::CancelRequested`](a2a_core::EntryBody::CancelRequested) from outside.
    ///
    /// Refused with [`LogError::Terminal`] on a task that has ended. A turn to a paused task moves it to WORKING in
    /// the same step, and the log sets [`Turn::resumes`](a2a_core::entry::Turn::resumes) to the state it was in. With a key that is taken
    /// for this task nothing is written and the first post is answered, on a task that has ended too; it is
    /// [`Posted::leased`] as well if a run has come since, so that a repetition starts none.
    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
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

    /// What a run under this lease begins with: the task, and the turns behind `consumed`.
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

    /// Tasks that another replica has written to; none unless there are replicas.
    fn changes(&self) -> BoxStream<'static, TaskId> {
        Box::pin(futures_util::stream::pending())
    }
}
