//! What one side can't say, and what is said instead: the table of the module, row by row.

use a2a_core::{
    AuthenticationInfo, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest,
    GetTaskPushNotificationConfigRequest, GetTaskRequest, ListTaskPushNotificationConfigsRequest,
    ListTaskPushNotificationConfigsResponse, Message, Part, PartContent, Role, SendMessageConfiguration,
    SendMessageRequest, StreamEvent, SubscribeToTaskRequest, TaskPushNotificationConfig, TaskState,
    TaskStatus, TaskStatusUpdateEvent, v0_3,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{id, object};
use crate::json::{read_value, written};

fn down(part: Part) -> Value {
    written(&v0_3::Part::from(part))
}

fn up(json: &Value) -> Part {
    read_value::<v0_3::Part>(json).expect("it is one").into()
}

#[test]
fn text_and_data_lose_name_and_type_and_files_keep_them() {
    let named = |part: Part| part.with_filename("f").with_media_type("text/plain");
    assert_eq!(down(named(Part::text("a"))), json!({"kind": "text", "text": "a"}));
    assert_eq!(down(named(Part::data(json!({})))), json!({"kind": "data", "data": {}}));
    let file = json!({"uri": "u", "name": "f", "mimeType": "text/plain"});
    assert_eq!(down(named(Part::url("u"))), json!({"kind": "file", "file": file}));
    let file = json!({"bytes": "AQ==", "name": "f", "mimeType": "text/plain"});
    assert_eq!(down(named(Part::raw(vec![1]))), json!({"kind": "file", "file": file}));
}

#[test]
fn data_that_is_no_object_travels_in_one_with_a_mark() {
    let metadata = object(json!({"k": 1}));
    for value in [json!(null), json!([1, {}]), json!("a"), json!(1.5), json!(u64::MAX), json!(false)] {
        let part = Part::data(value.clone()).with_metadata(metadata.clone());
        let marked = json!({"k": 1, "data_part_compat": true});
        let json = json!({"kind": "data", "data": {"value": value}, "metadata": marked});
        assert_eq!(down(part.clone()), json);
        assert_eq!(up(&json), part);
    }
    // Without the mark, or with more than the value, it is data like any other.
    for (data, mark) in [
        (json!({"value": 1}), json!({})),
        (json!({"value": 1}), json!({"data_part_compat": false})),
        (json!({"value": 1, "more": 2}), json!({"data_part_compat": true})),
        (json!({"other": 1}), json!({"data_part_compat": true})),
    ] {
        let part = Part::data(data.clone()).with_metadata(object(mark.clone()));
        assert_eq!(up(&json!({"kind": "data", "data": data, "metadata": mark})), part);
    }
}

#[test]
fn a_part_that_only_v1_0_may_know_is_data_and_one_with_a_kind_stays() {
    let mut part = Part::text("").with_filename("f").with_metadata(object(json!({"k": 1})));
    part.content = PartContent::Unknown(object(json!({"later": [1]})));
    assert_eq!(down(part.clone()), json!({"kind": "data", "data": {"later": [1]}, "metadata": {"k": 1}}));
    part.content = PartContent::Unknown(object(json!({"kind": "video", "later": [1]})));
    assert_eq!(down(part.clone()), json!({"kind": "video", "later": [1], "metadata": {"k": 1}}));
    part.filename = None;
    assert_eq!(up(&json!({"kind": "video", "later": [1], "metadata": {"k": 1}})), part);
}

#[test]
fn a_part_of_a_kind_that_v0_3_knows_has_what_its_readers_insist_on() {
    for members in [
        json!({"kind": "text"}),
        json!({"kind": "text", "later": 1}),
        json!({"kind": "data", "later": 1}),
        json!({"kind": "file"}),
        json!({"kind": "file", "file": {"later": "x"}}),
    ] {
        let part = read_value::<Part>(&members).expect("v1.0 knows no kinds");
        assert_eq!(down(part), json!({"kind": "data", "data": members}));
    }
    // As a peer writes it that has mixed up the versions.
    let file = json!({"kind": "file", "file": {"uri": "u", "name": "f"}});
    let part = read_value::<Part>(&file).unwrap();
    assert_eq!(down(part.clone()), file);
    assert_eq!(Part::from(v0_3::Part::from(part)), Part::url("u").with_filename("f"));
}

#[test]
fn an_unknown_role_is_the_agents_and_an_unknown_state_is_unknown() {
    let role = |json: Value| written(&v0_3::Role::from(read_value::<Role>(&json).unwrap()));
    let state = |json: Value| written(&v0_3::TaskState::from(read_value::<TaskState>(&json).unwrap()));
    for unknown in [json!("ROLE_UNSPECIFIED"), json!("ROLE_CRITIC"), json!(9)] {
        assert_eq!(role(unknown), json!("agent"));
    }
    for unknown in [json!("TASK_STATE_UNSPECIFIED"), json!("TASK_STATE_PAUSED"), json!(77)] {
        assert_eq!(state(unknown), json!("unknown"));
    }
    // Names that a peer of v0.3 has given.
    assert_eq!((role(json!("critic")), state(json!("paused"))), (json!("critic"), json!("paused")));
    assert_eq!((role(json!("user")), state(json!("completed"))), (json!("user"), json!("completed")));
}

#[test]
fn a_role_or_state_of_a_v0_3_peer_is_kept_when_unknown() {
    let paused = read_value::<v0_3::TaskState>(&json!("paused")).unwrap();
    assert_eq!(written(&TaskState::from(paused)), json!("paused"));
    assert_eq!(TaskState::from(v0_3::TaskState::Unknown), TaskState::Unspecified);
    assert_eq!(Role::from(v0_3::Role::Unspecified), Role::Unspecified);
    let critic = read_value::<v0_3::Role>(&json!("critic")).unwrap();
    assert_eq!(written(&Role::from(critic)), json!("critic"));
}

#[test]
fn an_update_is_final_when_the_task_ends_or_asks() {
    for (state, is_final) in [
        (json!(0), false),
        (json!(1), false),
        (json!(2), false),
        (json!(3), true),
        (json!(4), true),
        (json!(5), true),
        (json!(6), true),
        (json!(7), true),
        (json!(8), false),
        (json!(77), false),
        // Unknown to v1.0, but not to whom the event goes.
        (json!("completed"), true),
        (json!("input-required"), true),
        (json!("paused"), false),
    ] {
        let status = TaskStatus::new(read_value(&state).unwrap());
        let update = TaskStatusUpdateEvent::new(id("t"), id("c"), status);
        assert_eq!(v0_3::TaskStatusUpdateEvent::from(update.clone()).is_final, is_final, "{state}");
        let event = written(&v0_3::StreamEvent::from(StreamEvent::from(update)));
        assert_eq!(event["final"], json!(is_final), "{state}");
    }
    let json = json!({"kind": "status-update", "taskId": "t", "status": {"state": "working"}, "final": true});
    let event = StreamEvent::from(read_value::<v0_3::StreamEvent>(&json).unwrap());
    let wrapped = json!({"statusUpdate": {"taskId": "t", "status": {"state": "TASK_STATE_WORKING"}}});
    assert_eq!(written(&event), wrapped);
}

#[test]
fn an_event_that_nobody_knows_stays_as_it_is() {
    let members = object(json!({"later": {"x": 1}}));
    let event = StreamEvent::Unknown(members.clone());
    let old = v0_3::StreamEvent::from(event.clone());
    assert_eq!(old, v0_3::StreamEvent::Unknown(members));
    assert_eq!(StreamEvent::from(old), event);
}

#[test]
fn blocking_is_the_opposite_of_returning_immediately_and_always_said() {
    for (json, immediately) in [
        (json!({"blocking": false}), true),
        (json!({"blocking": true}), false),
        (json!({"blocking": null}), false),
        (json!({}), false),
        (json!(null), false),
    ] {
        let json = json!({"message": {"messageId": "m"}, "configuration": json});
        let request = SendMessageRequest::from(read_value::<v0_3::MessageSendParams>(&json).unwrap());
        assert_eq!(request.configuration.return_immediately, immediately, "{json}");
        let params = v0_3::MessageSendParams::from(request);
        assert_eq!(written(&params)["configuration"], json!({"blocking": !immediately}));
    }
}

#[test]
fn a_tenant_is_dropped() {
    let tenant = Some(id("tenant"));
    let mut request = SendMessageRequest::new(Message::user(id("m"), "hi"));
    request.tenant.clone_from(&tenant);
    let mut webhook = TaskPushNotificationConfig::new("https://h").with_task_id(id("t"));
    webhook.tenant.clone_from(&tenant);
    let mut configuration = SendMessageConfiguration::default();
    configuration.task_push_notification_config = Some(Box::new(webhook.clone()));
    request.configuration = configuration;
    let json = written(&v0_3::MessageSendParams::from(request));
    let nested = json!({"url": "https://h"});
    assert_eq!(json["configuration"], json!({"blocking": true, "pushNotificationConfig": nested}));
    assert_eq!(json["tenant"], Value::Null);
    let json = written(&v0_3::TaskPushNotificationConfig::from(webhook));
    assert_eq!(json, json!({"taskId": "t", "pushNotificationConfig": nested}));
}

#[test]
fn requests_about_a_task_keep_their_metadata_where_v1_0_has_it() {
    let mut get = GetTaskRequest::new(id("t"));
    get.history_length = Some(0);
    let params = v0_3::TaskQueryParams::from(get.clone());
    assert_eq!(written(&params), json!({"id": "t", "historyLength": 0}));
    assert_eq!(GetTaskRequest::from(params), get);

    let mut cancel = CancelTaskRequest::new(id("t"));
    cancel.metadata = object(json!({"k": 1}));
    let params = v0_3::TaskIdParams::from(cancel.clone());
    assert_eq!(written(&params), json!({"id": "t", "metadata": {"k": 1}}));
    assert_eq!(CancelTaskRequest::from(params.clone()), cancel);
    assert_eq!(SubscribeToTaskRequest::from(params), SubscribeToTaskRequest::new(id("t")));
    assert_eq!(written(&v0_3::TaskIdParams::from(SubscribeToTaskRequest::new(id("t")))), json!({"id": "t"}));
}

#[test]
fn a_webhook_keeps_one_scheme() {
    let up = |json: Value| {
        let webhook = json!({"url": "https://h", "authentication": json});
        TaskPushNotificationConfig::from(read_value::<v0_3::PushNotificationConfig>(&webhook).unwrap())
            .authentication
    };
    let basic = AuthenticationInfo::new("Basic", "c");
    assert_eq!(up(json!({"schemes": ["Basic", "Bearer"], "credentials": "c"})), Some(basic.clone()));
    assert_eq!(up(json!({"schemes": ["", "Basic"], "credentials": "c"})), Some(basic.clone()));
    assert_eq!(up(json!({"schemes": [], "credentials": "c"})), Some(AuthenticationInfo::new("Bearer", "c")));
    assert_eq!(up(json!({"schemes": []})), None);
    let down = v0_3::PushNotificationAuthenticationInfo::from(basic);
    assert_eq!(written(&down), json!({"schemes": ["Basic"], "credentials": "c"}));
}

#[test]
fn a_webhook_without_an_id_is_the_first_of_the_list() {
    let get = |json: Value| {
        let params = read_value::<v0_3::GetTaskPushNotificationConfigParams>(&json).unwrap();
        GetTaskPushNotificationConfigRequest::try_from(params)
    };
    let request = GetTaskPushNotificationConfigRequest::new(id("t"), "w");
    assert_eq!(get(json!({"id": "t", "pushNotificationConfigId": "w"})), Ok(request.clone()));
    assert_eq!(get(json!({"id": "t"})), Err(ListTaskPushNotificationConfigsRequest::new(id("t"))));
    let params = v0_3::GetTaskPushNotificationConfigParams::from(request);
    assert_eq!(written(&params), json!({"id": "t", "pushNotificationConfigId": "w"}));

    let delete = DeleteTaskPushNotificationConfigRequest::new(id("t"), "w");
    let params = v0_3::DeleteTaskPushNotificationConfigParams::from(delete.clone());
    assert_eq!(written(&params), json!({"id": "t", "pushNotificationConfigId": "w"}));
    assert_eq!(DeleteTaskPushNotificationConfigRequest::from(params), delete);
}

#[test]
fn a_list_of_webhooks_has_no_pages() {
    let mut request = ListTaskPushNotificationConfigsRequest::new(id("t"));
    (request.page_size, request.page_token) = (Some(5), Some("p".into()));
    let params = v0_3::ListTaskPushNotificationConfigParams::from(request);
    assert_eq!(written(&params), json!({"id": "t"}));
    let first = ListTaskPushNotificationConfigsRequest::new(id("t"));
    assert_eq!(ListTaskPushNotificationConfigsRequest::from(params), first);

    let webhook = TaskPushNotificationConfig::new("https://h").with_task_id(id("t"));
    let response = ListTaskPushNotificationConfigsResponse::new(vec![webhook]);
    let list: Vec<v0_3::TaskPushNotificationConfig> = response.clone().into();
    assert_eq!(written(&list), json!([{"taskId": "t", "pushNotificationConfig": {"url": "https://h"}}]));
    assert_eq!(ListTaskPushNotificationConfigsResponse::from(list), response);
}
