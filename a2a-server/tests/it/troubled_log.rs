//! A log that can't do everything, or can't do it now.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use a2a_core::{Entry, IDEMPOTENCY_EXTENSION, TaskId, Timestamp};
use a2a_server::{
    Responder, Server, executor_fn,
    log::{
        Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage,
        ListQuery, LogCursor, LogError, MemoryLog, Page, Posted, Result, RunStart, Scope, Seq, Snapshot,
        TaskLog, View, Webhook, WebhookPage,
    },
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::echo,
    support::{card, code, says, serve, state},
};

/// Finds no keys while it is down, and doesn't claim to remember any.
#[derive(Clone, Debug, Default)]
struct Troubled {
    log: MemoryLog,
    down: Arc<AtomicBool>,
}

#[async_trait]
impl TaskLog for Troubled {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        self.log.create(new, first).await
    }

    async fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        if self.down.load(Ordering::SeqCst) {
            return Err(LogError::Store("down".into()));
        }
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
        self.log.post(who, task, entry, key, webhook).await
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        self.log.lease(task, want).await
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        self.log.append(lease, entries).await
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        self.log.renew(leases).await
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        self.log.release(lease, consumed).await
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        self.log.start(lease, consumed).await
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
        self.log.read(cursor, limit).await
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

    fn remembers_keys(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_card_claims_nothing_that_its_log_does_not_keep() {
    let host = serve(Server::builder(card(), echo()).allow_anonymous().store(Troubled::default())).await;
    let card = host.http("GET", "/.well-known/agent-card.json", &[], b"").await.json();
    let said = card["capabilities"].to_string();
    assert!(said.contains("streaming") && !said.contains(IDEMPOTENCY_EXTENSION), "{said}");
}

#[tokio::test]
async fn nothing_runs_while_nobody_knows_whether_it_has_run_before() {
    let (log, runs) = (Troubled::default(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&runs);
    let agent = executor_fn(move |_, out: Responder| async move {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(out.task().await?.complete().await?)
    });
    let host = serve(Server::builder(card(), agent).allow_anonymous().store(log.clone())).await;
    let send = async |key: &[(&str, &str)]| {
        host.call_with(key, "SendMessage", json!({ "message": says("go") })).await
    };
    let key = [("idempotency-key", "k")];
    log.down.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(code(&send(&key).await), (-32603, "The server's store failed; try again".to_owned()));
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    // Who has no key asks for nothing.
    assert_eq!(send(&[]).await["error"], Value::Null);
    log.down.store(false, Ordering::SeqCst);
    let first = send(&key).await;
    assert_eq!(state(&first["result"]["task"]), "COMPLETED");
    assert_eq!(send(&key).await, first);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}
