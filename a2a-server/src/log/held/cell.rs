//! One task: its header, its checkpoint and its tail, under one lock.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use a2a_core::{ContextId, Entry, EntryBody, Task, TaskId};

use super::{
    batch::{Batch, misuse},
    checkpoint::{Checkpoint, Refolded, Unfolded},
    header::Header,
    hooks::Hooks,
    keys::Taken,
    pins::Pins,
    room::Room,
    tail::{Kept, Tail},
};
use crate::{
    log::{Create, EncodedTask, Head, LogError, Result, Retention, Scope, Seq, TaskBody, Webhook},
    shards::lock,
};

/// A task and whose it is.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) task: TaskId,
    pub(crate) context: ContextId,
    pub(crate) scope: Scope,
    state: Mutex<State>,
}

/// Everything of a task that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) header: Header,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) tail: Tail,
    /// The size of the entries that the checkpoint lacks.
    pub(crate) unfolded: usize,
    /// About how much larger the task may be with them.
    pub(crate) grown: usize,
    /// The turns that no run has said it consumed.
    pub(crate) turns: VecDeque<(Seq, Arc<Entry>)>,
    pub(crate) pins: Pins,
    /// The keys that posted to the task or made it, oldest first.
    pub(crate) keys: VecDeque<(Arc<Taken>, i64)>,
    /// The webhooks, where the log has no other place for them.
    pub(crate) webhooks: Hooks,
    /// The latest time of any entry.
    pub(crate) latest: i64,
    /// What is charged to the log for readers that are behind.
    pub(crate) pinned: usize,
    /// What is charged to the log for a task that has ended.
    pub(crate) charged: usize,
    pub(crate) presence: Presence,
}

/// Whether the task is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Here,
    /// Only for readers that are attached.
    Evicted,
    /// Not even for them.
    Gone,
}

impl Cell {
    /// What a task that has ended takes in memory besides its JSON and its tail: its share of the indexes above all.
    pub(crate) const WEIGHT: usize = size_of::<Self>() + 700;

    /// What an idempotency key takes in memory.
    pub(crate) const KEY_WEIGHT: usize = 400;

    // The state is moved once less where this is built in place.
    #[inline]
    pub(crate) fn new(new: Create, state: State) -> Self {
        Self { task: new.task, context: new.context, scope: new.scope, state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    pub(crate) fn new(header: Header, checkpoint: Checkpoint, tail: Tail, latest: i64) -> Self {
        Self {
            header,
            checkpoint,
            tail,
            unfolded: 0,
            grown: 0,
            turns: VecDeque::new(),
            pins: Pins::default(),
            keys: VecDeque::new(),
            webhooks: Hooks::new(),
            latest,
            pinned: 0,
            charged: 0,
            presence: Presence::Here,
        }
    }

    pub(crate) fn open(new: &Create, batch: Batch, limits: &Retention) -> Result<Self> {
        if batch.growth > limits.task_bytes {
            return Err(LogError::TooLarge { limit: limits.task_bytes });
        }
        let (first, opened) =
            batch.opened().ok_or_else(|| misuse("the first entry of a task must open it"))?;
        let (header, checkpoint) = (Header::open(first.entry.at), Checkpoint::open(new, first, opened));
        let mut state = Self::new(header, checkpoint, Tail::default(), first.millis());
        let turned = state.note(&batch.entries[1..], 2);
        state.grown = batch.growth - state.checkpoint.bytes;
        state.tail = Tail::new(batch.entries);
        state.fold_if_due(turned, limits);
        Ok(state)
    }

    /// Of a task that was stored, with the turns that no run has taken.
    #[cfg(feature = "sqlite")]
    pub(crate) fn resumed(
        header: Header,
        checkpoint: Checkpoint,
        tail: Tail,
        turns: VecDeque<(Seq, Arc<Entry>)>,
        latest: i64,
    ) -> Self {
        let mut state = Self { turns, ..Self::new(header, checkpoint, tail, latest) };
        for kept in state.tail.behind(state.checkpoint.seq) {
            state.unfolded += kept.size;
            state.grown += kept.growth();
            state.latest = state.latest.max(kept.millis());
        }
        if state.header.state.is_terminal() {
            state.fold();
            state.seal(None);
        }
        state
    }

    pub(crate) fn head(&self) -> Head {
        Head::new(self.tail.last(), self.header.state.clone(), self.header.cancel, self.header.inbox)
    }

    /// Whether these entries may be taken: the task must not grow too large, but what only ends it always fits.
    pub(crate) fn check(&mut self, batch: &Batch, limits: &Retention) -> Result<()> {
        if !batch.only_ends() && !self.fits(batch.growth, limits) {
            return Err(LogError::TooLarge { limit: limits.task_bytes });
        }
        Ok(())
    }

    /// Takes entries that were checked. Answers whether the status changed.
    pub(crate) fn apply(&mut self, batch: Batch, limits: &Retention) -> bool {
        let turned = self.note(&batch.entries, self.tail.last() + 1);
        self.grown += batch.growth;
        self.tail.extend(batch.entries);
        self.fold_if_due(turned, limits);
        turned
    }

    /// Keeps nothing of a task that has ended but its bytes and its tail; encodes it if nobody has.
    pub(crate) fn seal(&mut self, encoded: Option<EncodedTask>) -> TaskBody {
        self.header.end();
        self.turns = VecDeque::new();
        let encoded = encoded.or_else(|| match self.checkpoint.share() {
            TaskBody::Folded(task) => Some(EncodedTask::new(&task)),
            TaskBody::Encoded(_) => None,
        });
        if let Some(encoded) = encoded {
            self.checkpoint.seal(encoded);
        }
        self.checkpoint.share()
    }

    /// What is to be folded for a reader, wherever nobody waits for that.
    pub(crate) fn unfolded(&mut self) -> Unfolded {
        let behind = self.tail.behind(self.checkpoint.seq);
        let tail = behind.filter(|kept| kept.folds()).map(|kept| Arc::clone(&kept.entry)).collect();
        Unfolded {
            seq: self.tail.last(),
            state: self.header.state.clone(),
            body: self.checkpoint.share(),
            tail,
        }
    }

    /// Keeps what a reader has folded, for others who want the same.
    pub(crate) fn keep(&mut self, refolded: Refolded) {
        if refolded.seq <= self.checkpoint.seq || self.header.state.is_terminal() {
            return;
        }
        let mut growth = 0;
        for (kept, _) in self.tail.behind(self.checkpoint.seq).zip(self.checkpoint.seq..refolded.seq) {
            growth += kept.growth();
            self.unfolded -= kept.size;
        }
        self.grown -= growth;
        self.checkpoint.install(refolded, growth);
    }

    /// Drops what of the tail nobody has a right to.
    pub(crate) fn trim(&mut self, room: &Room) {
        let limits = &room.limits;
        let elsewhere = room.pinned().saturating_sub(self.pinned);
        let pinnable = limits.tail_bytes.saturating_add(limits.pinned_bytes.saturating_sub(elsewhere));
        let pinnable = pinnable.min(limits.pinned_task_bytes.max(limits.tail_bytes));
        while self.tail.base() < self.checkpoint.seq
            && let Some(first) = self.tail.first()
        {
            let (base, at) = (self.tail.base(), first.millis());
            if self.tail.bytes() <= limits.tail_bytes && self.latest.saturating_sub(at) < room.tail_age {
                break;
            }
            let idle = self.latest.saturating_sub(room.pin_idle);
            if self.tail.bytes() <= pinnable && self.pins.hold(base, if at > idle { i64::MIN } else { idle })
            {
                break;
            }
            self.tail.drop_first();
        }
        self.pins.forget_before(self.tail.base());
        self.charge(room);
    }

    /// Forgets a task that the log keeps no longer. A reader that is attached may go on while there is room for that;
    /// answers whether one may.
    pub(crate) fn leave(&mut self, room: &Room) -> bool {
        let fits = room.pinned().saturating_add(self.weight()) <= room.limits.pinned_bytes;
        let stays = fits && !self.pins.is_empty();
        self.presence = if stays { Presence::Evicted } else { Presence::Gone };
        stays
    }

    /// Drops the content of a task that is gone, for whoever still has a place in it.
    pub(crate) fn clear(&mut self, cell: &Cell) {
        self.tail = Tail::default();
        self.webhooks = Hooks::new();
        self.checkpoint.seal(EncodedTask::new(&Task::new(cell.task.clone(), cell.context.clone())));
    }

    /// Tells the log what the task takes of what all tasks share.
    fn charge(&mut self, room: &Room) {
        let pinned = match self.presence {
            _ if self.pins.is_empty() => 0,
            Presence::Here => self.tail.bytes().saturating_sub(room.limits.tail_bytes),
            Presence::Evicted => self.weight(),
            Presence::Gone => 0,
        };
        if pinned != self.pinned {
            room.recharge_pinned(self.pinned, pinned);
            self.pinned = pinned;
        }
        if self.charged != 0 {
            let weight = self.weight();
            room.recharge_finished(self.charged, weight);
            self.charged = weight;
        }
    }

    /// What a task that has ended takes in memory.
    pub(crate) fn weight(&self) -> usize {
        let webhooks: usize = self.webhooks.iter().map(Webhook::weight).sum();
        let indexes = Cell::WEIGHT + self.keys.len() * Cell::KEY_WEIGHT;
        indexes + webhooks + self.checkpoint.bytes + self.tail.weight()
    }

    fn fits(&mut self, growth: usize, limits: &Retention) -> bool {
        let fit = |state: &Self| {
            let bytes = state.checkpoint.bytes.saturating_add(state.grown);
            bytes.saturating_add(growth) <= limits.task_bytes
        };
        if fit(self) {
            return true;
        }
        self.fold();
        self.checkpoint.recount_over(limits.task_bytes / 16);
        fit(self)
    }

    /// Folds at a pause and at the end, and else when that costs no more than what was written since.
    fn fold_if_due(&mut self, turned: bool, limits: &Retention) {
        let rests = self.header.state.is_terminal() || self.header.state.is_interrupted();
        let much = self.unfolded >= limits.checkpoint_bytes && self.checkpoint.folds_for(self.unfolded);
        if much || (turned && rests) {
            self.fold();
            self.checkpoint.recount_in_time();
        }
    }

    fn fold(&mut self) {
        if self.unfolded > 0 {
            self.checkpoint.advance(self.tail.behind(self.checkpoint.seq));
            (self.unfolded, self.grown) = (0, 0);
        }
    }

    /// Notes in the header what the entries say, of which the first has this number; answers whether the status
    /// changed.
    fn note(&mut self, entries: &[Kept], first: Seq) -> bool {
        let mut turned = false;
        for (kept, seq) in entries.iter().zip(first..) {
            self.unfolded += kept.size;
            self.latest = self.latest.max(kept.millis());
            turned |= self.header.note(&kept.entry, seq);
            if matches!(kept.entry.body, EntryBody::Turn(_)) {
                self.turns.push_back((seq, Arc::clone(&kept.entry)));
            }
        }
        turned
    }
}
