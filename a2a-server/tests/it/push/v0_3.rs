//! Webhooks as clients of version 0.3 register and read them: over JSON-RPC within the task they are of, over REST in
//! protobuf's JSON.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{host, register, webhook::Hook};
use crate::{
    agents::{Gate, asks, patient},
    rest::{rest, well},
    support::{Host, code, id, says},
};

const SET: &str = "tasks/pushNotificationConfig/set";
const GET: &str = "tasks/pushNotificationConfig/get";
const LIST: &str = "tasks/pushNotificationConfig/list";
const DELETE: &str = "tasks/pushNotificationConfig/delete";

/// More than a page holds.
const MANY: usize = 120;

async fn paused(host: &Host) -> String {
    id(&host.send(says("who")).await).to_owned()
}

fn full() -> Value {
    json!({
        "id": "mine", "url": "https://example.invalid/hook?a=b", "token": "t",
        "authentication": { "schemes": ["Bearer"], "credentials": "c" },
    })
}

#[tokio::test]
async fn a_webhook_is_set_read_listed_and_deleted_over_json_rpc() {
    let host = host(asks()).await;
    let task = paused(&host).await;
    let sent = json!({ "taskId": task, "pushNotificationConfig": full() });
    assert_eq!(host.call(SET, sent.clone()).await, sent);
    let bare = json!({ "taskId": task, "pushNotificationConfig": { "url": "http://a.invalid" } });
    let minted = host.call(SET, bare.clone()).await;
    let minted_id = minted["pushNotificationConfig"]["id"].clone();
    let named = json!({ "id": minted_id, "url": "http://a.invalid" });
    assert_eq!(minted, json!({ "taskId": task, "pushNotificationConfig": named }));
    let one = json!({ "id": task, "pushNotificationConfigId": minted_id });
    assert_eq!(host.call(GET, one.clone()).await, minted);
    assert_eq!(host.call(LIST, json!({ "id": task })).await, json!([sent, minted]));
    for _ in 0..2 {
        let answer = host.call_with(&[], DELETE, one.clone()).await;
        assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": 1, "result": null }));
        assert_eq!(host.call(LIST, json!({ "id": task })).await, json!([sent]));
    }
    assert_eq!(host.error(GET, one).await, (-32001, "The task has no webhook of this id".to_owned()));
}

#[tokio::test]
async fn the_first_webhook_is_meant_where_none_is_named() {
    let host = host(asks()).await;
    let task = paused(&host).await;
    let none = host.call_with(&[], GET, json!({ "id": task })).await;
    assert_eq!(code(&none), (-32001, "The task has no push notification config".to_owned()));
    for name in ["b", "a"] {
        register(&host, &task, name, "http://a.invalid/").await;
    }
    for params in [json!({ "id": task }), json!({ "id": task, "pushNotificationConfigId": "" })] {
        let first = host.call(GET, params).await;
        let config = json!({ "id": "b", "url": "http://a.invalid/" });
        assert_eq!(first, json!({ "taskId": task, "pushNotificationConfig": config }));
    }
    for method in [GET, LIST] {
        assert_eq!(host.error(method, json!({ "id": "absent" })).await.0, -32001, "{method}");
    }
}

#[tokio::test]
async fn a_list_has_the_webhooks_of_all_pages_in_both_bindings() {
    let log = a2a_server::log::MemoryLog::with(a2a_server::log::Retention::new().webhooks(MANY));
    let builder = super::pushing(asks(), super::quick(), crate::support::short());
    let host = crate::support::serve(builder.store(log)).await;
    let task = paused(&host).await;
    let made: Vec<_> = (0..MANY).map(|n| format!("hook-{n}")).collect();
    for name in &made {
        register(&host, &task, name, "http://a.invalid/").await;
    }
    let page = host.call("ListTaskPushNotificationConfigs", json!({ "taskId": task })).await;
    assert_ne!(page["nextPageToken"], Value::Null, "all of them are a single page");
    let ids = |list: &Value| -> Vec<String> {
        let ids = list.as_array().unwrap().iter().map(|one| &one["pushNotificationConfig"]["id"]);
        ids.map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&host.call(LIST, json!({ "id": task })).await), made);
    for query in ["", "?pageSize=7"] {
        let path = format!("/v1/tasks/{task}/pushNotificationConfigs{query}");
        assert_eq!(ids(&well(&host, "GET", &path, &Value::Null).await["configs"]), made, "{query}");
    }
}

#[tokio::test]
async fn a_webhook_is_created_read_listed_and_deleted_in_protobufs_json() {
    let host = host(asks()).await;
    let task = paused(&host).await;
    let all = format!("/v1/tasks/{task}/pushNotificationConfigs");
    let empty = well(&host, "GET", &all, &Value::Null).await;
    assert_eq!(empty, json!({}));
    let name = format!("tasks/{task}/pushNotificationConfigs/mine");
    let parent = format!("tasks/{task}");
    let answer = json!({ "name": name, "pushNotificationConfig": full() });
    let mut unnamed = full();
    unnamed.as_object_mut().unwrap().remove("id");
    for body in [
        json!({ "parent": parent, "configId": "mine", "config": { "pushNotificationConfig": unnamed } }),
        json!({ "parent": parent, "config_id": "mine", "config": { "push_notification_config": unnamed } }),
        json!({ "config": { "name": name, "pushNotificationConfig": unnamed } }),
        json!({ "name": name, "pushNotificationConfig": unnamed }),
        json!({ "taskId": task, "pushNotificationConfig": full() }),
        json!({ "pushNotificationConfig": full() }),
    ] {
        assert_eq!(well(&host, "POST", &all, &body).await, answer, "{body}");
    }
    let one = format!("{all}/mine");
    assert_eq!(well(&host, "GET", &one, &Value::Null).await, answer);
    assert_eq!(well(&host, "GET", &all, &Value::Null).await, json!({ "configs": [answer] }));
    let stored = json!({
        "taskId": task, "id": "mine", "url": "https://example.invalid/hook?a=b", "token": "t",
        "authentication": { "scheme": "Bearer", "credentials": "c" },
    });
    let named = json!({ "taskId": task, "id": "mine" });
    assert_eq!(host.call("GetTaskPushNotificationConfig", named).await, stored);
    for _ in 0..2 {
        assert_eq!(well(&host, "DELETE", &one, &Value::Null).await, json!({}));
    }
    let missing = rest(&host, "GET", &one, &Value::Null).await;
    assert_eq!((missing.status, &missing.json()["type"]), (404, &json!("TaskNotFoundError")));
    let body = json!({ "parent": "tasks/other", "config": { "pushNotificationConfig": full() } });
    let conflict = rest(&host, "POST", &all, &body).await;
    assert_eq!((conflict.status, &conflict.json()["code"]), (400, &json!(-32602)));
}

#[tokio::test]
async fn the_webhook_of_a_message_is_registered_in_either_binding() {
    let host = host(asks()).await;
    let config = json!({ "id": "inline", "url": "http://a.invalid/" });
    let message = crate::v0_3_jsonrpc::old("who");
    let configuration = json!({ "pushNotificationConfig": config });
    let params = json!({ "message": message, "configuration": configuration });
    let over_rpc = host.call("message/send", params).await;
    let message = json!({ "messageId": "m", "role": "ROLE_USER", "content": [{ "text": "who" }] });
    let configuration = json!({ "pushNotification": config, "blocking": true });
    let params = json!({ "message": message, "configuration": configuration });
    let over_rest = well(&host, "POST", "/v1/message:send", &params).await["task"].clone();
    for task in [over_rpc, over_rest] {
        let kept = json!([{ "taskId": id(&task), "pushNotificationConfig": config }]);
        assert_eq!(host.call(LIST, json!({ "id": id(&task) })).await, kept);
    }
}

/// The webhook is told whole tasks, in the JSON that JSON-RPC has, and of no version.
async fn is_told(hook: &mut Hook, states: &[&str]) -> Value {
    let mut last = Value::Null;
    for state in states {
        let called = hook.next().await;
        assert_eq!((called.method.as_str(), called.brief()), ("POST", format!("task {state}")));
        let said = ["content-type", "a2a-version"].map(|name| called.header(name));
        assert_eq!(said, [Some("application/json"), None]);
        last = called.body;
    }
    last
}

/// The same of the end of the task.
async fn are_told_of_the_end(host: &Host, task: &str, hooks: [&mut Hook; 2]) {
    for hook in hooks {
        let last = is_told(hook, &["completed"]).await;
        assert_eq!(last, host.call("tasks/get", json!({ "id": task })).await);
    }
}

#[tokio::test]
async fn who_registers_over_rest_is_told_what_who_does_over_json_rpc_is() {
    let gate = Gate::new();
    let (host, mut inline, mut late) = (host(patient(&gate)).await, Hook::new().await, Hook::new().await);
    let message = json!({ "messageId": "m", "role": "ROLE_USER", "content": [{ "text": "go" }] });
    let configuration = json!({ "pushNotification": { "url": inline.url } });
    let params = json!({ "message": message, "configuration": configuration });
    let begun = well(&host, "POST", "/v1/message:send", &params).await["task"].clone();
    is_told(&mut inline, &["submitted", "working"]).await;
    let path = format!("/v1/tasks/{}/pushNotificationConfigs", id(&begun));
    let config = json!({ "config": { "pushNotificationConfig": { "url": late.url } } });
    well(&host, "POST", &path, &config).await;
    gate.open();
    are_told_of_the_end(&host, id(&begun), [&mut inline, &mut late]).await;
}

#[cfg(feature = "grpc")]
#[tokio::test]
async fn who_registers_over_grpc_is_told_what_who_does_over_json_rpc_is() {
    use a2a_core::grpc::v0_3::{
        CreateTaskPushNotificationConfigRequest, PushNotificationConfig, SendMessageConfiguration,
        SendMessageResponse, TaskPushNotificationConfig, send_message_response::Payload,
    };

    let gate = Gate::new();
    let (host, mut inline, mut late) = (host(patient(&gate)).await, Hook::new().await, Hook::new().await);
    let client = host.v0_3().await;
    let config = |url: &str| Some(PushNotificationConfig { url: url.to_owned(), ..Default::default() });
    let mut send = crate::grpc::client::old_request(says("go"));
    let push_notification = config(&inline.url);
    send.configuration = Some(SendMessageConfiguration { push_notification, ..Default::default() });
    let begun: SendMessageResponse = client.answer("SendMessage", send).await;
    let Some(Payload::Task(begun)) = begun.payload else { panic!("{begun:?} is no task") };
    is_told(&mut inline, &["submitted", "working"]).await;
    let (name, push_notification_config) = (String::new(), config(&late.url));
    let create = CreateTaskPushNotificationConfigRequest {
        parent: format!("tasks/{}", begun.id),
        config_id: "late".to_owned(),
        config: Some(TaskPushNotificationConfig { name, push_notification_config }),
    };
    let _: TaskPushNotificationConfig = client.answer("CreateTaskPushNotificationConfig", create).await;
    gate.open();
    are_told_of_the_end(&host, &begun.id, [&mut inline, &mut late]).await;
}
