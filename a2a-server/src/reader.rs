//! A stream of a task: a reader of its log, at its own pace.

mod until;

use std::sync::Arc;

use a2a_core::{ContextId, Cursor, Cursored, EntryBody, Error, Fold, Message, StreamEvent, TaskId};
use futures_core::stream::BoxStream;

pub(crate) use self::until::{Asked, Until};
use crate::{
    log::{Attached, Limit, LogCursor, LogEntry, LogError, Page, Seq, Snapshot, TaskBody, TaskLog, View},
    operations::from_log,
    run::Watch,
};

/// What a reader gets at once.
#[derive(Debug)]
pub(crate) enum Batch {
    /// The only item of a stream without a task.
    Message(Message),
    /// The task as it stands.
    Task(Snapshot),
    /// The next entries, at least one.
    Entries(Vec<LogEntry>),
}

/// Reads one task until the stream is over.
#[derive(Debug)]
pub(crate) struct Reader {
    /// What comes before the log.
    first: Option<Batch>,
    source: Option<Source>,
}

#[derive(Debug)]
struct Source {
    log: Arc<dyn TaskLog>,
    cursor: LogCursor,
    watch: Watch,
    until: Until,
    history: Option<usize>,
    /// The task has ended, so whatever there is to read is there.
    ended: bool,
    /// The stream is over, with an error if the reader's turn was refused.
    over: Option<Result<(), Error>>,
}

impl Reader {
    /// A stream of one message.
    pub(crate) fn message(message: Message) -> Self {
        Self { first: Some(Batch::Message(message)), source: None }
    }

    /// A stream from where `attached` stands.
    pub(crate) fn new(
        log: Arc<dyn TaskLog>,
        attached: Attached,
        watch: Watch,
        until: Until,
        history: Option<usize>,
    ) -> Self {
        let (cursor, ended) = (attached.cursor, attached.state.is_terminal());
        let mut source = Source { log, cursor, watch, until, history, ended, over: None };
        let first = attached.snapshot.map(|snapshot| source.task(snapshot));
        Self { first, source: Some(source) }
    }

    /// What comes next; `None` at the end. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<Result<Batch, Error>> {
        let next = match (self.first.take(), &mut self.source) {
            (Some(first), _) => Some(Ok(first)),
            (None, source) => source.as_mut()?.next().await.transpose(),
        };
        // What isn't read any more is no longer kept.
        if !matches!(next, Some(Ok(_))) || self.source.as_ref().is_some_and(Source::is_over) {
            self.source = None;
        }
        next
    }

    /// Whether nothing comes any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.first.is_none() && self.source.is_none()
    }

    /// The place of the task it reads, for writing its entries.
    pub(crate) fn place(&self) -> Option<(TaskId, ContextId)> {
        self.source.as_ref().map(|source| (source.cursor.task.clone(), source.cursor.context.clone()))
    }

    /// The events one by one.
    pub(crate) fn into_events(self) -> BoxStream<'static, Result<Cursored<StreamEvent>, Error>> {
        let place = self.place();
        let batches = futures_util::stream::unfold(self, async |mut reader| {
            let batch = reader.next().await?;
            Some((batch, reader))
        });
        Box::pin(futures_util::StreamExt::flat_map(batches, move |batch| {
            let events = match batch {
                Ok(batch) => batch.into_events(place.as_ref()).into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            futures_util::stream::iter(events)
        }))
    }
}

impl Source {
    async fn next(&mut self) -> Result<Option<Batch>, Error> {
        loop {
            match self.over.take() {
                None => {}
                Some(over) => return over.map(|()| None),
            }
            // A reader that never catches up mustn't keep its thread.
            tokio::task::coop::consume_budget().await;
            let signal = Arc::clone(&self.watch.signal);
            let changed = signal.notified();
            let limit = self.limit();
            match self.log.read(&mut self.cursor, limit).await.map_err(|error| self.lost(error))? {
                Page::Trimmed(snapshot) => return Ok(Some(self.task(snapshot))),
                Page::Entries(entries) if entries.is_empty() => {
                    if self.ended || self.is_answered().await? {
                        return Ok(None);
                    }
                    changed.await;
                }
                Page::Entries(entries) => {
                    let batch = self.batch(entries);
                    if batch.is_some() {
                        return Ok(batch);
                    }
                }
            }
        }
    }

    /// The entries that are for the reader, up to where the stream is over.
    fn batch(&mut self, mut entries: Vec<LogEntry>) -> Option<Batch> {
        let mut read = 0;
        while self.over.is_none() && read < entries.len() {
            self.over = self.until.is_over(&entries[read]);
            read += 1;
        }
        entries.truncate(read);
        entries.retain(|entry| entry.entry.body.is_on_wire());
        let LogEntry { seq, entry } = entries.first()?;
        if self.history == Some(0)
            && let EntryBody::Opened(opened) = &entry.body
        {
            let LogCursor { task, context, .. } = &self.cursor;
            let task = Fold::open(task.clone(), context.clone(), entry.at, opened).into_task();
            let (state, body) = (task.status.state.clone(), TaskBody::Folded(task.into()));
            return Some(Batch::Task(self.view(Snapshot::new(*seq, state, body, View::default()))));
        }
        Some(Batch::Entries(entries))
    }

    /// The entry that opens the task comes alone if its message isn't wanted, for then it is shown as a task.
    fn limit(&self) -> Limit {
        let alone = self.history == Some(0) && self.cursor.seq() == 0;
        if alone { Limit { entries: 1, ..Limit::default() } } else { Limit::default() }
    }

    fn task(&mut self, snapshot: Snapshot) -> Batch {
        if self.until.is_over_at(snapshot.seq, &snapshot.state) {
            self.over = Some(Ok(()));
        }
        Batch::Task(self.view(snapshot))
    }

    fn is_over(&self) -> bool {
        matches!(self.over, Some(Ok(())))
    }

    /// For a reader that missed how its turn was taken: whether the task rests, and so has answered.
    async fn is_answered(&self) -> Result<bool, Error> {
        let Some(scope) = self.until.unsure() else { return Ok(false) };
        let header = self.log.header(scope, &self.cursor.task).await.map_err(|error| self.lost(error))?;
        Ok(!header.leased && self.until.pauses(&header.head.state))
    }

    fn view(&self, mut snapshot: Snapshot) -> Snapshot {
        snapshot.view = View { history: self.history, ..View::default() };
        snapshot
    }

    fn lost(&self, error: LogError) -> Error {
        from_log(error, &self.cursor.task)
    }
}

impl Batch {
    /// The events in it, as values of their own.
    fn into_events(self, place: Option<&(TaskId, ContextId)>) -> Vec<Cursored<StreamEvent>> {
        match self {
            Self::Message(message) => vec![Cursored::new(StreamEvent::Message(message), None)],
            Self::Task(snapshot) => {
                let cursor = Cursor::after(snapshot.seq);
                vec![Cursored::new(snapshot.to_task().into(), Some(cursor))]
            }
            Self::Entries(entries) => {
                let Some((task, context)) = place else { return Vec::new() };
                let event = |entry: &LogEntry| {
                    let event = entry.entry.event(task, context)?.to_stream_event();
                    Some(Cursored::new(event, Some(Cursor::after(entry.seq))))
                };
                entries.iter().filter_map(event).collect()
            }
        }
    }
}

/// The place in the log that a cursor of ours means.
pub(crate) fn seq(cursor: Option<&Cursor>) -> Option<Seq> {
    cursor.and_then(Cursor::seq)
}
