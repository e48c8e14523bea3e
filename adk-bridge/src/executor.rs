//! A local agent behind A2A.

mod input;
mod output;

use std::{fmt, sync::Arc};

use a2a_core::{Caller, Metadata, Part};
use a2a_server::{
    AgentExecutor, CancelContext, ExecutorError, NewTask, Reason, RequestContext, Responder, StatusSpec,
    Stopped,
};
use futures_util::StreamExt as _;
use serde_json::Value;

use self::output::Output;
use crate::{
    adk::{AppName, EventStream, RunError, Turns},
    convert::keys,
};

/// Runs an agent, or an app's own runner, for each message that arrives over A2A.
///
/// A conversation (A2A's context) is a session, and a message is a turn in it. Each event of the turn becomes an
/// artifact of its own; chunks of an answer stream into it and the complete event replaces them. A call whose result
/// comes later pauses the task as `INPUT_REQUIRED`, and the answer may come on that task or on a new one: it is found
/// in the session. An event that tells of a failure ends the task FAILED.
///
/// A run whose process died is made again if the [`Turns`] have sessions: what the session has of it is written first,
/// unless the task has it already, and the agent then runs from the top as [`Runner`](crate::adk::Runner) says. Where
/// the sessions were lost with the process, as those in memory are, the agent runs as if for the first time, its tools
/// too, under the same ids; but an answer finds no question any more, and its task fails.
///
/// Sessions belong to whoever calls: to an identified user under its name, to an anonymous caller under the
/// conversation's id. Callers of other kinds or of a tenant have sessions of their own, whatever their name.
#[derive(Clone)]
pub struct AdkExecutor {
    turns: Arc<dyn Turns>,
    own_peers: Arc<dyn Fn(&Caller) -> bool + Send + Sync>,
}

impl AdkExecutor {
    /// An executor that drives a [`Runner`](crate::adk::Runner), or anything else that runs turns.
    pub fn new(turns: impl Turns) -> Self {
        Self { turns: Arc::new(turns), own_peers: Arc::new(|_| false) }
    }

    /// Tells which callers are our own: they get each event whole, state changes and all, if they ask for it with our
    /// extension. Nobody is, unless said here; say yes only to callers whose identity is proven.
    #[must_use]
    pub fn own_peers(mut self, is_own: impl Fn(&Caller) -> bool + Send + Sync + 'static) -> Self {
        self.own_peers = Arc::new(is_own);
        self
    }
}

impl AgentExecutor for AdkExecutor {
    async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        let own =
            cx.extensions.iter().any(|uri| uri == keys::EVENTS_EXTENSION) && (self.own_peers)(&cx.caller);
        let request = input::turn_request(&cx, own)?;
        let base = base_metadata(self.turns.app(), &request);
        let task = out.task_with(NewTask::with_metadata(extension())).await?;
        if let Some(question) = input::unanswered(&cx) {
            let status = StatusSpec::new(question).with_metadata(extension());
            return Ok(task.input_required(status).await?);
        }
        task.working(StatusSpec::none().with_metadata(base.clone())).await?;
        if cx.task.is_none() {
            // Who repeats a send that the log doesn't know of begins another task: nothing may have come of it before.
            task.flush().await?;
        }
        let mut events = self.turns.turn(request);
        let before = cx.task.as_deref().filter(|_| matches!(cx.reason, Reason::Redriven { .. }));
        let mut output = Output::new(own, base, before);
        while let Some(event) = next(&mut events, &cx).await {
            match output.write(&task, event?).await {
                Err(Stopped::Canceled) => break,
                written => written?,
            }
        }
        if cx.cancel.is_canceled() {
            drop(events);
            return Ok(task.canceled(StatusSpec::none().with_metadata(extension())).await?);
        }
        Ok(output.end(task).await?)
    }

    /// What the task was paused for is given up: remote agents that wait for the same are told.
    async fn cancel(&self, cx: CancelContext) -> Result<(), ExecutorError> {
        match input::cancel_request(&cx)? {
            Some(request) => self.turns.cancel(request).await.map_err(|error| unless_canceled(&error)),
            None => Ok(()),
        }
    }

    /// If there are sessions.
    fn redrives(&self) -> bool {
        self.turns.sessions().is_some()
    }
}

/// The next event, unless the task is asked to stop.
async fn next(
    events: &mut EventStream<'_>,
    cx: &RequestContext,
) -> Option<Result<crate::Event, ExecutorError>> {
    tokio::select! {
        biased;
        event = events.next() => event.map(|event| event.map_err(failed)),
        () = cx.cancel.canceled() => None,
    }
}

/// Not the agent's failure, which is an event: the session couldn't be used.
fn failed(error: crate::AgentError) -> ExecutorError {
    RunError::from(error).into()
}

/// The peer reads why its task goes on to wait.
fn unless_canceled(error: &crate::AgentError) -> ExecutorError {
    tracing::warn!(?error, "a paused turn isn't canceled");
    ExecutorError::failed(error.public_message())
}

fn extension() -> Metadata {
    Metadata::from_iter([(keys::ADK_EXTENSION.to_owned(), Value::Bool(true))])
}

/// What every ADK peer finds on the statuses of a task.
fn base_metadata(app: Option<&AppName>, request: &crate::adk::TurnRequest) -> Metadata {
    let mut metadata = extension();
    let app = app.map(|app| (keys::APP_NAME, app.to_string()));
    let ids = [(keys::USER_ID, request.user.to_string()), (keys::SESSION_ID, request.session.to_string())];
    for (key, id) in app.into_iter().chain(ids) {
        metadata.insert(key.to_owned(), Value::String(id));
    }
    metadata
}

/// Marks a text that says what failed.
fn error_part(text: String) -> Part {
    Part::text(text)
        .with_metadata(Metadata::from_iter([(keys::IS_ERROR_MESSAGE.to_owned(), Value::Bool(true))]))
}

impl fmt::Debug for AdkExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdkExecutor").field("app", &self.turns.app()).finish_non_exhaustive()
    }
}
