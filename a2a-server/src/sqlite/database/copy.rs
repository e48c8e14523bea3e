//! A copy of a file, under another name until it is whole.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::sqlite::SqliteError;

/// A copy that is being made.
pub(super) struct Copy {
    path: PathBuf,
    part: PathBuf,
}

impl Copy {
    /// Makes room for a copy, which must not exist yet; what is left of one that wasn't finished goes.
    pub(super) async fn begin(path: &Path) -> Result<Self, SqliteError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let copy = Self { path: path.to_owned(), part: name.into() };
        copy.blocking(|path, part| {
            if path.try_exists()? {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            File::create(part).map(drop)
        })
        .await?;
        Ok(copy)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where to write to, as SQLite takes it.
    pub(super) fn name(&self) -> Result<&str, SqliteError> {
        let invalid = || SqliteError::io(&self.path, io::ErrorKind::InvalidFilename.into());
        self.part.to_str().ok_or_else(invalid)
    }

    /// It is whole: gives it its name, on the disk too.
    pub(super) async fn finish(&self) -> Result<(), SqliteError> {
        self.blocking(|path, part| {
            File::open(part)?.sync_all()?;
            fs::rename(part, path)?;
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                // Not every system syncs a folder so, or has to.
                let _ = File::open(folder).and_then(|folder| folder.sync_all());
            }
            Ok(())
        })
        .await
    }

    /// What is left of it is of no use.
    pub(super) async fn give_up(&self) {
        let _ = self.blocking(|_, part| fs::remove_file(part)).await;
    }

    async fn blocking(
        &self,
        work: impl FnOnce(&Path, &Path) -> io::Result<()> + Send + 'static,
    ) -> Result<(), SqliteError> {
        let (path, part) = (self.path.clone(), self.part.clone());
        let done = tokio::task::spawn_blocking(move || work(&path, &part)).await;
        done.unwrap_or_else(|ended| Err(io::Error::other(ended)))
            .map_err(|error| SqliteError::io(&self.path, error))
    }
}
