//! A file in which something makes no sense: whoever asks for it is told, and nobody else suffers.

use a2a_server::{
    log::{Artifacts, LogError, TaskLog, View},
    sqlite::{Sqlite, SqliteErrorKind},
};
use pretty_assertions::assert_eq;

use super::{File, kind, rows::change};
use a2a_server::contract::fixture::{ann, chunk, done, query, status, task};
use a2a_server::contract::steps::Steps;

/// A file with a task that has ended, a running one and one beside them.
async fn file() -> File {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("ended", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![done(2)]).await.unwrap();
    let (lease, _) = log.begin("running", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![chunk(2, "a", "c")]).await.unwrap();
    log.ended("beside", 3).await;
    log.close().await;
    file
}

async fn asks(log: &Sqlite, name: &str) -> LogError {
    let asked = log.load(&ann(), &task(name), View::default()).await;
    let again = log.header(&ann(), &task(name)).await.expect_err("it makes no sense later either");
    let error = asked.expect_err("it makes no sense");
    assert_eq!(kind(&again), kind(&error));
    error
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_its_task_and_its_place() {
    for (sql, name, place) in [
        ("UPDATE task SET state = 'WORKING' WHERE id = 'running'", "running", "header"),
        ("UPDATE task SET inbox = -1 WHERE id = 'running'", "running", "header"),
        ("UPDATE task SET run = 4294967296 WHERE id = 'running'", "running", "header"),
        ("UPDATE task SET context = '' WHERE id = 'running'", "running", "header"),
        ("UPDATE task SET context = 'other' WHERE id = 'ended'", "ended", "entries"),
        ("UPDATE task_batch SET entries = x'7b' WHERE task = 2", "running", "entries"),
        ("UPDATE task_batch SET entries = x'' WHERE task = 2 AND last = 2", "running", "entries"),
        ("UPDATE task_batch SET last = 1 WHERE task = 2 AND last = 2", "running", "entries"),
        ("DELETE FROM task_batch WHERE task = 2 AND last = 2", "running", "entries"),
        ("DELETE FROM task_batch WHERE task = 2", "running", "entries"),
        ("UPDATE task_batch SET last = 9 WHERE task = 2 AND last = 3", "running", "entries"),
        ("UPDATE task_fold SET head = x'7b' WHERE task = 1", "ended", "entries"),
        ("UPDATE task_fold SET history = x'2c' WHERE task = 1", "ended", "entries"),
        ("UPDATE task_fold SET seq = 9 WHERE task = 1", "ended", "entries"),
        ("UPDATE task_fold SET seq = -9 WHERE task = 1", "ended", "fold"),
        ("INSERT INTO task_turn (task, seq, entry) VALUES (2, 2, x'5b')", "running", "turns"),
    ] {
        let file = file().await;
        change(&file, sql).await;
        let log = file.open().await;
        let error = asks(&log, name).await;
        assert_eq!(kind(&error), SqliteErrorKind::Corrupt, "{sql}");
        let LogError::Store(source) = &error else { panic!("{error:?}") };
        let (text, wanted) = (source.to_string(), format!("the {place} of task {name}"));
        assert!(text.contains(&wanted), "{sql}: {text} doesn't say {wanted}");
        assert_eq!(log.whole("beside").await.0, 2, "{sql}");
        log.orphans(9).await.unwrap();
    }
}

#[tokio::test]
async fn a_list_with_a_task_that_makes_no_sense_says_which() {
    let file = file().await;
    change(&file, "UPDATE task_fold SET history = x'2c' WHERE task = 1").await;
    let log = file.open().await;
    for artifacts in [Artifacts::Present, Artifacts::Absent] {
        let mut all = query(9);
        all.view.artifacts = artifacts;
        let error = log.list(&ann(), &all).await.expect_err("one of them makes no sense");
        assert_eq!(kind(&error), SqliteErrorKind::Corrupt);
    }
    let mut one = query(1);
    one.state = Some(a2a_core::TaskState::Submitted);
    assert_eq!(log.list(&ann(), &one).await.unwrap().tasks.len(), 1);
}

#[tokio::test]
async fn what_finds_no_room_is_refused_and_isnt_there() {
    let file = File::new();
    let options = Sqlite::options().max_bytes(200 << 10);
    let log = file.open_with(&options).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let (mut written, text) = (1, "x".repeat(10_000));
    let error = loop {
        match log.append(&lease, vec![chunk(1, "a", &text)]).await {
            Ok(head) => written = head.seq,
            Err(error) => break error,
        }
        assert!(written < 100, "100 times 10 kB don't fit");
    };
    assert_eq!(kind(&error), SqliteErrorKind::Full);
    assert_eq!(log.whole("t").await.0, written);
    let before = log.whole("t").await;
    log.close().await;
    let log = file.open().await;
    assert_eq!(log.whole("t").await, before);
    let again = log.orphans(1).await.unwrap().remove(0);
    log.append(&again, vec![status(2, a2a_core::TaskState::Working)]).await.unwrap();
}
