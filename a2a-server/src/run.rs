//! Runs: an agent at work on one message, as one future that nobody else's connection is part of.

mod agent;
mod backoff;
mod driver;
mod duty;
mod finish;
mod queue;
mod recovery;
mod referenced;
mod registry;
mod sends;
mod shared;
mod store;

use std::sync::{Arc, atomic::AtomicBool};

use a2a_core::{
    ContextId, Entry, EntryBody, Error, Message, Task, TaskId, TaskState,
    entry::{Opened, RequestRecord},
};

use self::{
    agent::Agent,
    driver::Run,
    sends::{Claim, Claimed},
};
pub(crate) use self::{
    agent::catch,
    driver::{RunFuture, now},
    duty::Duty,
    finish::refused,
    queue::Phase,
    registry::{Registry, Watch},
    sends::Sends,
    shared::{Answer, RunShared},
};
use crate::{
    Cancellation, Inbox, Limits, Reason, RequestContext, Responder, SharedExecutor,
    log::{Create, IdempotencyKey, Lease, LogError, Posted, RunStart, Scope, Seq, TaskLog, Webhook},
    operations::from_log,
    push::Push,
    quota::{Kind, Quotas},
};

/// Starts runs and knows those that are live.
#[derive(Debug)]
pub(crate) struct Runs {
    pub(crate) executor: SharedExecutor,
    pub(crate) log: Arc<dyn TaskLog>,
    pub(crate) registry: Registry,
    pub(crate) sends: Arc<Sends>,
    pub(crate) quotas: Quotas,
    pub(crate) push: Push,
    pub(crate) limits: Limits,
    /// The runs that the process before this one left are being seen to.
    pub(crate) recovering: AtomicBool,
    pub(crate) shutdown: Cancellation,
}

/// What answers a message that begins a task.
pub(crate) enum Begun {
    /// A run. If it is new, the future does the work and is the caller's to poll or spawn; else it is the live run
    /// of the same send.
    Run(Arc<RunShared>, Option<RunFuture>),
    /// What the same send was answered by.
    Answered(Box<Message>),
}

/// A message, and how it was sent.
pub(crate) struct Sent {
    pub(crate) message: Message,
    pub(crate) request: RequestRecord,
}

impl Sent {
    /// The run that works on it, as everybody else sees it.
    fn shared(&self, create: &Create, limits: &Limits) -> Arc<RunShared> {
        let opening = Opened::new(self.message.clone(), self.request.clone());
        let (task, context) = (create.task.clone(), create.context.clone());
        RunShared::new(task, context, Some(Box::new(opening)), Inbox::after(0), limits)
    }
}

impl Runs {
    /// Starts the run of a message that begins a task, unless there is one already: of sends with one key, however
    /// many come at once, one has a run.
    pub(crate) fn begin(self: &Arc<Self>, create: Create, mut sent: Sent) -> Result<Begun, Error> {
        sent.message = placed(sent.message, &create.task, &create.context);
        let Some(key) = &create.key else {
            let permit = self.quotas.take(&sent.request.caller, Kind::Run)?;
            let shared = sent.shared(&create, &self.limits);
            let watch = self.registry.register(Arc::clone(&shared), Some(create.scope.clone())).with(permit);
            let run = if sent.message.reference_task_ids.is_empty() {
                self.start(create, Arc::clone(&shared), sent, Vec::new(), watch).start()
            } else {
                Box::pin(Arc::clone(self).load_and_start(create, Arc::clone(&shared), sent, watch))
            };
            return Ok(Begun::Run(shared, Some(run)));
        };
        Ok(match self.sends.claim(&create.scope, key, || sent.shared(&create, &self.limits)) {
            Claimed::First(claim) => {
                let shared = Arc::clone(&claim.run);
                let watch = self.registry.register(Arc::clone(&shared), Some(create.scope.clone()));
                let run = Arc::clone(self).first(claim, create, sent, watch);
                Begun::Run(shared, Some(Box::pin(run)))
            }
            Claimed::Live(run) => Begun::Run(run, None),
            Claimed::Answered(message) => Begun::Answered(message),
        })
    }

    /// The run of a send that is the first with its key here. The log knows of those before, and elsewhere.
    async fn first(self: Arc<Self>, claim: Claim, create: Create, sent: Sent, watch: Watch) {
        let shared = Arc::clone(&claim.run);
        let answer = match self.log.find(&create.scope, None, claim.key(), now()).await {
            Ok(None) => match self.quotas.take(&sent.request.caller, Kind::Run) {
                Ok(permit) => return self.load_and_start(create, shared, sent, watch.with(permit)).await,
                Err(exhausted) => Answer::Refused(exhausted),
            },
            Ok(Some(first)) => Answer::Joined(first),
            Err(error) => Answer::Refused(from_log(error, &create.task)),
        };
        shared.decide(answer);
    }

    /// The run, behind the tasks that its message refers to.
    async fn load_and_start(
        self: Arc<Self>,
        create: Create,
        shared: Arc<RunShared>,
        sent: Sent,
        watch: Watch,
    ) {
        // Whatever the log does, nobody waits for the run in vain.
        let over = Over(Arc::clone(&shared));
        match self.referenced(&sent.message, &sent.request).await {
            Ok(referenced) => self.start(create, shared, sent, referenced, watch).start().await,
            Err(error) => shared.decide(Answer::Refused(from_log(error, &create.task))),
        }
        drop(over);
    }

    fn start(
        self: &Arc<Self>,
        create: Create,
        shared: Arc<RunShared>,
        sent: Sent,
        referenced: Vec<Arc<Task>>,
        watch: Watch,
    ) -> Run {
        let Sent { message, request } = sent;
        let mut cx = Self::context(&shared, (1, message), request, Reason::Message, None);
        cx.0.referenced = referenced;
        let agent = Agent::start(&self.executor, cx, &shared);
        Run::create(Arc::clone(self), shared, create, agent, watch)
    }

    /// Puts a message into the log of a task and sees to it that a run takes it.
    ///
    /// In a task of its own: what is stored must be taken up, even if the sender leaves meanwhile.
    pub(crate) async fn post(
        self: &Arc<Self>,
        scope: Scope,
        task: TaskId,
        turn: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted, LogError> {
        let runs = Arc::clone(self);
        let posting = tokio::spawn(async move {
            let mut registered = webhook.as_ref().map(|webhook| webhook.id().to_owned());
            // What a task that has ended takes was posted before, and its webhook is told already.
            if registered.is_some() && runs.log.header(&scope, &task).await?.head.state.is_terminal() {
                registered = None;
            }
            let posted = runs.log.post(&scope, &task, turn, key, webhook).await?;
            if let Some(id) = registered {
                runs.push.tell(&runs, &scope, &task, &id);
            }
            runs.registry.wake(&task);
            if !posted.leased {
                // What is stored has a run sooner or later, so nothing that happens now is the sender's failure.
                let _ = runs.undertake(Duty::Lease(task)).await;
            }
            Ok(posted)
        });
        posting.await.unwrap_or_else(|lost| Err(LogError::Store(lost.into())))
    }

    /// The next run under this lease, or the same run again; none if no message is left for one.
    async fn resume(
        self: &Arc<Self>,
        lease: &Lease,
        mut start: RunStart,
    ) -> Result<Option<RunFuture>, LogError> {
        if lease.run.attempt <= 1 {
            drop_stale(&mut start);
        }
        let mut turns = start.turns.iter();
        let Some((seq, first)) = turns.next() else { return Ok(None) };
        let (Some((message, request)), Some(context)) = (asked(first), start.task.context_id.clone()) else {
            return Ok(None);
        };
        let referenced = self.referenced(message, request).await?;
        let before = state_before(&start);
        let message = placed(message.clone(), &lease.task, &context);
        let inbox = Inbox::after(*seq);
        for (seq, entry) in turns {
            if let EntryBody::Turn(turn) = &entry.body {
                inbox.post(*seq, turn);
            }
        }
        let shared = RunShared::new(lease.task.clone(), context, None, inbox, &self.limits);
        let permit = self.quotas.add_run(&request.caller);
        let watch = self.registry.register(Arc::clone(&shared), None).with(permit);
        let reason = match lease.run.attempt {
            0 | 1 if is_again(first) => Reason::Resumed,
            0 | 1 => Reason::Message,
            attempt => Reason::Redriven { attempt },
        };
        let mut cx =
            Self::context(&shared, (*seq, message), request.clone(), reason, Some(Arc::clone(&start.task)));
        cx.0.referenced = referenced;
        let agent = Agent::start(&self.executor, cx, &shared);
        Ok(Some(Run::resume(Arc::clone(self), shared, lease.clone(), agent, watch, before).start()))
    }

    fn context(
        run: &Arc<RunShared>,
        (place, message): (Seq, Message),
        request: RequestRecord,
        reason: Reason,
        task: Option<Arc<Task>>,
    ) -> (RequestContext, Responder) {
        let cx = RequestContext {
            message,
            place,
            reason,
            task,
            referenced: Vec::new(),
            task_id: run.task_id.clone(),
            context_id: run.context_id.clone(),
            tenant: request.tenant.or_else(|| request.caller.tenant.clone()),
            caller: request.caller,
            request_metadata: request.metadata,
            accepted_output_modes: request.accepted_output_modes,
            extensions: request.extensions,
            cancel: run.cancel.clone(),
            inbox: run.inbox.clone(),
        };
        (cx, Responder::new(Arc::clone(run)))
    }
}

/// A run that may never come to be.
struct Over(Arc<RunShared>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.set_over();
    }
}

/// The message with its place.
fn placed(mut message: Message, task: &TaskId, context: &ContextId) -> Message {
    message.task_id = Some(task.clone());
    message.context_id = Some(context.clone());
    message
}

/// The message of an entry that asks for a run, and how it was sent.
fn asked(entry: &Entry) -> Option<(&Message, &RequestRecord)> {
    match &entry.body {
        EntryBody::Opened(opened) => Some((&opened.message, &opened.request)),
        EntryBody::Turn(turn) => Some((&turn.message, &turn.request)),
        _ => None,
    }
}

/// Whether a run is wished for without a new message.
fn is_again(entry: &Entry) -> bool {
    matches!(&entry.body, EntryBody::Turn(turn) if turn.again)
}

/// Forgets wishes to go on that are out of date: the run that was live when they came has brought the task to
/// another pause since, so what they were about is over.
fn drop_stale(start: &mut RunStart) {
    if start.task.status.state.is_interrupted() {
        start.turns.retain(|(_, entry)| !is_again(entry));
    }
}

/// The state that the task goes back to if the agent refuses: none for the run that opened it.
fn state_before(start: &RunStart) -> Option<TaskState> {
    let mut turns = start.turns.iter().map(|(_, entry)| &entry.body);
    if matches!(start.turns.first()?.1.body, EntryBody::Opened(_)) {
        return None;
    }
    let resumed = turns.find_map(|body| match body {
        EntryBody::Turn(turn) => turn.resumes.clone(),
        _ => None,
    });
    resumed.or_else(|| Some(start.task.status.state.clone()).filter(TaskState::is_interrupted))
}
