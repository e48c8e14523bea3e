//! What is known of the tasks that have ended, without looking into the file.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use crate::shards::lock;

/// What is known of the tasks that have ended, without looking into the file.
#[derive(Debug)]
pub(super) struct Finished {
    sums: Mutex<Sums>,
    /// The number of the next end.
    next: AtomicI64,
}

/// The tasks that have ended, together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) tasks: usize,
    pub(super) bytes: usize,
    /// When the oldest entries of any of them were written that are still in the file; the latest time there is if
    /// there are none.
    pub(super) oldest: i64,
}

impl Finished {
    pub(super) fn new(sums: Sums, next: i64) -> Self {
        Self { sums: Mutex::new(sums), next: AtomicI64::new(next) }
    }

    /// The number of an end.
    pub(super) fn number(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn sums(&self) -> Sums {
        *lock(&self.sums)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Sums)) {
        change(&mut lock(&self.sums));
    }

    /// A task has ended, of that many bytes; its entries, if they are kept, were written until then.
    pub(super) fn add(&self, bytes: usize, entries: Option<i64>) {
        self.change(|sums| {
            sums.tasks += 1;
            sums.bytes += bytes;
            sums.oldest = sums.oldest.min(entries.unwrap_or(i64::MAX));
        });
    }

    /// A task that has ended takes as many bytes now as it didn't before.
    pub(super) fn recharge(&self, before: usize, now: usize) {
        self.change(|sums| sums.bytes = sums.bytes.saturating_add(now).saturating_sub(before));
    }
}
