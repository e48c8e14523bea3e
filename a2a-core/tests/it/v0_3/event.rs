use a2a_core::v0_3::{
    Artifact, Message, Part, Role, SendMessageResult, StreamEvent, Task, TaskArtifactUpdateEvent, TaskState,
    TaskStatus, TaskStatusUpdateEvent,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{id, is_json, object, reads_as, refused};
use crate::json::written;

fn task() -> Task {
    Task::new(id("t"), id("c"), TaskStatus::new(TaskState::Completed))
}

fn message() -> Message {
    Message::new(id("m"), Role::Agent, vec![Part::text("hi")])
}

fn status_update() -> TaskStatusUpdateEvent {
    let status = TaskStatus::new(TaskState::Working);
    TaskStatusUpdateEvent::new(id("t"), id("c"), status)
}

fn artifact_update() -> TaskArtifactUpdateEvent {
    let artifact = Artifact::new(id("a"), vec![Part::text("x")]);
    TaskArtifactUpdateEvent::new(id("t"), id("c"), artifact)
}

/// Each event, and its JSON.
fn events() -> [(StreamEvent, Value); 4] {
    let status = json!({"state": "working"});
    let parts = json!([{"kind": "text", "text": "x"}]);
    [
        (
            task().into(),
            json!({"kind": "task", "id": "t", "contextId": "c", "status": {"state": "completed"}}),
        ),
        (
            StreamEvent::Message(message()),
            json!({"kind": "message", "messageId": "m", "role": "agent", "parts": [{"kind": "text", "text": "hi"}]}),
        ),
        (
            StreamEvent::StatusUpdate(status_update()),
            json!({"kind": "status-update", "taskId": "t", "contextId": "c", "status": status, "final": false}),
        ),
        (
            StreamEvent::ArtifactUpdate(artifact_update()),
            json!({
                "kind": "artifact-update", "taskId": "t", "contextId": "c",
                "artifact": {"artifactId": "a", "parts": parts},
            }),
        ),
    ]
}

#[test]
fn an_event_is_bare_and_says_its_kind() {
    for (event, json) in events() {
        is_json(&event, &json);
    }
}

#[test]
fn the_kind_may_stand_anywhere() {
    for (event, json) in events() {
        let mut members: Vec<_> = object(json).into_iter().collect();
        for _ in 0..members.len() {
            members.rotate_left(1);
            let text = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect::<Vec<_>>();
            let text = format!("{{{}}}", text.join(","));
            assert_eq!(
                serde_json::from_str::<StreamEvent>(&text).map_err(|e| e.to_string()),
                Ok(event.clone()),
                "{text}"
            );
        }
    }
}

#[test]
fn a_kind_that_is_missing_is_inferred() {
    for (event, mut json) in events() {
        json["unknown"] = json!([1]);
        json["kind"] = Value::Null;
        reads_as(&json, &event);
        json.as_object_mut().unwrap().remove("kind");
        reads_as(&json, &event);
    }
}

#[test]
fn a_kind_that_is_said_late_counts_for_more_than_what_the_members_look_like() {
    let json = r#"{"messageId":"m","id":"t","taskId":"t","contextId":"c","status":{"state":3},"kind":"#;
    let read = |kind: &str| serde_json::from_str::<StreamEvent>(&format!("{json}{kind:?}}}")).unwrap();
    assert_eq!(read("task"), task().into());
    let update = TaskStatusUpdateEvent::new(id("t"), id("c"), TaskStatus::new(TaskState::Completed));
    assert_eq!(read("status-update"), StreamEvent::StatusUpdate(update));
    let mut message = Message::new(id("m"), Role::Unspecified, Vec::new());
    (message.task_id, message.context_id) = (Some(id("t")), Some(id("c")));
    assert_eq!(read("message"), StreamEvent::Message(message));
}

#[test]
fn protobufs_message_is_read_without_a_wrapper_or_a_kind() {
    let mut message = Message::new(id("m"), Role::Agent, vec![Part::text("hi")]);
    (message.task_id, message.context_id) = (Some(id("t")), Some(id("c")));
    (message.metadata, message.extensions) = (object(json!({"k": 1})), vec!["e".to_owned()]);
    message.reference_task_ids = vec![id("r")];
    reads_as(
        &json!({
            "message_id": "m", "task_id": "t", "context_id": "c", "role": "ROLE_AGENT", "content": [{"text": "hi"}],
            "metadata": {"k": 1}, "extensions": ["e"], "reference_task_ids": ["r"],
        }),
        &StreamEvent::Message(message),
    );
}

#[test]
fn a_wrapped_event_is_read() {
    for ((event, json), names) in events().into_iter().zip([
        &["task"][..],
        &["message", "msg"],
        &["statusUpdate", "status_update"],
        &["artifactUpdate", "artifact_update"],
    ]) {
        for name in names {
            reads_as(&json!({*name: json, "unknown": 1, "kind": null}), &event);
        }
    }
    refused::<StreamEvent>(
        &json!({"task": events()[0].1, "message": events()[1].1}),
        "an event is one of task, message, statusUpdate and artifactUpdate, this has two",
    );
    refused::<StreamEvent>(&json!({}), "this has no kind, and neither what a task has");
    refused::<StreamEvent>(&json!({"id": "t"}), "this has no kind, and neither what a task has");
}

#[test]
fn an_unknown_kind_is_kept_and_does_not_end_the_stream() {
    let text = r#"{"kind":"later","status":"odd","big":18446744073709551615,"none":null}"#;
    let event: StreamEvent = serde_json::from_str(text).unwrap();
    let members = json!({"kind": "later", "status": "odd", "big": u64::MAX, "none": null});
    assert_eq!(event, StreamEvent::Unknown(object(members.clone())));
    assert_eq!(written(&event), members);
    let again = serde_json::to_string(&event).unwrap();
    assert_eq!(serde_json::from_str::<StreamEvent>(&again).unwrap(), event);
    let event: StreamEvent = serde_json::from_str(r#"{"big":1,"kind":"later"}"#).unwrap();
    assert_eq!(event, StreamEvent::Unknown(object(json!({"kind": "later"}))));
}

#[test]
fn an_event_has_what_its_kind_needs() {
    for first in [true, false] {
        for (kind, missing) in [
            ("task", "missing field `id`"),
            ("message", "missing field `messageId`"),
            ("status-update", "missing field `taskId`"),
            ("artifact-update", "missing field `taskId`"),
        ] {
            let text = if first {
                format!(r#"{{"kind":"{kind}"}}"#)
            } else {
                format!(r#"{{"a":1,"kind":"{kind}"}}"#)
            };
            let error = serde_json::from_str::<StreamEvent>(&text).expect_err(&text).to_string();
            assert!(error.starts_with(missing), "{text}: {error}");
        }
    }
}

#[test]
fn final_is_always_written_and_read_as_false_where_it_is_missing() {
    let mut update = status_update();
    update.is_final = true;
    update.metadata = object(json!({"k": 1}));
    let json = json!({
        "kind": "status-update", "taskId": "t", "contextId": "c", "status": {"state": "working"}, "final": true,
        "metadata": {"k": 1},
    });
    is_json(&update, &json);
    reads_as(&json!({"task_id": "t", "context_id": "c", "status": {"state": "working"}}), &status_update());
    reads_as(
        &json!({"taskId": "t", "contextId": "c", "status": {"state": 2}, "final": null}),
        &status_update(),
    );
}

#[test]
fn an_artifact_update_says_what_it_does() {
    let mut update = artifact_update();
    (update.append, update.last_chunk, update.context_id) = (true, true, None);
    let artifact = json!({"artifactId": "a", "parts": [{"kind": "text", "text": "x"}]});
    let json = json!({
        "kind": "artifact-update", "taskId": "t", "contextId": "", "artifact": artifact, "append": true,
        "lastChunk": true,
    });
    is_json(&update, &json);
    reads_as(&json!({"task_id": "t", "artifact": artifact, "append": true, "last_chunk": true}), &update);
}

#[test]
fn the_result_of_a_send_is_bare_and_read_wrapped_too() {
    let [(_, task_json), (_, message_json), (_, status_json), _] = events();
    is_json(&SendMessageResult::Task(task()), &task_json);
    is_json(&SendMessageResult::Message(message()), &message_json);
    reads_as(&json!({"task": task_json}), &SendMessageResult::Task(task()));
    for name in ["message", "msg"] {
        reads_as(&json!({name: message_json}), &SendMessageResult::Message(message()));
    }
    let neither = "the answer to a send is a task or a message, this is neither";
    refused::<SendMessageResult>(&status_json, neither);
    refused::<SendMessageResult>(&json!({"kind": "later"}), neither);
}
