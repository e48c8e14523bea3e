//! What must agree in the end: what the client was told, the task, its entries, and the session.

use std::path::Path;

use adk_bridge::{
    a2a_core::{
        Caller, ContextId, Entry, EntryBody, Fold, Message, Part, Role, StreamEvent, Task, TaskId, TaskState,
    },
    a2a_server::{
        log::{Limit, Page, Scope, TaskLog as _, View},
        sqlite::Sqlite,
    },
    adk::{AppName, Event, SessionKey, SessionService as _, SqliteSessions, Window},
    convert::part,
};
use pretty_assertions::assert_eq;

use super::conversation::Told;

/// A task, as far as two runs of it are the same.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) state: TaskState,
    pub(super) artifacts: Vec<String>,
}

/// Holds the file against what the client was told, the task against its entries, and the session against both.
pub(super) async fn agree(folder: &Path, told: &Told) -> Outcome {
    let file = Sqlite::open(folder.join("clerk.db")).await.unwrap();
    let who = Scope::of(&Caller::anonymous());
    let Told { task: told, streams } = told;
    let stored = file.load(&who, &told.id, View::default()).await.unwrap().to_task();
    assert_eq!(*told, stored, "what the client was told is what is stored");
    let context = told.context_id.as_ref().unwrap();
    let entries = entries(&file, &who, &told.id).await;
    assert_eq!(stored, folded(&entries, &told.id, context), "the task is its entries");
    let wire: Vec<StreamEvent> = entries
        .iter()
        .filter_map(|entry| entry.event(&told.id, context))
        .map(|event| event.to_stream_event())
        .collect();
    for heard in streams {
        let [StreamEvent::Task(_), heard @ ..] = &heard[..] else { panic!("{heard:?}") };
        let each_once = wire.windows(heard.len()).any(|told| told == heard);
        assert!(each_once, "a stream goes on where it was cut:\n{heard:#?}\nof\n{wire:#?}");
    }
    let pauses =
        |entry: &&Entry| matches!(&entry.body, EntryBody::Status(status) if status.state.is_interrupted());
    assert!(entries.iter().filter(pauses).count() < 2, "it is asked once: {entries:#?}");
    let context = context.as_str();
    let user = format!("A2A_USER_{context}");
    let key = SessionKey::new(
        AppName::try_from("clerk").unwrap(),
        user.as_str().try_into().unwrap(),
        context.try_into().unwrap(),
    );
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let session = sessions.load(&key, Window::All).await.unwrap().unwrap();
    let asked = |message: &&Message| message.role == Role::User;
    let heard = session.events.iter().filter(|event| event.is_from_user()).count();
    assert_eq!(heard, stored.history.iter().filter(asked).count(), "the session has each message once");
    let said: Vec<(String, String)> = session
        .events
        .iter()
        .filter(|event| event.author == "clerk")
        .map(|event| (event.id.clone(), texts(&event_parts(event))))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let shown: Vec<(String, String)> = stored
        .artifacts
        .iter()
        .map(|artifact| (artifact.artifact_id.to_string(), texts(&artifact.parts)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    if stored.status.state != TaskState::Canceled {
        assert_eq!(said, shown, "the session and the log agree");
    }
    assert!(shown.starts_with(&said), "{said:?} is more than {shown:?}");
    file.close().await;
    Outcome {
        state: stored.status.state.clone(),
        artifacts: stored.artifacts.iter().map(|artifact| texts(&artifact.parts)).collect(),
    }
}

fn event_parts(event: &Event) -> Vec<Part> {
    let parts = event.content.iter().flat_map(|content| &content.parts);
    parts.map(|said| part::to_a2a(said, &[])).collect()
}

fn texts(parts: &[Part]) -> String {
    parts.iter().filter_map(Part::as_text).collect()
}

/// Every entry of a task, of which none is missing.
async fn entries(file: &Sqlite, who: &Scope, task: &TaskId) -> Vec<Entry> {
    let mut reader = file.attach(who, task, Some(0)).await.unwrap();
    assert!(reader.snapshot.is_none(), "nothing is trimmed so soon");
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let Page::Entries(page) = file.read(&mut reader.cursor, Limit::default()).await.unwrap() else {
            panic!()
        };
        if page.is_empty() {
            return entries;
        }
        for entry in page {
            assert_eq!(entry.seq, entries.len() as u64 + 1);
            entries.push((*entry.entry).clone());
        }
    }
}

fn folded(entries: &[Entry], task: &TaskId, context: &ContextId) -> Task {
    let EntryBody::Opened(opened) = &entries[0].body else { panic!("{:?}", entries[0]) };
    let mut fold = Fold::open(task.clone(), context.clone(), entries[0].at, opened);
    for entry in &entries[1..] {
        fold.apply_entry(entry);
    }
    fold.into_task()
}
