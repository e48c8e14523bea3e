//! What all tasks share, and how one comes and goes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use a2a_core::{Entry, TaskId};

use super::{finished::Finished, index::Index};
use crate::{
    log::{
        Create, Created, EncodedTask, LogError, Result, Retention, Scope, Snapshot, TaskBody, View,
        held::{Cell, Keys, Led, Numbers, Room, State, Taken, misuse},
    },
    shards::Shards,
};

/// What all tasks share.
///
/// A task's lock is taken before any of these and never while one of them is held, and no two tasks are locked at
/// once.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) room: Arc<Room>,
    pub(super) index: Index,
    pub(super) keys: Keys,
    pub(super) finished: Finished,
    pub(super) webhooks: Numbers,
    tasks: Shards<TaskId, Arc<Cell>>,
    unfinished: AtomicUsize,
}

impl Engine {
    pub(super) fn new(limits: Retention) -> Self {
        Self {
            room: Arc::new(Room::new(limits)),
            index: Index::default(),
            keys: Keys::default(),
            finished: Finished::default(),
            webhooks: Numbers::default(),
            tasks: Shards::default(),
            unfinished: AtomicUsize::new(0),
        }
    }

    pub(super) fn cell(&self, task: &TaskId) -> Result<Arc<Cell>> {
        self.tasks.of(task.as_str()).get(task).cloned().ok_or(LogError::NotFound)
    }

    /// The task, if it is of this scope.
    pub(super) fn cell_of(&self, who: &Scope, task: &TaskId) -> Result<Arc<Cell>> {
        self.cell(task).and_then(|cell| if cell.scope == *who { Ok(cell) } else { Err(LogError::NotFound) })
    }

    pub(super) fn create(&self, mut new: Create, first: Vec<Entry>) -> Result<Created> {
        let key =
            new.key.clone().map(|key| Arc::new(Taken { scope: new.scope.clone(), posts_to: None, key }));
        let (mut state, value) = State::create(&new, first, &self.room.limits)?;
        if let Some(webhook) = new.webhook.take() {
            state.check_webhook(webhook.id(), self.room.limits.webhooks)?;
            state.put_webhook(*webhook, 0, &self.webhooks);
        }
        let ended = state.header.state.is_terminal();
        let snapshot = ended.then(|| {
            let body = state.seal(None);
            let snapshot =
                Snapshot::new(state.tail.last(), state.header.state.clone(), body, View::default());
            snapshot.with_value(value)
        });
        let now = state.latest;
        if !ended && let Err(full) = self.admit() {
            // What is there already needs no room.
            let led = key.and_then(|key| self.keys.find(&key, now, &self.room));
            return led.map(|first| Created::Joined(first.task)).ok_or(full);
        }
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
        state.seal(Some(encoded));
        self.finish(cell, &mut state);
        let now = state.latest;
        drop(state);
        self.dismiss();
        self.sweep(now);
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
        Ok(self.keys.take(key, led, &self.room, insert)?.map(|first| first.task))
    }

    fn admit(&self) -> Result<()> {
        let most = self.room.limits.unfinished;
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
        self.room.recharge_finished(0, state.charged);
        state.trim(&self.room);
        self.finished.push(Arc::clone(cell), state.latest);
    }

    /// Drops what has had its time or is too much, at the cost of what came since.
    fn sweep(&self, now: i64) {
        while let Some(cell) = self.finished.next_aged(now.saturating_sub(self.room.tail_age)) {
            let mut state = cell.lock();
            state.latest = state.latest.max(now);
            state.trim(&self.room);
            state.tail.shrink();
        }
        while let Some(cell) = self.over() {
            self.evict(&cell);
        }
    }

    fn over(&self) -> Option<Arc<Cell>> {
        if self.room.finished() > self.room.limits.finished_bytes { self.finished.pop() } else { None }
    }

    /// Forgets a task. A reader that is attached may go on while there is room for that.
    fn evict(&self, cell: &Arc<Cell>) {
        self.tasks.of(cell.task.as_str()).remove(&cell.task);
        let mut state = cell.lock();
        self.index.remove(cell, state.header.at);
        if !state.keys.is_empty() {
            self.keys.free(&cell.task, state.keys.iter().map(|(key, _)| &**key));
        }
        self.room.recharge_finished(std::mem::take(&mut state.charged), 0);
        if !state.leave(&self.room) && Arc::strong_count(cell) > 1 {
            state.clear(cell);
        }
        state.trim(&self.room);
    }
}
