//! Runs: an agent at work on one message, as one future that nobody else's connection is part of.

mod agent;
mod backoff;
mod driver;
mod duty;
mod finish;
mod queue;
mod recovery;
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
            Ok(None) => match self.quotas.take(&sent.request.caller, Kind::Run) {
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
        let cx = Self::context(&shared, (1, message), request, Reason::Message, None);
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
            let registered = webhook.as_ref().map(|webhook| webhook.id().to_owned());
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
    fn resume(self: &Arc<Self>, lease: &Lease, start: RunStart) -> Option<RunFuture> {
        let mut messages = start.turns.iter().filter_map(|(seq, entry)| Some((*seq, asked(entry)?)));
        let (seq, (message, request)) = messages.next()?;
        let context = start.task.context_id.clone()?;
        let before = state_before(&start);
        let message = placed(message.clone(), &lease.task, &context);
        let inbox = Inbox::after(seq);
        for (seq, (message, _)) in messages {
            inbox.deliver(seq, message.clone());
        }
        let shared = RunShared::new(lease.task.clone(), context, None, inbox, &self.limits);
        let permit = self.quotas.add_run(&request.caller);
        let watch = self.registry.register(Arc::clone(&shared), None).with(permit);
        let reason = match lease.run.attempt {
            0 | 1 => Reason::Message,
            attempt => Reason::Redriven { attempt },
        };
        let cx = Self::context(&shared, (seq, message), request.clone(), reason, Some(start.task));
        let agent = Agent::start(&self.executor, cx, &shared);
        Some(Run::resume(Arc::clone(self), shared, lease.clone(), agent, watch, before).start())
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

/// The message of an entry that asks for a run, and how it was sent.
fn asked(entry: &Entry) -> Option<(&Message, &RequestRecord)> {
    match &entry.body {
        EntryBody::Opened(opened) => Some((&opened.message, &opened.request)),
        EntryBody::Turn(turn) => Some((&turn.message, &turn.request)),
        _ => None,
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
