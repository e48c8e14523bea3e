//! A log in a SQLite file: the contract of every log, and what only a file has.

use std::cell::RefCell;

use a2a_server::{log::Retention, sqlite::Sqlite};
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
    open(|options| options)
}

fn bare() -> Sqlite {
    open(|options| options.retention(Retention::new().checkpoint_bytes(0)).cache_bytes(0))
}

fn open(
    change: impl FnOnce(a2a_server::sqlite::SqliteOptions) -> a2a_server::sqlite::SqliteOptions,
) -> Sqlite {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tasks.db");
    FOLDERS.with_borrow_mut(|folders| folders.push(folder));
    let opening = change(Sqlite::options()).open(path);
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(opening)).unwrap()
}
