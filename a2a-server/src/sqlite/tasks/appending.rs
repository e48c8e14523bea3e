//! The two doors of a task: what a run appends and what others post.

use std::sync::Arc;

use a2a_core::{Entry, TaskId};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{
    engine::{Engine, failed},
    header_row::{batch, bind_header, bind_status, header, int},
    lines,
    resident::{Pass, Resident},
    webhooks::Row,
};
use crate::{
    log::{
        Head, IdempotencyKey, Lease, Posted, Result, Scope, Seq, Webhook,
        held::{Batch, Header, Led, Room, State, Taken},
    },
    sqlite::Write,
};

const BATCH: &str = batch!();
const BATCH_HEADER: &str = concat!(batch!(), "; UPDATE task SET ", header!(), " WHERE key = ?");
const BATCH_STATUS: &str =
    concat!(batch!(), "; UPDATE task SET ", header!(), ", state = ?, at = ? WHERE key = ?");
const BATCH_END: &str = concat!(
    batch!(),
    "; UPDATE task SET ",
    header!(),
    ", state = ?, at = ?, ended = ?, tail = 2, bytes = ? WHERE key = ?"
);

/// What of the header changes with entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Nothing,
    Header,
    Status,
    End,
}

/// Entries to be stored, then to be taken in memory.
struct Append {
    engine: Arc<Engine>,
    resident: Arc<Resident>,
    /// None once they are taken.
    batch: Option<Batch>,
    lines: Vec<u8>,
    /// The number of the last of them.
    last: Seq,
    /// What the header is with them.
    header: Header,
    latest: i64,
    change: Change,
    /// What is counted for the task if it ends with them.
    bytes: usize,
    key: Option<(Arc<Taken>, Led)>,
    /// In a box, for most have none.
    webhook: Option<Box<Row>>,
    /// What that adds to the task's webhooks, once it is written.
    webhook_bytes: i64,
    /// Given on as soon as the entries are taken.
    pass: Option<Pass>,
}

impl Engine {
    pub(super) async fn append(self: &Arc<Self>, lease: &Lease, entries: Vec<Entry>) -> Result<Head> {
        let batch = Batch::written(entries)?;
        let resident = self.resident(&lease.task).await?;
        let pass = resident.pass().await;
        let append = {
            let mut state = resident.cell.enter()?;
            state.guard(lease)?;
            state.check(&batch, &self.room.limits)?;
            if batch.entries.is_empty() {
                return Ok(state.head());
            }
            self.append_of(&resident, &state, batch, pass)
        };
        let Header { state, cancel, inbox, .. } = &append.header;
        let head = Head::new(append.last, state.clone(), *cancel, *inbox);
        self.database.write(append.written()).await.map_err(failed)?;
        Ok(head)
    }

    pub(super) async fn post(
        self: &Arc<Self>,
        who: &Scope,
        task: &TaskId,
        mut entry: Entry,
        key: Option<IdempotencyKey>,
        webhook: Option<Box<Webhook>>,
    ) -> Result<Posted> {
        let resident = self.resident_of(who, task).await?;
        let cell = &resident.cell;
        let now = entry.at.unix_millis();
        let posts_to = Some(cell.task.clone());
        let key = key.map(|key| Arc::new(Taken { scope: cell.scope.clone(), posts_to, key }));
        let pass = resident.pass().await;
        // A post that was made before registers nothing, so it isn't refused for that.
        let room = match &webhook {
            Some(webhook) => self.check_webhook(&resident, webhook.id()).await,
            None => Ok(()),
        };
        let (append, posted) = {
            let mut state = cell.enter()?;
            if let Some(led) = key.as_ref().and_then(|key| self.keys.find(key, now, &self.room))
                && let Some(first) = led.posted
            {
                return Ok(state.again(&first));
            }
            state.admit(&mut entry)?;
            room?;
            let batch = Batch::posted(entry);
            state.check(&batch, &self.room.limits)?;
            let mut append = self.append_of(&resident, &state, batch, pass);
            let posted = state.posted(append.last);
            append.key = key.map(|key| {
                let led = Led { task: cell.task.clone(), posted: Some(posted.clone()), at: now };
                (key, led)
            });
            append.webhook = webhook.map(|webhook| Box::new(Row::new(&webhook, posted.seq - 1)));
            (append, posted)
        };
        self.database.write(append.written()).await.map_err(failed)?;
        Ok(posted)
    }

    /// What is to be stored of entries that may be taken.
    fn append_of(
        self: &Arc<Self>,
        resident: &Arc<Resident>,
        state: &State,
        batch: Batch,
        pass: Pass,
    ) -> Append {
        let (mut header, mut latest, mut last) = (state.header.clone(), state.latest, state.tail.last());
        for kept in &batch.entries {
            last += 1;
            latest = latest.max(kept.millis());
            header.note(&kept.entry, last);
        }
        let stored = resident.stored();
        let change = if header.state.is_terminal() {
            Change::End
        } else if (&header.state, header.at) != (&stored.header.state, stored.header.at) {
            Change::Status
        } else if header != stored.header {
            Change::Header
        } else {
            Change::Nothing
        };
        // About what it will be once it is stored whole, until that is counted.
        let bytes = stored.bytes() + state.checkpoint.bytes + state.grown + batch.growth;
        Append {
            engine: Arc::clone(self),
            resident: Arc::clone(resident),
            batch: Some(batch),
            lines: Vec::new(),
            last,
            header,
            latest,
            change,
            bytes,
            key: None,
            webhook: None,
            webhook_bytes: 0,
            pass: Some(pass),
        }
    }
}

impl Append {
    /// The same with its lines, which are written while nobody waits for the task.
    fn written(mut self) -> Self {
        let entries = self.batch.iter().flat_map(|batch| &batch.entries);
        self.lines = lines::encode(entries.map(|kept| &kept.entry));
        self
    }

    /// Takes the entries in memory, as they are in the file now.
    fn take(&mut self, room: &Room) {
        let Some(batch) = self.batch.take() else { return };
        let mut state = self.resident.cell.lock();
        let mut stored = self.resident.stored();
        stored.add(self.last, self.lines.len());
        stored.add_webhooks(self.webhook_bytes);
        stored.header = self.header.clone();
        state.apply(batch, &room.limits);
        if state.header.state.is_terminal() {
            stored.opened = None;
            stored.charged = self.bytes;
        }
        drop(stored);
        state.trim(room);
    }
}

#[async_trait]
impl Write for Append {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let (key, header) = (self.resident.key, &self.header);
        let sql = match self.change {
            Change::Nothing => BATCH,
            Change::Header => BATCH_HEADER,
            Change::Status => BATCH_STATUS,
            Change::End => BATCH_END,
        };
        let mut statement = sqlx::query(sql).bind(key).bind(int(self.last)).bind(&*self.lines);
        if self.change != Change::Nothing {
            statement = bind_header(statement, header, self.latest);
        }
        if matches!(self.change, Change::Status | Change::End) {
            statement = bind_status(statement, header);
        }
        if self.change == Change::End {
            statement = statement.bind(self.engine.finished.number()).bind(int(self.bytes));
        }
        if self.change != Change::Nothing {
            statement = statement.bind(key);
        }
        statement.execute(&mut *tx).await?;
        if let Some((key, led)) = &self.key {
            super::keys::write(tx, self.resident.key, key, led).await?;
        }
        if let Some(webhook) = &self.webhook {
            self.webhook_bytes = webhook.put(tx, self.resident.key).await?.unwrap_or(0);
        }
        Ok(())
    }

    fn committed(&mut self, (): &()) {
        let engine = &Arc::clone(&self.engine);
        self.take(&engine.room);
        if let Some((key, led)) = self.key.take() {
            engine.take_key(&key, led);
            engine.sweep_if_due(self.latest);
        }
        engine.residents.reweigh(&self.resident);
        if self.change == Change::End {
            engine.dismiss();
            engine.finished.add(self.bytes, None);
        }
        engine.fold_if_due(&self.resident);
        drop(self.pass.take());
    }
}
