//! The header of a task as a row.

use a2a_core::{ContextId, TaskId, TaskState, Tenant, Timestamp, entry::RunRef};
use sqlx::{Row as _, Sqlite, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};

use crate::log::{
    Scope, Seq,
    held::{Header, Holder},
};

pub(super) type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// A task's row, read.
#[derive(Debug)]
pub(super) struct HeaderRow {
    pub(super) key: i64,
    pub(super) task: TaskId,
    pub(super) scope: Scope,
    pub(super) context: ContextId,
    pub(super) header: Header,
    /// Whether somebody has the lease, who is of this process: no other left one.
    pub(super) held: bool,
    /// The latest time of any entry when the row was written.
    pub(super) latest: i64,
    /// What is counted for it, once it has ended.
    pub(super) bytes: usize,
    /// The bytes of its webhooks.
    pub(super) webhooks: i64,
}

/// What makes no sense in a row.
pub(super) type Nonsense = Box<dyn std::error::Error + Send + Sync>;

impl HeaderRow {
    pub(super) fn read(row: &SqliteRow) -> Result<Self, Nonsense> {
        let text = |name| row.try_get::<&str, _>(name);
        let number = |name| row.try_get::<i64, _>(name);
        let tenant = text("tenant")?;
        let tenant = if tenant.is_empty() { None } else { Some(tenant.parse::<Tenant>()?) };
        let mut run = RunRef::new(u32::try_from(number("run")?)?);
        run.attempt = u32::try_from(number("attempt")?)?;
        let holder = number("holder")?;
        let header = Header {
            state: serde_json::from_str(text("state")?)?,
            at: Timestamp::from_unix_millis(number("at")?),
            cancel: number("cancel")? != 0,
            inbox: seq(number("inbox")?)?,
            consumed: seq(number("consumed")?)?,
            taken: seq(number("taken")?)?,
            epoch: seq(number("epoch")?)?,
            run,
            lease: Holder::Nobody,
            died: number("died")? != 0 || holder == holder_number(Holder::Run),
        };
        Ok(Self {
            key: number("key")?,
            task: text("id")?.parse()?,
            scope: Scope::stored(text("owner")?, tenant),
            context: text("context")?.parse()?,
            header,
            held: holder != holder_number(Holder::Nobody),
            latest: number("latest")?,
            bytes: usize::try_from(number("bytes")?)?,
            webhooks: number("webhooks")?,
        })
    }
}

/// A number in a row as the place of an entry.
pub(super) fn seq(number: i64) -> Result<Seq, std::num::TryFromIntError> {
    Seq::try_from(number)
}

/// A number as SQLite has it, which knows none that are larger.
pub(super) fn int(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A state as it stands in a row: as JSON has it, for there are states that we don't know.
pub(super) fn state_text(state: &TaskState) -> String {
    serde_json::to_string(state).expect("a name or a number can be written")
}

pub(super) fn holder_number(holder: Holder) -> i64 {
    match holder {
        Holder::Nobody => 0,
        Holder::Run => 1,
        Holder::Stop => 2,
    }
}

/// Whether somebody has to take the task up.
pub(super) fn is_due(header: &Header) -> bool {
    let waits = !header.is_leased() && header.inbox > header.consumed;
    !header.state.is_terminal() && (header.died || waits)
}

/// The statement that adds a batch: with the key of the task, the number of the last entry and the lines.
macro_rules! batch {
    () => {
        "INSERT INTO task_batch (task, last, entries) VALUES (?, ?, ?)"
    };
}

/// What a statement sets that writes a header, but for the status; see [`bind_header`].
macro_rules! header {
    () => {
        "latest = ?, cancel = ?, inbox = ?, consumed = ?, taken = ?, epoch = ?, run = ?, attempt = ?, holder = ?, \
            died = ?, due = ?"
    };
}

pub(super) use {batch, header};

/// Binds what `header!` sets.
pub(super) fn bind_header<'q>(statement: Statement<'q>, header: &Header, latest: i64) -> Statement<'q> {
    statement
        .bind(latest)
        .bind(header.cancel)
        .bind(int(header.inbox))
        .bind(int(header.consumed))
        .bind(int(header.taken))
        .bind(int(header.epoch))
        .bind(i64::from(header.run.run))
        .bind(i64::from(header.run.attempt))
        .bind(holder_number(header.lease))
        .bind(header.died)
        .bind(is_due(header))
}

/// Binds state and time.
pub(super) fn bind_status<'q>(statement: Statement<'q>, header: &Header) -> Statement<'q> {
    statement.bind(state_text(&header.state)).bind(header.at.unix_millis())
}
