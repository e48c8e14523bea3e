//! What a lease is still held for: done however long the log has trouble, or the task would be blocked for as long as
//! this process lives.

use std::sync::Arc;

use a2a_core::{Entry, TaskId};

use super::{Runs, backoff::Backoff, driver::now};
use crate::log::{Lease, LeaseRequest, LogError, Seq};

/// What is still to be done for a task.
#[derive(Debug)]
pub(crate) enum Duty {
    /// A turn waits for a run: take the lease for it, unless somebody has.
    Lease(TaskId),
    /// Start the run of the first turn that no run has taken.
    Run(Lease),
    /// Give the lease back, with the last turn that the run took.
    Return(Lease, Seq),
    /// End the task.
    End(Lease, Vec<Entry>),
}

impl Duty {
    fn task(&self) -> &TaskId {
        match self {
            Self::Lease(task) => task,
            Self::Run(lease) | Self::Return(lease, _) | Self::End(lease, _) => &lease.task,
        }
    }
}

impl Runs {
    /// Does it. What the log doesn't take now is tried again in a task of its own, and the answer is why.
    pub(crate) async fn undertake(self: &Arc<Self>, mut duty: Duty) -> Result<(), LogError> {
        let done = self.attempt(&mut duty).await;
        if let Err(error) = &done
            && !settles(error)
        {
            report(&duty, error);
            let (runs, busy) = (Arc::clone(self), self.registry.busy());
            tokio::spawn(async move {
                runs.insist(duty).await;
                drop(busy);
            });
        }
        done
    }

    /// Does it, and is done with it when the log has taken it, has no more use for it, or the server shuts down.
    pub(super) async fn see_through(self: &Arc<Self>, mut duty: Duty) {
        if let Err(error) = self.attempt(&mut duty).await
            && !settles(&error)
        {
            report(&duty, &error);
            self.insist(duty).await;
        }
    }

    /// The same for what has just failed.
    pub(super) async fn insist(self: &Arc<Self>, mut duty: Duty) {
        let mut backoff = Backoff::new(&self.shutdown);
        while backoff.wait().await {
            match self.attempt(&mut duty).await {
                Err(error) if !settles(&error) => report(&duty, &error),
                _ => return,
            }
        }
    }

    /// Goes as far as the log lets it; what is left to do then is in `duty`.
    async fn attempt(self: &Arc<Self>, duty: &mut Duty) -> Result<(), LogError> {
        loop {
            let then = match duty {
                Duty::Lease(task) => self.log.lease(task, LeaseRequest::NextRun).await?.map(Duty::Run),
                Duty::Run(lease) => {
                    let start = self.log.start(lease, lease.consumed).await?;
                    let last = start.turns.last().map_or(lease.consumed, |(seq, _)| *seq);
                    match self.resume(lease, start).await? {
                        Some(run) => {
                            tokio::spawn(run);
                            None
                        }
                        // The run before has taken the turn that this one was to be for, or nothing is left of it.
                        None => Some(Duty::Return(lease.clone(), last)),
                    }
                }
                Duty::Return(lease, consumed) => {
                    let next = self.log.release(lease, *consumed).await?;
                    // Who wants to stop the task waits for a lease.
                    self.registry.wake(&lease.task);
                    next.map(Duty::Run)
                }
                Duty::End(lease, entries) => {
                    let at = now();
                    for entry in entries.iter_mut() {
                        entry.at = at;
                    }
                    self.log.append(lease, entries.clone()).await?;
                    self.registry.wake(&lease.task);
                    None
                }
            };
            match then {
                Some(then) => *duty = then,
                None => return Ok(()),
            }
        }
    }
}

/// Whether nothing is left to do: the task has ended, is gone, or is somebody else's to work on.
pub(super) fn settles(error: &LogError) -> bool {
    matches!(error, LogError::Fenced | LogError::Terminal | LogError::NotFound)
}

fn report(duty: &Duty, error: &LogError) {
    let (task, due) = (
        duty.task(),
        match duty {
            Duty::Lease(_) | Duty::Run(_) => "its next run",
            Duty::Return(..) => "the return of its lease",
            Duty::End(..) => "its end",
        },
    );
    let error = error as &dyn std::error::Error;
    tracing::error!(error, task_id = %task, due, "the log failed; it is tried again");
}
