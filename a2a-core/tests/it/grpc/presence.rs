//! What is absent and what is zero.

use a2a_core::{
    AgentCapabilities, GetTaskRequest, ListTaskPushNotificationConfigsRequest, ListTasksRequest, PartContent,
    Role, SendMessageRequest, Task, TaskState, TaskStatus, Timestamp, grpc::v1,
};
use pretty_assertions::assert_eq;
use prost::Message;

fn read<Proto: Message + Default>(bytes: &[u8]) -> Proto {
    Proto::decode(bytes).expect("they are its bytes")
}

#[test]
fn a_history_length_of_zero_is_told_from_none() {
    let none = GetTaskRequest::new("a".parse().expect("it isn't empty"));
    let mut zero = none.clone();
    zero.history_length = Some(0);
    assert_eq!(v1::GetTaskRequest::from(none.clone()).encode_to_vec(), b"\x12\x01a");
    assert_eq!(v1::GetTaskRequest::from(zero.clone()).encode_to_vec(), b"\x12\x01a\x18\x00");
    assert_eq!(GetTaskRequest::try_from(read::<v1::GetTaskRequest>(b"\x12\x01a")), Ok(none));
    assert_eq!(GetTaskRequest::try_from(read::<v1::GetTaskRequest>(b"\x12\x01a\x18\x00")), Ok(zero));
}

#[test]
fn a_capability_that_is_denied_is_told_from_one_that_nothing_is_said_of() {
    let denied = AgentCapabilities::new().with_streaming(false);
    let written = v1::AgentCapabilities::try_from(denied.clone()).expect("protobuf can say it");
    assert_eq!(written.encode_to_vec(), [0x08, 0x00]);
    assert_eq!(AgentCapabilities::try_from(read::<v1::AgentCapabilities>(&[0x08, 0x00])), Ok(denied));
    assert_eq!(AgentCapabilities::try_from(read::<v1::AgentCapabilities>(&[])), Ok(AgentCapabilities::new()));
}

#[test]
fn the_tenant_of_a_list_of_webhooks_is_field_4() {
    let mut request = ListTaskPushNotificationConfigsRequest::new("t".parse().expect("it isn't empty"));
    request.tenant = Some("x".parse().expect("it isn't empty"));
    let written = v1::ListTaskPushNotificationConfigsRequest::from(request.clone()).encode_to_vec();
    assert_eq!(written, b"\x0a\x01t\x22\x01x");
    let read = read::<v1::ListTaskPushNotificationConfigsRequest>(&written);
    assert_eq!(ListTaskPushNotificationConfigsRequest::try_from(read), Ok(request));
}

#[test]
fn an_empty_text_is_absent_but_the_text_of_a_part_is_there() {
    let part = a2a_core::Part::try_from(read::<v1::Part>(&[0x0a, 0x00])).expect("it has content");
    assert_eq!(
        (part.content, part.filename, part.media_type),
        (PartContent::Text(String::new()), None, None)
    );
    let request = ListTasksRequest::try_from(v1::ListTasksRequest::default());
    assert_eq!(request, Ok(ListTasksRequest::default()));
}

#[test]
fn a_card_keeps_an_empty_url_of_its_documentation_for_it_may_be_signed() {
    let mut card = a2a_core::AgentCard::new("n", "d", "v");
    card.documentation_url = Some(String::new());
    let written = v1::AgentCard::try_from(card.clone()).expect("protobuf can say it");
    assert_eq!(a2a_core::AgentCard::try_from(read::<v1::AgentCard>(&written.encode_to_vec())), Ok(card));
}

#[test]
fn unknown_numbers_of_enums_are_kept_and_unknown_names_become_unspecified() {
    let status = TaskStatus::try_from(v1::TaskStatus { state: 77, ..v1::TaskStatus::default() });
    let status = status.expect("an unknown state is no error");
    assert_eq!(status.state.to_string(), "77");
    assert_eq!(v1::TaskStatus::try_from(status).expect("it can be said").state, 77);

    let named: TaskState = serde_json::from_str(r#""TASK_STATE_PAUSED""#).expect("it is kept");
    assert_eq!(v1::TaskStatus::try_from(TaskStatus::new(named.clone())).expect("it can be said").state, 0);
    let role: Role = serde_json::from_str(r#""ROLE_CRITIC""#).expect("it is kept");
    let mut message = a2a_core::Message::user("m".parse().expect("it isn't empty"), "hi");
    message.role = role;
    assert_eq!(v1::Message::try_from(message).expect("it can be said").role, 0);

    let mut filter = ListTasksRequest::default();
    filter.status = Some(named);
    let error = v1::ListTasksRequest::try_from(filter).expect_err("it would filter nothing");
    assert_eq!(error.message(), "status: is a state that has no number known here");
}

#[test]
fn times_are_cut_to_milliseconds_and_written_as_nanoseconds() {
    let time = prost_types::Timestamp { seconds: 1_769_851_800, nanos: 123_999_999 };
    let status = v1::TaskStatus { timestamp: Some(time), ..v1::TaskStatus::default() };
    let status = TaskStatus::try_from(status).expect("it is a time");
    assert_eq!(status.timestamp, Some(Timestamp::from_unix_millis(1_769_851_800_123)));
    let written = v1::TaskStatus::try_from(status).expect("it can be said").timestamp;
    assert_eq!(written, Some(prost_types::Timestamp { seconds: 1_769_851_800, nanos: 123_000_000 }));

    let mut before = TaskStatus::default();
    before.timestamp = Some(Timestamp::from_unix_millis(-1));
    let written = v1::TaskStatus::try_from(before.clone()).expect("it can be said");
    assert_eq!(written.timestamp, Some(prost_types::Timestamp { seconds: -1, nanos: 999_000_000 }));
    assert_eq!(TaskStatus::try_from(written), Ok(before));
}

#[test]
fn a_configuration_that_says_nothing_is_not_written() {
    let request =
        SendMessageRequest::new(a2a_core::Message::user("m".parse().expect("it isn't empty"), "hi"));
    let written = v1::SendMessageRequest::try_from(request).expect("it can be said");
    assert_eq!((written.configuration, written.metadata), (None, None));
}

#[test]
fn a_status_that_is_missing_is_unspecified_and_always_written() {
    let task = Task::try_from(v1::Task { id: "t".to_owned(), ..v1::Task::default() }).expect("it has an id");
    assert_eq!(task.status, TaskStatus::default());
    let written = v1::Task::try_from(task).expect("it can be said");
    assert_eq!(written.status, Some(v1::TaskStatus::default()));
}

#[test]
fn no_token_or_credential_is_shown_by_debug() {
    let config = v1::TaskPushNotificationConfig {
        url: "https://user:pass@example.com/hook?key=secret".to_owned(),
        token: "secret".to_owned(),
        authentication: Some(v1::AuthenticationInfo {
            scheme: "Bearer".to_owned(),
            credentials: "secret".to_owned(),
        }),
        ..v1::TaskPushNotificationConfig::default()
    };
    let old = a2a_core::grpc::v0_3::PushNotificationConfig {
        url: config.url.clone(),
        token: config.token.clone(),
        authentication: Some(a2a_core::grpc::v0_3::AuthenticationInfo {
            schemes: vec!["Bearer".to_owned()],
            credentials: "secret".to_owned(),
        }),
        ..a2a_core::grpc::v0_3::PushNotificationConfig::default()
    };
    for shown in [format!("{config:?}"), format!("{old:?}")] {
        assert!(shown.contains("https://example.com/hook") && shown.contains("Bearer"), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("pass"), "{shown}");
    }
}
