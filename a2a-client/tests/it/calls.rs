use a2a_client::{Answer, Client};
use a2a_core::{
    CallParams, ContextId, DeleteTaskPushNotificationConfigRequest, GetExtendedAgentCardRequest,
    ListTasksRequest, ListTasksResponse, Message, MessageId, Metadata, Part, SendMessageRequest, Task,
    TaskId,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::peer::{DIRECT, DONE, Peer, json as answer, result};

fn done() -> Task {
    serde_json::from_str(DONE).unwrap()
}

#[tokio::test]
async fn a_text_is_sent_as_a_message_of_the_user() {
    let (client, mut peer) = Peer::connect(|_| result(&format!("{{\"task\":{DONE}}}"))).await;
    assert_eq!(client.send_text("hello").await.unwrap(), Answer::Task(done()));

    let request = peer.request().await;
    assert_eq!(request.line, "POST /rpc HTTP/1.1");
    let message_id = request.body["params"]["message"]["messageId"].clone();
    assert_eq!(message_id.as_str().map(str::len), Some(36));
    let message = json!({"messageId": message_id, "role": "ROLE_USER", "parts": [{"text": "hello"}]});
    assert_eq!(
        request.body,
        json!({"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": {"message": message}})
    );
    assert_eq!(request.header("a2a-version"), Some("1.0"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("a2a-extensions"), None);
    assert_eq!(request.header("last-event-id"), None);
    assert_eq!(request.header("idempotency-key").map(str::len), Some(36));
}

#[tokio::test]
async fn what_belongs_to_a_call_goes_with_that_call_only() {
    let mut peer = Peer::agent(|_| result(DIRECT)).await;
    let client =
        Client::builder().header("X-Team", "blue").extension("urn:one").connect(&peer.url).await.unwrap();
    let metadata = Metadata::from_iter([("urn:two".to_owned(), json!(7))]);
    let call = client.call().header("X-Request", "9").extension("urn:two").idempotency_key("k1");
    let call = call.metadata(metadata).history_length(3).return_immediately();
    let call = call.task(&TaskId::new("t1").unwrap()).context(&ContextId::new("c1").unwrap());
    let message = Message::user(MessageId::new("m1").unwrap(), Part::text("go on"));
    call.send(message.clone()).await.unwrap();
    client.send(SendMessageRequest::new(message)).await.unwrap();

    assert!(peer.request().await.line.starts_with("GET "));
    let (first, second) = (peer.request().await, peer.request().await);
    assert_eq!(
        first.body["params"],
        json!({
            "message": {
                "messageId": "m1", "contextId": "c1", "taskId": "t1", "role": "ROLE_USER",
                "parts": [{"text": "go on"}],
            },
            "configuration": {"historyLength": 3, "returnImmediately": true},
            "metadata": {"urn:two": 7},
        })
    );
    let headers = ["x-team", "x-request", "a2a-extensions", "idempotency-key"];
    let seen = headers.map(|name| first.header(name));
    assert_eq!(seen, [Some("blue"), Some("9"), Some("urn:one, urn:two"), Some("k1")]);
    assert_eq!([second.header("x-team"), second.header("x-request")], [Some("blue"), None]);
    assert_eq!(second.header("a2a-extensions"), Some("urn:one"));
    assert_eq!(second.body["id"], 2);
}

#[tokio::test]
async fn every_request_names_the_tenant_of_the_interface() {
    let card = |url: &str| {
        let interface =
            json!({"url": url, "protocolBinding": "JSONRPC", "protocolVersion": "1.0", "tenant": "acme"});
        json!({"name": "Clerk", "supportedInterfaces": [interface]}).to_string()
    };
    let mut peer = Peer::start(move |request| match request.body["method"].as_str() {
        None => answer(200, &card(&format!("http://{}/rpc", request.header("host").unwrap()))),
        Some("ListTasks") => result(r#"{"tasks":[],"nextPageToken":"","pageSize":50,"totalSize":0}"#),
        Some("SendMessage") => result(DIRECT),
        Some(_) => result(DONE),
    })
    .await;
    let client = Client::connect(&peer.url).await.unwrap();
    let id = TaskId::new("t1").unwrap();
    client.send_text("hello").await.unwrap();
    assert_eq!(client.get_task(&id).await.unwrap(), done());
    assert_eq!(client.cancel(&id).await.unwrap(), done());
    let tasks = client.list_tasks(ListTasksRequest::default()).await.unwrap();
    assert_eq!(tasks, ListTasksResponse::new(Vec::new(), 50, 0));

    peer.request().await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let body = peer.request().await.body;
        seen.push((body["method"].clone(), body["params"]["tenant"].clone()));
    }
    let methods = ["SendMessage", "GetTask", "CancelTask", "ListTasks"];
    assert_eq!(seen, methods.map(|method| (json!(method), json!("acme"))));
}

#[tokio::test]
async fn a_removal_may_be_answered_with_null_or_an_object() {
    for said in ["null", "{}"] {
        let (client, _) = Peer::connect(move |_| result(said)).await;
        let request = DeleteTaskPushNotificationConfigRequest::new(TaskId::new("t1").unwrap(), "p1");
        let removed =
            client.operations().delete_task_push_notification_config(CallParams::default(), request);
        assert_eq!(removed.await, Ok(()));
    }
}

#[tokio::test]
async fn the_extended_card_is_read_through_the_operations() {
    let (client, mut peer) = Peer::connect(|_| result(r#"{"name":"Clerk for friends"}"#)).await;
    let request = GetExtendedAgentCardRequest::default();
    let card = client.operations().get_extended_agent_card(CallParams::default(), request).await.unwrap();
    assert_eq!(card.name, "Clerk for friends");
    assert_eq!(peer.request().await.body["method"], "GetExtendedAgentCard");
}
