//! A remote task while its turn is read.

use std::{mem, time::Duration};

use a2a_client::{Answer, CallError, Client, FailureKind, StreamError, StreamEvent, TaskStream};
use a2a_core::{ErrorKind, TaskId};
use futures_util::{StreamExt as _, future::BoxFuture};
use tokio::runtime::Handle;

use super::OnDrop;

/// How long a dropped turn looks for the id of the task that it is to cancel.
const LOOK: Duration = Duration::from_secs(5);

/// The updates of a task, which is canceled when this is dropped before its end, if it should.
pub(super) struct Running {
    client: Client,
    state: State,
    on_drop: OnDrop,
    /// Kept, for a drop may happen outside of the runtime.
    runtime: Handle,
}

pub(super) type Asking = BoxFuture<'static, Result<Reply, CallError>>;

/// How a peer answers.
pub(super) enum Reply {
    Stream(Box<TaskStream>),
    Answer(Box<Answer>),
}

enum State {
    /// The flag tells whether anything may have been sent.
    Asking(Asking, bool),
    Reading(Box<TaskStream>),
    Over,
}

/// Why there are no more updates.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum Lost {
    Call(#[from] CallError),
    Stream(#[from] StreamError),
}

impl Lost {
    /// Whether the task that the message was for is unknown there, or takes no message any more.
    pub(super) fn is_about_task(&self) -> bool {
        let kind = match self {
            Self::Call(error) => error.kind(),
            Self::Stream(error) => error.kind(),
        };
        matches!(kind, FailureKind::Agent(ErrorKind::TaskNotFound | ErrorKind::UnsupportedOperation))
    }
}

impl Running {
    pub(super) fn new(client: Client, asking: Asking, on_drop: OnDrop) -> Self {
        Self { client, state: State::Asking(asking, false), on_drop, runtime: Handle::current() }
    }

    pub(super) async fn next(&mut self) -> Option<Result<StreamEvent, Lost>> {
        loop {
            match &mut self.state {
                State::Asking(asking, sent) => match sending(asking, sent).await {
                    Ok(Reply::Stream(stream)) => self.state = State::Reading(stream),
                    Ok(Reply::Answer(answer)) => {
                        self.state = State::Over;
                        return match *answer {
                            Answer::Task(task) => Some(Ok(task.into())),
                            Answer::Message(message) => Some(Ok(StreamEvent::Message(message))),
                            _ => None,
                        };
                    }
                    Err(error) => {
                        self.state = State::Over;
                        return Some(Err(error.into()));
                    }
                },
                State::Reading(stream) => {
                    let next = stream.next().await;
                    if next.is_none() {
                        self.state = State::Over;
                    }
                    return next.map(|next| next.map_err(Lost::from));
                }
                State::Over => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let state = mem::replace(&mut self.state, State::Over);
        let goes_on = match &state {
            State::Asking(_, sent) => *sent,
            State::Reading(stream) => !is_over(stream),
            State::Over => false,
        };
        if !goes_on || self.on_drop == OnDrop::Keep {
            return;
        }
        let client = self.client.clone();
        let stop = async move {
            let Ok(Some(id)) = tokio::time::timeout(LOOK, task_id(state)).await else { return };
            if let Err(error) = client.cancel(&id).await {
                tracing::debug!(error = &error as &dyn std::error::Error, task_id = %id, "a task wasn't canceled");
            }
        };
        self.runtime.spawn(stop);
    }
}

async fn sending(asking: &mut Asking, sent: &mut bool) -> Result<Reply, CallError> {
    *sent = true;
    asking.await
}

fn is_over(stream: &TaskStream) -> bool {
    let state = stream.task().map(|task| &task.status.state);
    state.is_some_and(|state| state.is_terminal() || state.is_interrupted())
}

/// The id of a task that goes on, which its first event tells.
async fn task_id(state: State) -> Option<TaskId> {
    let mut stream = match state {
        State::Asking(asking, _) => match asking.await {
            Ok(Reply::Stream(stream)) => stream,
            _ => return None,
        },
        State::Reading(stream) => stream,
        State::Over => return None,
    };
    while stream.task().is_none() {
        stream.next().await?.ok()?;
    }
    stream.task().filter(|_| !is_over(&stream)).map(|task| task.id.clone())
}
