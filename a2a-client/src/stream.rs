use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use a2a_core::{
    ContextId, Cursor, Cursored, Error, Events, Fold, Message, StreamEvent, Task, TaskId, TaskState,
};
use futures_core::Stream;
use futures_util::StreamExt as _;

use crate::{Answer, FailureKind, Phase, StreamError, call::Known, failure::Failure};

/// What happens to a task, as it happens, and the task so far.
///
/// Each event is folded into [`task`](Self::task) before it is handed out. The first one of a correct server is
/// the task or, as the only one, a message; a stream that starts in the middle is taken as it is.
///
/// # The end
///
/// | how it ends | what you get |
/// |---|---|
/// | the task has ended | `None`, without waiting for the server to close |
/// | after a message without a task | `None` |
/// | the server closes while the task waits for you (`INPUT_REQUIRED`, `AUTH_REQUIRED`) | `None` |
/// | the server closes while the task still runs | [`FailureKind::CutShort`]; the error names the task |
/// | the server closes and has said nothing | [`FailureKind::Empty`] |
/// | anything else goes wrong | a [`StreamError`] |
///
/// An `Err` is the last item. Reading is cancel safe: an event that a dropped `next()` didn't return is still to
/// come. Dropping the stream never stops the task. Memory is the folded task, one event and one read of the
/// socket.
#[must_use = "a stream does nothing unless it is read"]
pub struct TaskStream {
    events: Option<Events>,
    fold: Option<Fold>,
    message: Option<Message>,
    cursor: Option<Cursor>,
    known: Known,
}

impl TaskStream {
    pub(crate) fn new(events: Events, known: Known) -> Self {
        Self { events: Some(events), fold: None, message: None, cursor: None, known }
    }

    /// The task so far; `None` before the first event and for an answer without a task.
    pub fn task(&self) -> Option<&Task> {
        self.fold.as_ref().map(Fold::task)
    }

    /// Where the stream stands, if the server says: what [`Call::resume`](crate::Call::resume) takes.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// The task so far, without the rest of the stream.
    pub fn into_task(self) -> Option<Task> {
        self.fold.map(Fold::into_task)
    }

    /// Reads to the end and gives what a send would have answered.
    pub async fn finish(mut self) -> Result<Answer, StreamError> {
        while let Some(event) = self.next().await {
            event?;
        }
        match (self.message, self.fold) {
            (Some(message), _) => Ok(Answer::Message(message)),
            (None, Some(fold)) => Ok(Answer::Task(fold.into_task())),
            (None, None) => Err(fails(&self.known, Failure::new(FailureKind::Empty, Phase::Stream).into())),
        }
    }

    /// Folds what came.
    fn take(&mut self, item: Cursored<StreamEvent>) -> StreamEvent {
        let Cursored { event, cursor, .. } = item;
        if cursor.is_some() {
            self.cursor = cursor;
        }
        match (&mut self.fold, &event) {
            (Some(fold), event) => {
                fold.apply(event);
            }
            (None, StreamEvent::Message(message)) => self.message = Some(message.clone()),
            (None, event) => self.fold = begin(event),
        }
        if self.known.task_id.is_none() || self.known.context_id.is_none() {
            self.learn();
        }
        event
    }

    fn learn(&mut self) {
        let Some(task) = self.fold.as_ref().map(Fold::task) else { return };
        if self.known.task_id.is_none() {
            self.known.span.record("task_id", task.id.as_str());
            self.known.task_id = Some(task.id.clone());
        }
        if let (None, Some(id)) = (&self.known.context_id, &task.context_id) {
            self.known.span.record("context_id", id.as_str());
            self.known.context_id = Some(id.clone());
        }
    }

    fn is_over(&self) -> bool {
        self.message.is_some() || self.state().is_some_and(TaskState::is_terminal)
    }

    /// Lets go of the events; a response that is complete already leaves its connection for the next call.
    fn close(&mut self, cx: &mut Context<'_>) {
        if let Some(mut events) = self.events.take() {
            let _ = events.poll_next_unpin(cx);
        }
    }

    fn state(&self) -> Option<&TaskState> {
        self.task().map(|task| &task.status.state)
    }

    /// What the server's end of the stream means.
    fn end(&self) -> Option<StreamError> {
        let kind = match self.state() {
            Some(state) if state.is_interrupted() => return None,
            Some(_) => FailureKind::CutShort,
            None => FailureKind::Empty,
        };
        Some(fails(&self.known, Failure::new(kind, Phase::Stream).into()))
    }
}

impl Stream for TaskStream {
    type Item = Result<StreamEvent, StreamError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(events) = &mut this.events else { return Poll::Ready(None) };
        let item = {
            let _entered = this.known.span.enter();
            ready!(events.poll_next_unpin(cx))
        };
        Poll::Ready(match item {
            Some(Ok(item)) => {
                let event = this.take(item);
                if this.is_over() {
                    this.close(cx);
                }
                Some(Ok(event))
            }
            Some(Err(error)) => {
                this.events = None;
                Some(Err(fails(&this.known, error)))
            }
            None => {
                this.events = None;
                this.end().map(Err)
            }
        })
    }
}

impl fmt::Debug for TaskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskStream")
            .field("method", &self.known.method)
            .field("task_id", &self.known.task_id)
            .field("state", &self.state())
            .field("cursor", &self.cursor)
            .field("ended", &self.events.is_none())
            .finish_non_exhaustive()
    }
}

fn fails(known: &Known, error: Error) -> StreamError {
    let error = StreamError::new(error, known.method, known.task_id.clone(), known.context_id.clone());
    known.span.in_scope(|| tracing::debug!(kind = ?error.kind(), "stream broke off"));
    error
}

/// A fold from the first thing that is heard of a task.
fn begin(event: &StreamEvent) -> Option<Fold> {
    let (task_id, context_id): (&TaskId, &Option<ContextId>) = match event {
        StreamEvent::Task(task) => return Some(Fold::new(task.clone())),
        StreamEvent::StatusUpdate(update) => (&update.task_id, &update.context_id),
        StreamEvent::ArtifactUpdate(update) => (&update.task_id, &update.context_id),
        _ => return None,
    };
    let placeholder = ContextId::new(task_id.as_str()).expect("an id is never empty");
    let mut task = Task::new(task_id.clone(), placeholder);
    task.context_id.clone_from(context_id);
    let mut fold = Fold::new(task);
    fold.apply(event);
    Some(fold)
}
