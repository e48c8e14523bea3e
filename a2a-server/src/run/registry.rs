//! The live runs and the waiting readers of this process, by task.

use std::sync::{Arc, Mutex};

use a2a_core::TaskId;
use tokio::sync::Notify;

use super::RunShared;
use crate::{
    log::Scope,
    quota::Permit,
    shards::{Shards, lock},
};

/// Who has to do with which task, here.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    tasks: Arc<Tasks>,
}

#[derive(Debug, Default)]
struct Tasks {
    slots: Shards<TaskId, Slot>,
    live: Mutex<usize>,
    drained: Notify,
}

#[derive(Debug)]
struct Slot {
    signal: Arc<Notify>,
    run: Option<Arc<RunShared>>,
    /// Whose the run is, as long as the log can't say: it has no task yet.
    scope: Option<Scope>,
    watchers: usize,
}

impl Registry {
    /// A run is live until the watch is dropped.
    pub(crate) fn register(&self, run: Arc<RunShared>, scope: Option<Scope>) -> Watch {
        let task = run.task_id.clone();
        *lock(&self.tasks.live) += 1;
        let mut watch = self.watch_with(task, |slot| {
            slot.run = Some(Arc::clone(&run));
            slot.scope = scope;
        });
        watch.run = Some(run);
        watch
    }

    /// Somebody reads the task until the watch is dropped.
    pub(crate) fn watch(&self, task: &TaskId) -> Watch {
        self.watch_with(task.clone(), |_| {})
    }

    fn watch_with(&self, task: TaskId, set: impl FnOnce(&mut Slot)) -> Watch {
        let mut slots = self.tasks.slots.of(task.as_str());
        let slot = slots.entry(task.clone()).or_insert_with(|| Slot {
            signal: Arc::default(),
            run: None,
            scope: None,
            watchers: 0,
        });
        slot.watchers += 1;
        set(slot);
        let signal = Arc::clone(&slot.signal);
        drop(slots);
        Watch { tasks: Arc::clone(&self.tasks), task, signal, run: None, permit: None }
    }

    /// The live run of a task that isn't in the log yet, if it is this scope's.
    pub(crate) fn undecided(&self, who: &Scope, task: &TaskId) -> Option<Arc<RunShared>> {
        let slots = self.tasks.slots.of(task.as_str());
        let slot = slots.get(task).filter(|slot| slot.scope.as_ref() == Some(who))?;
        slot.run.clone().filter(|run| run.decided().is_none())
    }

    /// The live run of a task.
    pub(crate) fn run(&self, task: &TaskId) -> Option<Arc<RunShared>> {
        self.tasks.slots.of(task.as_str()).get(task)?.run.clone()
    }

    /// Something was posted to the task: wakes its run and its readers.
    pub(crate) fn wake(&self, task: &TaskId) {
        let slots = self.tasks.slots.of(task.as_str());
        let Some(slot) = slots.get(task) else { return };
        let (signal, run) = (Arc::clone(&slot.signal), slot.run.clone());
        drop(slots);
        signal.notify_waiters();
        if let Some(run) = run {
            run.queue.nudge();
        }
    }

    /// Something is under way that is waited for as a live run is, until this is dropped.
    pub(crate) fn busy(&self) -> Busy {
        *lock(&self.tasks.live) += 1;
        Busy(Arc::clone(&self.tasks))
    }

    /// Waits until no run is live.
    pub(crate) async fn drained(&self) {
        loop {
            let mut drained = std::pin::pin!(self.tasks.drained.notified());
            drained.as_mut().enable();
            if *lock(&self.tasks.live) == 0 {
                return;
            }
            drained.await;
        }
    }

    /// All live runs.
    pub(crate) fn all(&self) -> Vec<Arc<RunShared>> {
        let slots = self.tasks.slots.all();
        slots
            .flat_map(|slots| slots.values().filter_map(|slot| slot.run.clone()).collect::<Vec<_>>())
            .collect()
    }
}

/// Keeps a task's place in the registry.
#[derive(Debug)]
pub(crate) struct Watch {
    tasks: Arc<Tasks>,
    task: TaskId,
    /// Wakes the task's readers.
    pub(crate) signal: Arc<Notify>,
    /// The run whose watch it is.
    run: Option<Arc<RunShared>>,
    /// Counts the run or the stream whose watch it is, for as long as that lives.
    permit: Option<Permit>,
}

impl Watch {
    /// The same, which holds a permit as well.
    pub(crate) fn with(mut self, permit: Option<Permit>) -> Self {
        self.permit = permit;
        self
    }

    /// Counts the run no more, which is as good as over.
    pub(crate) fn free(&mut self) {
        self.permit = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut slots = self.tasks.slots.of(self.task.as_str());
        let Some(slot) = slots.get_mut(&self.task) else { return };
        slot.watchers -= 1;
        // The task's next run may be here already.
        if slot.run.as_ref().zip(self.run.as_ref()).is_some_and(|(live, ended)| Arc::ptr_eq(live, ended)) {
            slot.run = None;
            slot.scope = None;
        }
        if slot.watchers == 0 {
            slots.remove(&self.task);
        }
        drop(slots);
        if self.run.is_some() {
            self.tasks.leave();
        }
    }
}

/// Keeps a shutdown waiting, as a live run does.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Tasks>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Tasks {
    fn leave(&self) {
        let mut live = lock(&self.live);
        *live -= 1;
        if *live == 0 {
            drop(live);
            self.drained.notify_waiters();
        }
    }
}
