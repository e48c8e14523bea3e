//! What attached readers keep a tail for.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{cell::Cell, room::Room};
use crate::log::Seq;

/// Where the readers of one task stand that have a right to what is behind that.
#[derive(Debug, Default)]
pub(crate) struct Pins {
    /// By place and reader: when the reader came there.
    places: BTreeMap<(Seq, u64), i64>,
    latest: u64,
}

impl Pins {
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// A new reader at this place.
    pub(crate) fn add(&mut self, seq: Seq, now: i64) -> u64 {
        self.latest += 1;
        self.places.insert((seq, self.latest), now);
        self.latest
    }

    /// A reader went on; if its pin had lapsed, it has one again.
    pub(crate) fn advance(&mut self, reader: u64, from: Seq, to: Seq, now: i64) {
        self.places.remove(&(from, reader));
        self.places.insert((to, reader), now);
    }

    pub(crate) fn remove(&mut self, reader: u64, seq: Seq) {
        self.places.remove(&(seq, reader));
    }

    /// Whether a reader at this place still has a right to what is behind it. Readers that have been idle since
    /// `since` lose theirs.
    pub(crate) fn hold(&mut self, seq: Seq, since: i64) -> bool {
        while let Some(first) = self.places.first_entry().filter(|first| first.key().0 <= seq) {
            if *first.get() > since {
                return true;
            }
            first.remove();
        }
        false
    }

    /// Forgets readers before this place.
    pub(crate) fn forget_before(&mut self, seq: Seq) {
        while let Some(first) = self.places.first_entry().filter(|first| first.key().0 < seq) {
            first.remove();
        }
    }
}

/// One reader's pin, which goes with its cursor.
pub(crate) struct Pin {
    pub(crate) room: Arc<Room>,
    pub(crate) cell: Arc<Cell>,
    pub(crate) reader: u64,
    /// Where the reader stands; written only under the cell's lock.
    seq: AtomicU64,
}

impl Pin {
    pub(crate) fn new(room: Arc<Room>, cell: Arc<Cell>, reader: u64, seq: Seq) -> Self {
        Self { room, cell, reader, seq: AtomicU64::new(seq) }
    }

    /// Where the reader stood before it came to `seq`.
    pub(crate) fn moved(&self, seq: Seq) -> Seq {
        self.seq.swap(seq, Ordering::Relaxed)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut state = self.cell.lock();
        state.pins.remove(self.reader, self.seq.load(Ordering::Relaxed));
        state.trim(&self.room);
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pin")
            .field("task", &self.cell.task)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}
