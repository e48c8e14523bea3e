//! The file that says whose the database is.

use std::{
    fs::{File, TryLockError},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::sqlite::{SqliteError, SqliteErrorKind};

/// Holds a database for this process, until it is dropped or the process dies, however that does.
///
/// The file beside the database stays: whoever removed it might remove the lock of somebody else.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    pub(super) fn take(database: &Arc<PathBuf>) -> Result<Self, SqliteError> {
        let path = beside(database);
        let fail = |error| SqliteError::io(&path, error);
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is only helps to find it.
                let _ = file.read_to_string(&mut holder);
                let detail = format!("process {}", holder.trim());
                return Err(SqliteError::new(SqliteErrorKind::InUse, database, detail));
            }
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        let named = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        named.map_err(fail)?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// Closing the file isn't enough: a process that is being started may still have it.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
