use a2a_core::{Artifact, EntryBody, Fold, Message, TaskState, Timestamp, entry};
use pretty_assertions::assert_eq;

use super::*;

fn written(body: EntryBody) -> Entry {
    Entry::written(Timestamp::from_unix_millis(0), entry::RunRef::new(1), body)
}

/// A chunk that says everything a chunk can say.
fn chunk(text: &str) -> Entry {
    let mut artifact = Artifact::new("a".parse().unwrap(), text);
    artifact.name = Some(format!("name {text}"));
    artifact.description = Some(format!("description {text}"));
    artifact.metadata.insert(format!("key {text}"), text.into());
    artifact.extensions = vec!["urn:each".to_owned(), format!("urn:{text}")];
    let mut chunk = Chunk::new(artifact);
    chunk.append = true;
    written(EntryBody::Artifact(chunk))
}

fn folded<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> a2a_core::Task {
    let message = Message::user("m".parse().unwrap(), "begin");
    let opened = entry::Opened::new(message, entry::RequestRecord::default());
    let (task, context) = ("t".parse().unwrap(), "c".parse().unwrap());
    let mut fold = Fold::open(task, context, Timestamp::from_unix_millis(0), &opened);
    for entry in entries {
        fold.apply_entry(entry);
    }
    fold.into_task()
}

#[test]
fn chunks_that_are_joined_lose_nothing() {
    let status = written(EntryBody::Status(entry::Status::new(TaskState::Working)));
    let entries = vec![chunk("1"), chunk("2"), status, chunk("2"), chunk("3"), chunk("4")];
    let read = |(entry, seq): (&Entry, u64)| LogEntry::new(seq, Arc::new(entry.clone()));
    let events = events(entries.iter().zip(2..).map(read).collect());
    assert_eq!(events.len(), 3);
    assert_eq!(folded(events.iter().map(Event::entry)), folded(&entries));
}
