//! Tasks in a SQLite file.

mod database;
mod error;
mod options;
mod tasks;

// What `Database` is spoken to with, in the one version that is meant.
#[doc(hidden)]
pub use sqlx;

#[doc(hidden)]
pub use self::database::{Database, Write, Written};
pub use self::{
    error::{SqliteError, SqliteErrorKind},
    options::{SqliteOptions, Synchronous},
    tasks::Sqlite,
};
