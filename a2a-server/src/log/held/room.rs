//! What all tasks of a log share: its limits, and what they take of them.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use crate::log::Retention;

/// What all tasks of a log share: its limits, and what they take of them.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) limits: Retention,
    /// The times among its limits in milliseconds, as those of entries are.
    pub(crate) tail_age: i64,
    pub(crate) pin_idle: i64,
    pub(crate) key_window: i64,
    pinned: AtomicUsize,
    finished: AtomicUsize,
}

impl Room {
    pub(crate) fn new(limits: Retention) -> Self {
        Self {
            tail_age: millis(limits.tail_age),
            pin_idle: millis(limits.pin_idle),
            key_window: millis(limits.key_window),
            limits,
            pinned: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        }
    }

    /// What all tasks keep for readers that are behind.
    pub(crate) fn pinned(&self) -> usize {
        self.pinned.load(Ordering::Relaxed)
    }

    pub(crate) fn recharge_pinned(&self, before: usize, now: usize) {
        recharge(&self.pinned, before, now);
    }

    /// What all tasks take that have ended.
    pub(crate) fn finished(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    pub(crate) fn recharge_finished(&self, before: usize, now: usize) {
        recharge(&self.finished, before, now);
    }
}

/// One task takes as much now as it didn't before.
fn recharge(sum: &AtomicUsize, before: usize, now: usize) {
    sum.fetch_add(now, Ordering::Relaxed);
    sum.fetch_sub(before, Ordering::Relaxed);
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
