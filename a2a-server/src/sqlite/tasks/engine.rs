//! What all tasks of a file share.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
};

use a2a_core::TaskId;
use tokio::{runtime::Handle, sync::Notify};

use super::{
    creating::Creating,
    finished::{Finished, Sums},
    reading::{Behind, Unread},
    resident::Resident,
    residents::{Reading, Residents},
    schema,
};
use crate::{
    log::{
        LogError, Result, Retention, Scope,
        held::{Keys, Room},
    },
    sqlite::{Database, SqliteError},
};

/// What all tasks of a file share.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) database: Database,
    pub(super) room: Arc<Room>,
    pub(super) keys: Keys,
    pub(super) residents: Residents,
    pub(super) finished: Finished,
    pub(super) creating: Creating,
    unfinished: AtomicUsize,
    next_key: AtomicI64,
    pub(super) runtime: Handle,
    /// How many keys were taken since keys were last looked through.
    pub(super) keyed: AtomicUsize,
    /// Whether a sweep is under way.
    pub(super) sweeping: AtomicBool,
    /// How many folds are being written.
    folds: AtomicUsize,
    unfolded: Notify,
    /// Whether no fold is begun any more.
    closing: AtomicBool,
}

/// Tasks; those that have ended, with their bytes; the highest numbers of a task, an end and a task with a key; the
/// oldest end with entries.
const COUNT: &str = "SELECT (SELECT count(*) FROM task), count(*), coalesce(sum(bytes), 0), \
    coalesce((SELECT max(key) FROM task), 0), coalesce(max(ended), 0), \
    coalesce((SELECT max(task) FROM task_key), 0), \
    (SELECT latest FROM task WHERE tail = 1 ORDER BY ended LIMIT 1) \
    FROM task WHERE ended IS NOT NULL";

impl Engine {
    pub(super) async fn open(
        database: Database,
        retention: Retention,
        cache: usize,
    ) -> Result<Arc<Self>, SqliteError> {
        database.migrate(schema::PART, schema::VERSIONS).await?;
        database.write(super::recovery::Void).await?;
        let counted = sqlx::query_as(COUNT).fetch_one(database.readers()).await;
        let (all, ended, bytes, last_key, last_end, last_used, oldest): (
            i64,
            i64,
            i64,
            i64,
            i64,
            i64,
            Option<i64>,
        ) = counted.map_err(|error| database.error(error))?;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let sums = Sums { tasks: count(ended), bytes: count(bytes), oldest: oldest.unwrap_or(i64::MAX) };
        let engine = Arc::new(Self {
            room: Arc::new(Room::new(retention)),
            keys: Keys::default(),
            residents: Residents::new(cache),
            finished: Finished::new(sums, last_end + 1),
            creating: Creating::default(),
            unfinished: AtomicUsize::new(count(all - ended)),
            next_key: AtomicI64::new(last_key.max(last_used) + 1),
            runtime: Handle::current(),
            keyed: AtomicUsize::new(0),
            sweeping: AtomicBool::new(false),
            folds: AtomicUsize::new(0),
            unfolded: Notify::new(),
            closing: AtomicBool::new(false),
            database,
        });
        engine.load_keys().await?;
        engine.seal_rest().await?;
        Ok(engine)
    }

    /// The task, read from the file if need be.
    pub(super) async fn resident(self: &Arc<Self>, task: &TaskId) -> Result<Arc<Resident>> {
        self.resident_for(None, task).await
    }

    /// The task, if it is of this scope.
    pub(super) async fn resident_of(self: &Arc<Self>, who: &Scope, task: &TaskId) -> Result<Arc<Resident>> {
        self.resident_for(Some(who), task).await
    }

    async fn resident_for(self: &Arc<Self>, who: Option<&Scope>, task: &TaskId) -> Result<Arc<Resident>> {
        let mut waited = false;
        let resident = loop {
            let slot = match self.residents.look(task) {
                Ok(resident) => break resident,
                Err(slot) => slot,
            };
            let reading = Reading { residents: &self.residents, task, slot };
            let read = reading.slot.resident.get_or_try_init(|| self.read(task, who, waited)).await;
            let resident = match read {
                Ok(resident) => resident,
                Err(Unread::Held) => {
                    drop(reading);
                    self.database.write(Behind).await.map_err(failed)?;
                    waited = true;
                    continue;
                }
                Err(Unread::Failed(error)) => return Err(error),
            };
            if self.residents.confirm(task, &reading.slot) {
                // The process before this one may have had no time for that.
                self.fold_if_due(resident);
                break Arc::clone(resident);
            }
        };
        let theirs = who.is_none_or(|who| resident.cell.scope == *who);
        if theirs { Ok(resident) } else { Err(LogError::NotFound) }
    }

    /// The number of a new task.
    pub(super) fn next_key(&self) -> i64 {
        self.next_key.fetch_add(1, Ordering::Relaxed)
    }

    /// Room for one more task without an end.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Admitted> {
        let most = self.room.limits.unfinished;
        let more = |tasks: usize| (tasks < most).then_some(tasks + 1);
        match self.unfinished.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(Admitted { engine: Arc::clone(self), kept: false }),
            Err(_) => Err(LogError::Full),
        }
    }

    /// A task has ended that was counted as one that hasn't.
    pub(super) fn dismiss(&self) {
        self.unfinished.fetch_sub(1, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    pub(super) fn fold_begins(&self) {
        self.folds.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn fold_is_done(&self) {
        if self.folds.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.unfolded.notify_waiters();
        }
    }

    /// Gives the file back, behind what is under way. Folds are only a cache of the entries: who goes on writing
    /// meanwhile leaves them to the next process.
    pub(super) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.folded().await;
        self.database.close().await;
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Waits until no fold is being written.
    pub(super) async fn folded(&self) {
        loop {
            let done = self.unfolded.notified();
            if self.folds.load(Ordering::SeqCst) == 0 {
                return;
            }
            done.await;
        }
    }
}

/// Room for one more task without an end, given back unless the task comes to be.
#[derive(Debug)]
pub(super) struct Admitted {
    engine: Arc<Engine>,
    kept: bool,
}

impl Admitted {
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if !self.kept {
            self.engine.dismiss();
        }
    }
}

/// What the file answered, for whoever asked the log.
pub(super) fn failed(error: SqliteError) -> LogError {
    LogError::Store(Box::new(error))
}
