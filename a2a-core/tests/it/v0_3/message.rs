use a2a_core::v0_3::{Artifact, Message, Part, Role};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{id, is_json, object, reads_as, refused};
use crate::json::{read_value, written};

fn message() -> Message {
    Message::new(id("m"), Role::User, vec![Part::text("hi")])
}

#[test]
fn a_message_has_its_kind_and_always_its_parts() {
    let parts = json!([{"kind": "text", "text": "hi"}]);
    is_json(&message(), &json!({"kind": "message", "messageId": "m", "role": "user", "parts": parts}));
    let empty = Message::new(id("m"), Role::Agent, Vec::new());
    is_json(&empty, &json!({"kind": "message", "messageId": "m", "role": "agent", "parts": []}));
    let text = serde_json::to_string(&empty).unwrap();
    assert!(text.starts_with(r#"{"kind":"message","#), "whoever reads it knows at once what it is: {text}");
}

#[test]
fn all_of_a_message_is_kept() {
    let mut full = message();
    (full.context_id, full.task_id) = (Some(id("c")), Some(id("t")));
    full.metadata = object(json!({"big": u64::MAX, "none": null}));
    full.extensions = vec!["urn:x".into()];
    full.reference_task_ids = vec![id("t0")];
    let json = json!({
        "kind": "message", "messageId": "m", "contextId": "c", "taskId": "t", "role": "user",
        "parts": [{"kind": "text", "text": "hi"}], "metadata": {"big": u64::MAX, "none": null},
        "extensions": ["urn:x"], "referenceTaskIds": ["t0"],
    });
    is_json(&full, &json);
    let snake = json!({
        "message_id": "m", "context_id": "c", "task_id": "t", "role": "ROLE_USER", "content": [{"text": "hi"}],
        "metadata": {"big": u64::MAX, "none": null}, "extensions": ["urn:x"], "reference_task_ids": ["t0"],
        "unknown": {"x": []},
    });
    reads_as(&snake, &full);
}

#[test]
fn a_role_is_read_in_either_spelling_or_as_a_number_and_kept_when_unknown() {
    for (json, role) in [
        (json!("user"), Role::User),
        (json!("ROLE_USER"), Role::User),
        (json!(1), Role::User),
        (json!("agent"), Role::Agent),
        (json!("ROLE_AGENT"), Role::Agent),
        (json!(2), Role::Agent),
        (json!(0), Role::Unspecified),
        (json!("ROLE_UNSPECIFIED"), Role::Unspecified),
    ] {
        reads_as(&json, &role);
    }
    for unknown in [json!("critic"), json!(7)] {
        let role = read_value::<Role>(&unknown).unwrap();
        assert!(matches!(role, Role::Other(_)), "{role:?}");
        assert_eq!(written(&role), unknown);
    }
}

#[test]
fn absent_and_null_are_the_same() {
    let bare = Message::new(id("m"), Role::Unspecified, Vec::new());
    reads_as(&json!({"messageId": "m"}), &bare);
    let nulls = json!({
        "kind": null, "messageId": "m", "contextId": null, "taskId": "", "role": null, "parts": null,
        "metadata": null, "extensions": null, "referenceTaskIds": null,
    });
    reads_as(&nulls, &bare);
    refused::<Message>(&json!({"messageId": "m", "parts": [null]}), "invalid type: null, expected a part");
    refused::<Message>(&json!({"role": "user"}), "missing field `messageId`");
    refused::<Message>(&json!({"messageId": ""}), "invalid value");
}

#[test]
fn an_artifact_always_has_its_parts() {
    let mut artifact = Artifact::new(id("a"), Vec::new());
    is_json(&artifact, &json!({"artifactId": "a", "parts": []}));
    reads_as(&json!({"artifact_id": "a", "name": "", "parts": null, "metadata": {}}), &artifact);
    artifact.parts = vec![Part::text("x")];
    (artifact.name, artifact.description) = (Some("n".into()), Some("d".into()));
    artifact.metadata = object(json!({"k": 1}));
    artifact.extensions = vec!["urn:x".into()];
    let json = json!({
        "artifactId": "a", "name": "n", "description": "d", "parts": [{"kind": "text", "text": "x"}],
        "metadata": {"k": 1}, "extensions": ["urn:x"],
    });
    is_json(&artifact, &json);
}
