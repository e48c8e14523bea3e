//! The baseline: a prepared insert for each row, in transactions of one size, with what our log sets for its file.

use std::{
    io::{self, BufRead as _},
    path::Path,
    time::Instant,
};

use a2a_server::sqlite::sqlx::{
    self, ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

const TABLE: &str = "CREATE TABLE entry (task INTEGER, seq INTEGER, body TEXT NOT NULL, PRIMARY KEY (task, seq)) WITHOUT ROWID";

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
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
        for seq in seq..rows.min(seq + group) {
            let insert = sqlx::query("INSERT INTO entry (task, seq, body) VALUES (?, ?, ?)");
            insert.bind(task).bind(seq).bind(&body).execute(&mut *connection).await?;
        }
        sqlx::query("COMMIT").execute(&mut *connection).await?;
        seq += group;
    }
    Ok(())
}
