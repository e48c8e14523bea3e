//! The versions of the tables of each part of the program.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::Write;

/// Brings the tables of a part up to date; answers the version that the file has, if that isn't known here.
pub(super) struct Migration {
    pub(super) part: &'static str,
    pub(super) versions: &'static [&'static str],
}

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS a2a_schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT";
const FIND: &str = "SELECT version FROM a2a_schema WHERE part = ?";
const SET: &str = "INSERT INTO a2a_schema (part, version) VALUES (?, ?) \
    ON CONFLICT (part) DO UPDATE SET version = excluded.version";

#[async_trait]
impl Write for Migration {
    type Output = Result<(), i64>;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        sqlx::query(TABLE).execute(&mut *tx).await?;
        let found: Option<i64> = sqlx::query_scalar(FIND).bind(self.part).fetch_optional(&mut *tx).await?;
        let found = found.unwrap_or(0);
        let Some(missing) = usize::try_from(found).ok().and_then(|known| self.versions.get(known..)) else {
            return Ok(Err(found));
        };
        for script in missing {
            sqlx::raw_sql(*script).execute(&mut *tx).await?;
        }
        // Also when nothing is missing: who can't write is to learn it now.
        let latest = i64::try_from(self.versions.len()).unwrap_or(i64::MAX);
        sqlx::query(SET).bind(self.part).bind(latest).execute(&mut *tx).await?;
        Ok(Ok(()))
    }
}
