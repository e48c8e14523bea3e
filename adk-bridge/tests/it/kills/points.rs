//! The points at which a process may die, and those who pass them: the log, the sessions, and what a tool does.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use adk_bridge::{
    a2a_core::{Entry, TaskId, Timestamp},
    a2a_server::log::{
        Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage,
        ListQuery, LogCursor, Page, PendingWebhook, Posted, Result, RunStart, Scope, Seq, Snapshot, TaskLog,
        View, Webhook, WebhookPage,
    },
    adk::{Event, Revision, Session, SessionError, SessionKey, SessionService, Window},
};
use async_trait::async_trait;

/// Tells of the points that are passed, and kills the process at one of them.
#[derive(Clone)]
pub(super) struct Points {
    passed: Arc<Mutex<Vec<String>>>,
    kill_at: usize,
}

impl Points {
    /// Kills at the point of this number, counted from 1; at none if it is 0.
    pub(super) fn new(kill_at: usize) -> Self {
        Self { passed: Arc::default(), kill_at }
    }

    /// The points so far, in order.
    pub(super) fn passed(&self) -> Vec<String> {
        self.passed.lock().unwrap().clone()
    }

    pub(super) fn pass(&self, what: &str) {
        let mut passed = self.passed.lock().unwrap();
        println!("point: {what}");
        passed.push(what.to_owned());
        if passed.len() == self.kill_at {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
            loop {
                std::thread::park();
            }
        }
    }

    async fn around<T>(&self, what: &str, step: impl Future<Output = T>) -> T {
        self.pass(&format!("before {what}"));
        let done = step.await;
        self.pass(&format!("after {what}"));
        done
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Points")
    }
}

/// A log, each of whose steps is a point.
#[derive(Debug)]
pub(super) struct Log<L> {
    pub(super) log: L,
    pub(super) points: Points,
}

#[async_trait]
impl<L: TaskLog> TaskLog for Log<L> {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        self.points.around("create", self.log.create(new, first)).await
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        self.log.find(who, posts_to, key, at).await
    }

    async fn post(
        &self,
        who: &Scope,
        task: &TaskId,
        entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        self.points.around("post", self.log.post(who, task, entry, key, webhook)).await
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        self.points.around("lease", self.log.lease(task, want)).await
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        self.points.around("append", self.log.append(lease, entries)).await
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        self.points.around("wake-up of a run", self.log.renew(leases)).await
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        self.points.around("release", self.log.release(lease, consumed)).await
    }

    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        self.points.around("a look for orphans", self.log.orphans(most)).await
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        self.points.around("start", self.log.start(lease, consumed)).await
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.log.header(who, task).await
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.log.load(who, task, view).await
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        self.log.attach(who, task, after).await
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        let page = self.log.read(cursor, limit).await?;
        if !matches!(&page, Page::Entries(entries) if entries.is_empty()) {
            self.points.pass("wake-up of a reader");
        }
        Ok(page)
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        self.log.list(who, query).await
    }

    async fn put_webhook(&self, who: &Scope, task: &TaskId, webhook: Webhook) -> Result<Webhook> {
        self.log.put_webhook(who, task, webhook).await
    }

    async fn webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<Option<Webhook>> {
        self.log.webhook(who, task, id).await
    }

    async fn webhooks(&self, who: &Scope, task: &TaskId, after: u64, most: usize) -> Result<WebhookPage> {
        self.log.webhooks(who, task, after, most).await
    }

    async fn delete_webhook(&self, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        self.log.delete_webhook(who, task, id).await
    }

    async fn pending_webhooks(&self, after: u64, most: usize) -> Result<Vec<PendingWebhook>> {
        self.log.pending_webhooks(after, most).await
    }
}

/// Sessions, each of whose appends is a point.
pub(super) struct Sessions<S> {
    pub(super) sessions: S,
    pub(super) points: Points,
}

#[async_trait]
impl<S: SessionService> SessionService for Sessions<S> {
    async fn load(
        &self,
        key: &SessionKey,
        window: Window,
    ) -> std::result::Result<Option<Session>, SessionError> {
        self.sessions.load(key, window).await
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> std::result::Result<Revision, SessionError> {
        self.points.around("an event of the session", self.sessions.append(key, expected, events)).await
    }

    async fn delete(&self, key: &SessionKey) -> std::result::Result<(), SessionError> {
        self.sessions.delete(key).await
    }
}
