//! Statements of a log that fail in its file when they are told to, as they do where there is no room.

use a2a_server::sqlite::{
    Sqlite, Write,
    sqlx::{self, AssertSqlSafe, SqliteConnection},
};
use async_trait::async_trait;

/// What may fail: a table and what is done with it, or the commit behind it.
pub(super) const POINTS: &[&str] = &[
    "INSERT ON task ",
    "UPDATE ON task ",
    "DELETE ON task ",
    "INSERT ON task_batch ",
    "DELETE ON task_batch ",
    "INSERT ON task_fold ",
    "INSERT ON task_turn ",
    "DELETE ON task_turn ",
    "INSERT ON task_key ",
];

/// How it fails: the statement alone, with the whole transaction as on a full disk, or only the commit.
pub(super) const WAYS: &[&str] =
    &["SELECT RAISE(ABORT, 'no')", "SELECT RAISE(ROLLBACK, 'no')", "INSERT INTO fault_child VALUES (1)"];

/// Makes it possible that statements fail.
struct Install;

/// Sees to it that these statements fail from now on, or none.
struct Arm(Option<String>);

#[async_trait]
impl Write for Install {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(
            "CREATE TABLE fault (armed TEXT); INSERT INTO fault VALUES (NULL); \
                CREATE TABLE fault_parent (n INTEGER PRIMARY KEY); CREATE TABLE fault_child \
                (n INTEGER REFERENCES fault_parent DEFERRABLE INITIALLY DEFERRED)",
        )
        .execute(&mut *tx)
        .await?;
        for point in POINTS {
            for (n, way) in WAYS.iter().enumerate() {
                let trigger = format!(
                    "CREATE TRIGGER \"{n} {point}\" BEFORE {point} WHEN (SELECT armed FROM fault) = '{n} {point}' \
                        BEGIN {way}; END"
                );
                sqlx::raw_sql(AssertSqlSafe(trigger)).execute(&mut *tx).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Write for Arm {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE fault SET armed = ?").bind(&self.0).execute(tx).await.map(|_| ())
    }
}

pub(super) async fn install(log: &Sqlite) {
    log.database().write(Install).await.unwrap();
}

/// What is handed over from now on fails at this point, in this way; nothing if there is none.
pub(super) fn arm(log: &Sqlite, point: Option<(usize, usize)>) {
    let armed = point.map(|(point, way)| format!("{way} {}", POINTS[point]));
    drop(log.database().write(Arm(armed)));
}
