//! What the package of 0.3 says otherwise than the types of 0.3 and 1.0.

use a2a_core::{
    self as a2a, ErrorKind, Part, PartContent, SendMessageConfiguration, SendMessageRequest,
    grpc::v0_3,
    v0_3::{
        DeleteTaskPushNotificationConfigParams, File, FileContent, GetTaskPushNotificationConfigParams,
        MessageSendConfiguration, MessageSendParams, PushNotificationConfig, TaskIdParams,
        TaskPushNotificationConfig, TaskQueryParams,
    },
};
use pretty_assertions::assert_eq;
use serde_json::json;

fn request(configuration: Option<v0_3::SendMessageConfiguration>) -> v0_3::SendMessageRequest {
    let message = v0_3::Message { message_id: "m".to_owned(), ..v0_3::Message::default() };
    v0_3::SendMessageRequest { request: Some(message), configuration, metadata: None }
}

/// As a server reads it, of version 1.0 in the end.
fn returns_immediately(configuration: Option<v0_3::SendMessageConfiguration>) -> bool {
    let params = MessageSendParams::try_from(request(configuration)).expect("it has a message");
    SendMessageRequest::from(params).configuration.return_immediately
}

#[test]
fn a_configuration_without_blocking_does_not_wait_and_none_at_all_does() {
    let configuration = |blocking| Some(v0_3::SendMessageConfiguration { blocking, ..Default::default() });
    assert!(returns_immediately(configuration(false)));
    assert!(!returns_immediately(configuration(true)));
    assert!(!returns_immediately(None));
}

#[test]
fn whether_to_wait_is_always_written() {
    for (configuration, blocking) in [
        (None, true),
        (Some(MessageSendConfiguration::default()), true),
        (Some(SendMessageConfiguration::default().into()), true),
    ] {
        let mut params = MessageSendParams::try_from(request(None)).expect("it has a message");
        params.configuration = configuration;
        let written = v0_3::SendMessageRequest::try_from(params).expect("it can be said").configuration;
        assert_eq!(written.map(|configuration| configuration.blocking), Some(blocking));
    }
    let mut immediately = SendMessageConfiguration::default();
    immediately.return_immediately = true;
    let written = v0_3::SendMessageConfiguration::from(MessageSendConfiguration::from(immediately));
    assert!(!written.blocking);
}

#[test]
fn a_history_length_of_zero_is_no_limit() {
    let read = v0_3::GetTaskRequest { name: "tasks/t".to_owned(), history_length: 0 };
    let params = TaskQueryParams::try_from(read).expect("it names a task");
    assert_eq!((params.id.as_str(), params.history_length), ("t", None));
    let configuration = MessageSendConfiguration::try_from(v0_3::SendMessageConfiguration::default());
    assert_eq!(configuration.expect("it is one").history_length, None);

    let mut params = TaskQueryParams::new("t".parse().expect("it isn't empty"));
    params.history_length = Some(3);
    let written = v0_3::GetTaskRequest::try_from(params).expect("it can be said");
    assert_eq!(written, v0_3::GetTaskRequest { name: "tasks/t".to_owned(), history_length: 3 });
}

#[test]
fn bytes_of_a_file_are_written_as_base64_and_read_once_or_twice_encoded() {
    let file = |bytes: &'static [u8]| v0_3::FilePart {
        file: Some(v0_3::file_part::File::FileWithBytes(bytes.into())),
        ..v0_3::FilePart::default()
    };
    let content = |file| File::try_from(file).expect("it has content").content;
    assert_eq!(content(file(b"AP9ieXRlcw==")), FileContent::Bytes(b"\x00\xffbytes".as_slice().into()));
    assert_eq!(content(file(b"\x00\xffbytes")), FileContent::Bytes(b"\x00\xffbytes".as_slice().into()));
    assert_eq!(content(file(b"not base64!")), FileContent::Bytes(b"not base64!".as_slice().into()));
    let written = v0_3::FilePart::from(File::new(FileContent::Bytes(b"\x00\xffbytes".as_slice().into())));
    assert_eq!(written, file(b"AP9ieXRlcw=="));
}

#[test]
fn data_that_is_no_object_comes_back_by_its_mark() {
    for data in [json!([1, 2]), json!("text"), json!(null), json!({"value": 1})] {
        let part = a2a::v0_3::Part::from(Part::data(data.clone()));
        let written = v0_3::Part::try_from(part).expect("it can be said");
        let read = a2a::v0_3::Part::try_from(written).expect("it has content");
        assert_eq!(Part::from(read).content, PartContent::Data(data));
    }
}

#[test]
fn ids_are_in_names_as_they_are() {
    let id = "with space%20:and".parse::<a2a::TaskId>().expect("it isn't empty");
    let written = v0_3::CancelTaskRequest::try_from(TaskIdParams::new(id.clone())).expect("it can be said");
    assert_eq!(written.name, "tasks/with space%20:and");
    assert_eq!(TaskIdParams::try_from(written), Ok(TaskIdParams::new(id.clone())));

    let params = DeleteTaskPushNotificationConfigParams::new(id, "c");
    let written =
        v0_3::DeleteTaskPushNotificationConfigRequest::try_from(params.clone()).expect("it can be said");
    assert_eq!(written.name, "tasks/with space%20:and/pushNotificationConfigs/c");
    assert_eq!(DeleteTaskPushNotificationConfigParams::try_from(written), Ok(params));
}

/// A peer would take the part before the slash for the id.
#[test]
fn an_id_with_a_slash_is_never_written_into_a_name() {
    let params = TaskIdParams::new("a/b".parse().expect("it isn't empty"));
    let error = v0_3::CancelTaskRequest::try_from(params).expect_err("it can't be said");
    let expected = "id: has a slash, which a name in a2a.v1 can't carry";
    assert_eq!((error.kind(), error.message()), (ErrorKind::UnsupportedOperation, expected));
    let mut params = GetTaskPushNotificationConfigParams::new("a".parse().expect("it isn't empty"));
    params.push_notification_config_id = Some("b/c".to_owned());
    assert!(v0_3::GetTaskPushNotificationConfigRequest::try_from(params).is_err());
}

#[test]
fn what_is_no_name_is_refused_with_the_form_that_it_must_have() {
    for name in ["", "t", "tasks/", "task/t", "tasks/t/pushNotificationConfigs/c"] {
        let error = TaskIdParams::try_from(v0_3::CancelTaskRequest { name: name.to_owned() });
        let error = error.expect_err("it names no task");
        assert_eq!(error.kind(), ErrorKind::InvalidParams);
        assert!(error.message().contains("name: must be tasks/{id}"), "{error}");
    }
}

#[test]
fn a_webhook_without_an_id_is_created_and_a_name_gives_one_where_it_has_none() {
    let config = TaskPushNotificationConfig::new(
        "t".parse().expect("it isn't empty"),
        PushNotificationConfig::new("https://example.com"),
    );
    let written = v0_3::CreateTaskPushNotificationConfigRequest::try_from(config.clone());
    let written = written.expect("it can be said");
    assert_eq!((written.parent.as_str(), written.config_id.as_str()), ("tasks/t", ""));
    assert_eq!(TaskPushNotificationConfig::try_from(written), Ok(config.clone()));

    let mut written = v0_3::TaskPushNotificationConfig::try_from(config).expect("it can be said");
    written.name = "tasks/t/pushNotificationConfigs/c".to_owned();
    let read = TaskPushNotificationConfig::try_from(written).expect("it has a name");
    assert_eq!(read.push_notification_config.id.as_deref(), Some("c"));
}

#[test]
fn a_task_is_canceled_with_the_same_number_in_both_packages() {
    let status = v0_3::TaskStatus { state: 5, ..v0_3::TaskStatus::default() };
    let status = a2a::v0_3::TaskStatus::try_from(status).expect("it is one");
    assert_eq!(status.state, a2a::v0_3::TaskState::Canceled);
    assert_eq!(a2a::TaskStatus::from(status).state, a2a::TaskState::Canceled);
}

#[test]
fn of_several_flows_the_first_that_is_there_is_written() {
    let scheme: a2a::v0_3::SecurityScheme = serde_json::from_value(json!({"type": "oauth2", "flows": {
        "password": {"tokenUrl": "p", "scopes": {}},
        "clientCredentials": {"tokenUrl": "c", "scopes": {}},
    }}))
    .expect("it is one");
    let v0_3::SecurityScheme { scheme: Some(v0_3::security_scheme::Scheme::Oauth2SecurityScheme(oauth)) } =
        scheme.into()
    else {
        panic!("it is of OAuth 2.0");
    };
    let flow = oauth.flows.and_then(|flows| flows.flow);
    assert!(matches!(flow, Some(v0_3::o_auth_flows::Flow::ClientCredentials(flow)) if flow.token_url == "c"));
}
