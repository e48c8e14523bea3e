//! The tasks that are in memory.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use a2a_core::TaskId;
use tokio::sync::OnceCell;

use super::resident::Resident;
use crate::shards::{Shards, lock};

/// How many tasks are looked at, at most, to make room for one.
const LOOKS: usize = 8;

/// The tasks that are in memory: those that are used, and as many others as there is room for.
///
/// A part of the map may be locked when a task gets locked, never the other way round.
#[derive(Debug)]
pub(super) struct Residents {
    slots: Shards<TaskId, Arc<Slot>>,
    /// What they may take together.
    room: usize,
    bytes: AtomicUsize,
    /// In the order in which they are asked to go.
    queue: Mutex<VecDeque<TaskId>>,
}

/// The place of a task that is in memory, or is being read.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) resident: OnceCell<Arc<Resident>>,
    /// Whether it was used since it was last asked to go.
    used: AtomicBool,
    /// Whether it is counted, and in the queue.
    counted: AtomicBool,
}

impl Residents {
    pub(super) fn new(room: usize) -> Self {
        Self { slots: Shards::default(), room, bytes: AtomicUsize::new(0), queue: Mutex::default() }
    }

    /// The task, or the place into which it is to be read.
    pub(super) fn look(&self, task: &TaskId) -> Result<Arc<Resident>, Arc<Slot>> {
        let mut slots = self.slots.of(task.as_str());
        let Some(slot) = slots.get(task) else {
            let slot = Arc::new(Slot::default());
            slots.insert(task.clone(), Arc::clone(&slot));
            return Err(slot);
        };
        slot.used.store(true, Ordering::Relaxed);
        slot.resident.get().cloned().ok_or_else(|| Arc::clone(slot))
    }

    /// The task, if it is in memory.
    pub(super) fn find(&self, task: &TaskId) -> Option<Arc<Resident>> {
        self.slots.of(task.as_str()).get(task).and_then(|slot| slot.resident.get().cloned())
    }

    /// A task was read into this place; answers whether the place is still the task's.
    pub(super) fn confirm(&self, task: &TaskId, slot: &Arc<Slot>) -> bool {
        let slots = self.slots.of(task.as_str());
        if !slots.get(task).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            return false;
        }
        self.count(task, slot);
        drop(slots);
        self.make_room(2);
        true
    }

    /// A task that is new in the file.
    pub(super) fn insert(&self, resident: Arc<Resident>) {
        let task = resident.cell.task.clone();
        let slot = Arc::new(Slot { resident: OnceCell::new_with(Some(resident)), ..Slot::default() });
        let mut slots = self.slots.of(task.as_str());
        // Somebody may have read it meanwhile, if it has ended.
        if let Some(read) = slots.insert(task.clone(), Arc::clone(&slot)) {
            self.discount(&read);
        }
        self.count(&task, &slot);
        drop(slots);
        self.make_room(2);
    }

    /// A task is no longer in the file.
    pub(super) fn remove(&self, task: &TaskId) -> Option<Arc<Resident>> {
        let mut slots = self.slots.of(task.as_str());
        let slot = slots.remove(task)?;
        self.discount(&slot);
        slot.resident.get().cloned()
    }

    /// A task has changed.
    pub(super) fn reweigh(&self, resident: &Resident) {
        // A task that was removed meanwhile isn't counted any more, and mustn't be again.
        let slots = self.slots.of(resident.cell.task.as_str());
        let counted = slots.get(&resident.cell.task).is_some_and(|slot| {
            let here = slot.resident.get().is_some_and(|known| std::ptr::eq(&raw const **known, resident));
            here && slot.counted.load(Ordering::Relaxed)
        });
        if counted {
            let (before, now) = resident.reweigh();
            self.bytes.fetch_add(now, Ordering::Relaxed);
            self.bytes.fetch_sub(before, Ordering::Relaxed);
        }
        drop(slots);
        self.make_room(0);
    }

    /// How many tasks there are, what they take, and how many are asked to go.
    #[cfg(test)]
    pub(super) fn sums(&self) -> (usize, usize, usize) {
        let tasks = self.slots.all().map(|slots| slots.len()).sum();
        (tasks, self.bytes.load(Ordering::Relaxed), lock(&self.queue).len())
    }

    fn count(&self, task: &TaskId, slot: &Slot) {
        if let Some(resident) = slot.resident.get()
            && !slot.counted.swap(true, Ordering::Relaxed)
        {
            self.bytes.fetch_add(resident.weight.load(Ordering::Relaxed), Ordering::Relaxed);
            lock(&self.queue).push_back(task.clone());
        }
    }

    /// A place isn't the task's any more.
    fn discount(&self, slot: &Slot) {
        if let Some(resident) = slot.resident.get()
            && slot.counted.load(Ordering::Relaxed)
        {
            self.bytes.fetch_sub(resident.weight.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Lets tasks go that nobody uses, at the cost of a few looks. Those that left the file are to leave the queue as
    /// well, so there are `least` also when there is room.
    fn make_room(&self, least: usize) {
        for look in 0..LOOKS {
            let over = self.bytes.load(Ordering::Relaxed) > self.room;
            if !over && look >= least {
                return;
            }
            let Some(task) = lock(&self.queue).pop_front() else { return };
            let mut slots = self.slots.of(task.as_str());
            let Some(slot) = slots.get(&task).filter(|slot| slot.counted.load(Ordering::Relaxed)) else {
                continue;
            };
            if !over || slot.used.swap(false, Ordering::Relaxed) || slot.is_used() {
                lock(&self.queue).push_back(task);
                continue;
            }
            if let Some(slot) = slots.remove(&task) {
                self.discount(&slot);
            }
        }
    }
}

/// A task that is being read into its place.
pub(super) struct Reading<'a> {
    pub(super) residents: &'a Residents,
    pub(super) task: &'a TaskId,
    pub(super) slot: Arc<Slot>,
}

/// A place into which nothing was read goes, also when whoever read has gone.
impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut slots = self.residents.slots.of(self.task.as_str());
        let known = slots.get(self.task).is_some_and(|known| Arc::ptr_eq(known, &self.slot));
        if known && self.slot.resident.get().is_none() {
            slots.remove(self.task);
        }
    }
}

impl Slot {
    /// Whether somebody has the task in hand, or would lose something with it. To be asked while nobody can come to
    /// it.
    fn is_used(self: &Arc<Self>) -> bool {
        let Some(resident) = self.resident.get() else { return true };
        let handles =
            [Arc::strong_count(self), Arc::strong_count(resident), Arc::strong_count(&resident.cell)];
        handles != [1; 3] || resident.must_stay()
    }
}
