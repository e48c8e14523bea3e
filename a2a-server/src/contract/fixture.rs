//! What is written to a log on trial: entries, scopes, and numbers that are the same in every run.

use crate::log::{Create, IdempotencyKey, Limit, ListQuery, LogEntry, Scope};
use a2a_core::{
    Artifact, Caller, CallerKind, ContextId, Entry, EntryBody, Fold, Message, Task, TaskId, TaskState,
    Timestamp,
    entry::{CancelRequested, Chunk, Opened, Record, RequestRecord, RunRef, Status, Turn},
};

/// The tasks of this user.
pub fn scope(name: &str) -> Scope {
    Scope::of(&Caller::new(CallerKind::User, name))
}

/// The tasks of Ann, who owns what nobody else is said to own.
pub fn ann() -> Scope {
    scope("ann")
}

/// The task of this name.
pub fn task(name: &str) -> TaskId {
    id(name)
}

/// A time, in milliseconds.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_800_000_000_000 + millis)
}

/// An idempotency key.
pub fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey::new(key)
}

/// A message of a user.
pub fn message(text: &str) -> Message {
    Message::user(id(&format!("message-{text}")), text)
}

/// What opens a task.
pub fn opened(millis: i64) -> Entry {
    let opened = Opened::new(message("begin"), RequestRecord::default());
    Entry::posted(at(millis), EntryBody::Opened(Box::new(opened)))
}

/// A message to a task that exists.
pub fn turn(millis: i64, text: &str) -> Entry {
    Entry::posted(at(millis), EntryBody::Turn(Box::new(Turn::new(message(text), RequestRecord::default()))))
}

/// A wish that the task stops.
pub fn cancel(millis: i64) -> Entry {
    Entry::posted(at(millis), EntryBody::CancelRequested(CancelRequested::default()))
}

/// An id in whatever form its place has.
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("the texts of a trial are ids")
}

fn written(millis: i64, body: EntryBody) -> Entry {
    Entry::written(at(millis), RunRef::new(1), body)
}

/// A bare status.
pub fn status(millis: i64, state: TaskState) -> Entry {
    written(millis, EntryBody::Status(Status::new(state)))
}

/// A status with a message and with metadata.
pub fn said(millis: i64, state: TaskState, text: &str) -> Entry {
    let mut status = Status::new(state);
    status.message = Some(Box::new(Message::agent(id(&format!("status-{text}")), text)));
    status.metadata.insert(format!("key-{}", text.len() % 3), text.into());
    written(millis, EntryBody::Status(status))
}

/// A status of which only the last metadata stays.
pub fn progress(millis: i64) -> Entry {
    let mut status = Status::new(TaskState::Working);
    status.metadata.insert("progress".into(), millis.into());
    written(millis, EntryBody::Status(status))
}

/// An end.
pub fn done(millis: i64) -> Entry {
    status(millis, TaskState::Completed)
}

/// A chunk that adds to its artifact.
pub fn chunk(millis: i64, artifact: &str, text: &str) -> Entry {
    let mut chunk = Chunk::new(Artifact::new(id(artifact), text));
    chunk.append = true;
    written(millis, EntryBody::Artifact(chunk))
}

/// An artifact that replaces the one of its name.
pub fn artifact(millis: i64, artifact: &str, text: &str) -> Entry {
    written(millis, EntryBody::Artifact(Chunk::new(Artifact::new(id(artifact), text))))
}

/// A fact of the server's own.
pub fn record(millis: i64) -> Entry {
    written(millis, EntryBody::Record(Record::new("receipt", serde_json::json!({ "paid": true }))))
}

/// A task of Ann's to be.
pub fn new(name: &str) -> Create {
    Create::new(task(name), context(), ann(), None)
}

/// The conversation of all tasks that are said to have no other.
pub fn context() -> ContextId {
    id("conversation")
}

/// The task that these entries are.
pub fn folded<'a>(name: &str, entries: impl IntoIterator<Item = &'a LogEntry>) -> Task {
    let mut entries = entries.into_iter();
    let first = &entries.next().expect("the first entry").entry;
    let EntryBody::Opened(opened) = &first.body else { panic!("{first:?} opens nothing") };
    let mut fold = Fold::open(task(name), context(), first.at, opened);
    for entry in entries {
        fold.apply_entry(&entry.entry);
    }
    fold.into_task()
}

/// Pages of at most so many entries.
pub fn page_of(entries: usize) -> Limit {
    Limit { entries, ..Limit::default() }
}

/// Lists at most so many tasks of whatever kind.
pub fn query(limit: usize) -> ListQuery {
    ListQuery { limit, ..ListQuery::default() }
}

/// A generator of numbers that are the same in every run.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of this seed.
    pub fn from(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    /// The same, for counting.
    fn index(&mut self, end: u64) -> usize {
        usize::try_from(self.below(end)).expect("what is below so little is little")
    }

    /// What a run may write, with nothing terminal in it.
    pub fn batch(&mut self, millis: i64) -> Vec<Entry> {
        (0..=self.below(6)).map(|_| self.entry(millis)).collect()
    }

    fn entry(&mut self, millis: i64) -> Entry {
        let text = "x".repeat(self.index(60));
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
