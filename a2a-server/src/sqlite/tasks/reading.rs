//! A task as the file has it.

use std::{collections::BTreeMap, sync::Arc};

use a2a_core::{Entry, EntryBody, Task, TaskId};
use async_trait::async_trait;
use sqlx::{Row as _, SqliteConnection};

use super::{
    engine::{Engine, failed},
    header_row::{HeaderRow, Nonsense, seq},
    lines,
    resident::{Resident, Stored},
};
use crate::{
    log::{
        Create, LogError, Result, Scope, Seq,
        held::{Cell, Checkpoint, Kept, State, Tail, misuse},
    },
    sqlite::Write,
};

const HEADER: &str = "SELECT key, id, owner, tenant, context, state, at, latest, cancel, inbox, consumed, taken, \
    epoch, run, attempt, holder, died, bytes, (SELECT coalesce(sum(length(config) + 100), 0) FROM task_webhook WHERE task = key) \
    AS webhooks FROM task WHERE id = ?";
const BATCHES: &str = "SELECT last, entries FROM task_batch WHERE task = ? ORDER BY last";
const FOLD: &str = "SELECT seq, head, artifacts, history, rest FROM task_fold WHERE task = ?";
const TURNS: &str = "SELECT seq, entry FROM task_turn WHERE task = ? ORDER BY seq";

/// Everything that the file has of a task.
struct Rows {
    header: HeaderRow,
    /// The last entry in the fold, and its bytes.
    fold: Option<(Seq, Vec<u8>)>,
    /// The last entry of each batch, its entries and its bytes.
    batches: Vec<(Seq, Vec<Kept>, usize)>,
    turns: Vec<(Seq, Arc<Entry>)>,
}

/// Why a task wasn't read.
pub(super) enum Unread {
    /// Somebody of this process has its lease, so it is in memory, or will be as soon as what was committed is.
    Held,
    Failed(LogError),
}

impl From<LogError> for Unread {
    fn from(error: LogError) -> Self {
        Self::Failed(error)
    }
}

/// Done when all is in memory that was committed before.
pub(super) struct Behind;

#[async_trait]
impl Write for Behind {
    type Output = ();

    async fn run(&mut self, _: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

impl Engine {
    /// Reads a task from the file, if it is of this scope, and unless it must be in memory; who has `waited` for that
    /// gets it in any case.
    pub(super) async fn read(
        &self,
        task: &TaskId,
        who: Option<&Scope>,
        waited: bool,
    ) -> Result<Arc<Resident>, Unread> {
        let mut connection = self.database.readers().begin().await.map_err(|error| self.fail(error))?;
        let found = sqlx::query(HEADER).bind(task.as_str()).fetch_optional(&mut *connection).await;
        let found = found.map_err(|error| self.fail(error))?.ok_or(LogError::NotFound)?;
        let header = HeaderRow::read(&found).map_err(|what| self.corrupt(task, "header", &*what))?;
        if who.is_some_and(|who| header.scope != *who) {
            return Err(LogError::NotFound.into());
        }
        if header.held && !waited {
            return Err(Unread::Held);
        }
        let (fold, batches, turns) = self.read_content(&mut connection, task, header.key).await?;
        drop(connection);
        let rows = Rows { header, fold, batches, turns };
        rows.assemble().map_err(|what| self.corrupt(task, "entries", &*what).into())
    }

    async fn read_content(
        &self,
        connection: &mut SqliteConnection,
        task: &TaskId,
        key: i64,
    ) -> Result<(Option<(Seq, Vec<u8>)>, Vec<(Seq, Vec<Kept>, usize)>, Vec<(Seq, Arc<Entry>)>)> {
        let fold = sqlx::query(FOLD).bind(key).fetch_optional(&mut *connection).await;
        let fold = fold.map_err(|error| self.fail(error))?.map(|row| -> Result<_, Nonsense> {
            let mut json = Vec::new();
            for piece in ["head", "artifacts", "history", "rest"] {
                json.extend_from_slice(row.try_get::<&[u8], _>(piece)?);
            }
            Ok((seq(row.try_get("seq")?)?, json))
        });
        let fold = fold.transpose().map_err(|what| self.corrupt(task, "fold", &*what))?;
        let batches = sqlx::query(BATCHES).bind(key).fetch_all(&mut *connection).await;
        let batches = batches.map_err(|error| self.fail(error))?.into_iter().map(|row| {
            let (last, entries) = (row.try_get::<i64, _>("last")?, row.try_get::<&[u8], _>("entries")?);
            Ok((seq(last)?, lines::decode(entries)?, entries.len()))
        });
        let batches =
            batches.collect::<Result<_, Nonsense>>().map_err(|what| self.corrupt(task, "entries", &*what))?;
        let turns = sqlx::query(TURNS).bind(key).fetch_all(&mut *connection).await;
        let turns = turns.map_err(|error| self.fail(error))?.into_iter().map(|row| {
            let entry = serde_json::from_slice(row.try_get::<&[u8], _>("entry")?)?;
            Ok((seq(row.try_get("seq")?)?, Arc::new(entry)))
        });
        let turns =
            turns.collect::<Result<_, Nonsense>>().map_err(|what| self.corrupt(task, "turns", &*what))?;
        Ok((fold, batches, turns))
    }

    /// What SQLite answered.
    pub(super) fn fail(&self, error: sqlx::Error) -> LogError {
        failed(self.database.error(error))
    }

    /// What is in the file of a task makes no sense.
    pub(super) fn corrupt(&self, task: &TaskId, place: &str, what: &dyn std::error::Error) -> LogError {
        failed(self.database.corrupt(format!("the {place} of task {task}: {what}")))
    }
}

impl Rows {
    /// The task, if what the file has of it goes together.
    fn assemble(self) -> Result<Arc<Resident>, Nonsense> {
        let Self {
            header: HeaderRow { key, task, scope, context, header, latest, bytes, webhooks, .. },
            fold,
            batches,
            turns,
        } = self;
        let mut stored = Stored::new(header.clone());
        stored.charged = bytes;
        stored.add_webhooks(webhooks);
        let (mut base, mut entries) = (None, Vec::new());
        for (last, batch, bytes) in batches {
            let before = last.checked_sub(batch.len() as Seq).ok_or("a batch is longer than the log")?;
            if before != *base.get_or_insert(before) + entries.len() as Seq {
                return Err(format!("there is a gap in front of entry {last}").into());
            }
            entries.extend(batch);
            stored.add(last, bytes);
        }
        let folded = fold.as_ref().map_or(0, |(seq, _)| *seq);
        let tail = Tail::resumed(base.unwrap_or(folded), entries);
        if !tail.reaches(folded) {
            return Err(format!("it is folded up to entry {folded} and goes on elsewhere").into());
        }
        let new = Create::new(task, context, scope, None);
        let checkpoint = match fold {
            Some((seq, json)) => {
                let folded = serde_json::from_slice::<Task>(&json)?;
                if folded.id != new.task || folded.context_id.as_ref() != Some(&new.context) {
                    return Err("the fold is another task".into());
                }
                stored.folded(seq, json.len(), 0);
                Checkpoint::stored(seq, folded, json.len())
            }
            None => opening(&new, &tail)?,
        };
        let opened = |kept: &Kept| matches!(kept.entry.body, EntryBody::Opened(_));
        if header.run.run == 1 && !header.state.is_terminal() {
            let copied = turns.first().filter(|(seq, _)| *seq == 1).map(|(_, entry)| entry);
            let first = tail.first().filter(|first| opened(first)).map(|first| &first.entry);
            stored.opened = first.or(copied).cloned();
        }
        stored.copied = turns.last().map_or(0, |(seq, _)| *seq);
        let turns = waiting(turns, &tail, header.consumed);
        let state = State::resumed(header, checkpoint, tail, turns.into_iter().collect(), latest);
        let cell = Cell::new(new, state);
        Ok(Arc::new(Resident::new(key, Arc::new(cell), stored)))
    }
}

/// The task as its first entry opened it.
fn opening(new: &Create, tail: &Tail) -> Result<Checkpoint, Nonsense> {
    match tail.first().filter(|_| tail.base() == 0).map(|first| (first, &first.entry.body)) {
        Some((first, EntryBody::Opened(opened))) => Ok(Checkpoint::open(new, first, opened)),
        _ => Err(misuse("it has neither a fold nor the entry that opened it").into()),
    }
}

/// The turns that no run has taken.
fn waiting(copied: Vec<(Seq, Arc<Entry>)>, tail: &Tail, consumed: Seq) -> BTreeMap<Seq, Arc<Entry>> {
    let kept =
        tail.behind(tail.base()).zip(tail.base() + 1..).map(|(kept, seq)| (seq, Arc::clone(&kept.entry)));
    let turn = |(seq, entry): &(Seq, Arc<Entry>)| *seq > consumed && matches!(entry.body, EntryBody::Turn(_));
    copied.into_iter().chain(kept).filter(turn).collect()
}
