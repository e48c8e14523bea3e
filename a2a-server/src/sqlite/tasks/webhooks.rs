//! The webhooks of tasks. They are in the file alone: who asks for them is rare.

use std::sync::Arc;

use a2a_core::{TaskId, TaskPushNotificationConfig, Tenant, Version};
use async_trait::async_trait;
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    engine::{Engine, failed},
    header_row::{Nonsense, int, seq},
    resident::{Pass, Resident},
};
use crate::{
    log::{LogError, PendingWebhook, Result, Scope, Seq, Webhook, WebhookPage, write_json},
    sqlite::Write,
};

/// Nothing is written if the task is gone.
const PUT: &str = "INSERT INTO task_webhook (task, id, config, version, after) \
    SELECT key, ?, ?, ?, ? FROM task WHERE key = ? \
    ON CONFLICT (task, id) DO UPDATE SET config = excluded.config, version = excluded.version";
const DELETE: &str = "DELETE FROM task_webhook WHERE task = ? AND id = ?";
const SIZE: &str = "SELECT length(config) FROM task_webhook WHERE task = ? AND id = ?";
const OTHERS: &str = "SELECT count(*) FROM task_webhook WHERE task = ? AND id <> ?";
const ONE: &str = "SELECT number, config, version, after FROM task_webhook WHERE task = ? AND id = ?";
const PAGE: &str = "SELECT number, config, version, after FROM task_webhook \
    WHERE task = ? AND number > ? ORDER BY number LIMIT ?";
const PENDING: &str = "SELECT number, task_webhook.id AS webhook, task.id AS task, owner, tenant \
    FROM task_webhook JOIN task ON task.key = task_webhook.task \
    WHERE number > ? AND ended IS NULL ORDER BY number LIMIT ?";
const CHARGE: &str = "UPDATE task SET bytes = max(bytes + ?, 0) WHERE key = ? AND ended IS NOT NULL";

/// About how many bytes a webhook has in the file besides its config.
const FRAME: i64 = 100;

/// A webhook as it is written.
pub(super) struct Row {
    id: String,
    config: Vec<u8>,
    version: String,
    after: Seq,
}

impl Row {
    pub(super) fn new(webhook: &Webhook, after: Seq) -> Self {
        let mut config = Vec::with_capacity(256);
        write_json(&mut config, &webhook.config);
        Self { id: webhook.id().to_owned(), config, version: webhook.version.to_string(), after }
    }

    /// What it takes in the file.
    pub(super) fn bytes(&self) -> i64 {
        int(self.config.len()).saturating_add(FRAME)
    }

    /// Writes it; answers how much more the webhooks of the task take with it, or nothing if the task is gone.
    pub(super) async fn put(&self, tx: &mut SqliteConnection, task: i64) -> Result<Option<i64>, sqlx::Error> {
        let before = size(tx, task, &self.id).await?;
        let put = sqlx::query(PUT).bind(&*self.id).bind(&*self.config).bind(&*self.version);
        let put = put.bind(int(self.after)).bind(task).execute(tx).await?;
        Ok((put.rows_affected() > 0).then_some(self.bytes() - before))
    }
}

/// What a webhook takes in the file.
async fn size(tx: &mut SqliteConnection, task: i64, id: &str) -> Result<i64, sqlx::Error> {
    let size: Option<i64> = sqlx::query_scalar(SIZE).bind(task).bind(id).fetch_optional(tx).await?;
    Ok(size.map_or(0, |size| size + FRAME))
}

/// What is to become of a webhook.
enum Wish {
    Put(Row),
    Delete(String),
}

/// A webhook to be stored or removed.
struct Change {
    engine: Arc<Engine>,
    resident: Arc<Resident>,
    wish: Wish,
    pass: Option<Pass>,
}

impl Engine {
    pub(super) async fn put_webhook(
        self: &Arc<Self>,
        who: &Scope,
        task: &TaskId,
        webhook: Webhook,
    ) -> Result<Webhook> {
        let resident = self.resident_of(who, task).await?;
        let pass = resident.pass().await;
        self.check_webhook(&resident, webhook.id()).await?;
        let last = resident.cell.enter()?.tail.last();
        let row = Row::new(&webhook, last);
        self.change(&resident, Wish::Put(row), pass).await?;
        self.webhook_of(&resident, webhook.id()).await?.ok_or(LogError::NotFound)
    }

    pub(super) async fn delete_webhook(self: &Arc<Self>, who: &Scope, task: &TaskId, id: &str) -> Result<()> {
        let resident = self.resident_of(who, task).await?;
        let pass = resident.pass().await;
        self.change(&resident, Wish::Delete(id.to_owned()), pass).await
    }

    async fn change(self: &Arc<Self>, resident: &Arc<Resident>, wish: Wish, pass: Pass) -> Result<()> {
        let (engine, resident) = (Arc::clone(self), Arc::clone(resident));
        let change = Change { engine, resident, wish, pass: Some(pass) };
        let changed = self.database.write(change).await.map_err(failed)?;
        changed.map(drop).ok_or(LogError::NotFound)
    }

    /// Whether a webhook of this id may be put, as long as nobody else writes to the task.
    pub(super) async fn check_webhook(&self, resident: &Resident, id: &str) -> Result<()> {
        let limit = self.room.limits.webhooks;
        let others = sqlx::query_scalar(OTHERS).bind(resident.key).bind(id);
        let others: i64 =
            others.fetch_one(self.database.readers()).await.map_err(|error| self.fail(error))?;
        if others < int(limit) { Ok(()) } else { Err(LogError::TooManyWebhooks { limit }) }
    }

    pub(super) async fn webhook(
        self: &Arc<Self>,
        who: &Scope,
        task: &TaskId,
        id: &str,
    ) -> Result<Option<Webhook>> {
        let resident = self.resident_of(who, task).await?;
        self.webhook_of(&resident, id).await
    }

    async fn webhook_of(&self, resident: &Resident, id: &str) -> Result<Option<Webhook>> {
        let found = sqlx::query(ONE).bind(resident.key).bind(id);
        let found = found.fetch_optional(self.database.readers()).await.map_err(|error| self.fail(error))?;
        found.map(|row| self.read_webhook(resident, &row)).transpose()
    }

    pub(super) async fn webhooks(
        self: &Arc<Self>,
        who: &Scope,
        task: &TaskId,
        after: u64,
        most: usize,
    ) -> Result<WebhookPage> {
        let resident = self.resident_of(who, task).await?;
        let rows = sqlx::query(PAGE).bind(resident.key).bind(int(after)).bind(int(most.saturating_add(1)));
        let rows = rows.fetch_all(self.database.readers()).await.map_err(|error| self.fail(error))?;
        let webhooks = rows.iter().map(|row| self.read_webhook(&resident, row)).collect::<Result<_>>()?;
        Ok(WebhookPage::of(webhooks, most))
    }

    pub(super) async fn pending_webhooks(&self, after: u64, most: usize) -> Result<Vec<PendingWebhook>> {
        let rows = sqlx::query(PENDING).bind(int(after)).bind(int(most));
        let rows = rows.fetch_all(self.database.readers()).await.map_err(|error| self.fail(error))?;
        let pending = rows.iter().map(pending).collect::<Result<_, Nonsense>>();
        pending.map_err(|what| failed(self.database.corrupt(format!("a webhook: {what}"))))
    }

    fn read_webhook(&self, resident: &Resident, row: &SqliteRow) -> Result<Webhook> {
        read(row).map_err(|what| self.corrupt(&resident.cell.task, "webhook", &*what))
    }
}

fn read(row: &SqliteRow) -> Result<Webhook, Nonsense> {
    let config: TaskPushNotificationConfig = serde_json::from_slice(row.try_get::<&[u8], _>("config")?)?;
    let mut webhook = Webhook::new(config, row.try_get::<&str, _>("version")?.parse::<Version>()?);
    webhook.after = seq(row.try_get("after")?)?;
    webhook.number = seq(row.try_get("number")?)?;
    Ok(webhook)
}

fn pending(row: &SqliteRow) -> Result<PendingWebhook, Nonsense> {
    let tenant = row.try_get::<&str, _>("tenant")?;
    let tenant = if tenant.is_empty() { None } else { Some(tenant.parse::<Tenant>()?) };
    let scope = Scope::stored(row.try_get("owner")?, tenant);
    let task = row.try_get::<&str, _>("task")?.parse()?;
    Ok(PendingWebhook::new(scope, task, row.try_get("webhook")?, seq(row.try_get("number")?)?))
}

#[async_trait]
impl Write for Change {
    /// How much more the webhooks of the task take; nothing if the task is gone.
    type Output = Option<i64>;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
        let task = self.resident.key;
        let grown = match &self.wish {
            Wish::Put(row) => match row.put(tx, task).await? {
                Some(grown) => grown,
                None => return Ok(None),
            },
            Wish::Delete(id) => {
                let before = size(tx, task, id).await?;
                sqlx::query(DELETE).bind(task).bind(&**id).execute(&mut *tx).await?;
                -before
            }
        };
        if grown != 0 {
            sqlx::query(CHARGE).bind(grown).bind(task).execute(tx).await?;
        }
        Ok(Some(grown))
    }

    fn committed(&mut self, grown: &Option<i64>) {
        if let Some(grown) = grown {
            let ended = self.resident.cell.lock().header.state.is_terminal();
            let mut stored = self.resident.stored();
            stored.add_webhooks(*grown);
            if ended {
                let before = stored.charged;
                stored.charged = before.saturating_add_signed(isize::try_from(*grown).unwrap_or(0));
                self.engine.finished.recharge(before, stored.charged);
            }
        }
        drop(self.pass.take());
    }
}
