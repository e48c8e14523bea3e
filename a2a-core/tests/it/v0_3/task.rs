use a2a_core::{
    Timestamp,
    v0_3::{Artifact, Message, Part, Role, Task, TaskState, TaskStatus},
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{id, is_json, object, reads_as};
use crate::json::{read_value, written};

#[test]
fn a_task_has_its_kind_and_always_its_context() {
    let mut task = Task::new(id("t"), id("c"), TaskStatus::new(TaskState::Working));
    is_json(&task, &json!({"kind": "task", "id": "t", "contextId": "c", "status": {"state": "working"}}));
    task.context_id = None;
    is_json(&task, &json!({"kind": "task", "id": "t", "contextId": "", "status": {"state": "working"}}));
    reads_as(
        &json!({"id": "t", "status": {"state": 2}, "artifacts": null, "history": null, "final": 1}),
        &task,
    );
}

#[test]
fn all_of_a_task_is_kept_in_either_family() {
    let message = Message::new(id("m"), Role::Agent, vec![Part::text("?")]);
    let mut status = TaskStatus::new(TaskState::InputRequired);
    status.message = Some(Box::new(message.clone()));
    status.timestamp = Some(Timestamp::from_unix_millis(1_000));
    let mut task = Task::new(id("t"), id("c"), status);
    task.history = vec![message];
    task.artifacts = vec![Artifact::new(id("a"), vec![Part::text("x")])];
    task.metadata = object(json!({"k": null}));
    let message = json!({"kind": "message", "messageId": "m", "role": "agent", "parts": [{"kind": "text", "text": "?"}]});
    let json = json!({
        "kind": "task", "id": "t", "contextId": "c",
        "status": {"state": "input-required", "message": message, "timestamp": "1970-01-01T00:00:01.000Z"},
        "artifacts": [{"artifactId": "a", "parts": [{"kind": "text", "text": "x"}]}],
        "history": [message], "metadata": {"k": null},
    });
    is_json(&task, &json);
    let message = json!({"message_id": "m", "role": "ROLE_AGENT", "content": [{"text": "?"}]});
    let snake = json!({
        "id": "t", "context_id": "c",
        "status": {"state": "TASK_STATE_INPUT_REQUIRED", "update": message, "timestamp": "1970-01-01T00:00:01Z"},
        "artifacts": [{"artifact_id": "a", "parts": [{"text": "x"}]}],
        "history": [message], "metadata": {"k": null},
    });
    reads_as(&snake, &task);
}

#[test]
fn a_state_is_read_in_either_spelling_or_as_a_number() {
    for (number, name, proto, state) in [
        (0, "unknown", "TASK_STATE_UNSPECIFIED", TaskState::Unknown),
        (1, "submitted", "TASK_STATE_SUBMITTED", TaskState::Submitted),
        (2, "working", "TASK_STATE_WORKING", TaskState::Working),
        (3, "completed", "TASK_STATE_COMPLETED", TaskState::Completed),
        (4, "failed", "TASK_STATE_FAILED", TaskState::Failed),
        (5, "canceled", "TASK_STATE_CANCELLED", TaskState::Canceled),
        (5, "canceled", "TASK_STATE_CANCELED", TaskState::Canceled),
        (6, "input-required", "TASK_STATE_INPUT_REQUIRED", TaskState::InputRequired),
        (7, "rejected", "TASK_STATE_REJECTED", TaskState::Rejected),
        (8, "auth-required", "TASK_STATE_AUTH_REQUIRED", TaskState::AuthRequired),
    ] {
        is_json(&state, &json!(name));
        reads_as(&json!(proto), &state);
        reads_as(&json!(number), &state);
    }
    reads_as(&json!("cancelled"), &TaskState::Canceled);
}

#[test]
fn an_unknown_state_is_kept() {
    for unknown in [json!("paused"), json!("TASK_STATE_PAUSED"), json!(77), json!(-1)] {
        let state = read_value::<TaskState>(&unknown).unwrap();
        assert!(matches!(state, TaskState::Other(_)), "{state:?}");
        assert_eq!(written(&state), unknown);
    }
}

#[test]
fn a_naive_timestamp_is_utc_and_an_odd_one_is_none() {
    let at = |timestamp| {
        let mut status = TaskStatus::new(TaskState::Working);
        status.timestamp = timestamp;
        status
    };
    for (text, millis) in [
        ("2025-04-02T16:59:25.331844", 1_743_613_165_331),
        ("2025-04-02T16:59:25.331Z", 1_743_613_165_331),
        ("2025-04-02T16:59:25.331844123+02:00", 1_743_605_965_331),
        ("2025-04-02 16:59:25", 1_743_613_165_000),
        ("2025-04-02 16:59:25+00:00", 1_743_613_165_000),
        ("2025-04-02t16:59:25z", 1_743_613_165_000),
        ("2025-04-02T16:59:25", 1_743_613_165_000),
        ("1969-12-31T23:59:59.9995", -1),
        ("1969-12-31 23:59:59.9985Z", -2),
        ("0001-01-01T00:00:00", -62_135_596_800_000),
        // Peers write it for never; it is the last that there is here.
        ("9999-12-31T23:59:59.999999", 253_402_207_200_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_207_200_000),
    ] {
        let expected = at(Some(Timestamp::from_unix_millis(millis)));
        reads_as(&json!({"state": "working", "timestamp": text}), &expected);
    }
    for odd in [
        json!("yesterday"),
        json!(""),
        json!("Z"),
        json!("2025-04-02T16:59:61x"),
        json!("99999-01-01T00:00:00"),
        json!("-000001-01-01T00:00:00"),
        json!("0000-12-31T23:59:59.999999"),
        json!("0000-12-31 23:59:59Z"),
        json!({"seconds": 1}),
        json!([1]),
        json!(true),
        json!(1_743_613_165),
        json!(-1.5),
        json!(null),
    ] {
        reads_as(&json!({"state": "working", "timestamp": odd}), &at(None));
    }
}
