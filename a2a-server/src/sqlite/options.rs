//! How a file is opened.

/// How a [`Sqlite`](crate::Sqlite) file is opened.
///
/// # Defaults
///
/// | setting | default |
/// |---|---|
/// | [`synchronous`](Self::synchronous) | [`Synchronous::Full`] |
/// | [`max_bytes`](Self::max_bytes) | as large as the disk |
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SqliteOptions {
    pub(super) synchronous: Synchronous,
    pub(super) max_bytes: Option<u64>,
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
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
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
}
