//! Cancelling: tell the run, or ask the agent where there is none, and answer the task as it then stands.

use std::sync::Arc;

use a2a_core::{
    CancelTaskRequest, Entry, EntryBody, Error, ErrorKind, TaskId, TaskState,
    entry::{self, CancelRequested},
};

use super::{CallContext, Service, from_log};
use crate::{
    CancelContext,
    error::Failure,
    log::{Lease, LeaseRequest, LogError, Scope, Snapshot, View},
    reader::Until,
    run::now,
};

impl Service {
    pub(crate) async fn cancel_task(&self, cx: &CallContext, request: CancelTaskRequest) -> Result<Snapshot, Error> {
        self.check(cx, request.tenant.as_ref())?;
        let (scope, task) = (cx.scope(), request.id);
        let lost = |error| match error {
            LogError::Terminal => not_cancelable(&task, "The task has ended"),
            error => from_log(error, &task),
        };
        self.open_undecided(&scope, &task).await;
        let header = self.runs.log.header(&scope, &task).await.map_err(lost)?;
        if header.head.state.is_terminal() {
            return Err(lost(LogError::Terminal));
        }
        let wish = CancelRequested::new(cx.caller.clone(), request.metadata);
        if let Some(lease) = self.runs.log.lease(&task, LeaseRequest::Stop).await.map_err(lost)? {
            self.stop_paused(&lease, wish).await?;
        } else {
            let entry = Entry::posted(now(), EntryBody::CancelRequested(wish));
            self.runs.log.post(&scope, &task, entry, None).await.map_err(lost)?;
            self.runs.registry.wake(&task);
            self.until_ended(&scope, &task).await?;
        }
        self.runs.log.load(&scope, &task, View::default()).await.map_err(lost)
    }

    /// A paused task has no run: the agent may pass the wish on, or refuse it, and then the task is canceled.
    async fn stop_paused(&self, lease: &Lease, wish: CancelRequested) -> Result<(), Error> {
        let lost = |error| from_log(error, &lease.task);
        let start = self.runs.log.start(lease, lease.consumed).await.map_err(lost)?;
        let (caller, request_metadata) = (wish.caller.clone(), wish.metadata.clone());
        let cx = CancelContext { task: Arc::clone(&start.task), caller, request_metadata };
        // In a task of its own, for it may panic, and the one who asked may leave.
        let asked = tokio::spawn(self.runs.executor.stop(cx)).await;
        let refused = match asked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(match error.0 {
                Failure::Refused(error) => error,
                Failure::Public(text) => not_cancelable(&lease.task, &text),
                Failure::Private(cause) => {
                    tracing::error!(error = &*cause, task_id = %lease.task, "the agent didn't cancel");
                    not_cancelable(&lease.task, "The agent can't cancel it")
                }
            }),
            Err(_) => Some(not_cancelable(&lease.task, "The agent can't cancel it")),
        };
        if let Some(error) = refused {
            if let Some(next) = self.runs.log.release(lease, lease.consumed).await.map_err(lost)? {
                tokio::spawn(self.runs.follow_up(next).await.map_err(lost)?);
            }
            return Err(error);
        }
        let (at, run) = (now(), lease.run);
        let canceled = EntryBody::Status(entry::Status::new(TaskState::Canceled));
        let entries =
            vec![Entry::posted(at, EntryBody::CancelRequested(wish)), Entry::written(at, run, canceled)];
        self.runs.log.append(lease, entries).await.map_err(lost)?;
        self.runs.registry.wake(&lease.task);
        Ok(())
    }

    async fn until_ended(&self, scope: &Scope, task: &TaskId) -> Result<(), Error> {
        let mut reader = self.follow(scope, task, None, Until::ended(), Some(0)).await?;
        while let Some(batch) = reader.next().await {
            batch?;
        }
        Ok(())
    }
}

fn not_cancelable(task: &TaskId, why: &str) -> Error {
    Error::new(ErrorKind::TaskNotCancelable, why).with_info("taskId", task.as_str())
}
