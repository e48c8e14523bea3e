use a2a_core::{
    Applied, Caller, CallerKind, Entry, EntryBody, Fold, Message, Metadata, Part, TaskState, Timestamp,
    WriteJson as _,
    entry::{CancelRequested, Chunk, Opened, Record, RequestRecord, RunRef, Status, Turn},
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{artifact, message, object, said, task};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}

fn posted(body: EntryBody) -> Entry {
    Entry::posted(at(1), body)
}

fn asked(id: &str) -> Message {
    Message::user(id.parse().expect("it is valid"), "asked")
}

fn opened() -> Opened {
    let mut opened = Opened::new(asked("first"), RequestRecord::new(Caller::anonymous()));
    opened.metadata = object(json!({"k": 0}));
    opened
}

fn open() -> Fold {
    Fold::open("t".parse().expect("it is valid"), "c".parse().expect("it is valid"), at(0), &opened())
}

#[test]
fn a_turn_goes_into_history_and_wakes_a_task_that_waits() {
    let mut fold = open();
    let mut question = Status::new(TaskState::InputRequired);
    question.message = Some(Box::new(message("question")));
    let mut answer = Turn::new(asked("answer"), RequestRecord::default());
    answer.resumes = Some(TaskState::InputRequired);
    let aside = Turn::new(asked("aside"), RequestRecord::default());
    let applied = [
        EntryBody::Status(question),
        EntryBody::Turn(Box::new(answer)),
        EntryBody::Turn(Box::new(aside.clone())),
        EntryBody::CancelRequested(CancelRequested::default()),
        EntryBody::Record(Record::new("k", json!(1))),
        EntryBody::Opened(Box::new(opened())),
        EntryBody::Status(Status::new(TaskState::Canceled)),
        EntryBody::Turn(Box::new(aside)),
    ]
    .map(|body| fold.apply_entry(&posted(body)));
    assert_eq!(
        applied,
        [
            Applied::Status,
            Applied::Status,
            Applied::Said,
            Applied::Ignored,
            Applied::Ignored,
            Applied::Ignored,
            Applied::Status,
            Applied::Dropped,
        ]
    );
    let mut expected = task(TaskState::Canceled);
    expected.status.timestamp = Some(at(1));
    expected.history = vec![asked("first"), message("question"), asked("answer"), asked("aside")];
    expected.metadata = object(json!({"k": 0}));
    assert_eq!((fold.dropped(), fold.into_task()), (1, expected));
}

#[test]
fn what_only_the_server_knows_has_no_event() {
    let (task_id, context_id) = ("t".parse().unwrap(), "c".parse().unwrap());
    for body in [
        EntryBody::Turn(Box::new(Turn::new(asked("m"), RequestRecord::default()))),
        EntryBody::CancelRequested(CancelRequested::default()),
        EntryBody::Record(Record::new("k", Value::Null)),
    ] {
        assert!(!body.is_on_wire());
        assert!(posted(body).event(&task_id, &context_id).is_none());
    }
}

#[test]
fn entries_are_written_as_they_are_read() {
    let caller = Caller::new(CallerKind::User, "ann");
    let mut request = RequestRecord::new(caller).with(
        object(json!({"k": null})),
        vec!["text/plain".to_owned()],
        ["urn:x"].into_iter().collect(),
    );
    request.tenant = Some("acme".parse().unwrap());
    let mut turn = Turn::new(asked("m"), request.clone());
    turn.resumes = Some(TaskState::AuthRequired);
    let mut last = Chunk::new(artifact("a", "x"));
    (last.append, last.last_chunk) = (true, true);
    let record = json!({"caller": {"subject": "ann", "kind": "user"}, "tenant": "acme", "metadata": {"k": null},
        "acceptedOutputModes": ["text/plain"], "extensions": ["urn:x"]});
    let said = json!({"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "asked"}]});
    for (body, json) in [
        (
            EntryBody::Opened(Box::new(Opened::new(asked("m"), request))),
            json!({"opened": {"message": said, "request": record}}),
        ),
        (
            EntryBody::Turn(Box::new(turn)),
            json!({"turn": {"message": said, "request": record, "resumes": "TASK_STATE_AUTH_REQUIRED"}}),
        ),
        (
            EntryBody::Status(Status::new(TaskState::Working)),
            json!({"status": {"state": "TASK_STATE_WORKING"}}),
        ),
        (
            EntryBody::Artifact(last),
            json!({"artifact": {
                "artifact": {"artifactId": "a", "parts": [{"text": "x"}]}, "append": true, "lastChunk": true,
            }}),
        ),
        (
            EntryBody::CancelRequested(CancelRequested::new(
                Caller::anonymous(),
                object(json!({"why": [1]})),
            )),
            json!({"cancelRequested": {"caller": {"kind": "anonymous"}, "metadata": {"why": [1]}}}),
        ),
        (
            EntryBody::Record(Record::new("receipt", Value::Null)),
            json!({"record": {"kind": "receipt", "data": null}}),
        ),
    ] {
        let entry = Entry::written(at(1_500), RunRef::new(2), body);
        let json = json!({"at": "1970-01-01T00:00:01.500Z", "run": {"run": 2, "attempt": 1}, "body": json});
        assert_eq!(serde_json::to_value(&entry).unwrap(), json);
        assert_eq!(serde_json::from_str::<Entry>(&json.to_string()).unwrap(), entry);
    }
}

#[test]
fn the_size_of_an_entry_is_near_that_of_its_json() {
    let text = "x".repeat(100_000);
    let mut status = Status::new(TaskState::Working);
    status.message = said(TaskState::Working, "m").message;
    status.metadata = object(json!({"k": [&text, {"k": &text}]}));
    for (body, least) in [
        (EntryBody::Artifact(Chunk::new(artifact("a", &text))), 100_000),
        (EntryBody::Status(status), 200_000),
        (EntryBody::Record(Record::new("k", json!(text))), 100_000),
        (
            EntryBody::Artifact(Chunk::new(a2a_core::Artifact::new(
                "a".parse().unwrap(),
                Part::raw(text.into_bytes()),
            ))),
            133_336,
        ),
    ] {
        let (size, exact) = (body.size(), serde_json::to_vec(&body).unwrap().len());
        assert!(size >= least && size.abs_diff(exact) < 500, "{size} for {exact}");
    }
}

fn any_state() -> impl Strategy<Value = TaskState> {
    (0..10).prop_map(|number| serde_json::from_value(json!(number)).expect("it is valid"))
}

fn any_metadata() -> impl Strategy<Value = Metadata> {
    prop::collection::btree_map("(urn:adk-bridge:)?[a-c]", 0..3, 0..3)
        .prop_map(|members| members.into_iter().map(|(key, value)| (key, json!(value))).collect())
}

fn any_body() -> impl Strategy<Value = EntryBody> {
    prop_oneof![
        3 => (any_state(), prop::option::of("[m-p]"), any_metadata()).prop_map(|(state, said, metadata)| {
            let mut status = Status::new(state);
            status.message = said.map(|id| Box::new(message(&id)));
            status.metadata = metadata;
            EntryBody::Status(status)
        }),
        6 => ("[a-d]", ".{0,3}", any::<(bool, bool)>(), any_metadata(), any_metadata()).prop_map(
            |(id, text, (append, last_chunk), on_artifact, on_update)| {
                let mut chunk = Chunk::new(artifact(&id, &text));
                chunk.artifact.metadata = on_artifact;
                (chunk.append, chunk.last_chunk, chunk.metadata) = (append, last_chunk, on_update);
                EntryBody::Artifact(chunk)
            }
        ),
        2 => prop::option::of(any_state()).prop_map(|resumes| {
            let mut turn = Turn::new(asked("turn"), RequestRecord::default());
            turn.resumes = resumes;
            EntryBody::Turn(Box::new(turn))
        }),
        1 => Just(EntryBody::CancelRequested(CancelRequested::default())),
        1 => Just(EntryBody::Record(Record::new("k", json!({"data": 1})))),
    ]
}

proptest! {
    #[test]
    fn a_reader_of_the_wire_has_the_task_that_the_log_has(
        bodies in prop::collection::vec(any_body(), 0..30)
    ) {
        let (task_id, context_id) = ("t".parse().unwrap(), "c".parse().unwrap());
        let begin = Entry::posted(at(0), EntryBody::Opened(Box::new(opened())));
        let begun = begin.event(&task_id, &context_id).expect("it is on the wire").to_stream_event();
        let mut wire = Fold::new(task(TaskState::Submitted));
        prop_assert_eq!(wire.apply(&begun), Applied::Snapshot);
        let mut log = open();
        prop_assert_eq!(wire.task(), log.task());
        for (n, body) in (1..).zip(bodies) {
            let entry = Entry::written(at(n), RunRef::new(1), body);
            let applied = log.apply_entry(&entry);
            if let Some(event) = entry.event(&task_id, &context_id) {
                prop_assert_eq!(wire.apply(&event.to_stream_event()), applied);
            }
        }
        let mut task = log.into_task();
        task.history.retain(|message| message.message_id != "turn");
        prop_assert_eq!(wire.into_task(), task);
    }

    #[test]
    fn the_event_of_an_entry_is_written_as_the_value_it_stands_for(body in any_body()) {
        let (task_id, context_id) = ("t".parse().unwrap(), "c".parse().unwrap());
        for body in [body, EntryBody::Opened(Box::new(opened()))] {
            let entry = Entry::posted(at(1), body);
            let Some(event) = entry.event(&task_id, &context_id) else { continue };
            let mut written = Vec::new();
            event.write_json(&mut written);
            prop_assert_eq!(
                String::from_utf8(written).unwrap(),
                serde_json::to_string(&event.to_stream_event()).unwrap()
            );
        }
    }

    #[test]
    fn any_entry_is_read_as_it_was_written(body in any_body()) {
        let entry = Entry::posted(at(1), body);
        let json = serde_json::to_string(&entry).unwrap();
        prop_assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }
}
