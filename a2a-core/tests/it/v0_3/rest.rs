use std::fmt::Debug;

use a2a_core::v0_3::{
    Artifact, File, FileContent, Message, MessageSendConfiguration, MessageSendParams, Part, PartContent,
    PushNotificationConfig, Role, SendMessageResult, StreamEvent, Task, TaskArtifactUpdateEvent,
    TaskIdParams, TaskPushNotificationConfig, TaskQueryParams, TaskState, TaskStatus, TaskStatusUpdateEvent,
    rest::{CreateTaskPushNotificationConfigRequest, ProtoJson},
};
use pretty_assertions::assert_eq;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{id, object};
use crate::json::{read_value, written};

/// It is written so and read back so.
fn is_json<T: Clone + PartialEq + Debug>(value: &T, json: &Value)
where
    for<'a> ProtoJson<&'a T>: Serialize,
    ProtoJson<T>: DeserializeOwned,
{
    assert_eq!(written(&ProtoJson(value)), *json);
    reads_as(json, value);
}

fn reads_as<T: Clone + PartialEq + Debug>(json: &Value, value: &T)
where
    ProtoJson<T>: DeserializeOwned,
{
    assert_eq!(read_value::<ProtoJson<T>>(json), Ok(ProtoJson(value.clone())), "{json}");
}

fn message() -> Message {
    let mut file = File::new(FileContent::Bytes(vec![0xfb, 0xff].into()));
    (file.name, file.mime_type) = (Some("f".into()), Some("text/plain".into()));
    let mut text = Part::text("hi");
    text.metadata = object(json!({"k": null}));
    let parts = vec![
        text,
        Part::new(PartContent::File(file)),
        Part::new(PartContent::File(File::new(FileContent::Uri("u".into())))),
        Part::new(PartContent::Data(object(json!({"data": {}})))),
    ];
    let mut message = Message::new(id("m"), Role::User, parts);
    (message.context_id, message.task_id) = (Some(id("c")), Some(id("t")));
    message.extensions = vec!["urn:x".into()];
    message
}

fn message_json() -> Value {
    json!({
        "messageId": "m", "contextId": "c", "taskId": "t", "role": "ROLE_USER",
        "content": [
            {"text": "hi", "metadata": {"k": null}},
            {"file": {"fileWithBytes": "Ky84PQ==", "mimeType": "text/plain", "name": "f"}},
            {"file": {"fileWithUri": "u"}},
            {"data": {"data": {"data": {}}}},
        ],
        "extensions": ["urn:x"],
    })
}

fn task() -> Task {
    let mut status = TaskStatus::new(TaskState::Canceled);
    status.message = Some(Box::new(message()));
    let mut task = Task::new(id("t"), id("c"), status);
    task.history = vec![message()];
    task.artifacts = vec![Artifact::new(id("a"), vec![Part::text("x")])];
    task.metadata = object(json!({"big": u64::MAX}));
    task
}

fn task_json() -> Value {
    json!({
        "id": "t", "contextId": "c", "status": {"state": "TASK_STATE_CANCELLED", "message": message_json()},
        "artifacts": [{"artifactId": "a", "parts": [{"text": "x"}]}], "history": [message_json()],
        "metadata": {"big": u64::MAX},
    })
}

#[test]
fn messages_tasks_and_artifacts_are_protobufs_json() {
    is_json(&message(), &message_json());
    is_json(&task(), &task_json());
    let mut artifact = Artifact::new(id("a"), vec![Part::text("x")]);
    (artifact.name, artifact.description) = (Some("n".into()), Some("d".into()));
    (artifact.metadata, artifact.extensions) = (object(json!({"k": 1})), vec!["urn:x".into()]);
    let json = json!({
        "artifactId": "a", "name": "n", "description": "d", "parts": [{"text": "x"}], "metadata": {"k": 1},
        "extensions": ["urn:x"],
    });
    is_json(&artifact, &json);
    // What JSON-RPC has beside it isn't there, for strict peers refuse it.
    let mut refers = message();
    refers.reference_task_ids = vec![id("t0")];
    assert_eq!(written(&ProtoJson(&refers)), message_json());
    // The other family is read all the same.
    reads_as(&written(&refers), &refers);
}

#[test]
fn every_state_and_role_is_protobufs() {
    for (state, name) in [
        (TaskState::Unknown, "TASK_STATE_UNSPECIFIED"),
        (TaskState::Submitted, "TASK_STATE_SUBMITTED"),
        (TaskState::Working, "TASK_STATE_WORKING"),
        (TaskState::Completed, "TASK_STATE_COMPLETED"),
        (TaskState::Failed, "TASK_STATE_FAILED"),
        (TaskState::Canceled, "TASK_STATE_CANCELLED"),
        (TaskState::InputRequired, "TASK_STATE_INPUT_REQUIRED"),
        (TaskState::Rejected, "TASK_STATE_REJECTED"),
        (TaskState::AuthRequired, "TASK_STATE_AUTH_REQUIRED"),
    ] {
        assert_eq!(written(&ProtoJson(&state)), json!(name));
        assert_eq!(read_value(&json!(name)), Ok(state));
    }
    for (role, name) in
        [(Role::Unspecified, "ROLE_UNSPECIFIED"), (Role::User, "ROLE_USER"), (Role::Agent, "ROLE_AGENT")]
    {
        assert_eq!(written(&ProtoJson(&role)), json!(name));
    }
    for unknown in [json!("later"), json!(99)] {
        assert_eq!(written(&ProtoJson(&read_value::<TaskState>(&unknown).unwrap())), unknown);
        assert_eq!(written(&ProtoJson(&read_value::<Role>(&unknown).unwrap())), unknown);
    }
}

#[test]
fn events_and_results_are_wrapped() {
    is_json(&StreamEvent::from(task()), &json!({"task": task_json()}));
    is_json(&StreamEvent::Message(message()), &json!({"message": message_json()}));
    is_json(&SendMessageResult::Task(task()), &json!({"task": task_json()}));
    is_json(&SendMessageResult::Message(message()), &json!({"message": message_json()}));

    let (task_id, context_id) = (id("t"), id("c"));
    let mut update = TaskStatusUpdateEvent::new(task_id, context_id, TaskStatus::new(TaskState::Working));
    let status = json!({"state": "TASK_STATE_WORKING"});
    let json = json!({"statusUpdate": {"taskId": "t", "contextId": "c", "status": status}});
    is_json(&StreamEvent::StatusUpdate(update.clone()), &json);
    (update.is_final, update.metadata) = (true, object(json!({"k": 1})));
    let json = json!({
        "statusUpdate": {"taskId": "t", "contextId": "c", "status": status, "final": true, "metadata": {"k": 1}},
    });
    is_json(&StreamEvent::StatusUpdate(update), &json);

    let artifact = Artifact::new(id("a"), Vec::new());
    let mut update = TaskArtifactUpdateEvent::new(id("t"), id("c"), artifact);
    (update.append, update.last_chunk) = (true, true);
    let json = json!({
        "artifactUpdate": {
            "taskId": "t", "contextId": "c", "artifact": {"artifactId": "a"}, "append": true, "lastChunk": true,
        },
    });
    is_json(&StreamEvent::ArtifactUpdate(update), &json);
    let unknown = StreamEvent::Unknown(object(json!({"kind": "later", "x": 1})));
    is_json(&unknown, &json!({"kind": "later", "x": 1}));
}

fn params(configuration: Option<MessageSendConfiguration>) -> MessageSendParams {
    let mut params = MessageSendParams::new(message());
    params.configuration = configuration;
    params
}

fn configuration(history_length: Option<i32>, blocking: Option<bool>) -> MessageSendConfiguration {
    let mut configuration = MessageSendConfiguration::default();
    (configuration.history_length, configuration.blocking) = (history_length, blocking);
    configuration
}

#[test]
fn a_send_always_says_whether_it_waits() {
    let mut full = configuration(Some(3), Some(false));
    full.accepted_output_modes = vec!["text/plain".into()];
    full.push_notification_config = Some(Box::new(PushNotificationConfig::new("https://h")));
    let json = json!({
        "acceptedOutputModes": ["text/plain"], "historyLength": 3, "pushNotification": {"url": "https://h"},
        "blocking": false,
    });
    is_json(&params(Some(full)), &json!({"message": message_json(), "configuration": json}));
    for waits in [None, Some(configuration(None, None)), Some(configuration(Some(0), Some(true)))] {
        let json = json!({"message": message_json(), "configuration": {"blocking": true}});
        assert_eq!(written(&ProtoJson(&params(waits))), json);
    }
}

#[test]
fn a_configuration_without_blocking_does_not_wait_and_none_at_all_does() {
    let message = message_json();
    reads_as(&json!({"request": message}), &params(None));
    let unsaid = json!({"message": message, "configuration": {}});
    reads_as(&unsaid, &params(Some(configuration(None, Some(false)))));
    let waits = |json: &Value| {
        let ProtoJson(params) = read_value::<ProtoJson<MessageSendParams>>(json).unwrap();
        !a2a_core::SendMessageRequest::from(params).configuration.return_immediately
    };
    assert!(waits(&json!({"message": message})));
    assert!(waits(&json!({"message": message, "configuration": {"blocking": true}})));
    assert!(!waits(&unsaid));
    // JSON-RPC can say nothing, and then waits.
    let json_rpc: MessageSendParams = read_value(&unsaid).unwrap();
    assert!(!a2a_core::SendMessageRequest::from(json_rpc).configuration.return_immediately);
}

#[test]
fn a_history_length_of_zero_is_no_limit() {
    let zero = json!({"message": message_json(), "configuration": {"history_length": 0, "blocking": true}});
    reads_as(&zero, &params(Some(configuration(None, Some(true)))));
    let query = |length| {
        let mut query = TaskQueryParams::new(id("t"));
        query.history_length = length;
        query
    };
    for (length, limit) in [(json!("0"), None), (json!(0), None), (json!("2"), Some(2)), (json!(null), None)]
    {
        reads_as(&json!({"id": "t", "historyLength": length}), &query(limit));
    }
    // In JSON-RPC it is none.
    assert_eq!(read_value(&json!({"id": "t", "historyLength": 0})), Ok(query(Some(0))));
}

#[test]
fn a_task_is_named_in_the_body_that_cancels_it() {
    let params = TaskIdParams::new(id("t"));
    assert_eq!(written(&ProtoJson(&params)), json!({"name": "tasks/t"}));
}

fn webhook(id: Option<&str>, task_id: Option<&str>) -> TaskPushNotificationConfig {
    let mut webhook = PushNotificationConfig::new("https://h");
    webhook.id = id.map(Into::into);
    let mut config = TaskPushNotificationConfig::new(super::id("t"), webhook);
    config.task_id = task_id.map(super::id);
    config
}

#[test]
fn a_webhook_has_a_resource_name() {
    let json = json!({
        "name": "tasks/t/pushNotificationConfigs/w", "pushNotificationConfig": {"id": "w", "url": "https://h"},
    });
    is_json(&webhook(Some("w"), Some("t")), &json);
    // Python's server refuses a name that ends without an id, and its client says `None`.
    let nameless = |name| json!({"name": name, "pushNotificationConfig": {"url": "https://h"}});
    is_json(&webhook(None, Some("t")), &nameless("tasks/t/pushNotificationConfigs/-"));
    for name in ["tasks/t", "tasks/t/pushNotificationConfigs", "tasks/t/pushNotificationConfigs/None"] {
        reads_as(&nameless(name), &webhook(None, Some("t")));
    }
    is_json(&webhook(None, None), &json!({"pushNotificationConfig": {"url": "https://h"}}));
    let list = vec![webhook(Some("w"), Some("t")), webhook(Some("w"), Some("t"))];
    is_json(&list, &json!({"configs": [json, json]}));
    reads_as(&json!([json, json]), &list);
    is_json(&Vec::<TaskPushNotificationConfig>::new(), &json!({}));
    reads_as(&json!({"configs": null, "nextPageToken": ""}), &Vec::<TaskPushNotificationConfig>::new());
    for other in [json!(5), json!(0.0), json!("x"), json!(null)] {
        assert!(read_value::<ProtoJson<Vec<TaskPushNotificationConfig>>>(&other).is_err(), "{other}");
    }
}

#[test]
fn the_body_that_creates_a_webhook_is_read_in_four_forms() {
    let config = webhook(Some("w"), Some("t"));
    let body = json!({
        "parent": "tasks/t", "configId": "w",
        "config": {
            "name": "tasks/t/pushNotificationConfigs/w",
            "pushNotificationConfig": {"id": "w", "url": "https://h"},
        },
    });
    assert_eq!(written(&CreateTaskPushNotificationConfigRequest(&config)), body);
    reads_as(&body, &config);
    let (named, url) = ("tasks/t/pushNotificationConfigs/w", json!({"url": "https://h"}));
    for body in [
        json!({"config": {"name": named, "pushNotificationConfig": url}}),
        json!({"parent": "tasks/t", "config_id": "w", "config": {"push_notification_config": url}}),
        json!({"parent": "tasks/t/pushNotificationConfigs", "configId": "w", "config": {"pushNotificationConfig": url}}),
        json!({"parent": "tasks/other", "configId": "other", "config": {"name": named, "pushNotificationConfig": url}}),
        json!({"name": named, "pushNotificationConfig": url}),
        json!({"taskId": "t", "pushNotificationConfig": {"id": "w", "url": "https://h"}}),
        json!({"task_id": "t", "name": "odd", "push_notification_config": {"id": "w", "url": "https://h"}}),
    ] {
        reads_as(&body, &config);
    }
    for name in [
        "",
        "tasks",
        "tasks/",
        "task/t",
        "tasks//pushNotificationConfigs/w",
        "tasks/t/pushNotificationConfigsX",
    ] {
        let ProtoJson(read) = read_value::<ProtoJson<TaskPushNotificationConfig>>(
            &json!({"name": name, "pushNotificationConfig": url}),
        )
        .unwrap();
        assert_eq!(read, webhook(None, None), "{name}");
    }
    let error = read_value::<ProtoJson<TaskPushNotificationConfig>>(&json!({"config": {}})).unwrap_err();
    assert!(error.starts_with("missing field `pushNotificationConfig`"), "{error}");
}
