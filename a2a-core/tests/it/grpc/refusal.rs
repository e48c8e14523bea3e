//! What a peer sends that can't be, and the path of the field in the error.

use a2a_core::{
    Error, ErrorKind, Message, Part, SendMessageRequest, StreamEvent, Task, TaskPushNotificationConfig,
    grpc::v1,
};
use pretty_assertions::assert_eq;

fn said(error: &Error) -> (ErrorKind, Vec<(&str, &str)>) {
    let violations = error.violations().iter();
    (error.kind(), violations.map(|one| (one.field.as_str(), one.description.as_str())).collect())
}

fn message() -> v1::Message {
    v1::Message { message_id: "m".to_owned(), ..v1::Message::default() }
}

#[test]
fn a_request_without_a_message_is_refused_and_one_whose_message_has_no_id() {
    let error = SendMessageRequest::try_from(v1::SendMessageRequest::default()).expect_err("it has none");
    assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![("message", "must be set")]));
    assert_eq!(error.message(), "Invalid parameters: message: must be set");

    let request =
        v1::SendMessageRequest { message: Some(v1::Message::default()), ..v1::SendMessageRequest::default() };
    let error = SendMessageRequest::try_from(request).expect_err("it has no id");
    assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![("message.messageId", "must not be empty")]));
}

#[test]
fn a_part_without_content_is_refused_with_its_place() {
    let mut second = message();
    second.parts = vec![
        v1::Part { content: Some(v1::part::Content::Text("a".to_owned())), ..v1::Part::default() },
        v1::Part::default(),
    ];
    let task = v1::Task { id: "t".to_owned(), history: vec![message(), second], ..v1::Task::default() };
    let error = Task::try_from(task).expect_err("a part is empty");
    let expected = ("history[1].parts[1]", "must have one of text, raw, url and data");
    assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![expected]));
}

#[test]
fn an_event_or_an_answer_without_a_member_is_refused() {
    let error = StreamEvent::try_from(v1::StreamResponse::default()).expect_err("it has none");
    let expected = ("", "must have one of task, message, statusUpdate and artifactUpdate");
    assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![expected]));
    assert!(a2a_core::SendMessageResponse::try_from(v1::SendMessageResponse::default()).is_err());
}

#[test]
fn an_update_without_its_artifact_or_with_one_without_an_id_is_refused() {
    let update = |artifact| v1::TaskArtifactUpdateEvent {
        task_id: "t".to_owned(),
        artifact,
        ..v1::TaskArtifactUpdateEvent::default()
    };
    for (artifact, expected) in [
        (None, ("artifactUpdate.artifact", "must be set")),
        (Some(v1::Artifact::default()), ("artifactUpdate.artifact.artifactId", "must not be empty")),
    ] {
        let payload = Some(v1::stream_response::Payload::ArtifactUpdate(update(artifact)));
        let error = StreamEvent::try_from(v1::StreamResponse { payload }).expect_err("it is wrong");
        assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![expected]));
    }
}

#[test]
fn a_webhook_without_a_url_is_refused() {
    let error = TaskPushNotificationConfig::try_from(v1::TaskPushNotificationConfig::default());
    let error = error.expect_err("it has none");
    assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![("url", "must not be empty")]));
}

#[test]
fn a_time_that_is_none_is_refused() {
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, 1_000_000_000), (253_402_300_800, 0)]
    {
        let timestamp = Some(prost_types::Timestamp { seconds, nanos });
        let status = v1::TaskStatus { timestamp, ..v1::TaskStatus::default() };
        let error = a2a_core::TaskStatus::try_from(status).expect_err("it is no time");
        let expected = ("timestamp", "must be a time of the years 1 to 9999 with 0 to 999999999 nanoseconds");
        assert_eq!(said(&error), (ErrorKind::InvalidParams, vec![expected]));
    }
}

#[test]
fn content_that_only_json_carries_is_not_sent() {
    let part: Part = serde_json::from_str(r#"{"hologram":{}}"#).expect("it is kept");
    let message = Message::user("m".parse().expect("it isn't empty"), part);
    let error = v1::Message::try_from(message).expect_err("protobuf can't say it");
    assert_eq!(
        (error.kind(), error.message()),
        (
            ErrorKind::UnsupportedOperation,
            "parts[0]: has content that this version doesn't know, which only JSON carries"
        )
    );
}
