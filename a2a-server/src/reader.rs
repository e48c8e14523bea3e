//! A stream of a task: a reader of its log, at its own pace.

use std::sync::Arc;

use a2a_core::{
    Cursor, Cursored, EntryBody, Error, Message, StreamEvent, TaskState,
    entry::{Record, Status},
};
use futures_core::stream::BoxStream;

use crate::{
    log::{Attached, Limit, LogCursor, LogEntry, LogError, Page, Posted, Seq, Snapshot, TaskLog, View},
    operations::from_log,
    run::{TURN_TAKEN, Watch},
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

/// When a stream is over, beside the end of its task.
#[derive(Debug)]
pub(crate) struct Until {
    /// Which interrupted states end it.
    pause: Pause,
    /// The turn that is to be answered: a pause counts once a run has taken it.
    turn: Option<Posted>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// None: the reader follows the task.
    Never,
    /// INPUT_REQUIRED: the sender has its answer. On AUTH_REQUIRED the run goes on (§7.6.1).
    Input,
    /// Both: a blocking sender has its answer.
    Any,
}

impl Until {
    /// Follows the task to its end.
    pub(crate) fn ended() -> Self {
        Self { pause: Pause::Never, turn: None }
    }

    /// Streams the answer to a message; `turn` if the message went to a task that existed.
    pub(crate) fn answered(turn: Option<Posted>) -> Self {
        Self { pause: Pause::Input, turn }
    }

    /// Waits for the answer to a message.
    pub(crate) fn paused(turn: Option<Posted>) -> Self {
        Self { pause: Pause::Any, turn }
    }

    /// Whether it is over behind this entry.
    fn is_over(&mut self, entry: &LogEntry) -> bool {
        match &entry.entry.body {
            EntryBody::Record(Record { kind, data, .. }) if kind == TURN_TAKEN => {
                let taken = data["seq"].as_u64().unwrap_or_default();
                if self.turn.as_ref().is_some_and(|turn| taken >= turn.seq) {
                    self.turn = None;
                }
                false
            }
            EntryBody::Status(Status { state, .. }) => {
                let run = entry.entry.run.map_or(0, |run| run.run);
                let took = self.turn.as_ref().is_none_or(|turn| run > turn.run);
                state.is_terminal() || (took && self.pauses(state))
            }
            _ => false,
        }
    }

    /// Whether it is over where the task stands.
    fn is_over_at(&self, state: &TaskState) -> bool {
        state.is_terminal() || (self.turn.is_none() && self.pauses(state))
    }

    fn pauses(&self, state: &TaskState) -> bool {
        match self.pause {
            Pause::Never => false,
            Pause::Input => *state == TaskState::InputRequired,
            Pause::Any => state.is_interrupted(),
        }
    }
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
        let over = attached.snapshot.as_ref().is_some_and(|snapshot| until.is_over_at(&snapshot.state));
        let source = Source { log, cursor: attached.cursor, watch, until, history };
        let first = attached.snapshot.map(|snapshot| Batch::Task(source.view(snapshot)));
        Self { first, source: (!over).then_some(source) }
    }

    /// What comes next; `None` at the end. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<Result<Batch, Error>> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        let source = self.source.as_mut()?;
        let read = source.next().await;
        match read {
            Ok((batch, over)) => {
                if over {
                    self.source = None;
                }
                Some(Ok(batch))
            }
            Err(error) => {
                let task = source.cursor.task().clone();
                self.source = None;
                Some(Err(from_log(error, &task)))
            }
        }
    }

    /// The place of the task it reads, for writing its entries.
    pub(crate) fn place(&self) -> Option<(&a2a_core::TaskId, &a2a_core::ContextId)> {
        self.source.as_ref().map(|source| (&source.cursor.task, &source.cursor.context))
    }

    /// The events one by one.
    pub(crate) fn into_events(self) -> BoxStream<'static, Result<Cursored<StreamEvent>, Error>> {
        let place = self.place().map(|(task, context)| (task.clone(), context.clone()));
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
    async fn next(&mut self) -> Result<(Batch, bool), LogError> {
        loop {
            let signal = Arc::clone(&self.watch.signal);
            let mut woken = std::pin::pin!(signal.notified());
            woken.as_mut().enable();
            match self.log.read(&mut self.cursor, Limit::default()).await? {
                Page::Trimmed(snapshot) => {
                    let over = self.until.is_over_at(&snapshot.state);
                    return Ok((Batch::Task(self.view(snapshot)), over));
                }
                Page::Entries(entries) if entries.is_empty() => woken.await,
                Page::Entries(mut entries) => {
                    let end = entries.iter().position(|entry| self.until.is_over(entry));
                    entries.truncate(end.map_or(entries.len(), |end| end + 1));
                    entries.retain(|entry| entry.entry.body.is_on_wire());
                    if !entries.is_empty() {
                        return Ok((Batch::Entries(entries), end.is_some()));
                    }
                }
            }
        }
    }

    fn view(&self, mut snapshot: Snapshot) -> Snapshot {
        snapshot.view = View { history: self.history, ..View::default() };
        snapshot
    }
}

impl Batch {
    /// The events in it, as values of their own.
    fn into_events(self, place: Option<&(a2a_core::TaskId, a2a_core::ContextId)>) -> Vec<Cursored<StreamEvent>> {
        match self {
            Self::Message(message) => vec![Cursored::new(StreamEvent::Message(message), None)],
            Self::Task(snapshot) => {
                let cursor = Cursor::after(snapshot.seq);
                vec![Cursored::new(StreamEvent::Task(snapshot.to_task()), Some(cursor))]
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
