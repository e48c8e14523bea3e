//! A log in a SQLite file: the contract of every log, and what only a file has.

mod against_memory;
mod closing;
mod crashes;
mod crowd;
mod damage;
mod faults;
mod groups;
mod leaving;
mod reopening;
mod retention;
mod rows;
mod values;
mod webhooks;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use a2a_server::{
    contract::{self, Stores},
    log::{LogError, Retention, TaskLog},
    sqlite::{Sqlite, SqliteError, SqliteErrorKind, SqliteOptions},
};
use async_trait::async_trait;
use tempfile::TempDir;

/// Logs in files of their own, with what is changed of the defaults.
struct Files {
    change: fn(Retention) -> SqliteOptions,
    open: Mutex<Vec<Opened>>,
}

/// A log, and where its file is.
struct Opened {
    log: Sqlite,
    known: Arc<dyn TaskLog>,
    keep: Retention,
    folder: TempDir,
}

impl Files {
    fn with(change: fn(Retention) -> SqliteOptions) -> Self {
        Self { change, open: Mutex::default() }
    }

    async fn open(&self, folder: TempDir, keep: Retention) -> Arc<dyn TaskLog> {
        let log = (self.change)(keep.clone()).open(folder.path().join("tasks.db")).await.unwrap();
        let known: Arc<dyn TaskLog> = Arc::new(log.clone());
        self.open.lock().unwrap().push(Opened { log, known: Arc::clone(&known), keep, folder });
        known
    }
}

#[async_trait]
impl Stores for Files {
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
        self.open(TempDir::new().unwrap(), keep).await
    }

    /// What is committed is all that a killed process leaves, so it is copied and the log goes on without an end.
    async fn reopened(&self, log: Arc<dyn TaskLog>) -> Option<Arc<dyn TaskLog>> {
        let dead = {
            let mut open = self.open.lock().unwrap();
            let place = open.iter().position(|opened| Arc::ptr_eq(&opened.known, &log)).unwrap();
            open.swap_remove(place)
        };
        let folder = TempDir::new().unwrap();
        dead.log.backup_to(folder.path().join("tasks.db")).await.unwrap();
        drop(dead.folder);
        Some(self.open(folder, dead.keep).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_a_file_keeps_every_promise() {
    let report = contract::check(Files::with(|keep| Sqlite::options().retention(keep))).await;
    assert_eq!(report.skipped, []);
}

/// With every task folded in the file as soon as it may be, and none in memory that isn't used.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_is_read_from_its_file_again_and_again_keeps_every_promise() {
    let forgetful = |keep: Retention| Sqlite::options().retention(keep.checkpoint_bytes(0)).cache_bytes(0);
    let report = contract::check(Files::with(forgetful)).await;
    assert_eq!(report.skipped, []);
}

/// Options by which no task stays in memory that isn't used.
fn forgetful() -> SqliteOptions {
    Sqlite::options().retention(Retention::new().checkpoint_bytes(0)).cache_bytes(0)
}

/// A file of a test, which goes with it.
struct File(TempDir);

impl File {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("tasks.db")
    }

    async fn open(&self) -> Sqlite {
        Sqlite::open(self.path()).await.unwrap()
    }

    async fn open_with(&self, options: &SqliteOptions) -> Sqlite {
        options.clone().open(self.path()).await.unwrap()
    }
}

/// What kind of failure of the file it was.
fn kind(error: &LogError) -> SqliteErrorKind {
    let LogError::Store(source) = error else { panic!("{error:?} isn't of the file") };
    source.downcast_ref::<SqliteError>().unwrap_or_else(|| panic!("{error:?} isn't of SQLite")).kind()
}
