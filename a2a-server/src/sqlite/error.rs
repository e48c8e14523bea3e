//! Why a file can't be used.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a SQLite file couldn't be opened, read or written.
#[derive(Clone, Debug)]
pub struct SqliteError {
    kind: SqliteErrorKind,
    path: Arc<PathBuf>,
    /// What more there is to say of this case.
    detail: String,
    source: Option<Arc<sqlx::Error>>,
}

/// What kind of error it is, and so what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqliteErrorKind {
    /// Another process has the file: end that one first, or take another file.
    InUse,
    /// A later version of this program has written to the file: use that one.
    Newer,
    /// The file is something else than a SQLite database.
    NotADatabase,
    /// What is in the file makes no sense: put a backup in its place.
    Corrupt,
    /// The file may be read only: give the process the right to write to it and to its folder.
    ReadOnly,
    /// The disk is full, or [`SqliteOptions::max_bytes`](super::SqliteOptions::max_bytes) are used up.
    Full,
    /// The file or its folder can't be reached, or the disk fails.
    Io,
    /// The file was closed.
    Closed,
    /// SQLite refused for another reason, which is the source.
    Other,
}

impl SqliteError {
    /// What kind of error it is.
    pub const fn kind(&self) -> SqliteErrorKind {
        self.kind
    }

    pub(crate) fn new(kind: SqliteErrorKind, path: &Arc<PathBuf>, detail: impl Into<String>) -> Self {
        Self { kind, path: Arc::clone(path), detail: detail.into(), source: None }
    }

    /// The same of another file.
    pub(crate) fn at(self, path: &Path) -> Self {
        Self { path: Arc::new(path.to_owned()), ..self }
    }

    pub(crate) fn of(path: &Arc<PathBuf>, error: sqlx::Error) -> Self {
        let kind = kind_of(&error);
        Self { kind, path: Arc::clone(path), detail: String::new(), source: Some(Arc::new(error)) }
    }

    pub(crate) fn io(path: &Path, error: std::io::Error) -> Self {
        Self::of(&Arc::new(path.to_owned()), sqlx::Error::Io(error))
    }
}

fn kind_of(error: &sqlx::Error) -> SqliteErrorKind {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<u32>().ok());
            // The lowest byte is the kind of the result, the others say more of it.
            match code.map(|code| code & 0xff) {
                Some(5 | 6) => SqliteErrorKind::InUse,
                Some(8) => SqliteErrorKind::ReadOnly,
                Some(10 | 14) => SqliteErrorKind::Io,
                Some(11) => SqliteErrorKind::Corrupt,
                Some(13) => SqliteErrorKind::Full,
                Some(26) => SqliteErrorKind::NotADatabase,
                _ => SqliteErrorKind::Other,
            }
        }
        sqlx::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                SqliteErrorKind::ReadOnly
            }
            std::io::ErrorKind::StorageFull => SqliteErrorKind::Full,
            _ => SqliteErrorKind::Io,
        },
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => SqliteErrorKind::Corrupt,
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => SqliteErrorKind::Closed,
        _ => SqliteErrorKind::Other,
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        f.write_str(match self.kind {
            SqliteErrorKind::InUse => "another process uses the file; end it first, or take another file",
            SqliteErrorKind::Newer => "a later version has written to the file; use that one",
            SqliteErrorKind::NotADatabase => "the file isn't a SQLite database",
            SqliteErrorKind::Corrupt => "the file is damaged; put a backup in its place",
            SqliteErrorKind::ReadOnly => "the file can't be written to; it and its folder must be writable",
            SqliteErrorKind::Full => "there is no room left to write to",
            SqliteErrorKind::Io => "the file can't be reached",
            SqliteErrorKind::Closed => "the file was closed",
            SqliteErrorKind::Other => "SQLite refused",
        })?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

impl std::error::Error for SqliteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
