mod begin;
mod joint;
mod resume;

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use a2a_core::{Applied, Cursor, Cursored, Error, Fold, Message, StreamEvent, Task, TaskState};
use futures_core::Stream;
use futures_util::StreamExt as _;

use self::{
    begin::begin,
    joint::{Joined, Joint, Trail},
    resume::{Resume, Source, Told, another_task, is_progress},
};
use crate::{
    Answer, CallError, FailureKind, Phase, StreamError,
    call::Known,
    failure::Failure,
    link::{Begin, Link},
};

/// What happens to a task, as it happens, and the task so far. It survives its connections.
///
/// Each event is folded into [`task`](Self::task) before it is handed out. The first one of a correct server is
/// the task or, as the only one, a message; a stream that starts in the middle is taken as it is.
///
/// # What it survives
///
/// A stream that breaks off goes on by itself, without a duplicate and without a gap:
///
/// | what happens | the stream |
/// |---|---|
/// | the connection is cut, at any byte | goes on |
/// | silence, or a head that doesn't come, for longer than [`Timeouts`](crate::Timeouts) allow | goes on |
/// | the server closes while the task runs | goes on |
/// | HTTP 429 and 5xx, and what the agent says as [`Unavailable`](a2a_core::ErrorKind::Unavailable) or [`ResourceExhausted`](a2a_core::ErrorKind::ResourceExhausted) | goes on, not before `Retry-After` |
/// | any other error of the agent, an answer that isn't one or is too large, an event of another task | ends |
/// | the call as a whole takes too long | ends |
///
/// How, depends on what is known and on what the server can do. Each row falls back to the one below:
///
/// | known | the server | asked for | costs |
/// |---|---|---|---|
/// | a cursor | replays (ours does, also when the task has ended) | `SubscribeToTask` with `Last-Event-ID` | the events that were missed |
/// | the task | has streams | `SubscribeToTask` | the task once |
/// | the task | has no streams, says the task has ended, closes at once, or is silent | `GetTask`, again and again while the task runs | the task each time, at the pace of [`Retry`](crate::Retry) |
/// | nothing | – | the send itself under its key, if that is safe (see [`Retry`](crate::Retry)) | the send once more |
///
/// A task that is told whole on the way is handed out as what has happened meanwhile
/// ([`Fold::difference`]): ordinary updates, and the task only if they can't say it. Behind them
/// [`task`](Self::task) is what the server told. A server that tells its stream from the beginning again is followed
/// quietly up to what is new; an event id of another server is believed to mean what SSE says it does.
///
/// # The end
///
/// | how it ends | what you get |
/// |---|---|
/// | the task has ended | `None`, without waiting for the server to close |
/// | after a message without a task | `None` |
/// | the server closes while the task waits for you (`INPUT_REQUIRED`, `AUTH_REQUIRED`) | `None` |
/// | a stream of a send has been resumed, and the task comes to `INPUT_REQUIRED` | `None` |
/// | … and can only be read, and the task comes to `AUTH_REQUIRED` too | `None` |
/// | a stream of a send breaks off in `INPUT_REQUIRED` | `None` |
/// | nothing new for [`Retry::resumes`](crate::Retry::resumes) attempts | the last failure; it tells the first one too |
/// | … with none allowed, and the server closes while the task runs | [`FailureKind::CutShort`]; the error names the task |
/// | the server closes, has said nothing, and the send can't be repeated | [`FailureKind::Empty`] |
/// | anything else goes wrong | a [`StreamError`] |
///
/// A stream begun by [`subscribe`](crate::Client::subscribe) follows the task through its pauses. A send to a task
/// that was paused ends at the next pause, not at the one it answers.
///
/// An `Err` is the last item. Reading is cancel safe: an event that a dropped `next()` didn't return is still to
/// come, and an attempt to go on is too. Dropping the stream stops whatever it does at once, and never the task.
/// Memory is the folded task, one event and one read of the socket; where a task is told whole that task once more,
/// and until something is heard of a send its request.
#[must_use = "a stream does nothing unless it is read"]
pub struct TaskStream {
    source: Source,
    fold: Option<Fold>,
    message: Option<Message>,
    trail: Trail,
    /// What a task that was told whole has that isn't handed out yet.
    pending: VecDeque<StreamEvent>,
    joint: Joint,
    resume: Resume,
    known: Known,
}

/// What is to be done next.
enum Step {
    HandOut(StreamEvent),
    GoOn,
    End,
    Fail(StreamError),
}

impl TaskStream {
    /// Makes the first call, and makes it again where that is safe.
    pub(crate) async fn open(link: Arc<Link>, begin: Begin, known: Known) -> Result<Self, CallError> {
        let mut stream = Self {
            source: Source::Over,
            fold: None,
            message: None,
            trail: Trail::default(),
            pending: VecDeque::new(),
            joint: Joint::Straight,
            resume: Resume::new(link, begin),
            known,
        };
        stream.call(Duration::ZERO);
        poll_fn(|cx| stream.poll_open(cx)).await.map_err(StreamError::into_call)?;
        Ok(stream)
    }

    /// The task so far; `None` before the first event and for an answer without a task.
    pub fn task(&self) -> Option<&Task> {
        self.fold.as_ref().map(Fold::task)
    }

    /// Where the stream stands, if the server says: what [`Call::resume`](crate::Call::resume) takes.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.trail.cursor.as_ref().filter(|_| self.pending.is_empty())
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
        match (self.message.take(), self.fold.take()) {
            (Some(message), _) => Ok(Answer::Message(message)),
            (None, Some(fold)) => Ok(Answer::Task(fold.into_task())),
            (None, None) => Err(self.fails(Failure::new(FailureKind::Empty, Phase::Stream).into())),
        }
    }

    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        while let Source::Trying(_) = self.source {
            let told = ready!(self.poll_source(cx));
            if let Some(Step::Fail(error)) = told.map(|told| self.step(told)) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Told>> {
        let _entered = self.known.span.enter();
        self.source.poll_told(cx)
    }

    fn step(&mut self, told: Told) -> Step {
        match told {
            Told::Event(item) => self.hear(item),
            Told::Events(events) => {
                self.source = Source::Reading(events);
                Step::GoOn
            }
            Told::Task(task) => self.look(task),
            Told::Closed => self.closed(),
            Told::Failed(error) => self.broke(error),
        }
    }

    /// An event of a connection that was resumed, until it goes on behind what is known.
    fn hear(&mut self, item: Cursored<StreamEvent>) -> Step {
        let Some(fold) = self.fold.as_ref().filter(|_| !self.strays(&item.event)) else {
            return self.fail(another_task());
        };
        let cursor = item.cursor.clone();
        match self.joint.join(fold, &self.trail, item) {
            Joined::New(event) => {
                self.trail.pass(cursor);
                Step::HandOut(event)
            }
            Joined::Known => Step::GoOn,
            Joined::Snapshot(task, cursor) => {
                self.pending.extend(fold.difference(task));
                self.trail.restart(cursor);
                Step::GoOn
            }
            Joined::Lost => self.read(),
        }
    }

    /// Folds an event; not if it is about another task.
    fn fold(&mut self, event: &StreamEvent) -> Result<(), Error> {
        let applied = match &mut self.fold {
            Some(fold) => {
                if self.resume.is_counting() && is_progress(fold, event) {
                    self.resume.progressed();
                }
                let applied = fold.apply(event);
                self.resume.folded(fold.task());
                applied
            }
            None => Applied::Ignored,
        };
        if applied == Applied::Ignored {
            if self.strays(event) {
                return Err(another_task());
            }
            self.begin(event);
        }
        if self.known.task_id.is_none() || self.known.context_id.is_none() {
            self.learn();
        }
        Ok(())
    }

    /// Takes the first thing that is heard.
    fn begin(&mut self, event: &StreamEvent) {
        match event {
            _ if self.fold.is_some() => return,
            StreamEvent::Message(message) => self.message = Some(message.clone()),
            event => self.fold = begin(event),
        }
        if self.message.is_some() || self.fold.is_some() {
            self.resume.begun(self.fold.as_ref().map(Fold::task), self.trail.cursor.as_ref());
        }
    }

    /// Takes in an event before the reader gets it.
    fn take_in(&mut self, event: &StreamEvent, cx: &mut Context<'_>) -> Result<(), StreamError> {
        if let Err(error) = self.fold(event) {
            self.source = Source::Over;
            return Err(self.fails(error));
        }
        if self.is_over() {
            self.close(cx);
        }
        Ok(())
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
        let Some(task) = self.task() else { return self.message.is_some() };
        let state = &task.status.state;
        state.is_terminal()
            || (self.resume.is_resumed()
                && *state == TaskState::InputRequired
                && self.resume.is_answered(task)
                && self.pending.is_empty())
    }

    /// Lets go of the events; a response that is complete already leaves its connection for the next call.
    fn close(&mut self, cx: &mut Context<'_>) {
        if let Source::Reading(mut events) = std::mem::replace(&mut self.source, Source::Over) {
            let _ = events.poll_next_unpin(cx);
        }
    }

    fn state(&self) -> Option<&TaskState> {
        self.task().map(|task| &task.status.state)
    }

    fn fails(&self, error: Error) -> StreamError {
        let (task_id, context_id) = (self.known.task_id.clone(), self.known.context_id.clone());
        let error = StreamError::new(error, self.known.method, task_id, context_id);
        self.known.span.in_scope(|| tracing::debug!(kind = ?error.kind(), "stream broke off"));
        error.after(self.resume.tried())
    }
}

impl Stream for TaskStream {
    type Item = Result<StreamEvent, StreamError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.pending.pop_front() {
                this.take_in(&event, cx)?;
                return Poll::Ready(Some(Ok(event)));
            }
            let told = match &mut this.source {
                // Nearly every event comes this way, so it takes none of the detours below.
                Source::Reading(events) if this.joint.is_straight() => {
                    match ready!(this.known.span.in_scope(|| events.poll_next_unpin(cx))) {
                        Some(Ok(item)) => {
                            this.trail.pass(item.cursor);
                            this.take_in(&item.event, cx)?;
                            return Poll::Ready(Some(Ok(item.event)));
                        }
                        Some(Err(error)) => Told::Failed(error),
                        None => Told::Closed,
                    }
                }
                _ => match ready!(this.poll_source(cx)) {
                    Some(told) => told,
                    None => return Poll::Ready(None),
                },
            };
            match this.step(told) {
                Step::HandOut(event) => {
                    this.take_in(&event, cx)?;
                    return Poll::Ready(Some(Ok(event)));
                }
                Step::GoOn => {}
                Step::End => return Poll::Ready(None),
                Step::Fail(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl fmt::Debug for TaskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskStream")
            .field("method", &self.known.method)
            .field("task_id", &self.known.task_id)
            .field("state", &self.state())
            .field("cursor", &self.trail.cursor)
            .field("ended", &matches!(self.source, Source::Over))
            .finish_non_exhaustive()
    }
}
