//! Runs: an agent at work on one message, as one future that nobody else's connection is part of.

mod agent;
mod driver;
mod queue;
mod registry;
mod shared;

use std::sync::Arc;

use a2a_core::{ContextId, EntryBody, Message, Task, TaskId, Tenant, entry::RequestRecord};
use futures_core::future::BoxFuture;

pub(crate) use self::{
    driver::{RunFuture, TURN_TAKEN, now},
    queue::Phase,
    registry::{Registry, Watch},
    shared::{Answer, RunShared},
};
use self::{agent::Agent, driver::Run};
use crate::{
    Inbox, Limits, Reason, RequestContext, Responder, SharedExecutor,
    log::{Create, IdempotencyKey, Lease, LogError, Scope, TaskLog},
};

/// Starts runs and knows those that are live.
#[derive(Debug)]
pub(crate) struct Runs {
    pub(crate) executor: SharedExecutor,
    pub(crate) log: Arc<dyn TaskLog>,
    pub(crate) registry: Registry,
    pub(crate) limits: Limits,
}

/// A message that begins a task.
pub(crate) struct NewRun {
    pub(crate) task: TaskId,
    pub(crate) context: ContextId,
    pub(crate) scope: Scope,
    pub(crate) tenant: Option<Tenant>,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) message: Message,
    pub(crate) request: RequestRecord,
}

impl Runs {
    /// Starts the run of a message that begins a task; the future does the work and is the caller's to poll or spawn.
    pub(crate) fn begin(self: &Arc<Self>, new: NewRun) -> (Arc<RunShared>, RunFuture) {
        let NewRun { task, context, scope, tenant, key, message, request } = new;
        let create = Create::new(task.clone(), context.clone(), scope.clone(), key);
        let inbox = Inbox::after(0);
        let shared = RunShared::new(task, context, message, request, inbox, Phase::Undecided, &self.limits);
        let watch = self.registry.register(Arc::clone(&shared), Some(scope));
        let agent = Agent::start(&self.executor, self.context(&shared, tenant, None), &shared);
        let run = Run::create(Arc::clone(self), Arc::clone(&shared), create, agent, watch);
        (shared, Box::pin(run.drive()))
    }

    /// Starts the run of the first turn that no run has taken.
    ///
    /// A box, for a run that ends starts the next one so.
    pub(crate) fn follow_up(self: &Arc<Self>, lease: Lease) -> BoxFuture<'static, Result<RunFuture, LogError>> {
        let runs = Arc::clone(self);
        Box::pin(async move { runs.resume(lease).await })
    }

    async fn resume(self: &Arc<Self>, lease: Lease) -> Result<RunFuture, LogError> {
        let start = self.log.start(&lease, lease.consumed).await?;
        let mut turns = start.turns.into_iter();
        let (seq, first) = turns.next().ok_or(LogError::NotFound)?;
        let EntryBody::Turn(turn) = &first.body else { return Err(LogError::NotFound) };
        let inbox = Inbox::after(seq);
        for (seq, entry) in turns {
            if let EntryBody::Turn(turn) = &entry.body {
                inbox.deliver(seq, turn.message.clone());
            }
        }
        let context = start.task.context_id.clone().ok_or(LogError::NotFound)?;
        let (message, request) = (turn.message.clone(), turn.request.clone());
        let shared =
            RunShared::new(lease.task.clone(), context, message, request, inbox, Phase::Open, &self.limits);
        let watch = self.registry.register(Arc::clone(&shared), None);
        let agent = Agent::start(&self.executor, self.context(&shared, None, Some(start.task)), &shared);
        let run = Run::resume(Arc::clone(self), shared, lease, agent, watch, turn.resumes.clone());
        Ok(Box::pin(run.drive()))
    }

    fn context(&self, run: &Arc<RunShared>, tenant: Option<Tenant>, task: Option<Arc<Task>>) -> (RequestContext, Responder) {
        let request = &run.request;
        let cx = RequestContext {
            message: run.message.clone(),
            reason: Reason::Message,
            task,
            task_id: run.task_id.clone(),
            context_id: run.context_id.clone(),
            tenant: tenant.or_else(|| request.caller.tenant.clone()),
            caller: request.caller.clone(),
            request_metadata: request.metadata.clone(),
            accepted_output_modes: request.accepted_output_modes.clone(),
            extensions: request.extensions.clone(),
            cancel: run.cancel.clone(),
            inbox: run.inbox.clone(),
        };
        (cx, Responder::new(Arc::clone(run)))
    }
}
