//! The agent's own future, with its panics kept in.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll},
};

use super::RunShared;
use crate::{ExecutorError, RequestContext, Responder, SharedExecutor, executor::Running};

/// How an agent came to its end.
#[derive(Debug)]
pub(crate) enum Outcome {
    Returned(Result<(), ExecutorError>),
    Panicked,
    /// It was dropped, since its time was up.
    Dropped,
}

/// An agent at work.
pub(crate) struct Agent {
    future: Option<Running>,
    outcome: Option<Outcome>,
    span: tracing::Span,
}

impl Agent {
    pub(crate) fn start(
        executor: &SharedExecutor,
        (cx, out): (RequestContext, Responder),
        run: &Arc<RunShared>,
    ) -> Self {
        let span = tracing::info_span!("run", task_id = %run.task_id, context_id = %run.context_id);
        let started = span.in_scope(|| catch(|| executor.start(cx, out)));
        match started {
            Some(future) => Self { future: Some(future), outcome: None, span },
            None => Self { future: None, outcome: Some(Outcome::Panicked), span },
        }
    }

    /// Lets it work on; ready once it has come to its end.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else { return Poll::Ready(()) };
        let polled = self.span.in_scope(|| catch(|| future.as_mut().poll(cx)));
        self.outcome = match polled {
            Some(Poll::Pending) => return Poll::Pending,
            Some(Poll::Ready(result)) => Some(Outcome::Returned(result)),
            None => Some(Outcome::Panicked),
        };
        self.discard();
        Poll::Ready(())
    }

    pub(crate) fn is_done(&self) -> bool {
        self.future.is_none()
    }

    /// Ends it where it stands.
    pub(crate) fn stop(&mut self) {
        if self.future.is_some() {
            self.outcome = Some(Outcome::Dropped);
            self.discard();
        }
    }

    /// How it ended; once.
    pub(crate) fn outcome(&mut self) -> Outcome {
        self.outcome.take().unwrap_or(Outcome::Dropped)
    }

    fn discard(&mut self) {
        if let Some(future) = self.future.take()
            && self.span.in_scope(|| catch(|| drop(future))).is_none()
            && !matches!(self.outcome, Some(Outcome::Returned(Err(_))))
        {
            self.outcome = Some(Outcome::Panicked);
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs the agent's code; `None` if it panicked.
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(value) => Some(value),
        Err(panic) => {
            tracing::error!(panic = describe(&*panic), "the agent panicked");
            // Whatever it panicked with may panic again when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
            None
        }
    }
}

fn describe(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
