//! Runs whose process died: what becomes of them when the next one starts.
//!
//! | the run that died | becomes |
//! |---|---|
//! | somebody wished that its task stops | CANCELED; nothing runs, and the agent isn't asked |
//! | had paused its task | over: the lease goes back, and what was posted since starts the next run |
//! | had not begun: a turn that nobody took | begins |
//! | may be made again, and wasn't too often | made again, by the next attempt |
//! | any other | FAILED, with the reason |

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use a2a_core::{Entry, EntryBody, Message, TaskId, TaskState, entry};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    RunFuture, Runs,
    agent::catch,
    asked,
    backoff::Backoff,
    driver::now,
    duty::{Duty, settles},
    registry::Busy,
};
use crate::{
    AgentExecutor as _, id,
    log::{Lease, Limit, LogError, Page, RunStart, Scope, Seq},
};

/// How many runs are taken over at once. They were begun one by one, and mustn't begin all at once now.
const PAGE: u32 = 32;

/// How many runs may be beginning at once.
const BEGINNING: u32 = 2 * PAGE;

/// How long a run counts as beginning at most: it may go on for as long as it likes, and the others have waited.
const BEGINS: Duration = Duration::from_secs(1);

/// What the peer reads of a run that isn't made again.
const DIED: &str = "The process that worked on the task ended before the task did";

/// What becomes of a run.
enum Verdict {
    /// It is made again, or for the first time.
    Run(RunFuture),
    Duty(Duty),
    /// Somebody else has seen to it.
    Settled,
}

impl Runs {
    /// Sees to the runs that the process before this one left, once; outside of a runtime, not yet.
    pub(crate) fn recover(self: &Arc<Self>) {
        if !self.recovering.load(Ordering::Relaxed) {
            self.begin_recovery();
        }
    }

    #[cold]
    fn begin_recovery(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else { return };
        if !self.recovering.swap(true, Ordering::Relaxed) {
            runtime.spawn(Arc::clone(self).take_over());
            self.push.recover(self);
        }
    }

    /// Takes leases over only as fast as it can do something about them.
    async fn take_over(self: Arc<Self>) {
        let beginning = Arc::new(Semaphore::new(BEGINNING as usize));
        let mut backoff = Backoff::new(&self.shutdown);
        while let Ok(mut slots) = Arc::clone(&beginning).acquire_many_owned(PAGE).await
            && !self.shutdown.is_canceled()
        {
            // Whoever ends the process waits for what the log gives out.
            let busy = self.registry.busy();
            match self.log.orphans(PAGE as usize).await {
                Ok(leases) if leases.is_empty() => return,
                Ok(leases) => {
                    backoff.reset();
                    tracing::info!(runs = leases.len(), "taking over runs whose process ended");
                    for lease in leases {
                        let (slot, busy) = (slots.split(1), self.registry.busy());
                        tokio::spawn(Arc::clone(&self).take_up(lease, Arc::clone(&beginning), slot, busy));
                    }
                }
                Err(error) => {
                    tell("the log doesn't say which runs are left; it is asked again", None, &error);
                    drop((slots, busy));
                    if !backoff.wait().await {
                        return;
                    }
                }
            }
        }
    }

    /// What was taken over is seen to, a shutdown notwithstanding.
    async fn take_up(
        self: Arc<Self>,
        lease: Lease,
        beginning: Arc<Semaphore>,
        mut slot: Option<OwnedSemaphorePermit>,
        busy: Busy,
    ) {
        let mut backoff = Backoff::new(&self.shutdown);
        let verdict = loop {
            match self.judge(&lease).await {
                Ok(verdict) => break verdict,
                Err(error) if settles(&error) => return,
                Err(error) => {
                    tell("a run isn't taken over yet; it is tried again", Some(&lease.task), &error);
                }
            }
            // Others may have more luck.
            drop(slot.take());
            if !backoff.wait().await {
                return;
            }
            slot = Arc::clone(&beginning).acquire_owned().await.ok();
        };
        match verdict {
            Verdict::Settled => {}
            Verdict::Duty(duty) => drop(self.undertake(duty).await),
            Verdict::Run(mut run) => {
                drop(busy);
                if timeout(BEGINS, &mut run).await.is_err() {
                    drop(slot);
                    run.await;
                }
            }
        }
    }

    async fn judge(self: &Arc<Self>, lease: &Lease) -> Result<Verdict, LogError> {
        let heads = self.log.renew(std::slice::from_ref(lease)).await?;
        let Some(head) = heads.into_iter().next().flatten() else { return Ok(Verdict::Settled) };
        if head.cancel {
            // The wish was there before: an agent that doesn't know of it yet needn't begin.
            return Ok(Verdict::Duty(ending(lease, entry::Status::new(TaskState::Canceled))));
        }
        let start = self.log.start(lease, lease.consumed).await?;
        if lease.run.attempt > 1 {
            if let Some(taken) = self.paused(lease, &start).await? {
                return Ok(Verdict::Duty(Duty::Return(lease.clone(), taken)));
            }
            if let Some(text) = self.gives_up(lease, &start) {
                return Ok(Verdict::Duty(ending(lease, failed(&start, text))));
            }
        }
        let last = start.turns.last().map_or(lease.consumed, |(seq, _)| *seq);
        Ok(match self.resume(lease, start).await? {
            Some(run) => Verdict::Run(run),
            None => Verdict::Duty(Duty::Return(lease.clone(), last)),
        })
    }

    /// If the run had paused its task, so that all it left undone was to give its lease back: the last turn it took.
    async fn paused(&self, lease: &Lease, start: &RunStart) -> Result<Option<Seq>, LogError> {
        let mut turns = start.turns.iter();
        let Some((own, first)) = turns.next() else { return Ok(None) };
        let taken = start.taken.max(*own);
        // What is behind a pause may have moved the task on, but it is for the next run.
        let answered = turns.any(|(seq, entry)| *seq > taken && resumes(entry));
        if !answered && !start.task.status.state.is_interrupted() {
            return Ok(None);
        }
        // If the run didn't begin with the task at work, the pause may be that of the run before.
        let began_at_work = matches!(first.body, EntryBody::Opened(_)) || resumes(first);
        let paused = began_at_work || self.wrote_pause(lease, *own, first).await?;
        Ok(paused.then_some(taken))
    }

    /// Whether the last status that the run wrote is a pause, as far as the log reaches back.
    async fn wrote_pause(&self, lease: &Lease, own: Seq, first: &Entry) -> Result<bool, LogError> {
        let Some((_, request)) = asked(first) else { return Ok(false) };
        let scope = Scope::within(&request.caller, request.tenant.as_ref());
        let mut cursor = match self.log.attach(&scope, &lease.task, Some(own)).await {
            Ok(attached) if attached.snapshot.is_none() => attached.cursor,
            Ok(_) | Err(LogError::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut paused = false;
        loop {
            let entries = match self.log.read(&mut cursor, Limit::default()).await? {
                Page::Entries(entries) if entries.is_empty() => return Ok(paused),
                Page::Entries(entries) => entries,
                Page::Trimmed(_) => return Ok(false),
            };
            let ours = |run: Option<entry::RunRef>| run.is_some_and(|run| run.run == lease.run.run);
            for entry in entries.iter().filter(|entry| ours(entry.entry.run)) {
                if let EntryBody::Status(status) = &entry.entry.body {
                    paused = status.state.is_interrupted();
                }
            }
        }
    }

    /// Why the run isn't made again, if it isn't.
    fn gives_up(&self, lease: &Lease, start: &RunStart) -> Option<String> {
        let asked = start.turns.first().and_then(|(_, entry)| asked(entry));
        if asked.is_none() || !catch(|| self.executor.redrives()).unwrap_or(false) {
            return Some(DIED.to_owned());
        }
        let attempts = lease.run.attempt - 1;
        (attempts >= self.limits.attempts).then(|| {
            let times = if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") };
            format!("The task was attempted {times}, and each time the process ended before it did")
        })
    }
}

fn tell(what: &str, task: Option<&TaskId>, error: &LogError) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, task_id = task.map(TaskId::as_str), "{what}");
}

fn resumes(entry: &Entry) -> bool {
    matches!(&entry.body, EntryBody::Turn(turn) if turn.resumes.is_some())
}

fn failed(start: &RunStart, text: String) -> entry::Status {
    let mut message = Message::agent(id::message(), text);
    message.task_id = Some(start.task.id.clone());
    message.context_id.clone_from(&start.task.context_id);
    let mut status = entry::Status::new(TaskState::Failed);
    status.message = Some(Box::new(message));
    status
}

fn ending(lease: &Lease, status: entry::Status) -> Duty {
    Duty::End(lease.clone(), vec![Entry::written(now(), lease.run, EntryBody::Status(status))])
}
