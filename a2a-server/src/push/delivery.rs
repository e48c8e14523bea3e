//! One webhook, told what the log of its task says: a reader like any other, at its own pace.

use std::{ops::ControlFlow, sync::Arc};

use a2a_core::{ContextId, EntryBody, TaskId, TaskState, Version};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::{
    client::Failure,
    deliveries::{Ask, Place},
    payload,
    target::Target,
};
use crate::{
    log::{Limit, LogCursor, LogEntry, LogError, Page, Scope, Seq, Snapshot, View},
    run::{Runs, Watch},
};

/// Tells one webhook.
pub(super) struct Delivery {
    place: Place,
    runs: Arc<Runs>,
    scope: Scope,
    asked: mpsc::UnboundedReceiver<Ask>,
}

/// Where a delivery stands in the log of its task.
struct Reading {
    /// The webhook as it was registered last.
    target: Target,
    version: Version,
    /// The last entry that was read.
    seq: Seq,
    /// None while nobody works on the task: it needn't stay in memory for that.
    cursor: Option<LogCursor>,
    /// Where the task stands, as far as it was read.
    state: TaskState,
    watch: Watch,
}

/// What a webhook is told at once.
enum News<'a> {
    Event(&'a payload::Event, &'a TaskId, &'a ContextId),
    /// The task as it stands, where what came before that can't be read any more.
    Task(&'a Snapshot),
}

impl News<'_> {
    /// In v0.3 there is nothing to tell but a status.
    fn is_nothing_to(&self, version: Version) -> bool {
        version.major == 0
            && matches!(self, Self::Event(event, ..) if payload::status(event.entry()).is_none())
    }
}

/// Goes on, or is over.
type Flow<T = ()> = ControlFlow<(), T>;

impl Delivery {
    pub(super) fn new(
        place: Place,
        runs: Arc<Runs>,
        scope: Scope,
        asked: mpsc::UnboundedReceiver<Ask>,
    ) -> Self {
        Self { place, runs, scope, asked }
    }

    /// Tells until the task ends, the webhook is removed, or the time behind a shutdown is over.
    pub(super) async fn run(mut self) {
        let (shutdown, drain) = (self.runs.shutdown.clone(), self.runs.limits.drain);
        let late = async {
            shutdown.canceled().await;
            tokio::time::sleep(drain).await;
        };
        tokio::select! {
            () = late => {}
            () = self.tell() => {}
        }
    }

    async fn tell(&mut self) {
        loop {
            if let Flow::Continue(mut reading) = self.begin().await {
                let _ = self.follow(&mut reading).await;
                if reading.state.is_terminal() {
                    return;
                }
            }
            if self.place.leave() {
                return;
            }
        }
    }

    /// Begins where the webhook is to be told from.
    async fn begin(&mut self) -> Flow<Reading> {
        let watch = self.runs.registry.watch(&self.place.key.task);
        let (target, version, seq) = self.registered().await?;
        let state = TaskState::Unspecified;
        Flow::Continue(Reading { target, version, seq, cursor: None, state, watch })
    }

    /// The webhook as the log has it now.
    async fn registered(&mut self) -> Flow<(Target, Version, Seq)> {
        let mut failures = 0;
        loop {
            let _ = self.place.is_anew();
            let key = &self.place.key;
            match self.runs.log.webhook(&self.scope, &key.task, &key.id).await {
                Ok(Some(webhook)) => match Target::of(&webhook.config) {
                    Ok(target) => return Flow::Continue((target, webhook.version, webhook.after)),
                    Err(error) => {
                        tracing::error!(%error, task_id = %key.task, "a webhook can't be called");
                        return Flow::Break(());
                    }
                },
                Ok(None) => return Flow::Break(()),
                Err(error) => self.bear(error, &mut failures).await?,
            }
        }
    }

    async fn follow(&mut self, reading: &mut Reading) -> Flow {
        let (mut asks, mut failures) = (Vec::new(), 0);
        loop {
            // In v0.3 much is read of which nothing is told.
            tokio::task::coop::consume_budget().await;
            let signal = Arc::clone(&reading.watch.signal);
            let changed = signal.notified();
            match self.read(reading).await {
                Err(error) => self.bear(error, &mut failures).await?,
                Ok(Page::Trimmed(snapshot)) => {
                    reading.state = snapshot.state.clone();
                    self.deliver(reading, &News::Task(&snapshot)).await?;
                }
                Ok(Page::Entries(entries)) if entries.is_empty() => {
                    failures = 0;
                    for ask in asks.drain(..) {
                        let _: Result<(), ()> = Ask::send(ask, ());
                    }
                    if reading.state.is_terminal() {
                        return Flow::Break(());
                    }
                    if reading.state.is_interrupted() {
                        reading.cursor = None;
                    }
                    tokio::select! {
                        () = changed => {}
                        Some(ask) = self.asked.recv() => asks.push(ask),
                    }
                }
                Ok(Page::Entries(entries)) => {
                    failures = 0;
                    self.tell_entries(reading, entries).await?;
                }
            }
        }
    }

    async fn read(&self, reading: &mut Reading) -> Result<Page, LogError> {
        if reading.cursor.is_none() {
            let task = &self.place.key.task;
            let attached = self.runs.log.attach(&self.scope, task, Some(reading.seq)).await?;
            reading.state = attached.state;
            reading.seq = attached.cursor.seq();
            reading.cursor = Some(attached.cursor);
            if let Some(snapshot) = attached.snapshot {
                return Ok(Page::Trimmed(snapshot));
            }
        }
        let Some(cursor) = &mut reading.cursor else { return Ok(Page::Entries(Vec::new())) };
        let page = self.runs.log.read(cursor, Limit::default()).await?;
        reading.seq = cursor.seq();
        Ok(page)
    }

    /// Tells entries that came together.
    async fn tell_entries(&mut self, reading: &mut Reading, entries: Vec<LogEntry>) -> Flow {
        let Some(cursor) = &reading.cursor else { return Flow::Continue(()) };
        let (task, context) = (cursor.task.clone(), cursor.context.clone());
        for event in payload::events(entries) {
            match &event.entry().body {
                EntryBody::Status(status) => reading.state = status.state.clone(),
                EntryBody::Turn(_) => reading.state = TaskState::Working,
                _ => {}
            }
            self.deliver(reading, &News::Event(&event, &task, &context)).await?;
        }
        Flow::Continue(())
    }

    /// Calls the webhook until it was told or has had all its attempts, each time as it is registered by then. What it
    /// is told is written while the call is under way only: a whole task is large, and many webhooks may wait with one.
    async fn deliver(&mut self, reading: &mut Reading, news: &News<'_>) -> Flow {
        let deliveries = Arc::clone(&self.place.deliveries);
        let (mut attempt, mut failures) = (1, 0);
        loop {
            if self.place.is_anew() {
                (reading.target, reading.version, _) = self.registered().await?;
            }
            if news.is_nothing_to(reading.version) {
                return Flow::Continue(());
            }
            // Nobody closes it.
            let flies = deliveries.in_flight.acquire().await;
            if self.place.awaits_anew() {
                continue;
            }
            let body = match self.body(reading.version, news).await {
                Ok(body) => body,
                Err(error) => {
                    drop(flies);
                    self.bear(error, &mut failures).await?;
                    continue;
                }
            };
            let told = deliveries.client.post(&reading.target, reading.version, body).await;
            drop(flies);
            let Err(failure) = told else { return Flow::Continue(()) };
            let last = attempt >= deliveries.settings.attempts;
            self.report(&failure, &reading.target, last);
            drop(failure);
            if last {
                return Flow::Continue(());
            }
            tokio::time::sleep(deliveries.pause(attempt)).await;
            attempt += 1;
        }
    }

    /// What a webhook of this version is told.
    async fn body(&self, version: Version, news: &News<'_>) -> Result<Bytes, LogError> {
        Ok(match news {
            News::Event(event, task, context) if version.major > 0 => event.body(task, context),
            News::Event(event, task, _) => {
                let snapshot = self.runs.log.load(&self.scope, task, View::default()).await?;
                payload::old_task(&snapshot, payload::status(event.entry()))
            }
            News::Task(snapshot) if version.major > 0 => payload::task(snapshot),
            News::Task(snapshot) => payload::old_task(snapshot, None),
        })
    }

    fn report(&self, failure: &Failure, target: &Target, is_last: bool) {
        let (task, url, error) = (&self.place.key.task, target.shown(), failure as &dyn std::error::Error);
        if is_last {
            tracing::warn!(error, task_id = %task, url, "a webhook wasn't told of an event, which is given up");
        } else {
            tracing::debug!(error, task_id = %task, url, "a webhook wasn't told; it is tried again");
        }
    }

    /// Waits before the log is asked again; over if the task is gone.
    async fn bear(&self, error: LogError, failures: &mut u32) -> Flow {
        if matches!(error, LogError::NotFound) {
            return Flow::Break(());
        }
        *failures += 1;
        report(&error, Some(&self.place.key.task));
        drop(error);
        tokio::time::sleep(self.place.deliveries.pause(*failures)).await;
        Flow::Continue(())
    }
}

/// The log can't say what is to be told, for now.
pub(super) fn report(error: &LogError, task: Option<&TaskId>) {
    let error = error as &dyn std::error::Error;
    let task = task.map(TaskId::as_str);
    tracing::error!(error, task_id = task, "the log failed, so webhooks wait; it is asked again");
}
