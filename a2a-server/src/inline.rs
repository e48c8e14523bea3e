//! A run that its own request polls: no task, no channel, no second wake-up.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

use crate::run::{Answer, RunFuture, RunShared};

/// Resolves to the run's answer. What is left of the run then, or when this is dropped, goes on in a task of its own.
pub(crate) struct Inline {
    run: Option<RunFuture>,
    shared: Arc<RunShared>,
    /// Kept, for a drop may happen outside of the runtime.
    runtime: Handle,
}

impl Inline {
    pub(crate) fn new(run: RunFuture, shared: Arc<RunShared>) -> Self {
        Self { run: Some(run), shared, runtime: Handle::current() }
    }
}

impl Future for Inline {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let this = &mut *self;
        if let Some(run) = &mut this.run
            && run.as_mut().poll(cx).is_ready()
        {
            this.run = None;
        }
        this.shared.answer().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Inline {
    fn drop(&mut self) {
        if let Some(run) = self.run.take() {
            // Nobody waits for a message any more, so whatever comes must find a task.
            self.shared.queue.request_open();
            self.runtime.spawn(run);
        }
    }
}
