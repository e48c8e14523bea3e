//! The baseline: prepared inserts in transactions of one size, with what our log sets for its file.
//!
//! The library has a thread of its own for the file, and going there and back costs more than a row does: so each insert
//! takes many rows, and the baseline is what SQLite costs.

use std::{
    io::{self, BufRead as _},
    path::Path,
    time::Instant,
};

use a2a_server::sqlite::sqlx::{
    self, ConnectOptions as _, QueryBuilder, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

const TABLE: &str = "CREATE TABLE entry (task INTEGER, seq INTEGER, body TEXT NOT NULL, PRIMARY KEY (task, seq)) WITHOUT ROWID";

/// The most rows of one insert.
const ROWS: u32 = 64;

/// For each line of three numbers, rows, transactions and bytes a row, writes them and says how many seconds it took.
pub(crate) async fn play(file: &Path) -> io::Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(io::Error::other)?;
    sqlx::query(TABLE).execute(&mut connection).await.map_err(io::Error::other)?;
    for (task, line) in (1_i64..).zip(io::stdin().lock().lines()) {
        let line = line?;
        let numbers: Option<Vec<u32>> = line.split(' ').map(|number| number.parse().ok()).collect();
        let Some(&[rows, transactions, bytes]) = numbers.as_deref() else {
            return Err(io::Error::other(format!("three numbers were expected, not {line:?}")));
        };
        let begun = Instant::now();
        insert(&mut connection, task, rows, transactions, bytes).await.map_err(io::Error::other)?;
        println!("{}", begun.elapsed().as_secs_f64());
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    task: i64,
    rows: u32,
    transactions: u32,
    bytes: u32,
) -> Result<(), sqlx::Error> {
    let body = "x".repeat(bytes as usize);
    let group = rows.div_ceil(transactions.max(1));
    let mut seq = 0;
    while seq < rows {
        let end = rows.min(seq + group);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
        while seq < end {
            let next = end.min(seq + ROWS);
            let mut insert = QueryBuilder::new("INSERT INTO entry (task, seq, body) ");
            insert.push_values(seq..next, |mut row, seq| {
                row.push_bind(task).push_bind(seq).push_bind(&body);
            });
            insert.build().persistent(true).execute(&mut *connection).await?;
            seq = next;
        }
        sqlx::query("COMMIT").execute(&mut *connection).await?;
    }
    Ok(())
}
