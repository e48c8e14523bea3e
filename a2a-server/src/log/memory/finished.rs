//! The tasks that have ended, in the order in which they did.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use crate::{log::held::Cell, shards::lock};

/// The tasks that have ended, in the order in which they did.
#[derive(Debug, Default)]
pub(super) struct Finished {
    queue: Mutex<Queue>,
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

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.queue).cells.len()
    }

    /// The task that ended first; never the only one.
    pub(super) fn pop(&self) -> Option<Arc<Cell>> {
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
