//! The run itself: poll the agent, put what it wrote into the log in one append, go on.

use std::{
    ops::ControlFlow,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use a2a_core::{EntryBody, Metadata, TaskState, Timestamp};
use tokio::time::Sleep;

use super::{Answer, Phase, RunShared, Runs, Watch, agent::Agent, backoff::RETRY_FIRST, queue::Drained};
use crate::{
    Stopped,
    log::{Create, Head, Lease, LogError, Seq},
};

/// A run, on the heap so that it can move from the request that started it to a task of its own.
pub(crate) type RunFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Run {
    pub(super) runs: Arc<Runs>,
    pub(super) shared: Arc<RunShared>,
    pub(super) place: Place,
    pub(super) agent: Agent,
    pub(super) watch: Watch,
    /// The state that the task goes back to if the agent refuses the turn.
    pub(super) before: Option<TaskState>,
    /// The last turn that the log knows this run took.
    pub(super) recorded: Seq,
    /// The run has yet to record which turn it is for: others waited behind it when it began.
    pub(super) names_turn: bool,
    /// What the agent said last is that it waits for somebody.
    pub(super) waits: bool,
    pub(super) canceled: bool,
    /// The run went on for longer than it may.
    pub(super) late: bool,
    /// The run will be asked to look at the log again.
    looks_later: bool,
    /// When the run has gone on for too long, unless it pauses or ends before.
    deadline: Option<Pin<Box<Sleep>>>,
    /// When the agent's time is up.
    grace: Grace,
}

/// The time that an agent has when there is nothing left to write.
enum Grace {
    Unlimited,
    /// From when the agent waits for the first time: most return at once, and need no timer.
    Granted,
    Running(Pin<Box<Sleep>>),
}

/// Where the run writes to.
pub(super) enum Place {
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
        // Whoever posted before the run was known couldn't wake it.
        shared.queue.nudge();
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
        let names_turn = shared.inbox.known() > recorded;
        let deadline = runs.limits.run_deadline.map(|time| Box::pin(tokio::time::sleep(time)));
        Self {
            runs,
            shared,
            place,
            agent,
            watch,
            before,
            recorded,
            names_turn,
            waits: false,
            canceled: false,
            late: false,
            looks_later: false,
            deadline,
            grace: Grace::Unlimited,
        }
    }

    /// The whole life of the run.
    pub(crate) fn start(mut self) -> RunFuture {
        Box::pin(async move { self.drive().await })
    }

    /// What is rare is boxed where it is called: every run is an allocation as large as its largest step.
    async fn drive(&mut self) {
        loop {
            // An agent whose every write is stored at once mustn't keep its thread.
            tokio::task::coop::consume_budget().await;
            let found = self.look().await;
            if self.take(found).await.is_break() {
                break;
            }
            if self.agent.is_done() && self.shared.queue.is_empty() {
                self.finish().await;
                break;
            }
        }
    }

    /// Polls the agent until there is something to do.
    async fn look(&mut self) -> Drained {
        std::future::poll_fn(|cx| {
            self.shared.queue.begin_poll(cx);
            self.watch_deadline(cx);
            let agent = self.agent.poll(cx);
            let found = self.shared.queue.drain();
            if found.is_empty() && agent.is_pending() && !self.time_is_up(cx) {
                return Poll::Pending;
            }
            Poll::Ready(found)
        })
        .await
    }

    /// Tells the agent when the run has gone on for too long.
    fn watch_deadline(&mut self, cx: &mut Context<'_>) {
        if self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready()) {
            self.late = true;
            self.shared.cancel.cancel();
            self.shared.queue.stop(Stopped::Deadline);
            self.begin_grace();
        }
    }

    fn time_is_up(&mut self, cx: &mut Context<'_>) -> bool {
        if let Grace::Granted = self.grace {
            self.grace = Grace::Running(Box::pin(tokio::time::sleep(self.runs.limits.cancel_grace)));
        }
        let Grace::Running(sleep) = &mut self.grace else { return false };
        let up = sleep.as_mut().poll(cx).is_ready();
        if up {
            self.grace = Grace::Unlimited;
            self.agent.stop();
        }
        up
    }

    async fn take(&mut self, found: Drained) -> ControlFlow<()> {
        if found.open {
            // If the agent has chosen by now, from another thread, so much the better.
            let _ = self.shared.queue.open(Metadata::new());
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
            Box::pin(self.renew()).await?;
        }
        ControlFlow::Continue(())
    }

    /// Takes in what an append or a renewal told of the task.
    pub(super) async fn learn(&mut self, head: Head) -> ControlFlow<()> {
        self.watch.signal.notify_waiters();
        if head.state.is_terminal() {
            self.place = Place::Gone;
            self.shared.queue.stop(Stopped::Ended);
        }
        if head.state.is_terminal() || head.state.is_interrupted() {
            self.deadline = None;
            self.shared.set_answered();
        }
        if head.state.is_terminal() || self.shared.queue.phase() == Phase::Closed {
            self.begin_grace();
            // What arrives now is for the next run: nobody here could answer it.
            return ControlFlow::Continue(());
        }
        if head.cancel && !self.canceled {
            self.canceled = true;
            self.shared.cancel.cancel();
            self.shared.queue.stop(Stopped::Canceled);
            self.begin_grace();
        }
        let known = self.shared.inbox.known();
        if head.inbox > known {
            Box::pin(self.deliver(known)).await;
        }
        ControlFlow::Continue(())
    }

    /// Puts the turns behind the `known` ones where the agent finds them.
    async fn deliver(&mut self, known: Seq) {
        let Place::Task(lease) = &self.place else { return };
        let Ok(start) = self.runs.log.start(lease, known).await else { return self.look_later() };
        for (seq, entry) in start.turns {
            if let EntryBody::Turn(turn) = &entry.body {
                self.shared.inbox.post(seq, turn);
            }
        }
    }

    pub(super) fn begin_grace(&mut self) {
        self.deadline = None;
        if let (Grace::Unlimited, false) = (&self.grace, self.agent.is_done()) {
            self.grace = Grace::Granted;
        }
    }

    /// Somebody has posted: looks at the head.
    async fn renew(&mut self) -> ControlFlow<()> {
        self.looks_later = false;
        let Place::Task(lease) = &self.place else { return ControlFlow::Continue(()) };
        let Ok(heads) = self.runs.log.renew(std::slice::from_ref(lease)).await else {
            self.look_later();
            return ControlFlow::Continue(());
        };
        match heads.into_iter().next().flatten() {
            Some(head) => self.learn(head).await,
            None => Box::pin(self.lose(LogError::Fenced)).await,
        }
    }

    /// The log has trouble, so it is asked again after a while: an agent that writes nothing learns of nothing by an
    /// append.
    fn look_later(&mut self) {
        if !std::mem::replace(&mut self.looks_later, true) {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                tokio::time::sleep(RETRY_FIRST).await;
                shared.queue.nudge();
            });
        }
    }
}

/// Whatever way a run goes, nobody waits for it in vain.
impl Drop for Run {
    fn drop(&mut self) {
        self.agent.stop();
        self.shared.set_over();
        self.watch.signal.notify_waiters();
    }
}

/// The server's clock.
pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
}
