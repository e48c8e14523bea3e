//! Entries, scopes and shorthands for tests of the log.

use a2a_core::{
    Artifact, Caller, CallerKind, ContextId, Entry, EntryBody, Fold, Message, Task, TaskId, TaskState,
    Timestamp,
    entry::{CancelRequested, Chunk, Opened, Record, RequestRecord, RunRef, Status, Turn},
};
use a2a_server::log::{
    Create, Created, Head, IdempotencyKey, Lease, Limit, ListQuery, LogCursor, LogEntry, Page, Scope, Seq,
    Snapshot, TaskLog, View,
};

pub(crate) fn scope(name: &str) -> Scope {
    Scope::of(&Caller::new(CallerKind::User, name))
}

pub(crate) fn ann() -> Scope {
    scope("ann")
}

pub(crate) fn task(name: &str) -> TaskId {
    name.parse().unwrap()
}

/// A time, in milliseconds.
pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_800_000_000_000 + millis)
}

pub(crate) fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey::new(key)
}

pub(crate) fn message(text: &str) -> Message {
    Message::user(format!("message-{text}").parse().unwrap(), text)
}

pub(crate) fn opened(millis: i64) -> Entry {
    let opened = Opened::new(message("begin"), RequestRecord::default());
    Entry::posted(at(millis), EntryBody::Opened(Box::new(opened)))
}

pub(crate) fn turn(millis: i64, text: &str) -> Entry {
    Entry::posted(at(millis), EntryBody::Turn(Box::new(Turn::new(message(text), RequestRecord::default()))))
}

pub(crate) fn cancel(millis: i64) -> Entry {
    Entry::posted(at(millis), EntryBody::CancelRequested(CancelRequested::default()))
}

fn written(millis: i64, body: EntryBody) -> Entry {
    Entry::written(at(millis), RunRef::new(1), body)
}

pub(crate) fn status(millis: i64, state: TaskState) -> Entry {
    written(millis, EntryBody::Status(Status::new(state)))
}

pub(crate) fn said(millis: i64, state: TaskState, text: &str) -> Entry {
    let mut status = Status::new(state);
    status.message = Some(Box::new(Message::agent(format!("status-{text}").parse().unwrap(), text)));
    status.metadata.insert(format!("key-{}", text.len() % 3), text.into());
    written(millis, EntryBody::Status(status))
}

/// A status of which only the last metadata stays.
pub(crate) fn progress(millis: i64) -> Entry {
    let mut status = Status::new(TaskState::Working);
    status.metadata.insert("progress".into(), millis.into());
    written(millis, EntryBody::Status(status))
}

pub(crate) fn done(millis: i64) -> Entry {
    status(millis, TaskState::Completed)
}

pub(crate) fn chunk(millis: i64, artifact: &str, text: &str) -> Entry {
    let mut chunk = Chunk::new(Artifact::new(artifact.parse().unwrap(), text));
    chunk.append = true;
    written(millis, EntryBody::Artifact(chunk))
}

pub(crate) fn artifact(millis: i64, artifact: &str, text: &str) -> Entry {
    written(millis, EntryBody::Artifact(Chunk::new(Artifact::new(artifact.parse().unwrap(), text))))
}

pub(crate) fn record(millis: i64) -> Entry {
    written(millis, EntryBody::Record(Record::new("receipt", serde_json::json!({ "paid": true }))))
}

pub(crate) fn new(name: &str) -> Create {
    Create::new(task(name), context(), ann(), None)
}

pub(crate) fn context() -> ContextId {
    "conversation".parse().unwrap()
}

/// Makes a task of Ann's with these entries behind the first one.
pub(crate) async fn begin(log: &dyn TaskLog, name: &str, behind: Vec<Entry>) -> (Lease, Head) {
    let entries = std::iter::once(opened(0)).chain(behind).collect();
    match log.create(new(name), entries).await.unwrap() {
        Created::New(lease, head) => (lease, head),
        other => panic!("a new task was expected, not {other:?}"),
    }
}

/// Makes a task of Ann's that ends at once.
pub(crate) async fn ended(log: &dyn TaskLog, name: &str, millis: i64) -> Snapshot {
    match log.create(new(name), vec![opened(millis), done(millis)]).await.unwrap() {
        Created::Ended(snapshot) => snapshot,
        other => panic!("a task that has ended was expected, not {other:?}"),
    }
}

/// The whole task, as its owner gets it.
pub(crate) async fn load(log: &dyn TaskLog, name: &str) -> (Seq, Task) {
    let snapshot = log.load(&ann(), &task(name), View::default()).await.unwrap();
    (snapshot.seq, snapshot.to_task())
}

/// Everything behind the cursor, in pages of this size; the tail must reach back.
pub(crate) async fn rest(log: &dyn TaskLog, cursor: &mut LogCursor, limit: Limit) -> Vec<LogEntry> {
    let mut all = Vec::new();
    loop {
        match log.read(cursor, limit).await.unwrap() {
            Page::Entries(page) if page.is_empty() => return all,
            Page::Entries(page) => all.extend(page),
            Page::Trimmed(snapshot) => panic!("nothing was to be trimmed, but it was up to {}", snapshot.seq),
        }
    }
}

/// Every entry of a task of Ann's.
pub(crate) async fn entries(log: &dyn TaskLog, name: &str) -> Vec<LogEntry> {
    let mut attached = log.attach(&ann(), &task(name), Some(0)).await.unwrap();
    assert!(attached.snapshot.is_none());
    rest(log, &mut attached.cursor, Limit::default()).await
}

/// The task that these entries are.
pub(crate) fn folded<'a>(name: &str, entries: impl IntoIterator<Item = &'a LogEntry>) -> Task {
    let mut entries = entries.into_iter();
    let first = &entries.next().expect("the first entry").entry;
    let EntryBody::Opened(opened) = &first.body else { panic!("{first:?} opens nothing") };
    let mut fold = Fold::open(task(name), context(), first.at, opened);
    for entry in entries {
        fold.apply_entry(&entry.entry);
    }
    fold.into_task()
}

pub(crate) fn page_of(entries: usize) -> Limit {
    let mut limit = Limit::default();
    limit.entries = entries;
    limit
}

pub(crate) fn query(limit: usize) -> ListQuery {
    let mut query = ListQuery::default();
    query.limit = limit;
    query
}

/// A generator of numbers that are the same in every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn from(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    /// What a run may write, with nothing terminal in it.
    pub(crate) fn batch(&mut self, millis: i64) -> Vec<Entry> {
        (0..=self.below(6)).map(|_| self.entry(millis)).collect()
    }

    fn entry(&mut self, millis: i64) -> Entry {
        let text = "x".repeat(usize::try_from(self.below(60)).unwrap());
        let id = format!("artifact-{}", self.below(4));
        match self.below(10) {
            0 => artifact(millis, &id, &text),
            1 => said(millis, TaskState::Working, &text),
            2 => status(millis, TaskState::Working),
            3 => status(millis, TaskState::InputRequired),
            4 => record(millis),
            _ => chunk(millis, &id, &text),
        }
    }
}
