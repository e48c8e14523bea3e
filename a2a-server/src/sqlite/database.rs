//! One SQLite file of this process: its lock, its tables, one writer that commits in groups, and readers beside it.

mod copy;
mod lock;
mod schema;
mod writer;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

pub use self::writer::{Write, Written};
use self::{copy::Copy, lock::Lock, writer::Writer};
use super::{SqliteError, SqliteErrorKind, SqliteOptions, Synchronous};

/// How many may read the file at once.
const READERS: u32 = 4;

/// What SQLite's page has by default.
const PAGE: u64 = 4096;

/// What the log of the last writes is cut back to, once it was larger.
const JOURNAL: u64 = 16 << 20;

/// One SQLite file of this process. Clones are handles of the same one; the file is given back when the last one is
/// dropped.
///
/// What has tables of its own in the file hands [`Write`] jobs over. They are committed in that order, as many in one
/// transaction as there are when the one before is done.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: Arc<PathBuf>,
    writer: Writer,
    readers: SqlitePool,
    connect: SqliteConnectOptions,
    /// Held by whoever makes a copy.
    copying: Mutex<()>,
}

impl Database {
    /// Opens a file, which is made if it doesn't exist; its folder must.
    ///
    /// To be called within the runtime that then drives the writer.
    pub async fn open(path: &Path, options: &SqliteOptions) -> Result<Self, SqliteError> {
        let path = Arc::new(absolute(path)?);
        let lock = Lock::take(&path)?;
        let fail = |error| SqliteError::of(&path, error);
        let connect = connect_options(&path, options);
        let connection = connect.connect().await.map_err(fail)?;
        let writer = Writer::start(Arc::clone(&path), connection, lock);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(connect.clone().read_only(true).create_if_missing(false));
        Ok(Self { inner: Arc::new(Inner { path, writer, readers, connect, copying: Mutex::default() }) })
    }

    /// Brings the tables of one part of the program up to date: one script for each version, oldest first.
    ///
    /// Versions only go forward; a file that knows more of them than the caller is refused.
    pub async fn migrate(
        &self,
        part: &'static str,
        versions: &'static [&'static str],
    ) -> Result<(), SqliteError> {
        match self.write(schema::Migration { part, versions }).await? {
            Ok(()) => Ok(()),
            Err(found) => Err(SqliteError::new(
                SqliteErrorKind::Newer,
                &self.inner.path,
                format!("its {part} have version {found}, this program knows {}", versions.len()),
            )),
        }
    }

    /// Hands a job to the writer, at once; the future resolves when it is committed or has failed.
    pub fn write<W: Write>(&self, job: W) -> Written<W::Output> {
        self.inner.writer.write(job)
    }

    /// Connections that read what is committed.
    pub fn readers(&self) -> &SqlitePool {
        &self.inner.readers
    }

    /// How many transactions were committed since it was opened.
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// What an error of SQLite's means for this file.
    pub fn error(&self, error: sqlx::Error) -> SqliteError {
        SqliteError::of(&self.inner.path, error)
    }

    /// That something in the file makes no sense.
    pub fn corrupt(&self, what: impl Into<String>) -> SqliteError {
        SqliteError::new(SqliteErrorKind::Corrupt, &self.inner.path, what)
    }

    /// Copies the file as it stands, in whole, while others read and write; the copy must not exist yet. One at a time.
    pub async fn backup_to(&self, copy: &Path) -> Result<(), SqliteError> {
        let _alone = self.inner.copying.lock().await;
        let copy = Copy::begin(copy).await?;
        let copied = match self.vacuum_into(&copy).await {
            Ok(()) => copy.finish().await,
            Err(error) => Err(error),
        };
        if copied.is_err() {
            copy.give_up().await;
        }
        copied
    }

    async fn vacuum_into(&self, copy: &Copy) -> Result<(), SqliteError> {
        if self.inner.writer.is_closed() {
            return Err(SqliteError::new(SqliteErrorKind::Closed, &self.inner.path, ""));
        }
        let connect = self.inner.connect.clone().create_if_missing(false);
        let mut connection = connect.connect().await.map_err(|error| self.error(error))?;
        let copied = sqlx::query("VACUUM INTO ?").bind(copy.name()?).execute(&mut connection).await;
        copied.map_err(|error| match self.error(error) {
            error if matches!(error.kind(), SqliteErrorKind::Full | SqliteErrorKind::Io) => {
                error.at(copy.path())
            }
            error => error,
        })?;
        connection.close().await.map_err(|error| self.error(error))
    }

    /// Writes what was handed over, and gives the file back. Jobs that come later fail.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }
}

/// One name for a file, however it is reached: the lock depends on it. So it is made if it doesn't exist, for a link to
/// nowhere has no other.
fn absolute(path: &Path) -> Result<PathBuf, SqliteError> {
    let fail = |error| SqliteError::io(path, error);
    // SQLite takes no other.
    let is_text = |path: &Path| path.to_str().map(drop).ok_or(io::ErrorKind::InvalidFilename.into());
    is_text(path).map_err(fail)?;
    let known = path.canonicalize().or_else(|_| {
        File::options().write(true).create(true).truncate(false).open(path)?;
        path.canonicalize()
    });
    let known = known.map_err(fail)?;
    if known.is_dir() {
        return Err(fail(io::ErrorKind::IsADirectory.into()));
    }
    is_text(&known).map_err(fail)?;
    Ok(known)
}

fn connect_options(path: &Path, options: &SqliteOptions) -> SqliteConnectOptions {
    let synchronous = match options.synchronous {
        Synchronous::Full => SqliteSynchronous::Full,
        Synchronous::Normal => SqliteSynchronous::Normal,
    };
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("journal_size_limit", JOURNAL.to_string())
        .disable_statement_logging();
    match options.max_bytes {
        Some(bytes) => connect.pragma("max_page_count", (bytes / PAGE).max(1).to_string()),
        None => connect,
    }
}
