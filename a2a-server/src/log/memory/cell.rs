//! One task: its header, its checkpoint and its tail, under one lock.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use a2a_core::{ContextId, Entry, EntryBody, TaskId, TaskState};

use super::{
    Engine,
    batch::{Batch, misuse},
    checkpoint::{Checkpoint, Refolded, Unfolded},
    header::{Header, Holder},
    keys::Taken,
    pins::Pins,
    retention::Retention,
    tail::{Kept, Tail},
};
use crate::{
    log::{Create, Head, Lease, LogError, Result, Scope, Seq},
    shards::lock,
};

/// A task and whose it is.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) task: TaskId,
    pub(super) context: ContextId,
    pub(super) scope: Scope,
    state: Mutex<State>,
}

/// Everything of a task that changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) header: Header,
    pub(super) checkpoint: Checkpoint,
    pub(super) tail: Tail,
    /// The size of the entries that the checkpoint lacks.
    pub(super) unfolded: usize,
    /// About how much larger the task may be with them.
    pub(super) grown: usize,
    /// The turns that no run has said it consumed.
    pub(super) turns: VecDeque<(Seq, Arc<Entry>)>,
    pub(super) pins: Pins,
    /// The keys that posted to the task or made it, oldest first.
    pub(super) keys: VecDeque<(Arc<Taken>, i64)>,
    /// The latest time of any entry.
    pub(super) latest: i64,
    /// What is charged to the log for readers that are behind.
    pub(super) pinned: usize,
    /// What is charged to the log for a task that has ended.
    pub(super) charged: usize,
    pub(super) presence: Presence,
}

/// Whether the task is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Here,
    /// Only for readers that are attached.
    Evicted,
    /// Not even for them.
    Gone,
}

impl Cell {
    pub(super) fn new(new: Create, state: State) -> Self {
        Self { task: new.task, context: new.context, scope: new.scope, state: Mutex::new(state) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Locks the task for whoever isn't attached to it.
    pub(super) fn enter(&self) -> Result<MutexGuard<'_, State>> {
        let state = self.lock();
        if state.presence == Presence::Here { Ok(state) } else { Err(LogError::NotFound) }
    }

    pub(super) fn lease(&self, header: &Header) -> Lease {
        Lease::new(self.task.clone(), header.epoch, header.run, header.consumed)
    }
}

impl State {
    pub(super) fn new(header: Header, checkpoint: Checkpoint, tail: Tail, latest: i64) -> Self {
        Self {
            header,
            checkpoint,
            tail,
            unfolded: 0,
            grown: 0,
            turns: VecDeque::new(),
            pins: Pins::default(),
            keys: VecDeque::new(),
            latest,
            pinned: 0,
            charged: 0,
            presence: Presence::Here,
        }
    }

    pub(super) fn open(new: &Create, batch: Batch, limits: &Retention) -> Result<Self> {
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

    pub(super) fn head(&self) -> Head {
        Head::new(self.tail.last(), self.header.state.clone(), self.header.cancel, self.header.inbox)
    }

    /// Whether this lease may write.
    pub(super) fn guard(&self, lease: &Lease) -> Result<()> {
        let Header { epoch, state, lease: holder, .. } = &self.header;
        if lease.epoch != *epoch {
            return Err(LogError::Fenced);
        }
        if state.is_terminal() {
            return Err(LogError::Terminal);
        }
        if *holder == Holder::Nobody { Err(LogError::Fenced) } else { Ok(()) }
    }

    /// Takes the entries, unless the task would grow too large; what only ends it always fits. Answers whether the
    /// status changed.
    pub(super) fn take(&mut self, batch: Batch, limits: &Retention) -> Result<bool> {
        if !batch.only_ends() && !self.fits(batch.growth, limits) {
            return Err(LogError::TooLarge { limit: limits.task_bytes });
        }
        let turned = self.note(&batch.entries, self.tail.last() + 1);
        self.grown += batch.growth;
        self.tail.extend(batch.entries);
        self.fold_if_due(turned, limits);
        Ok(turned)
    }

    /// What is to be folded for a reader, wherever nobody waits for that.
    pub(super) fn unfolded(&mut self) -> Unfolded {
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
    pub(super) fn keep(&mut self, refolded: Refolded) {
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
    pub(super) fn trim(&mut self, engine: &Engine) {
        let limits = &engine.limits;
        let elsewhere = engine.pinned().saturating_sub(self.pinned);
        let pinnable = limits.tail_bytes.saturating_add(limits.pinned_bytes.saturating_sub(elsewhere));
        let pinnable = pinnable.min(limits.pinned_task_bytes.max(limits.tail_bytes));
        while self.tail.base() < self.checkpoint.seq
            && let Some(first) = self.tail.first()
        {
            let (base, at) = (self.tail.base(), first.millis());
            if self.tail.bytes() <= limits.tail_bytes && self.latest.saturating_sub(at) < limits.tail_age {
                break;
            }
            let idle = self.latest.saturating_sub(limits.pin_idle);
            if self.tail.bytes() <= pinnable && self.pins.hold(base, if at > idle { i64::MIN } else { idle })
            {
                break;
            }
            self.tail.drop_first();
        }
        self.pins.forget_before(self.tail.base());
        self.charge(engine);
    }

    /// Tells the log what the task takes of what all tasks share.
    fn charge(&mut self, engine: &Engine) {
        let pinned = match self.presence {
            _ if self.pins.is_empty() => 0,
            Presence::Here => self.tail.bytes().saturating_sub(engine.limits.tail_bytes),
            Presence::Evicted => self.weight(),
            Presence::Gone => 0,
        };
        if pinned != self.pinned {
            engine.recharge_pinned(self.pinned, pinned);
            self.pinned = pinned;
        }
        if self.charged != 0 {
            let weight = self.weight();
            engine.finished.recharge(self.charged, weight);
            self.charged = weight;
        }
    }

    /// What a task that has ended takes in memory.
    pub(super) fn weight(&self) -> usize {
        Engine::TASK_WEIGHT
            + self.keys.len() * Engine::KEY_WEIGHT
            + self.checkpoint.bytes
            + self.tail.weight()
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
            let state = match &kept.entry.body {
                EntryBody::Status(status) => &status.state,
                EntryBody::Turn(turn) => {
                    self.header.inbox = seq;
                    self.turns.push_back((seq, Arc::clone(&kept.entry)));
                    if turn.resumes.is_none() {
                        continue;
                    }
                    &TaskState::Working
                }
                EntryBody::CancelRequested(_) => {
                    self.header.cancel = true;
                    continue;
                }
                _ => continue,
            };
            (self.header.state, self.header.at) = (state.clone(), kept.entry.at);
            turned = true;
        }
        turned
    }
}
