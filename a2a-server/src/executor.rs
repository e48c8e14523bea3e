//! The one trait an agent implements.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use crate::{CancelContext, ExecutorError, RequestContext, Responder};

/// An agent, as the server runs it.
///
/// ```
/// use a2a_server::{AgentExecutor, ExecutorError, RequestContext, Responder};
///
/// struct Echo;
///
/// impl AgentExecutor for Echo {
///     async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
///         let task = out.task().await?;
///         let mut reply = task.artifact("echo");
///         reply.append(cx.message.text()).await?;
///         reply.finish().await?;
///         Ok(task.complete().await?)
///     }
/// }
/// ```
///
/// **Who calls, and how often.** The server calls `execute` once for every message that starts a run: a new one, or
/// the next one to a task that had paused. If its process dies meanwhile, the next one calls it again, but only for an
/// agent that says so by [`redrives`](Self::redrives). Runs of one task never overlap. Calls for different tasks do,
/// on any thread.
///
/// **What it must do.** Answer with [`Responder::message`], or open a task and end or pause it. If it returns
/// without either, the task ends FAILED and says so; only a task that is left in `AUTH_REQUIRED` waits. Once it has
/// answered, paused or ended, it has [`Limits::cancel_grace`](crate::Limits::cancel_grace) to return.
///
/// **`Err` and panics** end the task FAILED, unless it has paused already. The peer reads a fixed sentence, or the
/// text that [`ExecutorError::failed`] was given; the cause is in the trace. [`ExecutorError::refuse`] leaves no
/// task, or the paused one as it was.
///
/// **Disconnects** of the client don't touch it. When somebody cancels the task, [`RequestContext::cancel`] fires
/// and writes answer [`Stopped::Canceled`](crate::Stopped::Canceled); the agent may end the task itself within the
/// grace period, after which its future is dropped. A run that goes on for longer than
/// [`Limits::run_deadline`](crate::Limits::run_deadline) is stopped in the same way, but by
/// [`Stopped::Deadline`](crate::Stopped::Deadline), and the task ends FAILED. The future is also dropped when its
/// runtime shuts down.
pub trait AgentExecutor: Send + Sync + 'static {
    /// Works on one message.
    fn execute(
        &self,
        cx: RequestContext,
        out: Responder,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send;

    /// Asked before a paused task, of which no run is live, is canceled.
    ///
    /// The agent may pass it on, or refuse: an `Err` or a panic leaves the task as it was, and the caller reads that
    /// it can't be canceled. Silence doesn't: after [`Limits::cancel_grace`](crate::Limits::cancel_grace) the future
    /// is dropped and the task is canceled.
    fn cancel(&self, cx: CancelContext) -> impl Future<Output = Result<(), ExecutorError>> + Send {
        drop(cx);
        async { Ok(()) }
    }

    /// Whether a run whose process died may be made again by the process after it; if not, its task ends FAILED.
    ///
    /// Matters with a log that outlives its process. It is asked for each run that was live when the process died.
    /// A paused task has none, even if its agent waited in `AUTH_REQUIRED` by itself: it stays as it is, and what is sent
    /// to it starts the next run as ever.
    ///
    /// **What is run again**: [`execute`](Self::execute) from its beginning, with
    /// [`Reason::Redriven`](crate::Reason::Redriven). Message, request, caller and tenant are the same;
    /// [`RequestContext::task`] is the task with everything that is stored of the earlier attempts, also where the
    /// message began it; the inbox has the messages that came behind, those included which an earlier attempt had
    /// taken. [`Responder::task`] is that task, and [`Responder::message`] completes it. The time that
    /// [`Limits::run_deadline`](crate::Limits::run_deadline) grants begins anew.
    ///
    /// **In what order, and how often**: runs of one task are still one after the other. The tasks are taken up in no
    /// order, and a few dozen at once: all together might be more than the agent bears. A run is attempted
    /// [`Limits::attempts`](crate::Limits::attempts) times at most, the first time included; if its process dies each
    /// time, the task ends FAILED and says so. A wish to cancel from before ends the task CANCELED without another
    /// attempt.
    ///
    /// **What the agent must do**: come to the same however far the attempts before got, of which there is no other
    /// trace than the log and what the agent has kept itself. Whatever it does outside needs a key that is the same in
    /// each attempt: made of the task's id and of the place in the run, never of the attempt or of chance. And before the
    /// first of it the task has to be [stored](crate::Updates::flush): a send that is repeated because the log has no
    /// task of it begins another. Artifacts need ids of its own
    /// ([`ArtifactSpec::with_id`](crate::ArtifactSpec::with_id)), so that the first chunk of an attempt replaces what
    /// the one before wrote; with fresh ids the task has both. What is stored was maybe read.
    ///
    /// An agent that can't promise that leaves this as it is: its callers read of the failure and decide themselves.
    fn redrives(&self) -> bool {
        false
    }
}

impl<E: AgentExecutor> AgentExecutor for Arc<E> {
    fn execute(
        &self,
        cx: RequestContext,
        out: Responder,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send {
        E::execute(self, cx, out)
    }

    fn cancel(&self, cx: CancelContext) -> impl Future<Output = Result<(), ExecutorError>> + Send {
        E::cancel(self, cx)
    }

    fn redrives(&self) -> bool {
        E::redrives(self)
    }
}

/// An agent made of a closure that is cloned for each message.
///
/// ```
/// use a2a_server::executor_fn;
///
/// let shout = executor_fn(async |cx, out| Ok(out.message(cx.message.text().to_uppercase()).await?));
/// ```
pub fn executor_fn<F, Fut>(run: F) -> impl AgentExecutor
where
    F: FnOnce(RequestContext, Responder) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ExecutorError>> + Send,
{
    struct ExecutorFn<F>(F);

    impl<F, Fut> AgentExecutor for ExecutorFn<F>
    where
        F: FnOnce(RequestContext, Responder) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), ExecutorError>> + Send,
    {
        async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
            let run = self.0.clone();
            run(cx, out).await
        }
    }

    ExecutorFn(run)
}

/// An agent of any type, cheap to clone.
#[derive(Clone)]
pub struct SharedExecutor(Arc<dyn Erased>);

impl SharedExecutor {
    /// Shares an agent.
    pub fn new(executor: impl AgentExecutor) -> Self {
        Self(Arc::new(executor))
    }

    pub(crate) fn start(&self, cx: RequestContext, out: Responder) -> Running {
        Arc::clone(&self.0).start(cx, out)
    }

    pub(crate) fn stop(&self, cx: CancelContext) -> Running {
        Arc::clone(&self.0).stop(cx)
    }
}

impl fmt::Debug for SharedExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedExecutor")
    }
}

impl AgentExecutor for SharedExecutor {
    async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        self.start(cx, out).await
    }

    async fn cancel(&self, cx: CancelContext) -> Result<(), ExecutorError> {
        self.stop(cx).await
    }

    fn redrives(&self) -> bool {
        self.0.redrives()
    }
}

pub(crate) type Running = Pin<Box<dyn Future<Output = Result<(), ExecutorError>> + Send>>;

trait Erased: Send + Sync {
    fn start(self: Arc<Self>, cx: RequestContext, out: Responder) -> Running;
    fn stop(self: Arc<Self>, cx: CancelContext) -> Running;
    fn redrives(&self) -> bool;
}

impl<E: AgentExecutor> Erased for E {
    fn start(self: Arc<Self>, cx: RequestContext, out: Responder) -> Running {
        Box::pin(async move { self.execute(cx, out).await })
    }

    fn stop(self: Arc<Self>, cx: CancelContext) -> Running {
        Box::pin(async move { self.cancel(cx).await })
    }

    fn redrives(&self) -> bool {
        AgentExecutor::redrives(self)
    }
}
