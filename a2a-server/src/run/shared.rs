//! What a run shares with its agent and with those who wait for its answer.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use a2a_core::{ContextId, Error, ErrorKind, Message, TaskId, entry::Opened};
use tokio::sync::Notify;

use super::queue::Queue;
use crate::{Cancellation, Inbox, Limits, log::Snapshot};

/// A run as everybody else sees it.
pub(crate) struct RunShared {
    pub(crate) task_id: TaskId,
    pub(crate) context_id: ContextId,
    pub(crate) queue: Queue,
    pub(crate) cancel: Cancellation,
    pub(crate) inbox: Inbox,
    progress: Mutex<Progress>,
    changed: Notify,
}

#[derive(Default)]
struct Progress {
    decided: Option<Answer>,
    /// The task has paused or ended, so a sender that waits for that has its answer.
    answered: bool,
    /// The run is over.
    over: bool,
}

/// What a sender gets.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A message; there is no task.
    Message(Box<Message>),
    /// An error; there is no task.
    Refused(Error),
    /// The task, in the log.
    Task,
    /// The task as the first batch ended it.
    Ended(Snapshot),
    /// The send was one that had been made before, and led to this task.
    Joined(TaskId),
}

impl RunShared {
    pub(crate) fn new(
        task_id: TaskId,
        context_id: ContextId,
        opening: Option<Box<Opened>>,
        inbox: Inbox,
        limits: &Limits,
    ) -> Arc<Self> {
        Arc::new(Self {
            task_id,
            context_id,
            queue: Queue::new(opening, limits),
            cancel: Cancellation::default(),
            inbox,
            progress: Mutex::default(),
            changed: Notify::new(),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the run has chosen between a message, a task and a refusal, and what.
    pub(crate) fn decided(&self) -> Option<Answer> {
        self.progress().decided.clone()
    }

    /// Whether the task has paused or ended.
    pub(crate) fn is_answered(&self) -> bool {
        self.progress().answered
    }

    /// What a sender that waits for the task to pause or end gets, once there is something.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let progress = self.progress();
        match &progress.decided {
            Some(Answer::Task) if !progress.answered && !progress.over => None,
            decided => decided.clone(),
        }
    }

    /// Waits for [`decided`](Self::decided).
    pub(crate) async fn until_decided(&self) -> Answer {
        self.until(Self::decided).await
    }

    /// Waits for [`answer`](Self::answer).
    pub(crate) async fn until_answer(&self) -> Answer {
        self.until(Self::answer).await
    }

    async fn until(&self, ready: impl Fn(&Self) -> Option<Answer>) -> Answer {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(answer) = ready(self) {
                return answer;
            }
            changed.await;
        }
    }

    pub(crate) fn decide(&self, answer: Answer) {
        let mut progress = self.progress();
        if matches!(progress.decided, None | Some(Answer::Task)) {
            progress.decided = Some(answer);
        }
        drop(progress);
        self.changed.notify_waiters();
    }

    pub(crate) fn set_answered(&self) {
        self.progress().answered = true;
        self.changed.notify_waiters();
    }

    /// The run is over: who still waits gets what was decided, or else learns that the answer is lost.
    pub(crate) fn set_over(&self) {
        self.queue.close();
        let mut progress = self.progress();
        progress.over = true;
        progress.decided.get_or_insert_with(|| {
            Answer::Refused(Error::new(ErrorKind::Unavailable, "The agent's answer was lost"))
        });
        drop(progress);
        self.changed.notify_waiters();
    }
}

impl fmt::Debug for RunShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("task_id", &self.task_id).finish_non_exhaustive()
    }
}
