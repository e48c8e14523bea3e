//! Tasks in a SQLite file.

mod database;
mod error;
mod options;

#[doc(hidden)]
pub use self::database::{Database, Write, Written};
pub use self::{
    error::{SqliteError, SqliteErrorKind},
    options::{SqliteOptions, Synchronous},
};
