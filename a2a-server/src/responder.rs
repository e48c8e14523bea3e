//! How an agent answers: with one message, or with a task. The types make wrong orders impossible.

use std::{ops::Deref, sync::Arc};

use a2a_core::{EntryBody, Message, Parts, TaskState, entry};

use crate::{
    ArtifactSpec, ArtifactWriter, NewTask, StatusSpec, Stopped, id,
    run::{Phase, RunShared},
    spec::sendable,
};

/// The beginning of an answer: choose between [`message`](Self::message) and [`task`](Self::task).
#[derive(Debug)]
pub struct Responder {
    run: Arc<RunShared>,
}

impl Responder {
    pub(crate) fn new(run: Arc<RunShared>) -> Self {
        Self { run }
    }

    /// Answers with one message and nothing else.
    ///
    /// If there is a task already — a follow-up, a run that is made again, or one that was opened because nobody waited
    /// any more — the task completes with that message as its status. An answer that says nothing, an empty text say, is a task that
    /// completes, too: the protocol has no empty messages.
    pub async fn message(self, parts: impl Into<Parts>) -> Result<(), Stopped> {
        let parts = sendable(parts.into().into_vec());
        if parts.is_empty() {
            return self.task().await?.complete().await;
        }
        let message = Box::new(self.run.agent_message(None, parts));
        match self.run.queue.answer(message) {
            None => Ok(()),
            Some(message) => {
                let spec = StatusSpec { parts: message.parts, ..StatusSpec::default() };
                self.run.close(TaskState::Completed, spec).await
            }
        }
    }

    /// Answers with a task: opens one as SUBMITTED, or gives the one that the message is for.
    pub async fn task(self) -> Result<TaskHandle, Stopped> {
        self.task_with(NewTask::default()).await
    }

    /// Like [`task`](Self::task), with more on a new task; of one that exists nothing changes.
    #[expect(clippy::unused_async, reason = "a write is awaited, whether or not it has to wait today")]
    pub async fn task_with(self, new: NewTask) -> Result<TaskHandle, Stopped> {
        self.run.queue.open(new.metadata)?;
        Ok(TaskHandle { updates: Updates { run: self.run } })
    }
}

/// A task that this run works on; whoever has it may end or pause it.
///
/// Ending takes the handle, so nothing can be written behind the end. Everything else is on [`Updates`]. Dropping it
/// without an end leaves the task as it is, and when the agent returns it is FAILED.
#[derive(Debug)]
pub struct TaskHandle {
    updates: Updates,
}

impl Deref for TaskHandle {
    type Target = Updates;

    fn deref(&self) -> &Updates {
        &self.updates
    }
}

impl TaskHandle {
    /// Pauses the task until the client sends more; that is the next run.
    pub async fn input_required(self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.close(TaskState::InputRequired, status).await
    }

    /// Ends the task well.
    pub async fn complete(self) -> Result<(), Stopped> {
        self.close(TaskState::Completed, StatusSpec::none()).await
    }

    /// Ends the task well and says something.
    pub async fn complete_with(self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.close(TaskState::Completed, status).await
    }

    /// Ends the task by an error that the peer may read.
    pub async fn fail(self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.close(TaskState::Failed, status).await
    }

    /// Ends the task because the agent won't do it.
    pub async fn reject(self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.close(TaskState::Rejected, status).await
    }

    /// Ends the task because it was asked to stop.
    pub async fn canceled(self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.close(TaskState::Canceled, status).await
    }

    async fn close(self, state: TaskState, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        self.updates.run.close(state, status.into()).await
    }
}

/// Writes to a task that goes on. Clones write to the same task, in the order of their calls.
///
/// A write is done when it is queued: it waits only while the queue is full, for the log, never for a reader. A
/// write that is dropped before it is done wasn't made.
#[derive(Clone, Debug)]
pub struct Updates {
    run: Arc<RunShared>,
}

impl Updates {
    /// Says that the agent is at work, and maybe on what.
    pub async fn working(&self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        let entry = self.run.status(TaskState::Working, status.into());
        self.run.write(entry).await
    }

    /// Says that a credential is needed. The run goes on: the agent waits for it by itself.
    pub async fn auth_required(&self, status: impl Into<StatusSpec>) -> Result<(), Stopped> {
        let entry = self.run.status(TaskState::AuthRequired, status.into());
        self.run.write(entry).await
    }

    /// Begins an artifact. Nothing is sent before its first chunk.
    pub fn artifact(&self, artifact: impl Into<ArtifactSpec>) -> ArtifactWriter {
        ArtifactWriter::new(Arc::clone(&self.run), artifact.into())
    }

    /// Waits until everything written so far is in the log.
    pub async fn flush(&self) -> Result<(), Stopped> {
        self.run.flush().await
    }
}

impl RunShared {
    /// A message of the agent, with its place.
    pub(crate) fn agent_message(
        &self,
        id: Option<a2a_core::MessageId>,
        parts: Vec<a2a_core::Part>,
    ) -> Message {
        let mut message = Message::agent(id.unwrap_or_else(id::message), parts);
        message.context_id = Some(self.context_id.clone());
        if self.queue.phase() != Phase::Undecided {
            message.task_id = Some(self.task_id.clone());
        }
        message
    }

    pub(crate) fn status(&self, state: TaskState, spec: StatusSpec) -> EntryBody {
        let parts = sendable(spec.parts);
        let mut status = entry::Status::new(state);
        if !parts.is_empty() {
            let mut message = self.agent_message(spec.message_id, parts);
            message.metadata = spec.message_metadata;
            status.message = Some(Box::new(message));
        }
        status.metadata = spec.metadata;
        EntryBody::Status(status)
    }

    pub(crate) async fn write(&self, body: EntryBody) -> Result<(), Stopped> {
        let mut body = Some(readable(body)?);
        std::future::poll_fn(|cx| self.queue.poll_push(cx, &mut body, false)).await.map(drop)
    }

    pub(crate) async fn close(&self, state: TaskState, spec: StatusSpec) -> Result<(), Stopped> {
        let mut body = Some(readable(self.status(state, spec))?);
        let count = std::future::poll_fn(|cx| self.queue.poll_push(cx, &mut body, true)).await?;
        std::future::poll_fn(|cx| self.queue.poll_durable(cx, count)).await
    }

    async fn flush(&self) -> Result<(), Stopped> {
        let count = self.queue.queued();
        std::future::poll_fn(|cx| self.queue.poll_durable(cx, count)).await
    }
}

/// Refuses what no reader would take back from the log.
fn readable(body: EntryBody) -> Result<EntryBody, Stopped> {
    if body.is_unreadable() { Err(Stopped::Limit) } else { Ok(body) }
}
