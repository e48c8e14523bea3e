//! What the file keeps.

use std::time::Duration;

use a2a_core::TaskState;
use a2a_server::{
    log::{Create, Created, LogError, Retention, TaskLog},
    sqlite::{Sqlite, SqliteOptions, Synchronous},
};
use pretty_assertions::assert_eq;

use super::{
    File,
    rows::{number, plan},
};
use a2a_server::contract::fixture::{
    ann, at, chunk, context, done, key, new, opened, said, status, task, turn,
};
use a2a_server::contract::steps::Steps;

fn keeping(retention: Retention) -> SqliteOptions {
    Sqlite::options().synchronous(Synchronous::Normal).retention(retention)
}

/// Waits until whatever was handed over is done, the sweeps and folds that come of it too.
async fn settled(file: &File, log: Sqlite, options: &SqliteOptions) -> Sqlite {
    log.close().await;
    file.open_with(options).await
}

#[tokio::test]
async fn the_entries_of_a_long_stream_dont_pile_up_in_the_file() {
    let file = File::new();
    let options = keeping(Retention::new().checkpoint_bytes(10_000).tail_bytes(20_000));
    let log = file.open_with(&options).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut most = 0;
    for n in 0..3_000 {
        // What replaces itself: the task stays small, whatever is written.
        log.append(&lease, vec![said(n, TaskState::Working, ""), status(n, TaskState::Working)])
            .await
            .unwrap();
        if n % 100 == 99 {
            most = most.max(number(&log, "SELECT sum(length(entries)) FROM task_batch").await);
        }
    }
    let fold = number(&log, "SELECT length(head) + length(history) + length(artifacts) FROM task_fold").await;
    let written = 3_000 * 300;
    assert!(most < 2 * fold + 100_000 && most < written, "{most} bytes of entries beside a fold of {fold}");
    let before = log.whole("t").await;
    let log = settled(&file, log, &options).await;
    assert_eq!(log.whole("t").await, before);
}

#[tokio::test]
async fn a_task_that_is_paused_again_and_again_is_not_written_anew_each_time() {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("t", vec![chunk(0, "a", &"x".repeat(2 << 20))]).await;
    log.append(&lease, vec![status(1, TaskState::InputRequired)]).await.unwrap();
    log.release(&lease, 0).await.unwrap();
    for n in 0..20 {
        log.post(&ann(), &task("t"), turn(n, "more"), None, None).await.unwrap();
        let lease = log.lease(&task("t"), a2a_server::log::LeaseRequest::NextRun).await.unwrap().unwrap();
        let head = log.append(&lease, vec![status(n, TaskState::InputRequired)]).await.unwrap();
        log.release(&lease, head.inbox).await.unwrap();
    }
    let log = settled(&file, log, &Sqlite::options()).await;
    assert!(number(&log, "SELECT seq FROM task_fold").await < 10, "2 MiB were written anew for a few words");
    assert_eq!(log.whole("t").await.0, 43);
}

#[tokio::test]
async fn finished_tasks_go_with_everything_of_theirs() {
    let file = File::new();
    let options = keeping(Retention::new().finished_bytes(100_000));
    let log = file.open_with(&options).await;
    let (early, _) = log.begin("early", Vec::new()).await;
    for n in 0..500 {
        let create = Create::new(task(&format!("t{n}")), context(), ann(), Some(key(&format!("k{n}"))));
        let first = vec![opened(n), chunk(n, "a", &"x".repeat(500)), done(n)];
        assert!(matches!(log.create(create, first).await.unwrap(), Created::Ended(_)));
    }
    log.append(&early, vec![done(500)]).await.unwrap();
    let log = settled(&file, log, &options).await;
    let kept = number(&log, "SELECT count(*) FROM task").await;
    assert!((20..200).contains(&kept), "{kept} tasks of about 1.5 kB are kept in 100 kB");
    assert_eq!(number(&log, "SELECT count(DISTINCT task) FROM task_batch").await, kept);
    assert_eq!(number(&log, "SELECT count(*) FROM task_fold").await, kept);
    let bytes = number(&log, "SELECT sum(bytes) FROM task").await;
    assert!(bytes <= 100_000, "{bytes} bytes are kept");
    for n in 0..500 {
        let found = log.header(&ann(), &task(&format!("t{n}"))).await.is_ok();
        assert_eq!(found, n > 500 - kept, "task {n} of which the last {kept} are kept");
    }
    assert_eq!(log.whole("early").await.0, 2);
    // A key of a task that is gone is free.
    let again = Create::new(task("again"), context(), ann(), Some(key("k1")));
    assert!(matches!(log.create(again, vec![opened(501)]).await.unwrap(), Created::New(..)));
}

#[tokio::test]
async fn entries_of_finished_tasks_go_when_they_are_old() {
    let file = File::new();
    let options = keeping(Retention::new().tail_age(Duration::from_secs(60)));
    let log = file.open_with(&options).await;
    for n in 0..100 {
        log.ended(&format!("t{n}"), n * 1_000).await;
    }
    let (lease, _) = log.begin("late", vec![chunk(100_000, "a", "b")]).await;
    log.append(&lease, vec![done(200_000)]).await.unwrap();
    for n in 0..10 {
        log.ended(&format!("young{n}"), 200_000 + n).await;
    }
    let log = settled(&file, log, &options).await;
    assert_eq!(number(&log, "SELECT count(DISTINCT task) FROM task_batch").await, 11);
    assert_eq!(number(&log, "SELECT count(*) FROM task WHERE tail IS NOT NULL").await, 11);
    let counted = number(&log, "SELECT sum(bytes) FROM task").await;
    let there = number(
        &log,
        "SELECT (SELECT sum(length(head) + length(rest) + length(history) + length(artifacts) + 700) FROM task_fold) \
            + (SELECT sum(length(entries)) FROM task_batch)",
    );
    assert_eq!(counted, there.await);
    assert_eq!(log.whole("t0").await.0, 2);
}

#[tokio::test]
async fn keys_that_are_old_or_too_many_leave_the_file_whether_their_tasks_do_or_not() {
    for (finished, apart) in [(1, 20_000), (1 << 30, 20_000), (1 << 30, 0)] {
        let file = File::new();
        let options = keeping(Retention::new().keys(50).finished_bytes(finished));
        let log = file.open_with(&options).await;
        for n in 0..600 {
            let create = Create::new(task(&format!("t{n}")), context(), ann(), Some(key(&format!("k{n}"))));
            log.create(create, vec![opened(n * apart), done(n * apart)]).await.unwrap();
        }
        let log = settled(&file, log, &options).await;
        let kept = number(&log, "SELECT count(*) FROM task_key").await;
        assert!(kept <= 50 + 2 * 128, "{kept} keys are in the file, of which at most 50 are known");
        let found = log.find(&ann(), None, &key("k599"), at(599 * apart)).await.unwrap();
        assert_eq!(found, Some(task("t599")));
    }
}

#[tokio::test]
async fn unfinished_tasks_of_before_count() {
    let file = File::new();
    let options = keeping(Retention::new().unfinished(2));
    let log = file.open_with(&options).await;
    let (first, _) = log.begin("first", Vec::new()).await;
    log.begin("second", Vec::new()).await;
    assert!(matches!(log.create(new("third"), vec![opened(0)]).await, Err(LogError::Full)));
    log.append(&first, vec![done(1)]).await.unwrap();
    assert!(matches!(log.create(new("second"), vec![opened(0)]).await, Err(LogError::Store(_))));
    let log = settled(&file, log, &options).await;
    log.begin("third", Vec::new()).await;
    assert!(matches!(log.create(new("fourth"), vec![opened(0)]).await, Err(LogError::Full)));
}

#[tokio::test]
async fn what_is_asked_often_is_answered_from_an_index() {
    let file = File::new();
    let log = file.open().await;
    log.ended("t", 0).await;
    for (sql, step) in [
        (
            "EXPLAIN QUERY PLAN SELECT key, id FROM task WHERE due = 1 AND key > 5 ORDER BY key LIMIT 5",
            "SEARCH task USING INDEX task_due (key>?)",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT key, id, at FROM task WHERE owner = 'o' AND tenant = '' AND at <= 5 \
                AND (at < 5 OR id > 'x') ORDER BY at DESC, id LIMIT 5",
            "SEARCH task USING COVERING INDEX task_of_owner (owner=? AND tenant=? AND at<?)",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT count(*) FROM task WHERE owner = 'o' AND tenant = '' AND context = 'c' \
                AND state = 's'",
            "SEARCH task USING COVERING INDEX task_of_context (owner=? AND tenant=? AND context=?)",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT key, id, bytes FROM task WHERE ended IS NOT NULL ORDER BY ended LIMIT 16",
            "SEARCH task USING INDEX task_ended (ended>?)",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT key, id, latest FROM task WHERE tail = 1 ORDER BY ended LIMIT 17",
            "SEARCH task USING INDEX task_tail (tail=?)",
        ),
    ] {
        assert_eq!(plan(&log, sql).await, [step]);
    }
}
