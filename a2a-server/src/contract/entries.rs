//! What is written is what is read, to the last field.
//!
//! Entries are all that is left of a run when its process is gone, and what peers are told of it. So a log changes
//! nothing of them but what [`post`](crate::log::TaskLog::post) says, and keeps the kinds that readers of the
//! protocol don't see like all others.

use a2a_core::{
    Artifact, Caller, CallerKind, Entry, EntryBody, Metadata, Part, TaskState, Timestamp,
    entry::{CancelRequested, Chunk, Opened, Record, RequestRecord, RunRef, Status, Turn},
};
use serde_json::{Value, json};

use super::{
    Skipped, Trial,
    claim::same,
    fixture::{at, folded, message, new, record, status},
    promise::promises,
    steps::Steps,
};
use crate::log::{Created, Limit, LogEntry, Retention, TaskLog};

promises! { "entries":
    entries_of_every_kind_come_back_as_they_were,
    entries_of_every_kind_outlive_the_process,
    records_count_and_fold_to_nothing,
}

/// What is hard to keep, and the JSON of an entry keeps: escapes, other scripts, nulls, the ends of numbers, empty things.
fn data() -> Value {
    json!({
        "text": "\" \\ \n \u{0} \u{7f} é ß 漢字 🦀 \u{2028}",
        "": "",
        "null": null,
        "big": u64::MAX,
        "small": i64::MIN,
        "fraction": 0.1,
        "tiny": 5e-324,
        "nested": [[], {}, [null, { "a": [true, false] }]],
    })
}

fn metadata() -> Metadata {
    match data() {
        Value::Object(members) => members,
        _ => Metadata::new(),
    }
}

fn parts() -> Vec<Part> {
    vec![
        Part::text("").with_metadata(metadata()),
        Part::text("漢字 🦀 \u{0}").with_media_type("text/plain"),
        Part::raw((0..=u8::MAX).collect::<Vec<_>>()).with_filename("bytes \"all\".bin"),
        Part::url("https://example.org/?a=b&c=%20"),
        Part::data(data()),
        Part::data(Value::Null),
    ]
}

fn caller() -> Caller {
    let mut caller = Caller::new(CallerKind::Service, "ünïcode|:\"subject\"");
    caller.tenant = "acme".parse().ok();
    caller.scopes = vec!["read".into(), String::new()];
    caller
}

fn request() -> RequestRecord {
    let mut request = RequestRecord::new(caller());
    request.metadata = metadata();
    request.accepted_output_modes = vec!["text/plain".into(), "image/*".into()];
    request.extensions = vec!["urn:one".into(), "urn:two".into()];
    request
}

fn said(text: &str) -> a2a_core::Message {
    let mut message = message(text);
    message.parts = parts();
    message.metadata = metadata();
    message.extensions = vec!["urn:one".into()];
    message.reference_task_ids = "another".parse().into_iter().collect();
    (message.context_id, message.task_id) = ("conversation".parse().ok(), "t".parse().ok());
    message
}

fn written(attempt: u32, body: EntryBody) -> Entry {
    let mut run = RunRef::new(u32::MAX);
    run.attempt = attempt;
    Entry::written(at(7), run, body)
}

fn opening() -> Entry {
    let opened = Opened::new(said("begin"), request()).with_metadata(metadata());
    Entry::posted(at(0), EntryBody::Opened(Box::new(opened)))
}

fn artifact() -> Artifact {
    let mut artifact = Artifact::new("artifact".parse().expect("that is an id"), parts());
    (artifact.name, artifact.description) = (Some("漢字".into()), Some("a \"name\"".into()));
    artifact.metadata = metadata();
    artifact.extensions = vec!["urn:one".into()];
    artifact
}

/// What a run writes, in every form.
fn written_entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for state in [TaskState::Submitted, TaskState::Working, TaskState::AuthRequired, TaskState::InputRequired]
    {
        let mut status = Status::new(state);
        entries.push(written(1, EntryBody::Status(status.clone())));
        status.message = Some(Box::new(said("status")));
        status.metadata = metadata();
        entries.push(written(2, EntryBody::Status(status)));
    }
    for (append, last_chunk) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut chunk = Chunk::new(artifact());
        (chunk.append, chunk.last_chunk, chunk.metadata) = (append, last_chunk, metadata());
        entries.push(written(3, EntryBody::Artifact(chunk)));
    }
    let empty = Artifact::new("empty".parse().expect("that is an id"), Vec::new());
    entries.push(written(1, EntryBody::Artifact(Chunk::new(empty))));
    for fact in [data(), Value::Null, json!("text"), json!([1])] {
        entries.push(written(1, EntryBody::Record(Record::new("a kind of \"fact\"", fact))));
    }
    entries.push(Entry::posted(at(8), EntryBody::Record(Record::new("", json!({})))));
    entries.push(Entry::posted(
        Timestamp::from_unix_millis(-1),
        EntryBody::Record(Record::new("early", json!(0))),
    ));
    entries
}

fn posts() -> Vec<Entry> {
    vec![
        Entry::posted(at(9), EntryBody::Turn(Box::new(Turn::new(said("turn"), request())))),
        Entry::posted(at(9), EntryBody::CancelRequested(CancelRequested::new(caller(), metadata()))),
        Entry::posted(at(9), EntryBody::CancelRequested(CancelRequested::default())),
    ]
}

/// Makes the task `t` of entries of every kind, and answers them as they are to be read.
async fn write_all(log: &dyn TaskLog) -> Vec<Entry> {
    let mut all = vec![opening()];
    all.extend(written_entries());
    let created = log.create(new("t"), all.clone()).await;
    let Ok(Created::New(lease, _)) = created else { panic!("promised was a task, but it is {created:?}") };
    for post in posts() {
        log.say("t", post).await;
    }
    log.write(&lease, written_entries()).await;
    all.extend(posts());
    for entry in &mut all {
        if let EntryBody::Turn(turn) = &mut entry.body {
            turn.resumes = Some(TaskState::InputRequired);
        }
    }
    all.extend(written_entries());
    all
}

async fn check_all(log: &dyn TaskLog, expected: &[Entry]) {
    let all = log.entries("t").await;
    for (read, (seq, written)) in all.iter().zip((1..).zip(expected)) {
        same(format!("entry {seq}"), (read.seq, &*read.entry), (seq, written));
    }
    same("how many entries there are", all.len(), expected.len());
    same("the task", log.whole("t").await.1, folded("t", &all));
}

/// Every field of every kind of entry is read as it was written: texts of all scripts, nulls, the ends of numbers,
/// bytes, and the time, run and attempt of each.
pub async fn entries_of_every_kind_come_back_as_they_were(trial: &Trial) {
    let log = trial.log().await;
    let expected = write_all(&*log).await;
    check_all(&*log, &expected).await;
}

/// The same of a process that is started behind one that was killed: what was acknowledged is stored.
pub async fn entries_of_every_kind_outlive_the_process(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let expected = write_all(&*log).await;
    let log = trial.reopened(log).await?;
    check_all(&*log, &expected).await;
    Ok(())
}

/// A record has a number and is read like every entry, but the task doesn't differ by it and nobody's list changes.
pub async fn records_count_and_fold_to_nothing(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![status(1, TaskState::Working)]).await;
    let before = log.whole("t").await.1;
    let head = log.write(&lease, vec![record(50), record(51)]).await;
    same("the head", (head.seq, head.state), (4, TaskState::Working));
    same("the task", log.whole("t").await, (4, before));
    let mut reader = log.reader("t", Some(2)).await;
    let read = log.rest(&mut reader.cursor, Limit::default()).await;
    let bodies = |entry: &LogEntry| (entry.seq, Entry::clone(&entry.entry));
    same("what is read", read.iter().map(bodies).collect::<Vec<_>>(), vec![(3, record(50)), (4, record(51))]);
}
