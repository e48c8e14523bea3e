//! How a file is opened.

use std::path::Path;

use super::{Sqlite, SqliteError};
use crate::log::Retention;

/// How a [`Sqlite`](crate::Sqlite) file is opened.
///
/// # Defaults
///
/// | setting | default |
/// |---|---|
/// | [`synchronous`](Self::synchronous) | [`Synchronous::Full`] |
/// | [`max_bytes`](Self::max_bytes) | as large as the disk |
/// | [`retention`](Self::retention) | [`Retention::new`], but [`FINISHED_BYTES`](Self::FINISHED_BYTES), 1 GiB, for tasks that have ended |
/// | [`cache_bytes`](Self::cache_bytes) | [`CACHE_BYTES`](Self::CACHE_BYTES), 64 MiB |
#[derive(Clone, Debug)]
#[must_use]
pub struct SqliteOptions {
    pub(super) synchronous: Synchronous,
    pub(super) max_bytes: Option<u64>,
    pub(super) retention: Retention,
    pub(super) cache_bytes: usize,
}

/// What a commit waits for: what it may lose, against how long it takes.
///
/// Neither loses anything when the process is killed, and neither harms the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// The disk has it: what was answered survives a loss of power.
    #[default]
    Full,
    /// The operating system has it: when the machine crashes or loses power, the last commits may be gone. Much
    /// faster where the disk is slow to sync.
    Normal,
}

impl SqliteOptions {
    /// What all tasks that have ended may take together in the file.
    pub const FINISHED_BYTES: usize = 1 << 30;
    /// What tasks may take in memory.
    pub const CACHE_BYTES: usize = 64 << 20;

    /// The defaults.
    pub fn new() -> Self {
        Self {
            synchronous: Synchronous::default(),
            max_bytes: None,
            retention: Retention::new().finished_bytes(Self::FINISHED_BYTES),
            cache_bytes: Self::CACHE_BYTES,
        }
    }

    /// What a commit waits for.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How many bytes the file may have, in steps of a page of 4 KiB. What doesn't fit is refused with
    /// [`SqliteErrorKind::Full`](super::SqliteErrorKind::Full), as on a disk that is full. The files beside it, for
    /// what was written last, aren't counted.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How much of the tasks is kept, and for how long; how each setting is meant for a file is said at
    /// [`Retention`]. Its [`finished_bytes`](Retention::finished_bytes) are counted in the file.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// What tasks may take in memory. Those that run or are read stay there in any case; of the others those go first
    /// that weren't used for longest, and are read anew when somebody asks for them.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Opens a file so, see [`Sqlite::open`].
    pub async fn open(self, path: impl AsRef<Path>) -> Result<Sqlite, SqliteError> {
        Sqlite::open_with(path.as_ref(), self).await
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}
