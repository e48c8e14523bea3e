//! The idempotency keys that are taken.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use a2a_core::TaskId;

use super::room::Room;
use crate::{
    log::{IdempotencyKey, Posted, Scope},
    shards::lock,
};

/// A key and whom it belongs to.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Taken {
    pub(crate) scope: Scope,
    /// The task it posts to; none if it makes one.
    pub(crate) posts_to: Option<TaskId>,
    pub(crate) key: IdempotencyKey,
}

/// What a key led to.
#[derive(Clone, Debug)]
pub(crate) struct Led {
    pub(crate) task: TaskId,
    pub(crate) posted: Option<Posted>,
    pub(crate) at: i64,
}

/// The idempotency keys that are taken.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    taken: HashMap<Arc<Taken>, Led>,
    /// Oldest first; some of them are free again because their task is gone.
    order: VecDeque<(Arc<Taken>, i64)>,
}

impl Keys {
    /// What the key led to, if that was lately.
    pub(crate) fn find(&self, key: &Taken, now: i64, room: &Room) -> Option<Led> {
        lock(&self.table).find(key, now, room).cloned()
    }

    /// Takes a key if it is free and `take` succeeds, and answers what it led to if it isn't.
    pub(crate) fn take<E>(
        &self,
        key: &Arc<Taken>,
        led: Led,
        room: &Room,
        take: impl FnOnce() -> Result<(), E>,
    ) -> Result<Option<Led>, E> {
        let mut table = lock(&self.table);
        if let Some(first) = table.find(key, led.at, room) {
            return Ok(Some(first.clone()));
        }
        take()?;
        table.make_room(led.at, room);
        table.order.push_back((Arc::clone(key), led.at));
        table.taken.insert(Arc::clone(key), led);
        Ok(None)
    }

    /// Frees the keys of a task that is gone.
    pub(crate) fn free<'a>(&self, task: &TaskId, keys: impl Iterator<Item = &'a Taken>) {
        let mut table = lock(&self.table);
        for key in keys {
            if table.taken.get(key).is_some_and(|led| led.task == *task) {
                table.taken.remove(key);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        lock(&self.table).taken.len()
    }
}

impl Table {
    fn find(&self, key: &Taken, now: i64, room: &Room) -> Option<&Led> {
        self.taken.get(key).filter(|led| now.saturating_sub(led.at) < room.key_window)
    }

    fn make_room(&mut self, now: i64, room: &Room) {
        while let Some((key, at)) = self.order.front() {
            let live = self.taken.get(key).is_some_and(|led| led.at == *at);
            let old = now.saturating_sub(*at) >= room.key_window;
            if live && !old && self.order.len() < room.limits.keys {
                break;
            }
            if live {
                self.taken.remove(key);
            }
            self.order.pop_front();
        }
    }
}
