//! A log that outlives the process which writes to it: a test says when that dies, and when the log has trouble.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use a2a_core::{Entry, EntryBody, TaskId, Timestamp};
use a2a_server::log::{
    Attached, Create, Created, Head, Header, IdempotencyKey, Lease, LeaseRequest, Limit, ListPage, ListQuery,
    LogCursor, LogError, MemoryLog, Page, Posted, Result, RunStart, Scope, Seq, Snapshot, TaskLog, View,
    Webhook, WebhookPage, taken_turn,
};
use async_trait::async_trait;

use crate::agents::Gate;

/// What a process asks of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Append,
    Attach,
    Lease,
    Orphans,
    Release,
    Renew,
    Start,
    /// Behind the removal of a webhook, before that is answered.
    Unhook,
}

/// The log as one process has it. What a process that has died asks is never answered.
#[derive(Clone, Debug)]
pub(crate) struct MortalLog {
    log: MemoryLog,
    process: u64,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The process that is alive.
    process: u64,
    held: HashMap<TaskId, Lease>,
    opened: HashMap<TaskId, Arc<Entry>>,
    taken: HashMap<(TaskId, u32), Seq>,
    /// Tasks with a turn that asks for a run.
    asked: Vec<TaskId>,
    /// Those of processes that have died.
    dead: VecDeque<Lease>,
    waiting: VecDeque<TaskId>,
    /// How many more calls fail.
    failing: HashMap<Op, usize>,
    gates: HashMap<Op, Gate>,
    calls: HashMap<Op, usize>,
}

impl MortalLog {
    pub(crate) fn new() -> Self {
        Self { log: MemoryLog::new(), process: 0, state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The process dies, and this is the log as the next one finds it.
    pub(crate) fn next_process(&self) -> Self {
        let mut state = self.state();
        state.process += 1;
        let held: Vec<_> = state.held.drain().map(|(_, lease)| lease).collect();
        state.dead.extend(held);
        let asked = std::mem::take(&mut state.asked);
        state.waiting.extend(asked);
        // Its troubles were its own.
        (state.failing, state.gates, state.calls) = Default::default();
        Self { process: state.process, ..self.clone() }
    }

    /// The next calls fail.
    pub(crate) fn fail(&self, op: Op, times: usize) {
        self.state().failing.insert(op, times);
    }

    /// How many calls are yet to fail.
    pub(crate) fn failing(&self, op: Op) -> usize {
        self.state().failing.get(&op).copied().unwrap_or_default()
    }

    /// Calls wait for the gate.
    pub(crate) fn hold(&self, op: Op) -> Gate {
        let gate = Gate::new();
        self.state().gates.insert(op, gate.clone());
        gate
    }

    /// How often it was called.
    pub(crate) fn calls(&self, op: Op) -> usize {
        self.state().calls.get(&op).copied().unwrap_or_default()
    }

    /// The lease that this process holds of the task.
    pub(crate) fn held(&self, task: &TaskId) -> Option<Lease> {
        self.state().held.get(task).cloned()
    }

    async fn enter(&self, op: Option<Op>) -> Result<()> {
        if self.process != self.state().process {
            std::future::pending::<()>().await;
        }
        let Some(op) = op else { return Ok(()) };
        let gate = {
            let mut state = self.state();
            *state.calls.entry(op).or_default() += 1;
            state.gates.get(&op).cloned()
        };
        if let Some(gate) = gate {
            gate.pass().await;
        }
        match self.state().failing.get_mut(&op) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err(LogError::Store("down".into()))
            }
            _ => Ok(()),
        }
    }

    /// The next orphan, now held by this process.
    async fn orphan(&self) -> Result<Option<Lease>> {
        let (dead, waiting) = {
            let mut state = self.state();
            let dead = state.dead.pop_front();
            let waiting = if dead.is_none() { state.waiting.pop_front() } else { None };
            (dead, waiting)
        };
        let lease = match (dead, waiting) {
            (Some(mut lease), _) => {
                lease.run.attempt += 1;
                Some(lease)
            }
            (None, Some(task)) => self.log.lease(&task, LeaseRequest::NextRun).await?,
            (None, None) => None,
        };
        if let Some(lease) = &lease {
            self.state().held.insert(lease.task.clone(), lease.clone());
        }
        Ok(lease)
    }
}

#[async_trait]
impl TaskLog for MortalLog {
    async fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        self.enter(None).await?;
        let opened = Arc::new(first[0].clone());
        let created = self.log.create(new, first).await?;
        if let Created::New(lease, _) = &created {
            let mut state = self.state();
            state.opened.insert(lease.task.clone(), opened);
            state.held.insert(lease.task.clone(), lease.clone());
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
        self.enter(None).await?;
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
        self.enter(None).await?;
        let asks = matches!(entry.body, EntryBody::Turn(_));
        let posted = self.log.post(who, task, entry, key, webhook).await?;
        if asks && !posted.leased {
            self.state().asked.push(task.clone());
        }
        Ok(posted)
    }

    async fn lease(&self, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        self.enter(Some(Op::Lease)).await?;
        let lease = self.log.lease(task, want).await?;
        if let (LeaseRequest::NextRun, Some(lease)) = (want, &lease) {
            let mut state = self.state();
            state.asked.retain(|asked| asked != task);
            state.waiting.retain(|asked| asked != task);
            state.held.insert(task.clone(), lease.clone());
        }
        Ok(lease)
    }

    async fn append(&self, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        self.enter(Some(Op::Append)).await?;
        let taken = entries.iter().filter_map(|entry| match &entry.body {
            EntryBody::Record(record) => taken_turn(record),
            _ => None,
        });
        let taken = taken.max();
        let head = self.log.append(lease, entries).await?;
        let mut state = self.state();
        if let Some(taken) = taken {
            state.taken.insert((lease.task.clone(), lease.run.run), taken);
        }
        if head.state.is_terminal() {
            state.held.remove(&lease.task);
        }
        Ok(head)
    }

    async fn renew(&self, leases: &[Lease]) -> Result<Vec<Option<Head>>> {
        self.enter(Some(Op::Renew)).await?;
        self.log.renew(leases).await
    }

    async fn release(&self, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        self.enter(Some(Op::Release)).await?;
        let next = self.log.release(lease, consumed).await?;
        let mut state = self.state();
        match &next {
            Some(next) => state.held.insert(lease.task.clone(), next.clone()),
            None => state.held.remove(&lease.task),
        };
        Ok(next)
    }

    async fn orphans(&self, most: usize) -> Result<Vec<Lease>> {
        self.enter(Some(Op::Orphans)).await?;
        let mut leases = Vec::new();
        while leases.len() < most
            && let Some(lease) = self.orphan().await?
        {
            leases.push(lease);
        }
        Ok(leases)
    }

    async fn start(&self, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        self.enter(Some(Op::Start)).await?;
        let mut start = self.log.start(lease, consumed).await?;
        let state = self.state();
        if lease.run.attempt > 1 {
            start.taken = state.taken.get(&(lease.task.clone(), lease.run.run)).copied().unwrap_or_default();
            if lease.run.run == 1 {
                start.turns.insert(0, (1, Arc::clone(&state.opened[&lease.task])));
            }
        }
        Ok(start)
    }

    async fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.enter(None).await?;
        self.log.header(who, task).await
    }

    async fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.enter(None).await?;
        self.log.load(who, task, view).await
    }

    async fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        self.enter(Some(Op::Attach)).await?;
        self.log.attach(who, task, after).await
    }

    async fn read(&self, cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
        self.enter(None).await?;
        self.log.read(cursor, limit).await
    }

    async fn list(&self, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        self.enter(None).await?;
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
        self.log.delete_webhook(who, task, id).await?;
        self.enter(Some(Op::Unhook)).await
    }
}
