//! What the run does with a batch: into the log with it, and what if the log doesn't take it.

use std::{ops::ControlFlow, sync::Arc, task::Poll};

use a2a_core::{Entry, EntryBody, Error, ErrorKind, TaskState, entry::RunRef};

use super::{
    Answer,
    driver::{Place, Run, now},
    duty::{Duty, settles},
    queue::{stamp, unstamped},
};
use crate::{
    Stopped,
    log::{Created, Head, LogError, Seq, turn_taken},
};

impl Run {
    pub(super) async fn append(&mut self, mut entries: Vec<Entry>) -> ControlFlow<()> {
        let queued = entries.len();
        let said = entries.iter().rev().find_map(|entry| match &entry.body {
            EntryBody::Status(status) => Some(status.state.is_interrupted()),
            _ => None,
        });
        let taken = self.shared.inbox.taken();
        if taken > self.recorded || std::mem::take(&mut self.names_turn) {
            entries.insert(0, unstamped(EntryBody::Record(turn_taken(taken))));
        }
        match self.store(entries).await {
            Ok(head) => {
                self.recorded = taken;
                self.waits = said.unwrap_or(self.waits);
                self.shared.queue.stored(queued);
                self.learn(head).await
            }
            Err(error) => Box::pin(self.lose(error)).await,
        }
    }

    /// Puts a batch into the log, while the agent goes on.
    async fn store(&mut self, mut entries: Vec<Entry>) -> Result<Head, LogError> {
        let (at, log) = (now(), Arc::clone(&self.runs.log));
        match &self.place {
            Place::New(create) => {
                let create = create.clone();
                stamp(&mut entries, at, RunRef::new(1));
                let last = entries.len() as Seq;
                let created = self.alongside(async move { log.create(create, entries).await }).await?;
                Ok(self.settle(created, last))
            }
            Place::Task(lease) => {
                let lease = lease.clone();
                stamp(&mut entries, at, lease.run);
                self.alongside(async move { log.append(&lease, entries).await }).await
            }
            Place::Gone => Err(LogError::Terminal),
        }
    }

    /// There is a task now, if not the one that was meant.
    fn settle(&mut self, created: Created, last: Seq) -> Head {
        if let (Place::New(create), Created::New(..) | Created::Ended(_)) = (&self.place, &created)
            && let Some(webhook) = &create.webhook
        {
            self.runs.push.tell(&self.runs, &create.scope, &create.task, webhook.id());
        }
        let (place, answer, head) = match created {
            Created::New(lease, head) => (Place::Task(lease), Answer::Task, head),
            Created::Ended(snapshot) => {
                let head = Head::new(snapshot.seq, snapshot.state.clone(), false, 0);
                (Place::Gone, Answer::Ended(snapshot), head)
            }
            Created::Joined(task) => {
                self.agent.stop();
                (Place::Gone, Answer::Joined(task), Head::new(last, TaskState::Unspecified, false, 0))
            }
        };
        self.place = place;
        self.shared.decide(answer);
        head
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

    /// The log didn't take a batch, of which the agent believes that it is written.
    pub(super) async fn lose(&mut self, error: LogError) -> ControlFlow<()> {
        let (why, text) = match &error {
            LogError::Fenced | LogError::Terminal | LogError::NotFound => {
                self.shared.queue.stop(Stopped::Fenced);
                self.place = Place::Gone;
                return ControlFlow::Break(());
            }
            LogError::TooLarge { limit } => (
                Stopped::Limit,
                format!("The task grew over the limit of {limit} bytes; its last output is lost"),
            ),
            LogError::Full | LogError::NotWaiting | LogError::TooManyWebhooks { .. } | LogError::Store(_) => {
                (
                    Stopped::Store,
                    "The server couldn't store the task's output; its last output is lost".to_owned(),
                )
            }
        };
        tracing::error!(error = &error as &dyn std::error::Error, task_id = %self.shared.task_id, "a write was lost");
        self.shared.queue.stop(why);
        self.begin_grace();
        if let Place::New(_) = self.place {
            self.place = Place::Gone;
            let refusal = match &error {
                LogError::Full | LogError::TooManyWebhooks { .. } => {
                    crate::operations::from_log(error, &self.shared.task_id)
                }
                _ => Error::new(ErrorKind::Unavailable, "The server couldn't store the task")
                    .with_source(error),
            };
            self.shared.decide(Answer::Refused(refusal));
            return ControlFlow::Break(());
        }
        let failed = unstamped(self.said(TaskState::Failed, &text));
        match self.store(vec![failed.clone()]).await {
            Ok(head) => self.learn(head).await,
            Err(error) => {
                self.owe(failed, &error).await;
                ControlFlow::Break(())
            }
        }
    }

    /// The log didn't even take the end of the task. Without one the task would stay with a run that is gone, so
    /// what is left of the run is to bring it there.
    async fn owe(&mut self, end: Entry, error: &LogError) {
        self.agent.stop();
        self.watch.free();
        if let Place::Task(lease) = std::mem::replace(&mut self.place, Place::Gone)
            && !settles(error)
        {
            let mut entries = vec![end];
            stamp(&mut entries, now(), lease.run);
            self.runs.insist(Duty::End(lease, entries)).await;
        }
    }
}
