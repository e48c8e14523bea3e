//! Registering webhooks: who may, what of them is taken, and what is answered.

use a2a_core::{
    CallParams, Caller, CallerKind, DeleteTaskPushNotificationConfigRequest, ErrorKind,
    GetTaskPushNotificationConfigRequest, ListTaskPushNotificationConfigsRequest, Message, Operations as _,
    SendMessageRequest, TaskPushNotificationConfig,
};
use a2a_server::{
    Server,
    log::{MemoryLog, Retention},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{host, pushing, quick, register, start, start_with};
use crate::{
    agents::{Gate, asks, echo, patient},
    rest::{rest, well},
    support::{card, code, id, says, says_to, serve, short},
};

const CREATE: &str = "CreateTaskPushNotificationConfig";
const GET: &str = "GetTaskPushNotificationConfig";
const LIST: &str = "ListTaskPushNotificationConfigs";
const DELETE: &str = "DeleteTaskPushNotificationConfig";

const UNSUPPORTED: i64 = -32003;
const NOT_FOUND: i64 = -32001;
const INVALID: i64 = -32602;

#[tokio::test]
async fn every_operation_on_webhooks_is_refused_where_they_are_off() {
    let mut says_no = card();
    says_no.capabilities.push_notifications = Some(false);
    let mut says_yes = card();
    says_yes.capabilities.push_notifications = Some(true);
    let off = Server::builder(says_yes, echo()).allow_anonymous();
    let denied = Server::builder(says_no, echo()).allow_anonymous().webhooks(quick());
    for server in [Server::builder(card(), echo()).allow_anonymous(), off, denied] {
        let host = serve(server).await;
        let task = host.send(says("hi")).await;
        let config = json!({ "taskId": id(&task), "id": "a", "url": "http://localhost/" });
        let one = json!({ "taskId": id(&task), "id": "a" });
        let with =
            json!({ "message": says("hi"), "configuration": { "taskPushNotificationConfig": config } });
        for (method, params) in [
            (CREATE, config),
            (GET, one.clone()),
            (LIST, json!({ "taskId": id(&task) })),
            (DELETE, one),
            ("SendMessage", with.clone()),
        ] {
            let refused = (UNSUPPORTED, "Push notifications aren't supported".to_owned());
            assert_eq!(host.error(method, params).await, refused, "{method}");
        }
        let streamed = host.open(&[], "SendStreamingMessage", with).await.next().await.unwrap();
        assert_eq!(code(&streamed.answer).0, UNSUPPORTED);
    }
}

#[tokio::test]
async fn the_card_says_whether_webhooks_are_told() {
    let on = host(echo()).await.http("GET", "/.well-known/agent-card.json", &[], b"").await.json();
    assert_eq!(on["capabilities"]["pushNotifications"], true);
    let mut denied = card();
    denied.capabilities.push_notifications = Some(false);
    let host = serve(Server::builder(denied, echo()).allow_anonymous().webhooks(quick())).await;
    let off = host.http("GET", "/.well-known/agent-card.json", &[], b"").await.json();
    assert_eq!(off["capabilities"]["pushNotifications"], false);
}

#[tokio::test]
async fn a_webhook_is_registered_read_listed_and_removed() {
    let host = host(asks()).await;
    let task = host.send(says("who")).await;
    let sent = json!({
        "taskId": id(&task), "id": "mine", "url": "https://example.invalid/hook?a=b", "token": "t",
        "authentication": { "scheme": "Bearer", "credentials": "c" }
    });
    assert_eq!(host.call(CREATE, sent.clone()).await, sent);
    let minted = host.call(CREATE, json!({ "taskId": id(&task), "url": "http://a.invalid" })).await;
    assert_eq!(minted["id"].as_str().unwrap().len(), 36);
    let one = json!({ "taskId": id(&task), "id": "mine" });
    assert_eq!(host.call(GET, one.clone()).await, sent);
    let all = json!({ "taskId": id(&task) });
    assert_eq!(host.call(LIST, all.clone()).await, json!({ "configs": [sent, minted] }));
    for _ in 0..2 {
        assert_eq!(host.call(DELETE, one.clone()).await, Value::Null);
        assert_eq!(host.call(LIST, all.clone()).await, json!({ "configs": [minted] }));
    }
    let missing = (NOT_FOUND, "The task has no webhook of this id".to_owned());
    assert_eq!(host.error(GET, one).await, missing);
}

#[tokio::test]
async fn over_rest_the_path_says_whose_webhook_is_created_and_the_body_may() {
    let host = host(asks()).await;
    let (task, other) = (host.send(says("who")).await, host.send(says("else")).await);
    let path = format!("/tasks/{}/pushNotificationConfigs", id(&task));
    let made = json!({ "taskId": id(&task), "id": "a", "url": "http://a.invalid/" });
    let all = json!({ "taskId": id(&task) });
    for body in [json!({ "id": "a", "url": "http://a.invalid/" }), made.clone()] {
        assert_eq!(well(&host, "POST", &path, &body).await, made, "{body}");
        assert_eq!(host.call(LIST, all.clone()).await, json!({ "configs": [made] }));
        host.call(DELETE, json!({ "taskId": id(&task), "id": "a" })).await;
    }
    let body = json!({ "taskId": id(&other), "id": "a", "url": "http://a.invalid/" });
    assert_eq!(rest(&host, "POST", &path, &body).await.status, 400);
    for task in [&task, &other] {
        assert_eq!(host.call(LIST, json!({ "taskId": id(task) })).await, json!({ "configs": [] }));
    }
}

#[tokio::test]
async fn the_webhook_of_a_message_is_kept_with_its_task() {
    let host = host(asks()).await;
    let config = json!({ "url": "http://a.invalid/", "taskId": "whatever" });
    let task = start_with(&host, "who", &config).await;
    let listed = host.call(LIST, json!({ "taskId": id(&task) })).await["configs"].clone();
    assert_eq!(listed[0]["taskId"], *id(&task));
    let message = says_to(id(&task), "and");
    start(&host, message, &json!({ "url": "http://b.invalid/", "id": "b" })).await;
    let listed = host.call(LIST, json!({ "taskId": id(&task) })).await["configs"].clone();
    let urls: Vec<_> = listed.as_array().unwrap().iter().map(|config| config["url"].clone()).collect();
    assert_eq!(urls, ["http://a.invalid/", "http://b.invalid/"]);
}

#[tokio::test]
async fn a_message_that_is_repeated_or_refused_registers_nothing() {
    let host = host(asks()).await;
    let key = [("idempotency-key", "k")];
    let send = async |message: &Value, config: &str| {
        let configuration =
            json!({ "taskPushNotificationConfig": { "url": "http://a.invalid", "id": config } });
        let params = json!({ "message": message, "configuration": configuration });
        host.call_with(&key, "SendMessage", params).await
    };
    let ids = async |task: &str| {
        let listed = host.call(LIST, json!({ "taskId": task })).await;
        let ids = listed["configs"].as_array().unwrap().iter();
        ids.map(|config| config["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = send(&says("who"), "first").await["result"]["task"].clone();
    assert_eq!(send(&says("who"), "again").await["result"]["task"]["id"], first["id"]);
    assert_eq!(ids(id(&first)).await, ["first"]);
    let done = says_to(id(&first), "done");
    for config in ["turn", "repeated"] {
        send(&done, config).await;
    }
    assert_eq!(ids(id(&first)).await, ["first", "turn"]);
    let late = send(&says_to(id(&first), "late"), "late").await;
    assert_eq!(code(&late), (-32004, "The task has ended and takes nothing any more".to_owned()));
    assert_eq!(ids(id(&first)).await, ["first", "turn"]);
}

#[tokio::test]
async fn a_task_that_has_ended_takes_webhooks() {
    let host = host(echo()).await;
    let task = host.send(says("hi")).await;
    let config = register(&host, id(&task), "late", "http://a.invalid").await;
    assert_eq!(host.call(LIST, json!({ "taskId": id(&task) })).await, json!({ "configs": [config] }));
}

#[tokio::test]
async fn what_can_not_be_called_is_refused_by_the_name_of_what_is_wrong() {
    let host = host(asks()).await;
    let task = host.send(says("who")).await;
    let long = format!("http://a.invalid/{}", "x".repeat(3_000));
    let (secret, name) = ("x".repeat(9_000), "x".repeat(300));
    for (field, wrong) in [
        ("url", json!({ "url": "a.invalid/hook" })),
        ("url", json!({ "url": "/hook" })),
        ("url", json!({ "url": "ftp://a.invalid/hook" })),
        ("url", json!({ "url": "file:///etc/passwd" })),
        ("url", json!({ "url": "http://" })),
        ("url", json!({ "url": "http://user@a.invalid/" })),
        ("url", json!({ "url": "http://:word@a.invalid/" })),
        ("url", json!({ "url": long })),
        ("url", json!({ "url": "http://{a}.invalid/" })),
        ("id", json!({ "id": name })),
        ("token", json!({ "token": "a\r\nb: c" })),
        ("token", json!({ "token": "ä" })),
        ("token", json!({ "token": secret })),
        ("authentication.scheme", json!({ "authentication": { "scheme": "Bearer\r\nx: y" } })),
        ("authentication.scheme", json!({ "authentication": { "scheme": "Bearer token" } })),
        (
            "authentication.credentials",
            json!({ "authentication": { "scheme": "Basic", "credentials": "a\nb" } }),
        ),
    ] {
        let mut config = json!({ "taskId": id(&task), "url": "http://a.invalid/" });
        config.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let (code, text) = host.error(CREATE, config.clone()).await;
        assert_eq!((code, text.split(": ").nth(1)), (INVALID, Some(field)), "{wrong}");
        let configuration = json!({ "taskPushNotificationConfig": config });
        let send = json!({ "message": says("hi"), "configuration": configuration });
        assert_eq!(host.error("SendMessage", send).await.0, INVALID, "{wrong}");
    }
    let (code, text) = host.error(CREATE, json!({ "url": "http://a.invalid/" })).await;
    assert_eq!((code, text.split(": ").nth(1)), (INVALID, Some("taskId")));
    let none = json!({ "configs": [] });
    assert_eq!(host.call(LIST, json!({ "taskId": id(&task) })).await, none);
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 1);
}

#[tokio::test]
async fn webhooks_are_listed_page_by_page() {
    let host = host(asks()).await;
    let task = host.send(says("who")).await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(register(&host, id(&task), &format!("hook-{n}"), "http://a.invalid/").await);
    }
    let (mut token, mut listed, mut sizes) = (Value::Null, Vec::new(), Vec::new());
    loop {
        let page = host.call(LIST, json!({ "taskId": id(&task), "pageSize": 2, "pageToken": token })).await;
        let configs = page["configs"].as_array().unwrap().clone();
        sizes.push(configs.len());
        listed.extend(configs);
        token = page["nextPageToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((sizes, listed), (vec![2, 2, 1], made));
    for wrong in [json!({ "pageSize": -1 }), json!({ "pageToken": "hook-1" })] {
        let mut params = json!({ "taskId": id(&task) });
        params.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(host.error(LIST, params).await.0, INVALID, "{wrong}");
    }
}

#[tokio::test]
async fn a_task_has_as_many_webhooks_as_the_log_lets_it() {
    let log = MemoryLog::with(Retention::new().webhooks(1));
    let host = serve(pushing(asks(), quick(), short()).store(log)).await;
    let task = host.send(says("who")).await;
    register(&host, id(&task), "a", "http://a.invalid/").await;
    let full = "The task has 1 webhooks, and that is as many as it may; remove one first";
    let config = json!({ "taskId": id(&task), "id": "b", "url": "http://a.invalid/" });
    assert_eq!(host.error(CREATE, config.clone()).await.1, full);
    let configuration = json!({ "taskPushNotificationConfig": config });
    let turn = json!({ "message": says_to(id(&task), "more"), "configuration": configuration });
    assert_eq!(host.error("SendMessage", turn).await.1, full);
    assert_eq!(host.get(id(&task)).await["history"], task["history"]);
    register(&host, id(&task), "a", "http://b.invalid/").await;
}

#[tokio::test]
async fn webhooks_of_anothers_task_are_those_of_a_missing_one() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let ann = host.handle.operations(Caller::new(CallerKind::User, "ann"));
    let bob = host.handle.operations(Caller::new(CallerKind::User, "bob"));
    let with = CallParams::default;
    let mut request: SendMessageRequest = Message::user("m".parse().unwrap(), "go").into();
    request.configuration.return_immediately = true;
    let task = ann.send_message(with(), request).await.unwrap().task().unwrap().id.clone();
    let config = TaskPushNotificationConfig::new("http://a.invalid/").with_task_id(task.clone());
    let made = ann.create_task_push_notification_config(with(), config.clone()).await.unwrap();
    let made_id = made.id.clone().unwrap();
    for (caller, task) in [(&bob, task.clone()), (&ann, "absent".parse().unwrap())] {
        let config = config.clone().with_task_id(task.clone());
        let get = GetTaskPushNotificationConfigRequest::new(task.clone(), &*made_id);
        let list = ListTaskPushNotificationConfigsRequest::new(task.clone());
        let delete = DeleteTaskPushNotificationConfigRequest::new(task.clone(), &*made_id);
        for error in [
            caller.create_task_push_notification_config(with(), config).await.unwrap_err(),
            caller.get_task_push_notification_config(with(), get).await.unwrap_err(),
            caller.list_task_push_notification_configs(with(), list).await.unwrap_err(),
            caller.delete_task_push_notification_config(with(), delete).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.message()), (ErrorKind::TaskNotFound, "Task not found"));
        }
    }
    let list = ListTaskPushNotificationConfigsRequest::new(task);
    assert_eq!(ann.list_task_push_notification_configs(with(), list).await.unwrap().configs, [made]);
    gate.open();
}
