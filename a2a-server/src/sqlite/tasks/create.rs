//! New tasks.

use std::sync::Arc;

use a2a_core::{Entry, EntryBody};
use async_trait::async_trait;
use sqlx::SqliteConnection;
use tokio::sync::OwnedMutexGuard;

use super::{
    engine::{Admitted, Engine, failed},
    fold::write_fold,
    header_row::{batch, bind_header, bind_status, int},
    lines,
    resident::{Resident, Stored},
    webhooks::Row,
};
use crate::{
    log::{
        Create, Created, EncodedTask, LogError, Result, Seq, Snapshot, TaskBody, View,
        held::{Cell, Header, Led, State, Taken, misuse},
    },
    sqlite::Write,
};

/// Nothing is written if the id is taken.
const TASK: &str = "INSERT INTO task (latest, cancel, inbox, consumed, taken, epoch, run, attempt, holder, died, due, \
    state, at, key, id, owner, tenant, context, ended, tail, bytes) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";

/// A task to be stored, then to be known in memory.
struct New {
    engine: Arc<Engine>,
    resident: Arc<Resident>,
    header: Header,
    latest: i64,
    lines: Vec<u8>,
    last: Seq,
    /// The whole task, if it has ended.
    encoded: Option<EncodedTask>,
    bytes: usize,
    key: Option<(Arc<Taken>, Led)>,
    webhook: Option<Row>,
    admitted: Option<Admitted>,
    /// No other send with the key is looked at until this one is known.
    pass: Option<OwnedMutexGuard<()>>,
}

impl Engine {
    pub(super) async fn create(self: &Arc<Self>, new: Create, first: Vec<Entry>) -> Result<Created> {
        let key = new.key.clone();
        let key = key.map(|key| Arc::new(Taken { scope: new.scope.clone(), posts_to: None, key }));
        let (mut state, value) = State::create(&new, first, &self.room.limits)?;
        if new.webhook.is_some() && self.room.limits.webhooks == 0 {
            return Err(LogError::TooManyWebhooks { limit: 0 });
        }
        let encoded = state.header.state.is_terminal().then(|| match state.seal(None) {
            TaskBody::Encoded(encoded) => encoded,
            TaskBody::Folded(task) => EncodedTask::new(&task),
        });
        let pass = match &key {
            Some(key) => Some(self.creating.pass(key).await),
            None => None,
        };
        if let Some(key) = &key
            && let Some(first) = self.led(key, state.latest).await?
        {
            return Ok(Created::Joined(first));
        }
        let admitted = if encoded.is_none() { Some(self.admit()?) } else { None };
        let head = state.head();
        let mut job = self.new_task(new, state, encoded.clone());
        (job.admitted, job.pass) = (admitted, pass);
        let task = &job.resident.cell.task;
        job.key = key.map(|key| (key, Led { task: task.clone(), posted: None, at: job.latest }));
        let lease = job.resident.cell.lease(&job.header);
        let is_new = self.database.write(job).await.map_err(failed)?;
        if !is_new {
            return Err(misuse("the task id is taken"));
        }
        Ok(match encoded {
            Some(encoded) => {
                let body = TaskBody::Encoded(encoded);
                let snapshot = Snapshot::new(head.seq, head.state, body, View::default());
                Created::Ended(snapshot.with_value(value))
            }
            None => Created::New(lease, head),
        })
    }

    fn new_task(self: &Arc<Self>, mut new: Create, mut state: State, encoded: Option<EncodedTask>) -> New {
        let entries = state.tail.behind(state.tail.base()).map(|kept| &kept.entry);
        let (lines, last) = (lines::encode(entries), state.tail.last());
        let (header, latest) = (state.header.clone(), state.latest);
        let mut stored = Stored::new(header.clone());
        if !lines.is_empty() {
            stored.add(last, lines.len());
        }
        if let Some(encoded) = &encoded {
            stored.folded(last, encoded.len(), 0);
        } else {
            let first = state.tail.first().map(|first| &first.entry);
            stored.opened = first.filter(|first| matches!(first.body, EntryBody::Opened(_))).cloned();
        }
        let webhook = new.webhook.take().map(|webhook| Row::new(&webhook, 0));
        stored.add_webhooks(webhook.as_ref().map_or(0, Row::bytes));
        let bytes = stored.bytes();
        stored.charged = bytes;
        state.trim(&self.room);
        let cell = Arc::new(Cell::new(new, state));
        let resident = Arc::new(Resident::new(self.next_key(), cell, stored));
        New {
            engine: Arc::clone(self),
            resident,
            header,
            latest,
            lines,
            last,
            encoded,
            bytes,
            key: None,
            webhook,
            admitted: None,
            pass: None,
        }
    }
}

#[async_trait]
impl Write for New {
    /// Whether the id was free.
    type Output = bool;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let (key, cell) = (self.resident.key, &self.resident.cell);
        let statement = bind_header(sqlx::query(TASK), &self.header, self.latest);
        let ended = self.encoded.as_ref().map(|_| self.engine.finished.number());
        let inserted = bind_status(statement, &self.header)
            .bind(key)
            .bind(cell.task.as_str())
            .bind(cell.scope.owner())
            .bind(cell.scope.tenant().map_or("", |tenant| tenant.as_str()))
            .bind(cell.context.as_str())
            .bind(ended)
            .bind(ended.filter(|_| !self.lines.is_empty()).map(|_| 1))
            .bind(int(self.bytes))
            .execute(&mut *tx)
            .await?;
        if inserted.rows_affected() == 0 {
            return Ok(false);
        }
        if !self.lines.is_empty() {
            let statement = sqlx::query(batch!()).bind(key).bind(int(self.last)).bind(&*self.lines);
            statement.execute(&mut *tx).await?;
        }
        if let Some(encoded) = &self.encoded {
            write_fold(tx, key, self.last, encoded).await?;
        }
        if let Some((taken, led)) = &self.key {
            super::keys::write(tx, key, taken, led).await?;
        }
        if let Some(webhook) = &self.webhook {
            webhook.put(tx, key).await?;
        }
        Ok(true)
    }

    fn committed(&mut self, is_new: &bool) {
        if !is_new {
            return;
        }
        let engine = &self.engine;
        engine.residents.insert(Arc::clone(&self.resident));
        if let Some((key, led)) = self.key.take() {
            engine.take_key(&key, led);
        }
        drop(self.pass.take());
        if let Some(admitted) = &mut self.admitted {
            admitted.keep();
        }
        if self.encoded.is_some() {
            engine.finished.add(self.bytes, (!self.lines.is_empty()).then_some(self.latest));
        } else {
            engine.fold_if_due(&self.resident);
        }
        engine.sweep_if_due(self.latest);
    }
}
