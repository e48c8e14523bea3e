//! The fold of a task, written behind what it is folded from.

use std::sync::Arc;

use a2a_core::Entry;
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{
    engine::Engine,
    header_row::int,
    resident::{Resident, Stored},
};
use crate::{
    log::{EncodedTask, Seq, TaskBody, View, held::State, write_json},
    sqlite::{SqliteError, Write},
};

/// Nothing is written for a task that is gone.
const FOLD: &str = "INSERT OR REPLACE INTO task_fold (task, seq, head, artifacts, history, rest) \
    SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM task WHERE key = ?1)";
const TURN: &str = "INSERT OR IGNORE INTO task_turn (task, seq, entry) \
    SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM task WHERE key = ?1)";
const TRIM: &str = "DELETE FROM task_batch WHERE task = ? AND last <= ?";
const SEAL: &str =
    "UPDATE task SET tail = ?2, bytes = ?3 WHERE key = ?1; DELETE FROM task_turn WHERE task = ?1";

/// A fold to be written, and what isn't needed behind it.
pub(super) struct Fold {
    engine: Arc<Engine>,
    resident: Arc<Resident>,
    seq: Seq,
    encoded: EncodedTask,
    /// The last entry that nobody has a right to any more.
    trimmed: Seq,
    /// What is needed of the entries up to there.
    turns: Vec<(Seq, Arc<Entry>)>,
    ended: Option<Ended>,
}

/// What is counted for a task that has ended.
struct Ended {
    bytes: usize,
    has_tail: bool,
    latest: i64,
}

impl Engine {
    /// Sees to it that the task is folded in the file, if that is due.
    pub(super) fn fold_if_due(self: &Arc<Self>, resident: &Arc<Resident>) {
        let due = {
            let state = resident.cell.lock();
            let mut stored = resident.stored();
            let due = !stored.folding && !self.is_closing() && self.is_due(&state, &stored);
            stored.folding |= due;
            due
        };
        if due {
            self.fold_behind(resident);
        }
    }

    fn is_due(&self, state: &State, stored: &Stored) -> bool {
        let Stored { fold, fold_bytes, behind, .. } = *stored;
        let standing = &state.header.state;
        let least = self.room.limits.checkpoint_bytes;
        // A task that is large and paused again and again isn't written anew for each word.
        let rests = standing.is_interrupted() && behind.saturating_mul(8).saturating_add(least) >= fold_bytes;
        let much = behind > least.max(fold_bytes);
        fold < state.tail.last() && (standing.is_terminal() || rests || much)
    }

    /// Folds the task in the file, behind whoever waits.
    pub(super) fn fold_behind(self: &Arc<Self>, resident: &Arc<Resident>) {
        self.fold_begins();
        let (engine, resident, done) = (Arc::clone(self), Arc::clone(resident), Done(Arc::clone(self)));
        self.runtime.spawn(async move {
            // What couldn't be written is folded from its entries again: by whoever writes to the task next, or reads it
            // when it has left memory, or by the next process.
            let written = engine.fold(&resident).await;
            resident.stored().folding = false;
            if written.is_ok() {
                engine.fold_if_due(&resident);
            }
            drop(done);
        });
    }

    /// Folds the task in the file.
    pub(super) async fn fold(self: &Arc<Self>, resident: &Arc<Resident>) -> Result<(), SqliteError> {
        let unfolded = resident.cell.lock().unfolded();
        let (seq, snapshot) = (unfolded.seq, resident.cell.fold(unfolded, View::default()));
        let encoded = match snapshot.body {
            TaskBody::Folded(task) => EncodedTask::new(&task),
            TaskBody::Encoded(encoded) => encoded,
        };
        let fold = self.fold_of(resident, seq, encoded);
        self.database.write(fold).await.map(|_| ())
    }

    fn fold_of(self: &Arc<Self>, resident: &Arc<Resident>, seq: Seq, encoded: EncodedTask) -> Fold {
        let mut state = resident.cell.lock();
        let stored = resident.stored();
        let trimmed = state.tail.base().min(seq);
        // An entry may have come meanwhile, even the last one.
        let ended = (state.header.state.is_terminal() && state.tail.last() == seq).then(|| {
            state.seal(Some(encoded.clone()));
            let batches = stored.batches.iter().filter(|(last, _)| *last > trimmed).map(|(_, bytes)| bytes);
            let bytes: usize = batches.sum();
            let has_tail = bytes > 0;
            Ended { bytes: stored.frame() + encoded.len() + bytes, has_tail, latest: state.latest }
        });
        let opened = stored.opened.iter().map(|entry| (1, entry));
        let turns = state.turns.iter().map(|(seq, entry)| (*seq, entry));
        let turns = opened.chain(turns).filter(|(seq, _)| (stored.copied + 1..=trimmed).contains(seq));
        let turns = turns.map(|(seq, entry)| (seq, Arc::clone(entry))).collect();
        Fold { engine: Arc::clone(self), resident: Arc::clone(resident), seq, encoded, trimmed, turns, ended }
    }
}

/// Says that a fold is done, however it ends.
struct Done(Arc<Engine>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.fold_is_done();
    }
}

#[async_trait]
impl Write for Fold {
    /// Whether the task is still there.
    type Output = bool;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let key = self.resident.key;
        if !write_fold(tx, key, self.seq, &self.encoded).await? {
            return Ok(false);
        }
        for (seq, entry) in &self.turns {
            let mut json = Vec::new();
            write_json(&mut json, &**entry);
            sqlx::query(TURN).bind(key).bind(int(*seq)).bind(json).execute(&mut *tx).await?;
        }
        if self.trimmed > 0 {
            sqlx::query(TRIM).bind(key).bind(int(self.trimmed)).execute(&mut *tx).await?;
        }
        if let Some(Ended { bytes, has_tail, .. }) = &self.ended {
            let seal = sqlx::query(SEAL).bind(key).bind(has_tail.then_some(1)).bind(int(*bytes));
            seal.execute(tx).await?;
        }
        Ok(true)
    }

    fn committed(&mut self, is_there: &bool) {
        let mut stored = self.resident.stored();
        stored.folded(self.seq, self.encoded.len(), self.trimmed);
        if let Some((seq, _)) = self.turns.last() {
            stored.copied = *seq;
        }
        let Some(Ended { bytes, has_tail, latest }) = self.ended.as_ref().filter(|_| *is_there) else {
            return;
        };
        let (bytes, latest) = (*bytes, *latest);
        let before = std::mem::replace(&mut stored.charged, bytes);
        drop(stored);
        self.engine.finished.recharge(before, bytes);
        if *has_tail {
            self.engine.finished.change(|sums| sums.oldest = sums.oldest.min(latest));
        }
        self.engine.residents.reweigh(&self.resident);
        self.engine.sweep_if_due(latest);
    }
}

/// Writes a fold, unless the task is gone; answers whether it did.
pub(super) async fn write_fold(
    tx: &mut SqliteConnection,
    key: i64,
    seq: Seq,
    encoded: &EncodedTask,
) -> Result<bool, sqlx::Error> {
    let [head, artifacts, history, rest] = encoded.pieces();
    let fold = sqlx::query(FOLD).bind(key).bind(int(seq)).bind(head).bind(artifacts).bind(history).bind(rest);
    Ok(fold.execute(tx).await?.rows_affected() > 0)
}
