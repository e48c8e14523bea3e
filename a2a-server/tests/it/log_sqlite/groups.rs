//! Tasks that share transactions.

use a2a_core::TaskState;
use a2a_server::{
    log::TaskLog,
    sqlite::{
        Sqlite, Write,
        sqlx::{self, SqliteConnection},
    },
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;

use super::File;
use a2a_server::contract::fixture::{chunk, done, folded, status};
use a2a_server::contract::steps::Steps;

/// Something else in the file that can't be written.
struct Broken;

#[async_trait]
impl Write for Broken {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO task_batch (task, last, entries) VALUES (999, 1, x'')")
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO nowhere VALUES (1)").execute(tx).await.map(|_| ())
    }
}

/// Writes to this many tasks at once, so many batches each.
async fn write(log: &Sqlite, tasks: usize, batches: i64, beside: impl Fn(&Sqlite)) {
    let mut leases = Vec::new();
    for n in 0..tasks {
        leases.push(log.begin(&format!("t{n}"), Vec::new()).await.0);
    }
    let before = log.database().commits();
    let mut writers = Vec::new();
    for lease in leases {
        writers.push(async move {
            for n in 0..batches {
                log.append(&lease, vec![chunk(n, "a", "b"), status(n, TaskState::Working)]).await.unwrap();
            }
            log.append(&lease, vec![done(batches)]).await.unwrap();
        });
    }
    beside(log);
    futures_util::future::join_all(writers).await;
    let commits = log.database().commits() - before;
    let appends = tasks as u64 * (batches.unsigned_abs() + 1);
    assert!(commits * 10 < appends, "{commits} transactions for {appends} appends of {tasks} tasks");
}

async fn check(log: &Sqlite, tasks: usize, batches: u64) {
    for n in 0..tasks {
        let name = format!("t{n}");
        let all = log.entries(&name).await;
        assert_eq!(log.whole(&name).await, (batches * 2 + 2, folded(&name, &all)));
    }
}

#[tokio::test]
async fn a_hundred_streams_cost_far_fewer_than_a_hundred_transactions_a_batch() {
    let file = File::new();
    let log = file.open().await;
    write(&log, 100, 10, |_| ()).await;
    check(&log, 100, 10).await;
    log.close().await;
    check(&file.open().await, 100, 10).await;
}

#[tokio::test]
async fn a_group_that_is_rolled_back_is_written_one_by_one_and_once() {
    let file = File::new();
    let log = file.open().await;
    let broken = |log: &Sqlite| drop(log.database().write(Broken));
    let mut leases = Vec::new();
    for n in 0..8 {
        leases.push(log.begin(&format!("t{n}"), Vec::new()).await.0);
    }
    for (n, seq) in (0..10).zip((3..).step_by(2)) {
        let appends =
            leases.iter().map(|lease| log.append(lease, vec![chunk(n, "a", "b"), chunk(n, "a", "c")]));
        broken(&log);
        let written = futures_util::future::join_all(appends).await;
        broken(&log);
        assert!(written.into_iter().all(|head| head.unwrap().seq == seq));
    }
    let ends = leases.iter().map(|lease| log.append(lease, vec![done(11)]));
    broken(&log);
    futures_util::future::join_all(ends).await.into_iter().for_each(|head| drop(head.unwrap()));
    check(&log, 8, 10).await;
    log.close().await;
    let log = file.open().await;
    check(&log, 8, 10).await;
    assert_eq!(super::rows::number(&log, "SELECT count(*) FROM task_batch WHERE task = 999").await, 0);
}
