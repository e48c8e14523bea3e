//! What has had its time or is too much goes, a little with each commit.

use std::sync::{Arc, atomic::Ordering};

use a2a_core::TaskId;
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{engine::Engine, keys};
use crate::sqlite::Write;

/// How many tasks one sweep looks at, at most.
const SWEPT: usize = 16;

/// How many bytes are enough for one sweep: all who write wait for it.
const MUCH: usize = 16 << 20;

const OLD: &str = "SELECT key, id, latest FROM task WHERE tail = 1 ORDER BY ended LIMIT ?";
const TAIL: &str = "SELECT coalesce(sum(length(entries)), 0) FROM task_batch WHERE task = ?";
const AGE: &str = "DELETE FROM task_batch WHERE task = ?1; \
    UPDATE task SET tail = NULL, bytes = max(bytes - ?2, 0) WHERE key = ?1";
const FIRST: &str = "SELECT key, id, bytes FROM task WHERE ended IS NOT NULL ORDER BY ended LIMIT ?";
const DELETE: &str = "DELETE FROM task_batch WHERE task = ?1; DELETE FROM task_fold WHERE task = ?1; \
    DELETE FROM task_turn WHERE task = ?1; DELETE FROM task_webhook WHERE task = ?1; \
    DELETE FROM task WHERE key = ?1";

/// Drops what is too old or too much.
struct Sweep {
    engine: Arc<Engine>,
    now: i64,
    under_way: Option<UnderWay>,
}

/// What a sweep has dropped.
#[derive(Debug, Default)]
struct Swept {
    /// Tasks without their entries.
    aged: Vec<TaskId>,
    /// When the oldest entries were written that are left.
    oldest: i64,
    /// Tasks that are gone.
    gone: Vec<TaskId>,
    /// How many those are.
    tasks: usize,
    /// What all had that was dropped.
    bytes: usize,
}

/// Ends with the sweep, however that ends.
struct UnderWay(Arc<Engine>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.sweeping.store(false, Ordering::SeqCst);
    }
}

impl Engine {
    /// Hands a sweep over if there is something to drop at this time.
    pub(super) fn sweep_if_due(self: &Arc<Self>, now: i64) {
        let due = self.has_keys() || self.has_much() || self.has_old(now);
        if !due || self.sweeping.swap(true, Ordering::SeqCst) {
            return;
        }
        let under_way = UnderWay(Arc::clone(self));
        drop(self.database.write(Sweep { engine: Arc::clone(self), now, under_way: Some(under_way) }));
    }

    fn has_keys(&self) -> bool {
        self.keyed.load(Ordering::Relaxed) >= keys::MANY
    }

    fn has_much(&self) -> bool {
        let sums = self.finished.sums();
        sums.tasks > 1 && sums.bytes > self.room.limits.finished_bytes
    }

    fn has_old(&self, now: i64) -> bool {
        let oldest = self.finished.sums().oldest;
        oldest < i64::MAX && oldest <= now.saturating_sub(self.room.tail_age)
    }
}

impl Sweep {
    /// Drops the entries of tasks that ended long ago.
    async fn age(&self, tx: &mut SqliteConnection, swept: &mut Swept) -> Result<(), sqlx::Error> {
        swept.oldest = i64::MAX;
        let most = i64::try_from(SWEPT + 1).unwrap_or(i64::MAX);
        let old: Vec<(i64, String, i64)> = sqlx::query_as(OLD).bind(most).fetch_all(&mut *tx).await?;
        for (n, (key, task, latest)) in old.into_iter().enumerate() {
            let young = latest > self.now.saturating_sub(self.engine.room.tail_age);
            if young || n == SWEPT || swept.bytes >= MUCH {
                swept.oldest = latest;
                break;
            }
            let bytes: i64 = sqlx::query_scalar(TAIL).bind(key).fetch_one(&mut *tx).await?;
            sqlx::query(AGE).bind(key).bind(bytes).execute(&mut *tx).await?;
            swept.bytes += usize::try_from(bytes).unwrap_or(0);
            swept.aged.extend(task.parse());
        }
        Ok(())
    }

    /// Drops the tasks that ended first, as long as all together are too much; never the last one.
    async fn shrink(&self, tx: &mut SqliteConnection, swept: &mut Swept) -> Result<(), sqlx::Error> {
        let mut sums = self.engine.finished.sums();
        sums.bytes = sums.bytes.saturating_sub(swept.bytes);
        let limit = self.engine.room.limits.finished_bytes;
        if sums.bytes <= limit || sums.tasks < 2 {
            return Ok(());
        }
        let most = i64::try_from(SWEPT).unwrap_or(i64::MAX);
        let first: Vec<(i64, String, i64)> = sqlx::query_as(FIRST).bind(most).fetch_all(&mut *tx).await?;
        for (key, task, bytes) in first {
            if sums.bytes <= limit || sums.tasks < 2 || swept.bytes >= MUCH {
                break;
            }
            sqlx::query(DELETE).bind(key).execute(&mut *tx).await?;
            let bytes = usize::try_from(bytes).unwrap_or(0);
            sums.bytes = sums.bytes.saturating_sub(bytes);
            sums.tasks -= 1;
            swept.bytes += bytes;
            swept.tasks += 1;
            swept.gone.extend(task.parse());
        }
        Ok(())
    }
}

#[async_trait]
impl Write for Sweep {
    type Output = Swept;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Swept, sqlx::Error> {
        let mut swept = Swept::default();
        if self.engine.has_keys() {
            keys::forget(tx, self.now, &self.engine.room).await?;
        }
        self.age(tx, &mut swept).await?;
        self.shrink(tx, &mut swept).await?;
        Ok(swept)
    }

    fn committed(&mut self, swept: &Swept) {
        let engine = Arc::clone(&self.engine);
        if engine.has_keys() {
            engine.keyed.store(0, Ordering::Relaxed);
        }
        engine.finished.change(|sums| {
            sums.bytes = sums.bytes.saturating_sub(swept.bytes);
            sums.tasks = sums.tasks.saturating_sub(swept.tasks);
            sums.oldest = swept.oldest;
        });
        for task in &swept.aged {
            engine.grow_old(task, self.now);
        }
        for task in &swept.gone {
            engine.evict(task);
        }
        drop(self.under_way.take());
        // There may be more than one sweep takes; one that found nothing would find nothing again.
        if swept.bytes > 0 || swept.tasks > 0 {
            engine.sweep_if_due(self.now);
        }
    }
}

impl Engine {
    /// The entries of a task are no longer in the file.
    fn grow_old(&self, task: &TaskId, now: i64) {
        let Some(resident) = self.residents.find(task) else { return };
        let mut state = resident.cell.lock();
        state.latest = state.latest.max(now);
        state.trim(&self.room);
        state.tail.shrink();
        let mut stored = resident.stored();
        let (fold, bytes) = (stored.fold, stored.fold_bytes);
        stored.folded(fold, bytes, u64::MAX);
        stored.charged = stored.bytes();
        drop(stored);
        drop(state);
        self.residents.reweigh(&resident);
    }

    /// A task is no longer in the file. A reader that is attached may go on while there is room for that.
    fn evict(&self, task: &TaskId) {
        let Some(resident) = self.residents.remove(task) else { return };
        let mut state = resident.cell.lock();
        if !state.leave(&self.room) {
            state.clear(&resident.cell);
        }
        state.trim(&self.room);
    }
}
