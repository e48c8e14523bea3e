//! Files that are given back, and copied.

use std::{
    future::Future,
    task::{Context, Waker},
};

use a2a_server::{
    contract::{
        fixture::{chunk, done, status},
        steps::Steps,
    },
    log::TaskLog,
    sqlite::{
        Sqlite, SqliteErrorKind, Write,
        sqlx::{self, SqliteConnection},
    },
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;

use super::{File, faults::hold_up, kind};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_closes_a_file_finds_it_free_then_also_beside_others() {
    for _ in 0..20 {
        let file = File::new();
        let log = file.open().await;
        log.begin("t", Vec::new()).await;
        let path = file.path();
        let mut closers = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let (log, path) = (log.clone(), path.clone());
            closers.spawn(async move {
                log.close().await;
                match Sqlite::open(&path).await {
                    Ok(again) => again.close().await,
                    // Another one who has closed it as well.
                    Err(error) => assert_eq!(error.kind(), SqliteErrorKind::InUse),
                }
            });
        }
        closers.join_all().await;
        file.open().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_close_a_file_both_wait_until_it_is_free() {
    let file = File::new();
    let log = file.open().await;
    let (there, go) = hold_up(&log);
    there.recv().unwrap();
    let mut closers = [Box::pin(log.close()), Box::pin(log.close())];
    for _ in 0..100 {
        for closer in &mut closers {
            assert!(closer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    futures_util::future::select_all(closers).await;
    Sqlite::open(file.path()).await.unwrap();
}

/// What runs on a runtime of its own, which ends with it.
fn on_its_own<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run)
}

#[test]
fn a_log_whose_runtime_has_ended_is_refused_and_its_file_is_free() {
    let file = File::new();
    let (log, lease) = on_its_own(async {
        let log = file.open().await;
        let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
        // A fold that has no time left.
        log.append(&lease, vec![status(1, a2a_core::TaskState::InputRequired)]).await.unwrap();
        (log, lease)
    });
    on_its_own(async {
        let error = log.append(&lease, vec![done(2)]).await.unwrap_err();
        assert_eq!(kind(&error), SqliteErrorKind::Closed);
        log.close().await;
        let log = file.open().await;
        assert_eq!(log.whole("t").await.0, 3);
        log.close().await;
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_is_closed_while_others_write_to_it() {
    let file = File::new();
    let log = file.open_with(&super::forgetful()).await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let log = log.clone();
        writers.spawn(async move {
            let (lease, mut head) = log.begin(&format!("t{n}"), Vec::new()).await;
            loop {
                match log.append(&lease, vec![status(1, a2a_core::TaskState::InputRequired)]).await {
                    Ok(next) => head = next,
                    Err(error) => {
                        assert_eq!(kind(&error), SqliteErrorKind::Closed);
                        return (lease, head);
                    }
                }
            }
        });
    }
    while log.database().commits() < 50 {
        tokio::task::yield_now().await;
    }
    tokio::time::timeout(std::time::Duration::from_secs(20), log.close()).await.expect("it comes to an end");
    let log = file.open().await;
    for (lease, head) in writers.join_all().await {
        assert!(log.whole(lease.task.as_str()).await.0 >= head.seq);
    }
}

/// A bug.
struct Panics;

#[async_trait]
impl Write for Panics {
    type Output = ();

    async fn run(&mut self, _: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        panic!("a bug");
    }
}

#[tokio::test]
async fn a_bug_in_a_job_refuses_what_comes_behind_it_and_the_next_process_goes_on() {
    let file = File::new();
    let log = file.open().await;
    let (lease, head) = log.begin("t", Vec::new()).await;
    drop(log.database().write(Panics));
    let error = log.append(&lease, vec![chunk(1, "a", "b")]).await.unwrap_err();
    assert_eq!(kind(&error), SqliteErrorKind::Closed);
    let error = log.append(&lease, vec![chunk(1, "a", "b")]).await.unwrap_err();
    assert_eq!(kind(&error), SqliteErrorKind::Closed);
    log.close().await;
    let log = file.open().await;
    assert_eq!(log.whole("t").await.0, head.seq);
}

#[tokio::test]
async fn copies_that_are_made_to_one_place_dont_spoil_each_other() {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    log.append(&lease, vec![chunk(1, "a", &"x".repeat(2 << 20))]).await.unwrap();
    let copy = File::new();
    let copies = futures_util::future::join_all((0..4).map(|_| log.backup_to(copy.path()))).await;
    assert_eq!(copies.iter().filter(|copy| copy.is_ok()).count(), 1, "{copies:?}");
    assert_eq!(copy.open().await.whole("t").await, log.whole("t").await);
    let left =
        std::fs::read_dir(copy.path().parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().contains("part")));
}

#[tokio::test]
async fn what_a_copy_left_that_was_killed_is_in_nobodys_way() {
    let file = File::new();
    let log = file.open().await;
    log.begin("t", Vec::new()).await;
    let copy = File::new();
    std::fs::write(copy.path().with_extension("db.part"), "half of it").unwrap();
    log.backup_to(copy.path()).await.unwrap();
    assert_eq!(copy.open().await.whole("t").await.0, 1);
}

#[tokio::test]
async fn a_copy_that_cant_be_made_says_where() {
    let file = File::new();
    let log = file.open().await;
    log.begin("t", Vec::new()).await;
    let nowhere = file.path().with_file_name("nowhere").join("copy.db");
    for place in [nowhere, file.path(), file.path().parent().unwrap().to_owned()] {
        let error = log.backup_to(&place).await.unwrap_err();
        assert_eq!(error.kind(), SqliteErrorKind::Io);
        assert!(error.to_string().starts_with(&format!("{}:", place.display())), "{error}");
    }
    assert_eq!(log.whole("t").await.0, 1);
    log.close().await;
    let copy = file.path().with_file_name("copy.db");
    assert_eq!(log.backup_to(&copy).await.unwrap_err().kind(), SqliteErrorKind::Closed);
    std::fs::remove_file(file.path()).unwrap();
    assert_eq!(log.backup_to(&copy).await.unwrap_err().kind(), SqliteErrorKind::Closed);
    assert!(!file.path().exists() && !copy.exists());
}
