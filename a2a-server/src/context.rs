//! What an agent is told about the message it works on.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use a2a_core::{Caller, ContextId, Message, Metadata, Task, TaskId, Tenant, entry::Turn};
use tokio::sync::Notify;

use crate::log::Seq;

/// Why a run was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Somebody sent the message.
    Message,
    /// The task waited in `AUTH_REQUIRED` without a run, and somebody said by
    /// [`ServerHandle::resume`](crate::ServerHandle::resume) that it may go on.
    ///
    /// The message is the last one that the user said. [`RequestContext::place`] is a new one: this is a run of its
    /// own.
    Resumed,
    /// The process that worked on the message died, and the agent says that its runs may be made again.
    ///
    /// Everything else in the [`RequestContext`] is as it was, but for the task, which has what is stored of the
    /// attempts before, and the inbox, which has everything that came since: see
    /// [`AgentExecutor::redrives`](crate::AgentExecutor::redrives). Nothing that the agent does outside may depend on
    /// the attempt.
    Redriven {
        /// Which attempt at the run this is: 2 for the first repetition.
        attempt: u32,
    },
}

/// A message and everything around it. Owned: it may move into whatever the agent spawns.
#[derive(Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// What is asked.
    pub message: Message,
    /// The place of the message in the log of the task, from 1. With the task's id it is a name of the run that is the
    /// same in each attempt, where ids of messages are used twice too.
    pub place: Seq,
    /// Why the run was started.
    pub reason: Reason,
    /// The task as it stands, with the message in its history; none if the message begins one, unless the run is made
    /// again.
    pub task: Option<Arc<Task>>,
    /// The tasks that the message refers to, in its order and as they stood when this run began, but for those that the
    /// caller may not see and those that aren't there any more: which of the two, nobody learns.
    pub referenced: Vec<Arc<Task>>,
    /// The id that the task has or will have.
    pub task_id: TaskId,
    /// The conversation.
    pub context_id: ContextId,
    /// Who asks.
    pub caller: Caller,
    /// The tenant that the request names; not a proof of anything.
    pub tenant: Option<Tenant>,
    /// The metadata of the request.
    pub request_metadata: Metadata,
    /// MIME types that the client takes; empty says nothing.
    pub accepted_output_modes: Vec<String>,
    /// Extensions that are active for the request.
    pub extensions: Vec<String>,
    /// Fires when the task is asked to stop, and when the run has gone on for too long.
    pub cancel: Cancellation,
    /// Messages that arrive for the task while the run is live.
    pub inbox: Inbox,
}

/// A paused task that somebody wants to cancel.
#[derive(Debug)]
#[non_exhaustive]
pub struct CancelContext {
    /// The task as it stands.
    pub task: Arc<Task>,
    /// Who wants it.
    pub caller: Caller,
    /// The metadata of the request.
    pub request_metadata: Metadata,
}

/// Tells that a task was asked to stop. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Cancellation(Arc<CancelState>);

#[derive(Debug, Default)]
struct CancelState {
    canceled: AtomicBool,
    notify: Notify,
    wish: OnceLock<Metadata>,
}

impl Cancellation {
    /// Whether the task was asked to stop.
    pub fn is_canceled(&self) -> bool {
        self.0.canceled.load(Ordering::Acquire)
    }

    /// Waits until it is. Cancel safe.
    pub async fn canceled(&self) {
        let notified = self.0.notify.notified();
        if !self.is_canceled() {
            notified.await;
        }
    }

    /// What came with the request to stop: the metadata of the first one that this process got. None if there was
    /// none, if the run's time is up, or if another process got the request.
    pub fn request_metadata(&self) -> Option<&Metadata> {
        self.0.wish.get().filter(|_| self.is_canceled())
    }

    /// Somebody is about to wish that the task stops.
    pub(crate) fn expect(&self, metadata: &Metadata) {
        self.0.wish.get_or_init(|| metadata.clone());
    }

    pub(crate) fn cancel(&self) {
        self.0.canceled.store(true, Ordering::Release);
        self.0.notify.notify_waiters();
    }
}

/// Messages that arrive while a run is live.
///
/// A message that isn't taken starts the next run when this one pauses; if this one ends the task, the message
/// stays in its history and its sender gets the ended task.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<InboxState>);

#[derive(Debug, Default)]
struct InboxState {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: std::collections::VecDeque<(Seq, Message)>,
    taken: Seq,
    known: Seq,
}

impl Inbox {
    /// The next message; waits for it. Cancel safe. Whoever takes a message answers it.
    pub async fn next(&self) -> Message {
        loop {
            let arrived = self.0.arrived.notified();
            if let Some(message) = self.try_next() {
                return message;
            }
            arrived.await;
        }
    }

    /// The next message, if there is one.
    pub fn try_next(&self) -> Option<Message> {
        let mut waiting = self.waiting();
        let (seq, message) = waiting.messages.pop_front()?;
        waiting.taken = seq;
        Some(message)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An inbox whose run has taken everything up to `seq`.
    pub(crate) fn after(seq: Seq) -> Self {
        let inbox = Self::default();
        *inbox.waiting() = Waiting { taken: seq, known: seq, ..Waiting::default() };
        inbox
    }

    /// Takes a turn in. One without a message of its own has nothing to say to a run that is live: it starts the next
    /// one, if this one leaves the task where it was.
    pub(crate) fn post(&self, seq: Seq, turn: &Turn) {
        if turn.again {
            let mut waiting = self.waiting();
            waiting.known = waiting.known.max(seq);
        } else {
            self.deliver(seq, turn.message.clone());
        }
    }

    /// The last turn that the run has seen, taken or not.
    pub(crate) fn known(&self) -> Seq {
        self.waiting().known
    }

    /// The last turn that the run took.
    pub(crate) fn taken(&self) -> Seq {
        self.waiting().taken
    }

    fn deliver(&self, seq: Seq, message: Message) {
        let mut waiting = self.waiting();
        if seq > waiting.known {
            waiting.known = seq;
            waiting.messages.push_back((seq, message));
            drop(waiting);
            self.0.arrived.notify_waiters();
        }
    }
}
