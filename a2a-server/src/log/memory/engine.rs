//! What all tasks share, and how one comes and goes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use a2a_core::{Entry, Task, TaskId};

use super::{
    batch::{Batch, misuse},
    cell::{Cell, Presence, State},
    ended::is_short,
    finished::Finished,
    index::Index,
    keys::{Keys, Led, Taken},
    retention::Retention,
    tail::Tail,
};
use crate::{
    log::{Create, Created, EncodedTask, LogError, Result, Scope, Snapshot, TaskBody, View},
    shards::Shards,
};

/// What all tasks share.
///
/// A task's lock is taken before any of these and never while one of them is held, and no two tasks are locked at
/// once.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) limits: Retention,
    pub(super) index: Index,
    pub(super) keys: Keys,
    pub(super) finished: Finished,
    tasks: Shards<TaskId, Arc<Cell>>,
    unfinished: AtomicUsize,
    pinned: AtomicUsize,
}

impl Engine {
    /// What a task that has ended takes in memory besides its JSON and its tail: its share of the indexes above all.
    pub(super) const TASK_WEIGHT: usize = size_of::<Cell>() + 700;

    /// What an idempotency key takes in memory.
    pub(super) const KEY_WEIGHT: usize = 400;

    pub(super) fn new(limits: Retention) -> Self {
        Self {
            limits,
            index: Index::default(),
            keys: Keys::default(),
            finished: Finished::default(),
            tasks: Shards::default(),
            unfinished: AtomicUsize::new(0),
            pinned: AtomicUsize::new(0),
        }
    }

    pub(super) fn cell(&self, task: &TaskId) -> Result<Arc<Cell>> {
        self.tasks.of(task.as_str()).get(task).cloned().ok_or(LogError::NotFound)
    }

    /// The task, if it is of this scope.
    pub(super) fn cell_of(&self, who: &Scope, task: &TaskId) -> Result<Arc<Cell>> {
        self.cell(task).and_then(|cell| if cell.scope == *who { Ok(cell) } else { Err(LogError::NotFound) })
    }

    pub(super) fn create(&self, new: Create, first: Vec<Entry>) -> Result<Created> {
        let key =
            new.key.clone().map(|key| Arc::new(Taken { scope: new.scope.clone(), posts_to: None, key }));
        let mut state = if is_short(&new, &first) {
            State::ended(&new, first, &self.limits)?
        } else {
            State::open(&new, Batch::first(first)?, &self.limits)?
        };
        let ended = state.header.state.is_terminal();
        let snapshot = ended.then(|| {
            let body = seal(&mut state, None);
            Snapshot::new(state.tail.last(), state.header.state.clone(), body, View::default())
        });
        if !ended {
            self.admit()?;
        }
        let now = state.latest;
        if let Some(key) = &key {
            state.keys.push_back((Arc::clone(key), now));
        }
        let cell = Arc::new(Cell::new(new, state));
        let mut state = cell.lock();
        let joined = self.enroll(&cell, key.as_ref(), now);
        if !ended && !matches!(joined, Ok(None)) {
            self.dismiss();
        }
        if let Some(first) = joined? {
            return Ok(Created::Joined(first));
        }
        self.index.put(&cell, None, state.header.at, state.header.state.clone());
        let created = match snapshot {
            Some(snapshot) => {
                self.finish(&cell, &mut state);
                Created::Ended(snapshot)
            }
            None => Created::New(cell.lease(&state.header), state.head()),
        };
        drop(state);
        self.sweep(now);
        Ok(created)
    }

    /// A run has ended the task: keeps it as bytes, encoded while nobody waits.
    pub(super) fn end(&self, cell: &Arc<Cell>) {
        let TaskBody::Folded(task) = cell.lock().checkpoint.share() else { return };
        let encoded = EncodedTask::new(&task);
        drop(task);
        let mut state = cell.lock();
        seal(&mut state, Some(encoded));
        self.finish(cell, &mut state);
        let now = state.latest;
        drop(state);
        self.dismiss();
        self.sweep(now);
    }

    /// What all tasks keep for readers that are behind.
    pub(super) fn pinned(&self) -> usize {
        self.pinned.load(Ordering::Relaxed)
    }

    pub(super) fn recharge_pinned(&self, before: usize, now: usize) {
        self.pinned.fetch_add(now, Ordering::Relaxed);
        self.pinned.fetch_sub(before, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.tasks.all().map(|tasks| tasks.len()).sum()
    }

    #[cfg(test)]
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// Makes a task known, unless its key is taken: then answers the task which that led to.
    fn enroll(&self, cell: &Arc<Cell>, key: Option<&Arc<Taken>>, now: i64) -> Result<Option<TaskId>> {
        let insert = || {
            let mut tasks = self.tasks.of(cell.task.as_str());
            if tasks.contains_key(&cell.task) {
                return Err(misuse("the task id is taken"));
            }
            tasks.insert(cell.task.clone(), Arc::clone(cell));
            Ok(())
        };
        let Some(key) = key else { return insert().map(|()| None) };
        let led = Led { task: cell.task.clone(), posted: None, at: now };
        Ok(self.keys.take(key, led, &self.limits, insert)?.map(|first| first.task))
    }

    fn admit(&self) -> Result<()> {
        let most = self.limits.unfinished;
        let more = |tasks: usize| (tasks < most).then_some(tasks + 1);
        match self.unfinished.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(()),
            Err(_) => Err(LogError::Full),
        }
    }

    fn dismiss(&self) {
        self.unfinished.fetch_sub(1, Ordering::Relaxed);
    }

    fn finish(&self, cell: &Arc<Cell>, state: &mut State) {
        state.charged = state.weight();
        self.finished.recharge(0, state.charged);
        state.trim(self);
        self.finished.push(Arc::clone(cell), state.latest);
    }

    /// Drops what has had its time or is too much, at the cost of what came since.
    fn sweep(&self, now: i64) {
        while let Some(cell) = self.finished.next_aged(now.saturating_sub(self.limits.tail_age)) {
            let mut state = cell.lock();
            state.latest = state.latest.max(now);
            state.trim(self);
            state.tail.shrink();
        }
        while let Some(cell) = self.finished.pop_over(self.limits.finished_bytes) {
            self.evict(&cell);
        }
    }

    /// Forgets a task. A reader that is attached may go on while there is room for that.
    fn evict(&self, cell: &Arc<Cell>) {
        self.tasks.of(cell.task.as_str()).remove(&cell.task);
        let mut state = cell.lock();
        self.index.remove(cell, state.header.at);
        if !state.keys.is_empty() {
            self.keys.free(&cell.task, state.keys.iter().map(|(key, _)| key));
        }
        self.finished.recharge(std::mem::take(&mut state.charged), 0);
        let room = self.pinned().saturating_add(state.weight()) <= self.limits.pinned_bytes;
        if room && !state.pins.is_empty() {
            state.presence = Presence::Evicted;
        } else {
            state.presence = Presence::Gone;
            if Arc::strong_count(cell) > 1 {
                state.tail = Tail::default();
                state.checkpoint.seal(EncodedTask::new(&Task::new(cell.task.clone(), cell.context.clone())));
            }
        }
        state.trim(self);
    }
}

/// Keeps nothing of a task that has ended but its bytes and its tail.
fn seal(state: &mut State, encoded: Option<EncodedTask>) -> TaskBody {
    state.header.end();
    state.turns = std::collections::VecDeque::new();
    let encoded = encoded.or_else(|| match state.checkpoint.share() {
        TaskBody::Folded(task) => Some(EncodedTask::new(&task)),
        TaskBody::Encoded(_) => None,
    });
    if let Some(encoded) = encoded {
        state.checkpoint.seal(encoded);
    }
    state.checkpoint.share()
}
