//! What webhooks are told, and when.

use a2a_server::{AgentExecutor, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{
    host, register, start, start_with,
    webhook::{Answer, Called, Hook},
};
use crate::{
    agents::{Gate, asks, patient},
    frames::{Frame, folded},
    rest_streams::{data, open},
    support::{id, says, says_to, soon, task},
};

/// Says a good deal, once the gate is open.
fn talks(gate: &Gate) -> impl AgentExecutor {
    let gate = gate.clone();
    executor_fn(move |_, out: Responder| {
        let gate = gate.clone();
        async move {
            let task = out.task().await?;
            task.working("one").await?;
            gate.pass().await;
            let mut artifact = task.artifact("talk");
            for n in 0..300 {
                artifact.append(format!("{n} ")).await?;
            }
            artifact.finish().await?;
            task.working("two").await?;
            let mut other = task.artifact("other");
            other.append("a").await?;
            other.finish_with("b").await?;
            Ok(task.complete_with("done").await?)
        }
    })
}

fn frames(called: &[Called]) -> Vec<Frame> {
    called.iter().map(Called::frame).collect()
}

fn bodies(called: &[Called]) -> Vec<Value> {
    called.iter().map(|called| called.body.clone()).collect()
}

/// The bodies that a stream from the first event on would have had.
async fn streamed(host: &crate::support::Host, task: &str) -> Vec<Value> {
    let rest = host.resume(task, "a2a-log:0").await.rest().await;
    rest.into_iter().map(|frame| frame.answer["result"].clone()).collect()
}

#[tokio::test]
async fn a_webhook_that_came_with_the_task_is_told_what_a_stream_is_from_its_first_event_on() {
    let gate = Gate::new();
    let (host, mut hook) = (host(patient(&gate)).await, Hook::new().await);
    let config = json!({ "url": format!("{}/hook?a=b", hook.url), "token": "t-1",
        "authentication": { "scheme": "Bearer", "credentials": "c-2" } });
    let begun = start_with(&host, "go", &config).await;
    gate.open();
    let called = hook.rest().await;
    assert_eq!(bodies(&called), streamed(&host, id(&begun)).await);
    let briefs: Vec<_> = called.iter().map(Called::brief).collect();
    assert_eq!(briefs, ["task SUBMITTED", "WORKING", "COMPLETED"]);
    for called in &called {
        assert_eq!((called.method.as_str(), called.path.as_str()), ("POST", "/hook?a=b"));
        let names = ["content-type", "authorization", "x-a2a-notification-token", "a2a-version"];
        let said = names.map(|name| called.header(name));
        assert_eq!(said, [Some("application/a2a+json"), Some("Bearer c-2"), Some("t-1"), Some("1.0")]);
    }
}

#[tokio::test]
async fn a_webhook_without_secrets_gets_none() {
    let gate = Gate::new();
    let (host, mut hook) = (host(patient(&gate)).await, Hook::new().await);
    start_with(&host, "go", &json!({ "url": hook.url })).await;
    let called = hook.next().await;
    assert_eq!([called.header("authorization"), called.header("x-a2a-notification-token")], [None, None]);
    gate.open();
}

#[tokio::test]
async fn the_server_authenticates_by_the_scheme_that_the_webhook_names() {
    let host = host(asks()).await;
    for (authentication, header) in [
        (json!({ "scheme": "Basic", "credentials": "dTpw" }), "Basic dTpw"),
        (json!({ "scheme": "Negotiate" }), "Negotiate"),
        (json!({ "scheme": "x-own", "credentials": "a=\"b\", c=d" }), "x-own a=\"b\", c=d"),
    ] {
        let mut hook = Hook::new().await;
        start_with(&host, "who", &json!({ "url": hook.url, "authentication": authentication })).await;
        let called = hook.next().await;
        assert_eq!((called.method.as_str(), called.header("authorization")), ("POST", Some(header)));
    }
}

#[tokio::test]
async fn a_webhook_that_came_with_a_stream_is_told_the_same_from_the_first_event_on() {
    let gate = Gate::new();
    let (host, mut hook) = (host(patient(&gate)).await, Hook::new().await);
    let configuration = json!({ "taskPushNotificationConfig": { "url": hook.url } });
    let params = json!({ "message": says("go"), "configuration": configuration });
    let mut over_rpc = host.open(&[], "SendStreamingMessage", params.clone()).await;
    gate.open();
    let streamed: Vec<_> =
        over_rpc.rest().await.into_iter().map(|frame| frame.answer["result"].clone()).collect();
    assert_eq!(bodies(&hook.rest().await), streamed);
    let mut over_rest = open(&host, "POST", "/message:stream", &[], &params).await;
    gate.open();
    let streamed = data(&mut over_rest).await;
    let called = hook.rest().await;
    assert_eq!(bodies(&called), streamed);
    let briefs: Vec<_> = called.iter().map(Called::brief).collect();
    assert_eq!(briefs, ["task SUBMITTED", "WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn a_webhook_is_told_what_comes_behind_its_registration() {
    let gate = Gate::new();
    let (host, mut hook) = (host(patient(&gate)).await, Hook::new().await);
    let mut stream = host.stream(says("go")).await;
    let begun = stream.next().await.unwrap();
    stream.next().await;
    let task = begun.answer["result"]["task"]["id"].as_str().unwrap();
    register(&host, task, "late", &hook.url).await;
    gate.open();
    assert_eq!(hook.briefs().await, ["COMPLETED"]);
}

#[tokio::test]
async fn chunks_of_one_artifact_that_wait_are_told_as_one() {
    let (gate, held) = (Gate::new(), Gate::new());
    let host = host(talks(&gate)).await;
    let mut hook = Hook::answering([Answer::Status(200), Answer::Behind(held.clone())]).await;
    let begun = start_with(&host, "go", &json!({ "url": hook.url })).await;
    let mut called = vec![hook.next().await, hook.next().await];
    let mut stream = host.subscribe(id(&begun)).await;
    gate.open();
    stream.rest().await;
    held.open();
    called.extend(hook.rest().await);
    let whole = task(&host.get(id(&begun)).await);
    assert_eq!(folded(&frames(&called)), whole);
    assert!(called.len() < 12, "{} calls", called.len());
    let statuses = called.iter().map(Called::brief).filter(|brief| !brief.starts_with("artifact"));
    assert_eq!(statuses.collect::<Vec<_>>(), ["task SUBMITTED", "WORKING", "WORKING", "COMPLETED"]);
    assert_eq!(called[called.len() - 2].brief(), "artifact ab");
}

#[tokio::test]
async fn a_turn_brings_its_webhook_which_is_told_of_it_and_of_the_answer() {
    let (host, mut first, mut second) = (host(asks()).await, Hook::new().await, Hook::new().await);
    let begun = start_with(&host, "who", &json!({ "url": first.url })).await;
    assert_eq!([first.brief().await, first.brief().await], ["task SUBMITTED", "INPUT_REQUIRED"]);
    start(&host, says_to(id(&begun), "done"), &json!({ "url": second.url })).await;
    assert_eq!(second.briefs().await, ["WORKING", "COMPLETED"]);
    assert_eq!(first.briefs().await, ["WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn a_webhook_of_a_paused_task_is_told_that_it_is_canceled() {
    let (host, mut hook) = (host(asks()).await, Hook::new().await);
    let begun = start_with(&host, "who", &json!({ "url": hook.url })).await;
    assert_eq!([hook.brief().await, hook.brief().await], ["task SUBMITTED", "INPUT_REQUIRED"]);
    host.call("CancelTask", json!({ "id": id(&begun) })).await;
    assert_eq!(hook.brief().await, "CANCELED");
    soon(host.handle.drain()).await;
    assert!(!hook.was_called());
}

#[tokio::test]
async fn a_webhook_that_is_removed_is_told_nothing_more() {
    let gate = Gate::new();
    let (host, mut gone, mut kept) = (host(patient(&gate)).await, Hook::new().await, Hook::new().await);
    let begun = start_with(&host, "go", &json!({ "url": gone.url, "id": "gone" })).await;
    register(&host, id(&begun), "kept", &kept.url).await;
    assert_eq!([gone.brief().await, gone.brief().await], ["task SUBMITTED", "WORKING"]);
    let one = json!({ "taskId": id(&begun), "id": "gone" });
    host.call("DeleteTaskPushNotificationConfig", one).await;
    gate.open();
    assert_eq!(kept.rest().await.last().unwrap().brief(), "COMPLETED");
    soon(host.handle.drain()).await;
    assert!(!gone.was_called());
}

#[tokio::test]
async fn a_webhook_that_is_registered_again_goes_on_where_it_was_as_it_is_now() {
    let gate = Gate::new();
    let (host, mut before, mut after) = (host(patient(&gate)).await, Hook::new().await, Hook::new().await);
    let begun = start_with(&host, "go", &json!({ "url": before.url, "id": "one" })).await;
    assert_eq!([before.brief().await, before.brief().await], ["task SUBMITTED", "WORKING"]);
    let config = json!({ "taskId": id(&begun), "id": "one", "url": after.url, "token": "new" });
    host.call("CreateTaskPushNotificationConfig", config).await;
    gate.open();
    let called = after.next().await;
    assert_eq!(
        (called.brief(), called.header("x-a2a-notification-token")),
        ("COMPLETED".to_owned(), Some("new"))
    );
    soon(host.handle.drain()).await;
    assert!(!before.was_called() && !after.was_called());
}

#[tokio::test]
async fn what_waits_to_be_told_has_the_time_of_the_drain() {
    let (gate, held) = (Gate::new(), Gate::new());
    let host = host(patient(&gate)).await;
    let mut hook = Hook::answering([Answer::Behind(held.clone())]).await;
    start_with(&host, "go", &json!({ "url": hook.url })).await;
    let mut called = vec![hook.brief().await];
    gate.open();
    host.handle.shutdown();
    held.open();
    soon(host.ended).await.unwrap();
    // All of it came before the server ended.
    while hook.was_called_with(&mut called) {}
    assert_eq!(called, ["task SUBMITTED", "WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn a_webhook_that_came_by_v0_3_is_told_whole_tasks_of_v0_3() {
    let gate = Gate::new();
    let (host, mut hook) = (host(patient(&gate)).await, Hook::new().await);
    let message = json!({ "kind": "message", "messageId": "m", "role": "user",
        "parts": [{ "kind": "text", "text": "go" }] });
    let config = json!({ "url": hook.url, "token": "t",
        "authentication": { "schemes": ["Bearer"], "credentials": "c" } });
    let configuration = json!({ "blocking": false, "pushNotificationConfig": config });
    let begun =
        host.call("message/send", json!({ "message": message, "configuration": configuration })).await;
    gate.open();
    let called = hook.rest().await;
    let briefs: Vec<_> = called.iter().map(Called::brief).collect();
    assert_eq!(briefs, ["task submitted", "task working", "task completed"]);
    for called in &called {
        assert_eq!(called.method, "POST");
        let names = ["content-type", "authorization", "x-a2a-notification-token", "a2a-version"];
        let said = names.map(|name| called.header(name));
        assert_eq!(said, [Some("application/json"), Some("Bearer c"), Some("t"), None]);
    }
    let whole = host.call("tasks/get", json!({ "id": begun["id"] })).await;
    assert_eq!(called[2].body, whole);
}
