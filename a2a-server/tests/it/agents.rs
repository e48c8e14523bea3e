//! Agents that wait for the test where the test wants to look.

use std::sync::Arc;

use a2a_core::{Error, ErrorKind};
use a2a_server::{AgentExecutor, ExecutorError, RequestContext, Responder, executor_fn};
use tokio::sync::{Semaphore, mpsc};

/// What a test lets happen, once for each permit.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub(crate) fn open(&self) {
        self.0.add_permits(1);
    }

    pub(crate) async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

/// What an agent tells the test.
pub(crate) fn signal<T>() -> (mpsc::UnboundedSender<T>, mpsc::UnboundedReceiver<T>) {
    mpsc::unbounded_channel()
}

/// Says it again as an artifact.
pub(crate) fn echo() -> impl AgentExecutor {
    executor_fn(async |cx, out| {
        let task = out.task().await?;
        task.artifact("echo").finish_with(cx.message.text()).await?;
        Ok(task.complete().await?)
    })
}

/// Asks for more until it hears `done`.
pub(crate) fn asks() -> impl AgentExecutor {
    executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        if cx.message.text() == "done" {
            return Ok(task.complete_with("thanks").await?);
        }
        Ok(task.input_required(format!("{}?", cx.message.text())).await?)
    })
}

/// Asks again and again, and refuses what is `bad`.
pub(crate) fn picky() -> impl AgentExecutor {
    executor_fn(async |cx: RequestContext, out: Responder| {
        if cx.message.text() == "bad" {
            let error = Error::new(ErrorKind::ContentTypeNotSupported, "not that").with_info("mine", "yes");
            return Err(ExecutorError::refuse(error));
        }
        Ok(out.task().await?.input_required("well?").await?)
    })
}

/// Works until the gate opens, then completes.
pub(crate) fn patient(gate: &Gate) -> impl AgentExecutor {
    let gate = gate.clone();
    executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.working("at it").await?;
        gate.pass().await;
        Ok(task.complete_with("done").await?)
    })
}

/// Never does anything.
pub(crate) fn silent() -> impl AgentExecutor {
    executor_fn(async |_, _out| std::future::pending::<Result<(), ExecutorError>>().await)
}

/// The same agent, whose runs may be made again.
pub(crate) struct Redriven<E>(pub(crate) E);

impl<E: AgentExecutor> AgentExecutor for Redriven<E> {
    fn execute(
        &self,
        cx: RequestContext,
        out: Responder,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send {
        self.0.execute(cx, out)
    }

    fn redrives(&self) -> bool {
        true
    }
}
