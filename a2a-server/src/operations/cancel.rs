//! Cancelling: tell the run, or ask the agent where there is none, and answer the task as it then stands.

use std::sync::Arc;

use a2a_core::{
    CancelTaskRequest, Entry, EntryBody, Error, ErrorKind, TaskId, TaskState,
    entry::{self, CancelRequested},
};

use super::{CallContext, Service, from_log};
use crate::{
    CancelContext,
    error::Disclosed,
    log::{Lease, LeaseRequest, LogError, Scope, Snapshot, View},
    run::{Duty, Runs, now},
};

/// What the caller reads when the agent says no more.
const CANT: &str = "The agent can't cancel it";

impl Service {
    pub(crate) async fn cancel_task(
        &self,
        cx: &CallContext,
        request: CancelTaskRequest,
    ) -> Result<Snapshot, Error> {
        let (scope, task) = (cx.scope(), request.id);
        self.open_undecided(&scope, &task).await;
        let wish = CancelRequested::new(cx.caller.clone(), request.metadata);
        self.stop(&scope, &task, wish).await?;
        self.runs.log.load(&scope, &task, View::default()).await.map_err(|error| lost(error, &task))
    }

    /// Goes on until the task has ended: a live run is told, and if it pauses instead the agent is asked.
    async fn stop(&self, scope: &Scope, task: &TaskId, wish: CancelRequested) -> Result<(), Error> {
        let lost = |error| lost(error, task);
        let (log, watch) = (&self.runs.log, self.runs.registry.watch(task));
        let mut told = false;
        loop {
            let changed = watch.signal.notified();
            let header = log.header(scope, task).await.map_err(lost)?;
            if header.head.state.is_terminal() {
                return if told { Ok(()) } else { Err(lost(LogError::Terminal)) };
            }
            if !header.leased
                && let Some(lease) = log.lease(task, LeaseRequest::Stop).await.map_err(lost)?
            {
                // In a task of its own: the lease must come back, even if the one who asks leaves.
                let stopping = tokio::spawn(Arc::clone(&self.runs).stop_paused(lease, wish));
                return stopping.await.unwrap_or_else(|_| Err(not_cancelable(task, CANT)));
            }
            if !told {
                if let Some(run) = self.runs.registry.run(task) {
                    // Before the wish is stored, for from then on the run may learn of it.
                    run.cancel.expect(&wish.metadata);
                }
                let entry = Entry::posted(now(), EntryBody::CancelRequested(wish.clone()));
                log.post(scope, task, entry, None, None).await.map_err(lost)?;
                told = true;
                self.runs.registry.wake(task);
                continue;
            }
            changed.await;
        }
    }
}

impl Runs {
    /// A paused task has no run: the agent may pass the wish on, or refuse it, and then the task is canceled.
    async fn stop_paused(self: Arc<Self>, lease: Lease, wish: CancelRequested) -> Result<(), Error> {
        let task = lease.task.clone();
        let start = match self.log.start(&lease, lease.consumed).await {
            Ok(start) => start,
            Err(error) => {
                self.give_back(lease).await;
                return Err(lost(error, &task));
            }
        };
        let (caller, request_metadata) = (wish.caller.clone(), wish.metadata.clone());
        let refused = self.ask(CancelContext { task: start.task, caller, request_metadata }).await;
        if let Err(error) = refused {
            self.give_back(lease).await;
            return Err(error);
        }
        let (at, run) = (now(), lease.run);
        let canceled = EntryBody::Status(entry::Status::new(TaskState::Canceled));
        let entries =
            vec![Entry::posted(at, EntryBody::CancelRequested(wish)), Entry::written(at, run, canceled)];
        self.undertake(Duty::End(lease, entries)).await.map_err(|error| lost(error, &task))
    }

    /// The task isn't stopped: whoever waits for its lease may go on.
    async fn give_back(self: &Arc<Self>, lease: Lease) {
        let consumed = lease.consumed;
        // If the log has trouble, its trouble is what is waited for.
        let _ = self.undertake(Duty::Return(lease, consumed)).await;
    }

    /// Asks the agent, whose silence is no refusal. It may panic, so it does that in a task of its own.
    async fn ask(&self, cx: CancelContext) -> Result<(), Error> {
        let task = cx.task.id.clone();
        let mut asked = tokio::spawn(self.executor.stop(cx));
        match tokio::time::timeout(self.limits.cancel_grace, &mut asked).await {
            Err(_) => {
                asked.abort();
                Ok(())
            }
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(match error.disclose(&task, CANT) {
                Disclosed::Refused(error) => error,
                Disclosed::Said(text) => not_cancelable(&task, &text),
            }),
            Ok(Err(_)) => Err(not_cancelable(&task, CANT)),
        }
    }
}

fn lost(error: LogError, task: &TaskId) -> Error {
    match error {
        LogError::Terminal => not_cancelable(task, "The task has ended"),
        error => from_log(error, task),
    }
}

fn not_cancelable(task: &TaskId, why: &str) -> Error {
    Error::new(ErrorKind::TaskNotCancelable, why).with_info("taskId", task.as_str())
}
