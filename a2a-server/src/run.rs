//! Runs: an agent at work on one message, as one future that nobody else's connection is part of.

mod agent;
mod driver;
mod finish;
mod queue;
mod registry;
mod sends;
mod shared;
mod store;

use std::sync::Arc;

use a2a_core::{
    ContextId, Entry, EntryBody, Error, Message, Task, TaskId, TaskState,
    entry::{Opened, RequestRecord},
};
use futures_core::future::BoxFuture;

use self::{
    agent::Agent,
    driver::Run,
    sends::{Claim, Claimed},
};
pub(crate) use self::{
    agent::catch,
    driver::{RunFuture, now},
    finish::refused,
    queue::Phase,
    registry::{Registry, Watch},
    sends::Sends,
    shared::{Answer, RunShared},
};
use crate::{
    Inbox, Limits, Reason, RequestContext, Responder, SharedExecutor,
    log::{Create, IdempotencyKey, Lease, LeaseRequest, LogError, Posted, RunStart, Scope, TaskLog},
    operations::from_log,
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
    pub(crate) limits: Limits,
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
            let permit = self.quotas.take(&create.scope, Kind::Run)?;
            let shared = sent.shared(&create, &self.limits);
            let watch = self.registry.register(Arc::clone(&shared), Some(create.scope.clone())).with(permit);
            let run = self.start(create, Arc::clone(&shared), sent, watch);
            return Ok(Begun::Run(shared, Some(run.start())));
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
            Ok(None) => match self.quotas.take(&create.scope, Kind::Run) {
                Ok(permit) => return self.start(create, shared, sent, watch.with(permit)).start().await,
                Err(exhausted) => Answer::Refused(exhausted),
            },
            Ok(Some(first)) => Answer::Joined(first),
            Err(error) => Answer::Refused(from_log(error, &create.task)),
        };
        shared.decide(answer);
    }

    fn start(self: &Arc<Self>, create: Create, shared: Arc<RunShared>, sent: Sent, watch: Watch) -> Run {
        let Sent { message, request } = sent;
        let cx = Self::context(&shared, message, request, None);
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
    ) -> Result<Posted, LogError> {
        let runs = Arc::clone(self);
        let posting = tokio::spawn(async move {
            let posted = runs.log.post(&scope, &task, turn, key).await?;
            runs.registry.wake(&task);
            if !posted.leased
                && let Some(lease) = runs.log.lease(&task, LeaseRequest::NextRun).await?
                && let Some(run) = runs.follow_up(lease).await?
            {
                tokio::spawn(run);
            }
            Ok(posted)
        });
        posting.await.unwrap_or_else(|lost| Err(LogError::Store(lost.into())))
    }

    /// Starts the run of the first turn that no run has taken; if there is none, gives the lease back.
    ///
    /// A box, for a run that ends starts the next one so.
    pub(crate) fn follow_up(
        self: &Arc<Self>,
        mut lease: Lease,
    ) -> BoxFuture<'static, Result<Option<RunFuture>, LogError>> {
        let runs = Arc::clone(self);
        Box::pin(async move {
            loop {
                let start = runs.log.start(&lease, lease.consumed).await?;
                if let Some(run) = runs.resume(&lease, start) {
                    return Ok(Some(run));
                }
                // The run before has taken the turn that this one was to be for.
                match runs.log.release(&lease, lease.consumed).await? {
                    Some(next) => lease = next,
                    None => return Ok(None),
                }
            }
        })
    }

    fn resume(self: &Arc<Self>, lease: &Lease, start: RunStart) -> Option<RunFuture> {
        let mut turns = start.turns.iter().filter_map(|(seq, entry)| match &entry.body {
            EntryBody::Turn(turn) => Some((*seq, turn)),
            _ => None,
        });
        let resumed = turns.clone().find_map(|(_, turn)| turn.resumes.clone());
        let standing = Some(start.task.status.state.clone()).filter(TaskState::is_interrupted);
        let (seq, turn) = turns.next()?;
        let inbox = Inbox::after(seq);
        for (seq, turn) in turns {
            inbox.deliver(seq, turn.message.clone());
        }
        let context = start.task.context_id.clone()?;
        let message = placed(turn.message.clone(), &lease.task, &context);
        let shared = RunShared::new(lease.task.clone(), context, None, inbox, &self.limits);
        let permit = self.quotas.add_run(&turn.request.caller);
        let watch = self.registry.register(Arc::clone(&shared), None).with(permit);
        let cx = Self::context(&shared, message, turn.request.clone(), Some(start.task));
        let agent = Agent::start(&self.executor, cx, &shared);
        let run = Run::resume(Arc::clone(self), shared, lease.clone(), agent, watch, resumed.or(standing));
        Some(run.start())
    }

    fn context(
        run: &Arc<RunShared>,
        message: Message,
        request: RequestRecord,
        task: Option<Arc<Task>>,
    ) -> (RequestContext, Responder) {
        let cx = RequestContext {
            message,
            reason: Reason::Message,
            task,
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

/// The message with its place.
fn placed(mut message: Message, task: &TaskId, context: &ContextId) -> Message {
    message.task_id = Some(task.clone());
    message.context_id = Some(context.clone());
    message
}
