//! The run itself: poll the agent, put what it wrote into the log in one append, go on.

use std::{
    ops::ControlFlow,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use a2a_core::{
    EntryBody, Error, ErrorKind, Metadata, TaskState, Timestamp,
    entry::{self, RunRef},
};
use tokio::time::Sleep;

use super::{
    Answer, Phase, RunShared, Runs, Watch,
    agent::{Agent, Outcome},
    queue::{Drained, stamp},
};
use crate::{
    Stopped,
    error::Failure,
    log::{Create, Created, Head, Lease, LogError, Seq},
};

/// A run, on the heap so that it can move from the request that started it to a task of its own.
pub(crate) type RunFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The kind of the record that a run writes when it has taken a turn from its inbox.
pub(crate) const TURN_TAKEN: &str = "turn-taken";

pub(crate) struct Run {
    runs: Arc<Runs>,
    shared: Arc<RunShared>,
    place: Place,
    agent: Agent,
    watch: Watch,
    head: Option<Head>,
    /// The state that the task goes back to if the agent refuses the turn.
    before: Option<TaskState>,
    recorded: Seq,
    canceled: bool,
    /// When the agent's time is up.
    grace: Option<Pin<Box<Sleep>>>,
}

/// Where the run writes to.
enum Place {
    /// Nowhere yet.
    New(Create),
    /// A task.
    Task(Lease),
    /// Nowhere any more.
    Gone,
}

impl Run {
    pub(crate) fn create(
        runs: Arc<Runs>,
        shared: Arc<RunShared>,
        create: Create,
        agent: Agent,
        watch: Watch,
    ) -> Self {
        Self::new(runs, shared, Place::New(create), agent, watch, None)
    }

    pub(crate) fn resume(
        runs: Arc<Runs>,
        shared: Arc<RunShared>,
        lease: Lease,
        agent: Agent,
        watch: Watch,
        before: Option<TaskState>,
    ) -> Self {
        shared.decide(Answer::Task);
        Self::new(runs, shared, Place::Task(lease), agent, watch, before)
    }

    fn new(
        runs: Arc<Runs>,
        shared: Arc<RunShared>,
        place: Place,
        agent: Agent,
        watch: Watch,
        before: Option<TaskState>,
    ) -> Self {
        let recorded = shared.inbox.taken();
        Self { runs, shared, place, agent, watch, head: None, before, recorded, canceled: false, grace: None }
    }

    /// The whole life of the run.
    pub(crate) async fn drive(mut self) {
        let mut left = ControlFlow::Continue(());
        while left.is_continue() {
            let (found, agent) = self.look().await;
            left = self.take(found).await;
            if left.is_continue() && agent.is_ready() && self.shared.queue.is_empty() {
                self.finish().await;
                break;
            }
        }
        self.agent.stop();
        let lost = Error::new(ErrorKind::Unavailable, "The agent's answer was lost");
        self.shared.set_over(Answer::Refused(lost));
        self.watch.signal.notify_waiters();
    }

    /// Polls the agent until there is something to do.
    async fn look(&mut self) -> (Drained, Poll<()>) {
        std::future::poll_fn(|cx| {
            self.shared.queue.begin_poll(cx);
            let agent = self.agent.poll(cx);
            let found = self.shared.queue.drain();
            if found.is_empty() && agent.is_pending() && !self.time_is_up(cx) {
                return Poll::Pending;
            }
            Poll::Ready((found, if self.agent.is_done() { Poll::Ready(()) } else { Poll::Pending }))
        })
        .await
    }

    fn time_is_up(&mut self, cx: &mut Context<'_>) -> bool {
        let up = self.grace.as_mut().is_some_and(|grace| grace.as_mut().poll(cx).is_ready());
        if up {
            self.grace = None;
            self.agent.stop();
        }
        up
    }

    async fn take(&mut self, found: Drained) -> ControlFlow<()> {
        if found.open {
            let opened = self.shared.queue.open(|| self.shared.opened(Metadata::new()));
            debug_assert!(opened.is_ok(), "an undecided run opens");
        }
        if let Some(message) = found.message {
            self.shared.decide(Answer::Message(message));
            self.begin_grace();
        }
        if !found.entries.is_empty() {
            self.append(found.entries).await?;
            if found.was_full {
                // An agent that never waits mustn't keep the readers from their turn.
                tokio::task::yield_now().await;
            }
        }
        if found.nudged {
            self.renew().await?;
        }
        ControlFlow::Continue(())
    }

    async fn append(&mut self, mut bodies: Vec<EntryBody>) -> ControlFlow<()> {
        let taken = self.shared.inbox.taken();
        let queued = bodies.len();
        if taken > self.recorded {
            self.recorded = taken;
            let record = entry::Record::new(TURN_TAKEN, serde_json::json!({ "seq": taken }));
            bodies.insert(0, EntryBody::Record(record));
        }
        match self.store(bodies).await {
            Ok(head) => {
                self.shared.queue.stored(queued);
                self.learn(head).await
            }
            Err(error) => self.lose(error).await,
        }
    }

    /// Puts a batch into the log, while the agent goes on.
    async fn store(&mut self, bodies: Vec<EntryBody>) -> Result<Head, LogError> {
        let at = now();
        match &self.place {
            Place::New(create) => {
                let (log, create) = (Arc::clone(&self.runs.log), create.clone());
                let key_task = create.task.clone();
                let entries = stamp(bodies, at, RunRef::new(1));
                let last = entries.len() as Seq;
                let created = self.alongside(async move { log.create(create, entries).await }).await?;
                Ok(match created {
                    Created::New(lease, head) => {
                        self.place = Place::Task(lease);
                        self.shared.decide(Answer::Task);
                        head
                    }
                    Created::Ended(snapshot) => {
                        self.place = Place::Gone;
                        let head = Head::new(snapshot.seq, snapshot.state.clone(), false, 0);
                        self.shared.decide(Answer::Ended(snapshot));
                        head
                    }
                    Created::Joined(task) => {
                        debug_assert_ne!(task, key_task, "a fresh id names no other task");
                        self.place = Place::Gone;
                        self.agent.stop();
                        self.shared.decide(Answer::Joined(task));
                        Head::new(last, TaskState::Unspecified, false, 0)
                    }
                })
            }
            Place::Task(lease) => {
                let (log, lease) = (Arc::clone(&self.runs.log), lease.clone());
                let entries = stamp(bodies, at, lease.run);
                self.alongside(async move { log.append(&lease, entries).await }).await
            }
            Place::Gone => Err(LogError::Terminal),
        }
    }

    /// Waits for the log and lets the agent work meanwhile.
    async fn alongside<T>(&mut self, log: impl Future<Output = T>) -> T {
        let mut log = std::pin::pin!(log);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(done) = log.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            self.shared.queue.begin_poll(cx);
            let _ = self.agent.poll(cx);
            self.shared.queue.end_poll();
            Poll::Pending
        })
        .await
    }

    /// Takes in what an append or a renewal told of the task.
    async fn learn(&mut self, head: Head) -> ControlFlow<()> {
        self.watch.signal.notify_waiters();
        let (cancel, inbox) = (head.cancel, head.inbox);
        if head.state.is_terminal() {
            self.place = Place::Gone;
            self.shared.queue.stop(Stopped::Ended);
        }
        if head.state.is_terminal() || head.state.is_interrupted() {
            self.shared.set_answered();
        }
        let closed = head.state.is_terminal() || self.shared.queue.phase() == Phase::Closed;
        self.head = Some(head);
        if closed {
            self.begin_grace();
        } else if cancel && !self.canceled {
            self.canceled = true;
            self.shared.cancel.cancel();
            self.shared.queue.stop(Stopped::Canceled);
            self.begin_grace();
        }
        if let Place::Task(lease) = &self.place
            && inbox > self.shared.inbox.known()
        {
            let start = self.runs.log.start(lease, self.shared.inbox.known()).await;
            for (seq, entry) in start.map(|start| start.turns).unwrap_or_default() {
                if let EntryBody::Turn(turn) = &entry.body {
                    self.shared.inbox.deliver(seq, turn.message.clone());
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn begin_grace(&mut self) {
        if self.grace.is_none() && !self.agent.is_done() {
            self.grace = Some(Box::pin(tokio::time::sleep(self.runs.limits.cancel_grace)));
        }
    }

    /// Somebody has posted: looks at the head.
    async fn renew(&mut self) -> ControlFlow<()> {
        let Place::Task(lease) = &self.place else { return ControlFlow::Continue(()) };
        match self.runs.log.renew(std::slice::from_ref(lease)).await {
            Ok(heads) => match heads.into_iter().next().flatten() {
                Some(head) => self.learn(head).await,
                None => self.lose(LogError::Fenced).await,
            },
            // The next append will tell, if it is more than a moment's trouble.
            Err(_) => ControlFlow::Continue(()),
        }
    }

    /// The log didn't take a batch, of which the agent believes that it is written.
    async fn lose(&mut self, error: LogError) -> ControlFlow<()> {
        let (why, text) = match &error {
            LogError::Fenced | LogError::Terminal | LogError::NotFound => {
                self.shared.queue.stop(Stopped::Fenced);
                self.place = Place::Gone;
                return ControlFlow::Break(());
            }
            LogError::TooLarge { limit } => {
                (Stopped::Limit, format!("The task grew over the limit of {limit} bytes; its last output is lost"))
            }
            LogError::Full | LogError::Store(_) => {
                (Stopped::Store, "The server couldn't store the task's output; its last output is lost".to_owned())
            }
        };
        tracing::error!(error = &error as &dyn std::error::Error, task_id = %self.shared.task_id, "a write was lost");
        self.shared.queue.stop(why);
        self.begin_grace();
        if let Place::New(_) = self.place {
            self.place = Place::Gone;
            let kind = if matches!(error, LogError::Full) { ErrorKind::ResourceExhausted } else { ErrorKind::Unavailable };
            self.shared.decide(Answer::Refused(Error::new(kind, "The server couldn't store the task").with_source(error)));
            return ControlFlow::Break(());
        }
        let failed = self.said(TaskState::Failed, &text);
        match self.store(vec![failed]).await {
            Ok(head) => self.learn(head).await,
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// The agent has come to its end and everything it wrote is in the log: what is missing is an end of the task.
    async fn finish(&mut self) {
        let outcome = self.agent.outcome();
        let state = self.head.as_ref().map(|head| head.state.clone()).unwrap_or_default();
        let failure = self.failure(outcome);
        if matches!(self.place, Place::Gone) || matches!(self.shared.decided(), Some(Answer::Message(_))) {
            return;
        }
        let paused = self.shared.queue.phase() == Phase::Closed || state.is_interrupted();
        let last = match failure {
            _ if self.canceled => self.bare(TaskState::Canceled),
            _ if paused => return self.release().await,
            Some(Failed::Refused(error)) => return self.refuse(error).await,
            Some(Failed::Said(text)) => self.said(TaskState::Failed, &text),
            None => self.said(TaskState::Failed, "The agent ended without finishing the task"),
        };
        self.end(last).await;
    }

    async fn end(&mut self, last: EntryBody) {
        let mut bodies = vec![last];
        if matches!(self.place, Place::New(_)) {
            bodies.insert(0, EntryBody::Opened(Box::new(self.shared.opened(Metadata::new()))));
        }
        let _ = self.append(bodies).await;
    }

    /// What the peer reads of the agent's failure, if it failed; the cause goes to the trace.
    fn failure(&self, outcome: Outcome) -> Option<Failed> {
        const SAFE: &str = "The agent failed";
        match outcome {
            Outcome::Returned(Ok(())) => None,
            Outcome::Returned(Err(error)) => match error.0 {
                Failure::Public(text) => Some(Failed::Said(text)),
                Failure::Refused(error) => Some(Failed::Refused(error)),
                // It was stopped and says so: nothing is wrong with it.
                Failure::Private(cause) if cause.is::<Stopped>() && matches!(self.place, Place::Gone) => None,
                Failure::Private(cause) => {
                    tracing::error!(error = &*cause, task_id = %self.shared.task_id, "the agent failed");
                    Some(Failed::Said(SAFE.to_owned()))
                }
            },
            Outcome::Panicked => Some(Failed::Said(SAFE.to_owned())),
            Outcome::Dropped => Some(Failed::Said("The agent was stopped".to_owned())),
        }
    }

    /// The agent refuses the request: no task comes of it, or the one there is stays as it was.
    async fn refuse(&mut self, error: Error) {
        if matches!(self.place, Place::New(_)) {
            self.place = Place::Gone;
            self.shared.decide(Answer::Refused(error));
            return;
        }
        let last = match self.before.take() {
            Some(state) => self.bare(state),
            None => self.said(TaskState::Failed, error.message()),
        };
        let paused = matches!(&last, EntryBody::Status(status) if !status.state.is_terminal());
        self.shared.decide(Answer::Refused(error));
        self.end(last).await;
        if paused {
            self.release().await;
        }
    }

    async fn release(&mut self) {
        let Place::Task(lease) = std::mem::replace(&mut self.place, Place::Gone) else { return };
        let consumed = self.shared.inbox.taken();
        match self.runs.log.release(&lease, consumed).await {
            Ok(Some(next)) => match self.runs.follow_up(next).await {
                Ok(run) => drop(tokio::spawn(run)),
                Err(error) => trace_lost(&error, &self.shared),
            },
            Ok(None) => {}
            Err(error) => trace_lost(&error, &self.shared),
        }
    }

    fn bare(&self, state: TaskState) -> EntryBody {
        self.shared.status(state, crate::StatusSpec::none())
    }

    fn said(&self, state: TaskState, text: &str) -> EntryBody {
        self.shared.status(state, text.into())
    }
}

enum Failed {
    Said(String),
    Refused(Error),
}

fn trace_lost(error: &LogError, run: &RunShared) {
    tracing::error!(error = error as &dyn std::error::Error, task_id = %run.task_id, "the task's next run was lost");
}

/// The server's clock.
pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
}
