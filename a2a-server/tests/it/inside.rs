//! A server from the inside: without a wire, and so also where a test stops the clock.

use a2a_core::{
    CallParams, Caller, CancelTaskRequest, Error, Fold, GetTaskRequest, Message, Operations,
    SendMessageRequest, StreamEvent, SubscribeToTaskRequest, Task, TaskId,
};
use a2a_server::{AgentExecutor, Limits, Server, ServerHandle};
use futures_util::StreamExt as _;

use crate::{
    mortal_log::{MortalLog, Op},
    support::{card, short, soon},
};

/// A server over a log, as a caller whom nobody knows sees it.
pub(crate) struct Inside {
    pub(crate) handle: ServerHandle,
    pub(crate) operations: Box<dyn Operations>,
}

pub(crate) fn message(text: &str) -> Message {
    Message::user(format!("m-{text}").parse().unwrap(), text)
}

pub(crate) fn message_to(task: &TaskId, text: &str) -> SendMessageRequest {
    let mut message = message(text);
    message.task_id = Some(task.clone());
    message.into()
}

impl Inside {
    pub(crate) fn new(log: &MortalLog, agent: impl AgentExecutor) -> Self {
        Self::with(log, agent, short())
    }

    pub(crate) fn with(log: &MortalLog, agent: impl AgentExecutor, limits: Limits) -> Self {
        let server = Server::builder(card(), agent).allow_anonymous().limits(limits).store(log.clone());
        Self::of(server.build().unwrap().handle())
    }

    pub(crate) fn of(handle: ServerHandle) -> Self {
        Self { operations: Box::new(handle.operations(Caller::anonymous())), handle }
    }

    pub(crate) async fn send(&self, request: impl Into<SendMessageRequest>) -> Task {
        let answer = soon(self.operations.send_message(CallParams::default(), request.into())).await.unwrap();
        answer.task().expect("a task").clone()
    }

    /// Sends and doesn't wait for the answer.
    pub(crate) async fn start(&self, request: impl Into<SendMessageRequest>) -> TaskId {
        let mut request = request.into();
        request.configuration.return_immediately = true;
        self.send(request).await.id
    }

    pub(crate) async fn get(&self, task: &TaskId) -> Task {
        let request = GetTaskRequest::new(task.clone());
        soon(self.operations.get_task(CallParams::default(), request)).await.unwrap()
    }

    pub(crate) async fn cancel(&self, task: &TaskId) -> Result<Task, Error> {
        soon(self.operations.cancel_task(CallParams::default(), CancelTaskRequest::new(task.clone()))).await
    }

    /// The task once it has ended.
    pub(crate) async fn ended(&self, task: &TaskId) -> Task {
        self.follow(task, |task| task.status.state.is_terminal()).await
    }

    /// The task once it is so.
    pub(crate) async fn follow(&self, task: &TaskId, is_so: impl Fn(&Task) -> bool) -> Task {
        let request = SubscribeToTaskRequest::new(task.clone());
        let subscribed = self.operations.subscribe_to_task(CallParams::default(), request).await;
        // Who has ended can't be subscribed to.
        let Ok(mut events) = subscribed else { return self.get(task).await };
        let mut fold: Option<Fold> = None;
        while let Some(event) = soon(events.next()).await {
            match (event.unwrap().event, &mut fold) {
                (StreamEvent::Task(task), _) => fold = Some(Fold::new(*task)),
                (event, fold) => {
                    fold.as_mut().expect("a stream begins with a task").apply(&event);
                }
            }
            if fold.as_ref().is_some_and(|fold| is_so(fold.task())) {
                break;
            }
        }
        let task = fold.expect("a stream begins with a task").into_task();
        assert!(is_so(&task), "the stream ended before: {task:?}");
        task
    }
}

/// What the status says.
pub(crate) fn says(task: &Task) -> String {
    task.status.message.as_ref().map(|message| message.text()).unwrap_or_default()
}

impl Inside {
    /// Waits until everything that was left behind is seen to, and no run is live. Not for a clock that stands still.
    pub(crate) async fn recovered(&self, log: &MortalLog) {
        // It is asked for more once it has given out the first.
        until(|| log.calls(Op::Orphans) > 1).await;
        soon(self.handle.drain()).await;
    }
}

/// Waits until it is so, which no event tells. Not for a clock that stands still.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    soon(async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
