//! The idempotency keys in the file.

use std::sync::{Arc, atomic::Ordering};

use a2a_core::{TaskId, Timestamp};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    engine::Engine,
    header_row::{Nonsense, int, seq},
};
use crate::{
    log::{
        IdempotencyKey, LogError, Posted, Result, Scope,
        held::{Led, Room, Taken},
    },
    sqlite::SqliteError,
};

const KEY: &str = "INSERT INTO task_key (task, name, at, seq, run, leased) VALUES (?, ?, ?, ?, ?, ?)";
const KEYS: &str = "SELECT number, name, task_key.at AS at, seq, task_key.run AS run, leased, id, owner, tenant \
    FROM task_key JOIN task ON task.key = task_key.task ORDER BY number DESC LIMIT ?";

/// The oldest that are too old or too many, at most as many as one sweep takes.
const FORGET: &str = "DELETE FROM task_key WHERE number IN (\
    SELECT number FROM (SELECT number, at FROM task_key ORDER BY number LIMIT ?1) \
    WHERE at <= ?2 OR number <= (SELECT max(number) FROM task_key) - ?3)";

/// How many keys one sweep forgets, at most: twice as many as come between two.
const SWEPT: i64 = 256;

/// Keys are looked through when so many have come.
pub(super) const MANY: usize = 128;

impl Engine {
    pub(super) async fn find(
        self: &Arc<Self>,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Option<TaskId>> {
        let key = Taken { scope: who.clone(), posts_to: posts_to.cloned(), key: key.clone() };
        self.led(&key, at.unix_millis()).await
    }

    /// The task that this key has led to, if the log still has it.
    pub(super) async fn led(self: &Arc<Self>, key: &Taken, at: i64) -> Result<Option<TaskId>> {
        let Some(led) = self.keys.find(key, at, &self.room) else { return Ok(None) };
        match self.resident(&led.task).await {
            Ok(_) => Ok(Some(led.task)),
            Err(LogError::NotFound) => {
                self.keys.free(&led.task, std::iter::once(key));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a key in memory that was written.
    pub(super) fn take_key(&self, key: &Arc<Taken>, led: Led) {
        let taken = self.keys.take(key, led, &self.room, || Ok::<_, LogError>(()));
        self.keyed.fetch_add(1, Ordering::Relaxed);
        debug_assert!(matches!(taken, Ok(None)), "who writes a key has looked whether it is free");
    }

    /// Reads the keys that the process before this one knew.
    pub(super) async fn load_keys(&self) -> Result<(), SqliteError> {
        let fail = |error| self.database.error(error);
        let most = int(self.room.limits.keys);
        let rows = sqlx::query(KEYS).bind(most).fetch_all(self.database.readers()).await.map_err(fail)?;
        for row in rows.iter().rev() {
            let (key, led) =
                read(row).map_err(|what| self.database.corrupt(format!("an idempotency key: {what}")))?;
            // Of two that are the same, as after a longer window, the first counts.
            let _ = self.keys.take(&Arc::new(key), led, &self.room, || Ok::<_, LogError>(()));
        }
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<(Taken, Led), Nonsense> {
    let tenant = row.try_get::<&str, _>("tenant")?;
    let tenant = if tenant.is_empty() { None } else { Some(tenant.parse()?) };
    let task: TaskId = row.try_get::<&str, _>("id")?.parse()?;
    let posted = match row.try_get::<Option<i64>, _>("seq")? {
        Some(number) => {
            let run = u32::try_from(row.try_get::<i64, _>("run")?)?;
            Some(Posted::new(seq(number)?, run, row.try_get("leased")?))
        }
        None => None,
    };
    let taken = Taken {
        scope: Scope::stored(row.try_get("owner")?, tenant),
        posts_to: posted.is_some().then(|| task.clone()),
        key: IdempotencyKey::new(row.try_get::<&str, _>("name")?),
    };
    Ok((taken, Led { task, posted, at: row.try_get("at")? }))
}

/// Writes a key.
pub(super) async fn write(
    tx: &mut SqliteConnection,
    task: i64,
    key: &Taken,
    led: &Led,
) -> Result<(), sqlx::Error> {
    let posted = led.posted.as_ref();
    let statement = sqlx::query(KEY).bind(task).bind(key.key.as_str()).bind(led.at);
    let statement = statement.bind(posted.map(|posted| int(posted.seq)));
    let statement = statement.bind(posted.map(|posted| i64::from(posted.run)));
    statement.bind(posted.map(|posted| posted.leased)).execute(tx).await.map(|_| ())
}

/// Forgets keys that are too old or too many.
pub(super) async fn forget(tx: &mut SqliteConnection, now: i64, room: &Room) -> Result<(), sqlx::Error> {
    let old = now.saturating_sub(room.key_window);
    let statement = sqlx::query(FORGET).bind(SWEPT).bind(old).bind(int(room.limits.keys));
    statement.execute(tx).await.map(|_| ())
}
