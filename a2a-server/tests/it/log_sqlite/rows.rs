//! Looking into the file beside the log.

use a2a_server::sqlite::{
    Sqlite,
    sqlx::{self, Connection as _, SqliteConnection},
};

use super::File;

/// The number that this statement asks for.
pub(super) async fn number(log: &Sqlite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(log.database().readers()).await.unwrap()
}

/// The steps by which SQLite answers this statement.
pub(super) async fn plan(log: &Sqlite, sql: &'static str) -> Vec<String> {
    let steps: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sql).fetch_all(log.database().readers()).await.unwrap();
    steps.into_iter().map(|(_, _, _, step)| step).collect()
}

/// Changes a file that nobody has open.
pub(super) async fn change(file: &File, sql: &'static str) {
    let path = format!("sqlite://{}", file.path().display());
    let mut connection = SqliteConnection::connect(&path).await.unwrap();
    let changed = sqlx::query(sql).execute(&mut connection).await.unwrap();
    assert!(changed.rows_affected() > 0, "{sql} changes nothing");
    connection.close().await.unwrap();
}
