//! A task that is in memory as well as in the file.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
};

use a2a_core::Entry;
use tokio::sync::{Mutex as Turnstile, OwnedMutexGuard};

use crate::{
    log::{
        Seq,
        held::{Cell, Header, Holder},
    },
    shards::lock,
};

/// A task that is in memory as well as in the file.
///
/// In memory it is what is committed, but for a lease and its return: nobody is told of those but who holds it, and
/// whatever that one writes is committed behind them.
#[derive(Debug)]
pub(super) struct Resident {
    /// Its number in the file.
    pub(super) key: i64,
    pub(super) cell: Arc<Cell>,
    /// One writes at a time, from looking at the task until what was written is committed.
    turnstile: Arc<Turnstile<()>>,
    /// Locked behind the cell, if both are.
    stored: Mutex<Stored>,
    /// What it was last counted for in the cache.
    pub(super) weight: AtomicUsize,
}

/// The right to write to a task.
pub(super) type Pass = OwnedMutexGuard<()>;

/// What of a task is in the file.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) header: Header,
    /// The last entry in the fold; 0 if there is none.
    pub(super) fold: Seq,
    pub(super) fold_bytes: usize,
    /// The last entry of each batch and its bytes, oldest first.
    pub(super) batches: VecDeque<(Seq, usize)>,
    /// The bytes of all of them.
    pub(super) batch_bytes: usize,
    /// The bytes of those that the fold lacks.
    pub(super) behind: usize,
    /// The last turn that was copied out of a batch.
    pub(super) copied: Seq,
    /// What opened the task, as long as its first run may be tried again.
    pub(super) opened: Option<Arc<Entry>>,
    /// Whether a fold is being written.
    pub(super) folding: bool,
    /// The bytes of the webhooks.
    webhook_bytes: usize,
    /// What is counted for the task, once it has ended.
    pub(super) charged: usize,
}

impl Stored {
    pub(super) fn new(header: Header) -> Self {
        Self {
            header,
            fold: 0,
            fold_bytes: 0,
            batches: VecDeque::new(),
            batch_bytes: 0,
            behind: 0,
            copied: 0,
            opened: None,
            folding: false,
            webhook_bytes: 0,
            charged: 0,
        }
    }

    /// A batch is in the file.
    pub(super) fn add(&mut self, last: Seq, bytes: usize) {
        self.batches.push_back((last, bytes));
        self.batch_bytes += bytes;
        if last > self.fold {
            self.behind += bytes;
        }
    }

    /// A fold up to this entry is in the file, and no batch up to that one any more.
    pub(super) fn folded(&mut self, seq: Seq, bytes: usize, trimmed: Seq) {
        (self.fold, self.fold_bytes) = (seq, bytes);
        while self.batches.front().is_some_and(|(last, _)| *last <= trimmed) {
            self.batch_bytes -= self.batches.pop_front().map_or(0, |(_, bytes)| bytes);
        }
        self.behind =
            self.batches.iter().rev().take_while(|(last, _)| *last > seq).map(|(_, bytes)| bytes).sum();
    }

    /// What is counted for the task if it has ended.
    pub(super) fn bytes(&self) -> usize {
        self.frame() + self.fold_bytes + self.batch_bytes
    }

    /// The webhooks take as many bytes more.
    pub(super) fn add_webhooks(&mut self, bytes: i64) {
        self.webhook_bytes = self.webhook_bytes.saturating_add_signed(isize::try_from(bytes).unwrap_or(0));
    }

    /// What is counted for the task besides its fold and its batches.
    pub(super) fn frame(&self) -> usize {
        Resident::FRAME + self.webhook_bytes
    }
}

impl Resident {
    /// About how many bytes a task has in the file besides its content.
    pub(super) const FRAME: usize = 700;

    pub(super) fn new(key: i64, cell: Arc<Cell>, stored: Stored) -> Self {
        let weight = AtomicUsize::new(cell.lock().weight());
        Self { key, cell, turnstile: Arc::default(), stored: Mutex::new(stored), weight }
    }

    /// Waits until nobody else writes.
    pub(super) async fn pass(&self) -> Pass {
        Arc::clone(&self.turnstile).lock_owned().await
    }

    pub(super) fn stored(&self) -> MutexGuard<'_, Stored> {
        lock(&self.stored)
    }

    /// Whether it can't be read anew from the file as it is here, if nobody uses it.
    pub(super) fn must_stay(&self) -> bool {
        let state = self.cell.lock();
        state.header.lease != Holder::Nobody || self.stored().header != state.header
    }

    /// Counts it anew; answers what it was counted for before, and what now.
    pub(super) fn reweigh(&self) -> (usize, usize) {
        let weight = self.cell.lock().weight();
        (self.weight.swap(weight, Ordering::Relaxed), weight)
    }
}
