//! What the process before this one has left.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::engine::Engine;
use crate::sqlite::{SqliteError, Write};

/// Makes the leases void that the process before this one has given: its runs died with it, and what stopped a task
/// leaves it as it was.
pub(super) struct Void;

const VOID: &str = "UPDATE task SET died = died OR holder = 1, holder = 0, \
    due = died OR holder = 1 OR inbox > consumed WHERE holder <> 0";
const UNSEALED: &str = "SELECT id FROM task WHERE tail = 2";

#[async_trait]
impl Write for Void {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(VOID).execute(tx).await.map(|_| ())
    }
}

impl Engine {
    /// Stores tasks whole that ended when there was no time left for that, or no room.
    pub(super) async fn seal_rest(self: &Arc<Self>) -> Result<(), SqliteError> {
        let tasks = sqlx::query_scalar(UNSEALED).fetch_all(self.database.readers()).await;
        let tasks: Vec<String> = tasks.map_err(|error| self.database.error(error))?;
        for task in tasks.iter().filter_map(|task| task.parse().ok()) {
            match self.resident(&task).await {
                Ok(resident) => self.fold_if_due(&resident),
                // It says so to whoever asks for it.
                Err(error) => {
                    tracing::error!(%task, error = &error as &dyn std::error::Error, "an ended task can't be read");
                }
            }
        }
        Ok(())
    }
}
