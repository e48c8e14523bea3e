//! What is written by hand is byte for byte what serde writes.

use a2a_core::{
    Artifact, EmptyId, Message, Metadata, Part, Role, SendMessageRequest, SendMessageResponse, StreamEvent,
    Task, TaskArtifactUpdateEvent, TaskState, TaskStatus, TaskStatusUpdateEvent, Timestamp, WriteJson,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

fn by_hand(value: &(impl WriteJson + ?Sized)) -> String {
    let mut out = b"before".to_vec();
    value.write_json(&mut out);
    String::from_utf8(out.split_off(6)).expect("JSON is UTF-8")
}

fn by_serde(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("it can be written")
}

fn any_text() -> impl Strategy<Value = String> {
    r#"[a-z\u{80}-\u{7ff}\u{10000}]{0,20}(["\\\x00-\x1f]|\x7f)?[a-z"\\]{0,20}"#
}

fn any_id<T>() -> impl Strategy<Value = T>
where
    T: std::str::FromStr<Err = EmptyId> + std::fmt::Debug,
{
    r#"[a-z"\\\n]{1,9}"#.prop_map(|id| id.parse().expect("it isn't empty"))
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(any_text(), inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn any_metadata() -> impl Strategy<Value = Metadata> {
    prop::collection::btree_map(any_text(), any_value(), 0..3)
        .prop_map(|members| members.into_iter().collect())
}

fn any_part() -> impl Strategy<Value = Part> {
    let content = prop_oneof![
        4 => any_text().prop_map(Part::text),
        1 => any_text().prop_map(Part::url),
        1 => any::<Vec<u8>>().prop_map(Part::raw),
        1 => any_value().prop_map(Part::data),
        1 => Just(serde_json::from_value(json!({ "newer": { "x": null } })).expect("it is kept")),
    ];
    let names = (any_metadata(), prop::option::of(any_text()), prop::option::of(any_text()));
    (content, names).prop_map(|(mut part, (metadata, filename, media_type))| {
        (part.metadata, part.filename, part.media_type) = (metadata, filename, media_type);
        part
    })
}

fn any_message() -> impl Strategy<Value = Message> {
    let place = (any_id(), prop::option::of(any_id()), prop::option::of(any_id()));
    let role = prop_oneof![Just(json!("ROLE_USER")), Just(json!("newer\"")), Just(json!(2)), Just(json!(77))];
    let parts = prop::collection::vec(any_part(), 0..3);
    let rest =
        (any_metadata(), prop::collection::vec(any_text(), 0..3), prop::collection::vec(any_id(), 0..3));
    (place, role, parts, rest).prop_map(
        |((id, context, task), role, parts, (metadata, extensions, others))| {
            let mut message = Message::user(id, parts);
            message.role = serde_json::from_value::<Role>(role).expect("any is kept");
            (message.context_id, message.task_id, message.metadata) = (context, task, metadata);
            (message.extensions, message.reference_task_ids) = (extensions, others);
            message
        },
    )
}

fn any_artifact() -> impl Strategy<Value = Artifact> {
    let names = (any_id(), prop::option::of(any_text()), prop::option::of(any_text()));
    let parts = prop::collection::vec(any_part(), 0..3);
    (names, parts, any_metadata(), prop::collection::vec(any_text(), 0..3)).prop_map(
        |((id, name, description), parts, metadata, extensions)| {
            let mut artifact = Artifact::new(id, parts);
            (artifact.name, artifact.description) = (name, description);
            (artifact.metadata, artifact.extensions) = (metadata, extensions);
            artifact
        },
    )
}

fn any_status() -> impl Strategy<Value = TaskStatus> {
    let state = (0..12).prop_map(|number| serde_json::from_value(json!(number)).expect("any is kept"));
    (state, prop::option::of(any_message()), prop::option::of(any::<i64>())).prop_map(
        |(state, message, millis): (TaskState, _, _)| {
            let mut status = TaskStatus::new(state);
            status.message = message.map(Box::new);
            status.timestamp = millis.map(Timestamp::from_unix_millis);
            status
        },
    )
}

fn any_task() -> impl Strategy<Value = Task> {
    let ids = (any_id(), prop::option::of(any_id()));
    let artifacts = prop::collection::vec(any_artifact(), 0..3);
    let history = prop::collection::vec(any_message(), 0..3);
    (ids, any_status(), artifacts, history, any_metadata()).prop_map(
        |((id, context), status, artifacts, history, metadata)| {
            let mut task = Task::new(id, "c".parse().expect("it isn't empty"));
            (task.context_id, task.status, task.artifacts) = (context, status, artifacts);
            (task.history, task.metadata) = (history, metadata);
            task
        },
    )
}

fn any_status_update() -> impl Strategy<Value = TaskStatusUpdateEvent> {
    ((any_id(), any_id()), any_status(), any_metadata()).prop_map(|((task, context), status, metadata)| {
        let mut update = TaskStatusUpdateEvent::new(task, context, status);
        update.metadata = metadata;
        update
    })
}

fn any_artifact_update() -> impl Strategy<Value = TaskArtifactUpdateEvent> {
    let place = (any_id(), prop::option::of(any_id()));
    (place, any_artifact(), any::<(bool, bool)>(), any_metadata()).prop_map(
        |((task, context), artifact, (append, last_chunk), metadata)| {
            let mut update = TaskArtifactUpdateEvent::new(task, "c".parse().expect("not empty"), artifact);
            (update.context_id, update.metadata) = (context, metadata);
            (update.append, update.last_chunk) = (append, last_chunk);
            update
        },
    )
}

fn any_event() -> impl Strategy<Value = StreamEvent> {
    prop_oneof![
        any_task().prop_map(StreamEvent::from),
        any_message().prop_map(StreamEvent::Message),
        any_status_update().prop_map(StreamEvent::StatusUpdate),
        any_artifact_update().prop_map(StreamEvent::ArtifactUpdate),
        any_metadata().prop_map(StreamEvent::Unknown),
    ]
}

fn any_send() -> impl Strategy<Value = SendMessageRequest> {
    let answer = (any::<Option<i32>>(), any::<bool>());
    (any_message(), prop::option::of(any_id()), answer, any_metadata()).prop_map(
        |(message, tenant, (history_length, return_immediately), metadata)| {
            let mut request = SendMessageRequest::new(message);
            (request.tenant, request.metadata) = (tenant, metadata);
            request.configuration.history_length = history_length;
            request.configuration.return_immediately = return_immediately;
            request
        },
    )
}

proptest! {
    #[test]
    fn any_task_is_written_as_serde_writes_it(task in any_task()) {
        prop_assert_eq!(by_hand(&task), by_serde(&task));
        prop_assert_eq!(by_hand(&task.history[..]), by_serde(&task.history));
    }

    #[test]
    fn any_event_is_written_as_serde_writes_it(event in any_event()) {
        prop_assert_eq!(by_hand(&event), by_serde(&event));
    }

    #[test]
    fn any_send_and_its_answer_are_written_as_serde_writes_them(send in any_send(), task in any_task()) {
        prop_assert_eq!(by_hand(&send), by_serde(&send));
        let answer = SendMessageResponse::Message(send.message);
        prop_assert_eq!(by_hand(&answer), by_serde(&answer));
        let answer = SendMessageResponse::Task(task);
        prop_assert_eq!(by_hand(&answer), by_serde(&answer));
    }

    #[test]
    fn a_time_is_written_as_it_is_read(millis in any::<i64>()) {
        let time = Timestamp::from_unix_millis(millis);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
    }
}

#[test]
fn every_byte_of_ascii_is_escaped_as_serde_does_it_wherever_it_stands() {
    for byte in 0..=0x7F_u8 {
        for before in 0..20 {
            let text = format!("{}{}{}", "x".repeat(before), char::from(byte), "y".repeat(before % 7));
            let part = Part::text(text);
            assert_eq!(by_hand(&part), by_serde(&part));
        }
    }
}
