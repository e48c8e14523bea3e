//! How a stream goes on when its connection has ended.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use a2a_core::{Cursor, Cursored, Error, Events, Fold, Method, StreamEvent, Task, TaskState, TaskStatus};
use futures_util::{FutureExt as _, StreamExt as _, TryFutureExt as _, future::BoxFuture};
use tracing::Instrument as _;

use super::{Joint, Step, TaskStream};
use crate::{
    FailureKind, Phase,
    failure::Failure,
    link::{Begin, Link, is_transient, refuses},
    retry::Backoff,
};

/// Where events come from.
pub(super) enum Source {
    Reading(Events),
    /// An attempt to get at more of them.
    Trying(BoxFuture<'static, Result<Told, Error>>),
    Over,
}

/// What comes of it.
pub(super) enum Told {
    Event(Cursored<StreamEvent>),
    Events(Events),
    Task(Task),
    Closed,
    Failed(Error),
}

impl Source {
    pub(super) fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<Option<Told>> {
        Poll::Ready(Some(match self {
            Self::Reading(events) => match ready!(events.poll_next_unpin(cx)) {
                Some(Ok(item)) => Told::Event(item),
                Some(Err(error)) => Told::Failed(error),
                None => Told::Closed,
            },
            Self::Trying(attempt) => ready!(attempt.poll_unpin(cx)).unwrap_or_else(Told::Failed),
            Self::Over => return Poll::Ready(None),
        }))
    }
}

/// What a stream needs to go on.
pub(super) struct Resume {
    link: Arc<Link>,
    /// The first call, until something is heard of it.
    begin: Option<Begin>,
    backoff: Backoff,
    way: Way,
    /// Whether the server's subscriptions lead anywhere.
    can_subscribe: bool,
    /// How often in a row the task was as it was.
    looks: u32,
    /// Whether it began with a message, so that somebody waits for the answer.
    asked: bool,
    /// The pause that the message is the answer to, if it was seen.
    before: Option<TaskStatus>,
    resumed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Subscribe,
    Read,
}

impl Resume {
    pub(super) fn new(link: Arc<Link>, begin: Begin) -> Self {
        let can_subscribe = link.client.may_stream();
        Self {
            backoff: Backoff::new(link.retry),
            asked: matches!(begin, Begin::Send(_)),
            link,
            begin: Some(begin),
            way: if can_subscribe { Way::Subscribe } else { Way::Read },
            can_subscribe,
            looks: 0,
            before: None,
            resumed: false,
        }
    }

    /// The first thing was heard; of a task, unless the answer is a message, and where the stream stands then.
    pub(super) fn begun(&mut self, task: Option<&Task>, cursor: Option<&Cursor>) {
        let Some(begin) = self.begin.take() else { return };
        self.backoff.reset();
        let is_turn = matches!(begin, Begin::Send(request) if request.message.task_id.is_some());
        // A server of ours shows the task with the message in it: if that is paused, the message was answered before.
        let is_ours = cursor.is_some_and(|cursor| cursor.seq().is_some());
        let paused = task.map(|task| &task.status).filter(|status| status.state.is_interrupted());
        self.before = paused.filter(|_| is_turn && !is_ours).cloned();
    }

    /// Something was folded: a pause that the task has left once was answered.
    pub(super) fn folded(&mut self, task: &Task) {
        if self.before.as_ref().is_some_and(|before| *before != task.status) {
            self.before = None;
        }
    }

    pub(super) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Whether nothing new was heard since the stream broke off.
    pub(super) fn is_counting(&self) -> bool {
        self.backoff.is_counting()
    }

    /// Something new was heard.
    pub(super) fn progressed(&mut self) {
        self.backoff.reset();
        self.looks = 0;
    }

    /// Whether the task, which is paused, answers the message that the stream began with.
    pub(super) fn is_answered(&self, task: &Task) -> bool {
        self.asked && self.before.as_ref() != Some(&task.status)
    }

    /// How often it was tried in vain, and why.
    pub(super) fn tried(&self) -> Option<(u32, Error)> {
        self.backoff.history()
    }

    /// How long to wait before the task is looked at again.
    fn pace(&mut self) -> Duration {
        let pace = self.link.retry.wait(self.looks);
        self.looks = self.looks.saturating_add(1);
        pace
    }
}

impl TaskStream {
    /// Calls, behind this delay: the first time, or to go on.
    pub(super) fn call(&mut self, delay: Duration) {
        let resume = &mut self.resume;
        let link = Arc::clone(&resume.link);
        let task = self.fold.as_ref().map(|fold| fold.task().id.clone());
        self.joint = Joint::Straight;
        let attempt = match (&resume.begin, task, resume.way) {
            (Some(begin), ..) => link.begin(begin.clone(), delay).map_ok(Told::Events).boxed(),
            (None, Some(id), Way::Subscribe) => {
                self.joint = Joint::Open;
                link.resume(id, self.trail.cursor.clone(), delay).map_ok(Told::Events).boxed()
            }
            (None, Some(id), Way::Read) => link.read(id, delay).map_ok(Told::Task).boxed(),
            (None, None, _) => return self.source = Source::Over,
        };
        resume.resumed = resume.begin.is_none();
        self.source = Source::Trying(attempt.instrument(self.known.span.clone()).boxed());
    }

    /// The server has ended the stream in good order.
    pub(super) fn closed(&mut self) -> Step {
        let Some(task) = self.task() else {
            return self.broke(Failure::new(FailureKind::Empty, Phase::Stream).into());
        };
        let is_joined = self.joint.is_straight();
        if task.status.state.is_interrupted() && (is_joined || matches!(self.joint, Joint::Open)) {
            return self.end();
        }
        if self.resume.resumed && (self.resume.is_counting() || !is_joined) {
            // It would close the next one, too.
            return self.look_on();
        }
        self.retry(Failure::new(FailureKind::CutShort, Phase::Stream).into())
    }

    /// The stream has broken off, or an attempt to go on has failed.
    pub(super) fn broke(&mut self, error: Error) -> Step {
        let Some(task) = self.task() else {
            let may_repeat = self.resume.link.may_repeat(self.resume.asked, &error);
            return if may_repeat { self.retry(error) } else { self.fail(error) };
        };
        let asks = task.status.state == TaskState::InputRequired && self.resume.is_answered(task);
        if asks && is_transient(&error) {
            return self.end();
        }
        let kind = Failure::of(&error).map(|failure| failure.kind);
        if !self.joint.is_straight() && (refuses(&error) || kind == Some(FailureKind::TooLarge)) {
            return self.read();
        }
        if self.resume.resumed && self.resume.is_counting() && kind == Some(FailureKind::IdleTimeout) {
            return self.look_on();
        }
        if is_transient(&error) { self.retry(error) } else { self.fail(error) }
    }

    /// The task as it was read.
    pub(super) fn look(&mut self, task: Task) -> Step {
        let Some(fold) = &self.fold else { return self.end() };
        if task.id != fold.task().id {
            return self.fail(another_task());
        }
        let waits = self.resume.asked && task.status.state.is_interrupted();
        let is_answered = waits && self.resume.is_answered(&task);
        let news = if fold.is_ahead_of(&task) { Vec::new() } else { fold.difference(task) };
        if is_answered {
            self.pending.extend(news);
            return self.end_behind();
        }
        if news.is_empty() {
            if waits {
                // Nobody knows whether the message has come through.
                return self.retry(Failure::new(FailureKind::CutShort, Phase::Stream).into());
            }
            self.resume.backoff.reset();
        } else {
            self.pending.extend(news);
            self.trail.restart(None);
            self.resume.looks = 0;
            if self.resume.can_subscribe {
                self.resume.way = Way::Subscribe;
            }
        }
        let pace = self.resume.pace();
        self.call(pace);
        Step::GoOn
    }

    /// Gives up on subscriptions: the task itself tells what is new.
    pub(super) fn read(&mut self) -> Step {
        self.resume.can_subscribe = false;
        self.resume.way = Way::Read;
        self.call(Duration::ZERO);
        Step::GoOn
    }

    /// Looks at the task from time to time, until there is something new.
    fn look_on(&mut self) -> Step {
        self.resume.way = Way::Read;
        let pace = self.resume.pace();
        self.call(pace);
        Step::GoOn
    }

    fn retry(&mut self, error: Error) -> Step {
        let retry = self.resume.link.retry;
        let limit = if self.fold.is_some() { retry.resumes } else { retry.repeats };
        let Some(wait) = self.resume.backoff.next(limit, &error) else { return self.fail(error) };
        self.known.span.in_scope(|| tracing::debug!(?wait, %error, "a stream goes on"));
        self.call(wait);
        Step::GoOn
    }

    fn end(&mut self) -> Step {
        self.source = Source::Over;
        Step::End
    }

    /// What is pending is the last there is.
    fn end_behind(&mut self) -> Step {
        self.source = Source::Over;
        Step::GoOn
    }

    pub(super) fn fail(&mut self, error: Error) -> Step {
        self.source = Source::Over;
        Step::Fail(self.fails(error))
    }

    /// Whether the event is about another task than the stream.
    pub(super) fn strays(&self, event: &StreamEvent) -> bool {
        let of = match &self.fold {
            Some(fold) => Some(&fold.task().id),
            None => self.known.task_id.as_ref().filter(|_| self.known.method == Method::SubscribeToTask),
        };
        let is_update = !matches!(event, StreamEvent::Message(_));
        is_update && of.is_some() && event.task_id().is_some_and(|id| Some(id) != of)
    }
}

pub(super) fn another_task() -> Error {
    let detail = "the stream of a task went on with another one";
    Failure::new(FailureKind::InvalidAnswer, Phase::Stream).with_detail(detail).into()
}

/// Whether the event changes the task.
pub(super) fn is_progress(fold: &Fold, event: &StreamEvent) -> bool {
    let task = fold.task();
    match event {
        StreamEvent::Task(told) => **told != *task,
        StreamEvent::StatusUpdate(update) => {
            let TaskStatus { state, message, .. } = &update.status;
            *state != task.status.state
                || *message != task.status.message
                || update.metadata.iter().any(|(key, value)| task.metadata.get(key) != Some(value))
        }
        StreamEvent::ArtifactUpdate(update) if update.append => !update.artifact.parts.is_empty(),
        StreamEvent::ArtifactUpdate(update) => {
            fold.find(&update.artifact.artifact_id) != Some(&update.artifact)
        }
        _ => false,
    }
}
