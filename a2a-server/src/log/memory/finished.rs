//! The tasks that have ended, in the order in which they did.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::cell::Cell;
use crate::shards::lock;

/// The tasks that have ended, in the order in which they did.
#[derive(Debug, Default)]
pub(super) struct Finished {
    queue: Mutex<Queue>,
    bytes: AtomicUsize,
}

#[derive(Debug, Default)]
struct Queue {
    /// With the time of their end.
    cells: VecDeque<(Arc<Cell>, i64)>,
    /// How many of the first have been asked to drop their old entries.
    aged: usize,
}

impl Finished {
    pub(super) fn push(&self, cell: Arc<Cell>, at: i64) {
        lock(&self.queue).cells.push_back((cell, at));
    }

    /// One of these tasks takes as many bytes now as it didn't before.
    pub(super) fn recharge(&self, before: usize, now: usize) {
        self.bytes.fetch_add(now, Ordering::Relaxed);
        self.bytes.fetch_sub(before, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.queue).cells.len()
    }

    /// The task that must go because all together take more than `most` bytes; never the only one.
    pub(super) fn pop_over(&self, most: usize) -> Option<Arc<Cell>> {
        if self.bytes.load(Ordering::Relaxed) <= most {
            return None;
        }
        let mut queue = lock(&self.queue);
        if queue.cells.len() < 2 {
            return None;
        }
        queue.aged = queue.aged.saturating_sub(1);
        queue.cells.pop_front().map(|(cell, _)| cell)
    }

    /// The next task that ended at that time or before and wasn't answered yet.
    pub(super) fn next_aged(&self, until: i64) -> Option<Arc<Cell>> {
        let mut queue = lock(&self.queue);
        let (cell, _) = queue.cells.get(queue.aged).filter(|(_, at)| *at <= until)?;
        let cell = Arc::clone(cell);
        queue.aged += 1;
        Some(cell)
    }
}
