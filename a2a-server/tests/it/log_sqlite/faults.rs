//! Statements of a log that fail in its file when they are told to, as they do where there is no room.

use std::{
    future::Future as _,
    sync::mpsc,
    task::{Context, Waker},
};

use a2a_server::{
    contract::{
        fixture::{ann, chunk, done, new, opened, task},
        steps::Steps,
    },
    log::{Created, Limit, TaskLog},
    sqlite::{
        Sqlite, Write,
        sqlx::{self, AssertSqlSafe, SqliteConnection},
    },
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;

use super::{File, rows::number};

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

/// Does this in the file, behind what was handed over.
struct Do(&'static str);

#[async_trait]
impl Write for Do {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(self.0).execute(tx).await.map(|_| ())
    }
}

#[tokio::test]
async fn orphans_that_were_taken_over_are_answered_whatever_became_of_others() {
    let file = File::new();
    let log = file.open().await;
    for name in ["a", "b", "c", "d"] {
        log.begin(name, Vec::new()).await;
    }
    log.close().await;
    for fails in ["a", "b", "d"] {
        let log = file.open().await;
        let trigger = match fails {
            "a" => {
                "CREATE TRIGGER fault BEFORE UPDATE ON task WHEN OLD.id = 'a' BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            "b" => {
                "CREATE TRIGGER fault BEFORE UPDATE ON task WHEN OLD.id = 'b' BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            _ => {
                "CREATE TRIGGER fault BEFORE UPDATE ON task WHEN OLD.id = 'd' BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
        };
        log.database().write(Do(trigger)).await.unwrap();
        let mut leases = log.orphans(9).await.unwrap();
        log.database().write(Do("DROP TRIGGER fault")).await.unwrap();
        leases.extend(log.orphans(9).await.unwrap());
        let mut names: Vec<_> = leases.iter().map(|lease| lease.task.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "b", "c", "d"], "with {fails} failing at first");
        log.close().await;
    }
}

/// Holds the writer up behind the commit of its group, before anything else is done there.
struct HoldUp {
    begun: mpsc::Sender<()>,
    until: mpsc::Receiver<()>,
}

/// Holds the writer up: the one says when it is, the other lets it go on.
pub(super) fn hold_up(log: &Sqlite) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
    let ((begun, there), (go, until)) = (mpsc::channel(), mpsc::channel());
    drop(log.database().write(HoldUp { begun, until }));
    (there, go)
}

#[async_trait]
impl Write for HoldUp {
    type Output = ();

    async fn run(&mut self, _: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        Ok(())
    }

    fn committed(&mut self, (): &()) {
        self.begun.send(()).unwrap();
        self.until.recv().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_that_is_found_in_the_file_before_it_is_in_memory_is_one_task() {
    for first in [vec![chunk(0, "a", "b")], vec![chunk(0, "a", "b"), done(1)]] {
        let file = File::new();
        let log = file.open().await;
        let (there, go) = hold_up(&log);
        there.recv().unwrap();
        let (there, go_on) = hold_up(&log);
        let mut entries = vec![opened(0)];
        entries.extend(first);
        let mut made = Box::pin(log.create(new("t"), entries));
        assert!(made.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        go.send(()).unwrap();
        there.recv().unwrap();
        assert_eq!(number(&log, "SELECT count(*) FROM task").await, 1);
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let log = log.clone();
                tokio::spawn(async move { log.attach(&ann(), &task("t"), Some(0)).await })
            })
            .collect();
        // They have the time that a reader of the file needs which is none of them.
        for _ in 0..20 {
            number(&log, "SELECT count(*) FROM task").await;
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        if let Created::New(lease, _) = made.await.unwrap() {
            log.append(&lease, vec![done(1)]).await.unwrap();
        }
        for reader in readers {
            let mut cursor = reader.await.unwrap().unwrap().cursor;
            assert_eq!(log.rest(&mut cursor, Limit::default()).await.len(), 3);
        }
    }
}
