//! A log in a SQLite file: the contract of every log, and what only a file has.

mod damage;
mod groups;
mod leaving;
mod reopening;
mod retention;
mod rows;

use std::{cell::RefCell, path::PathBuf};

use a2a_server::{
    log::{LogError, Retention},
    sqlite::{Sqlite, SqliteError, SqliteErrorKind, SqliteOptions},
};
use tempfile::TempDir;

use crate::log_contract::every_contract;

mod by_default {
    super::every_contract!(crate::log_sqlite::fresh);
}

/// The same, with every task folded as soon as it may be and none kept in memory that isn't used.
mod from_the_file {
    super::every_contract!(crate::log_sqlite::bare);
}

thread_local! {
    /// The folders of the test that runs here; they go with it.
    static FOLDERS: RefCell<Vec<TempDir>> = const { RefCell::new(Vec::new()) };
}

fn fresh() -> Sqlite {
    open_now(Sqlite::options())
}

fn bare() -> Sqlite {
    open_now(forgetful())
}

fn open_now(options: SqliteOptions) -> Sqlite {
    let file = File::new();
    let opening = options.open(file.path());
    FOLDERS.with_borrow_mut(|folders| folders.push(file.0));
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(opening)).unwrap()
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
