//! Webhooks that don't do what they should.

use std::time::Duration;

use a2a_core::{CallParams, Caller, Operations as _, TaskPushNotificationConfig};
use a2a_server::Webhooks;
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::net::TcpSocket;

use super::{
    host, pushing, quick, register, start_with,
    webhook::{Answer, Called, Hook},
};
use crate::{
    agents::{Gate, asks, patient},
    support::{id, says, serve, short, soon},
};

fn briefs(called: &[Called]) -> Vec<String> {
    called.iter().map(Called::brief).collect()
}

/// What a webhook is told that answers so, of a task that is begun, worked on and completed.
async fn told(webhooks: Webhooks, answers: impl IntoIterator<Item = Answer>) -> Vec<Called> {
    let gate = Gate::new();
    let host = serve(pushing(patient(&gate), webhooks, short())).await;
    let mut hook = Hook::answering(answers).await;
    start_with(&host, "go", &json!({ "url": hook.url })).await;
    gate.open();
    let called = hook.rest().await;
    soon(host.handle.drain()).await;
    assert!(!hook.was_called(), "what was taken isn't told again");
    called
}

#[tokio::test]
async fn an_event_is_told_until_the_webhook_takes_it_and_the_next_one_waits() {
    let called = told(quick(), [Answer::Status(500), Answer::Status(404), Answer::Status(204)]).await;
    let first = ["task SUBMITTED"; 3].map(str::to_owned).to_vec();
    assert_eq!(briefs(&called), [first, vec!["WORKING".to_owned(), "COMPLETED".to_owned()]].concat());
    assert_eq!([&called[0].body, &called[1].body], [&called[2].body; 2]);
}

#[tokio::test]
async fn a_webhook_that_says_nothing_is_called_again() {
    let webhooks = quick().timeouts(Duration::from_secs(5), Duration::from_millis(100));
    let called = told(webhooks, [Answer::Hang]).await;
    assert_eq!(briefs(&called), ["task SUBMITTED", "task SUBMITTED", "WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn an_event_that_is_not_taken_is_given_up_and_the_next_is_told() {
    let called = told(quick().attempts(2), [Answer::Status(503), Answer::Status(503)]).await;
    assert_eq!(briefs(&called), ["task SUBMITTED", "task SUBMITTED", "WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut elsewhere = Hook::new().await;
    let called = told(quick(), [Answer::Redirect(elsewhere.url.clone())]).await;
    assert_eq!(briefs(&called), ["task SUBMITTED", "task SUBMITTED", "WORKING", "COMPLETED"]);
    assert!(!elsewhere.was_called());
}

#[tokio::test]
async fn nobody_listens_where_a_webhook_is_and_the_task_ends_all_the_same() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    // Nobody has been given that port.
    let begun = start_with(&host, "go", &json!({ "url": "http://127.0.0.1:1/" })).await;
    let mut stream = host.subscribe(id(&begun)).await;
    gate.open();
    assert_eq!(stream.briefs().await.last().unwrap(), "COMPLETED");
    soon(host.handle.drain()).await;
}

#[tokio::test]
async fn a_webhook_at_which_nobody_listens_yet_is_told_as_soon_as_somebody_does() {
    let gate = Gate::new();
    // One call at a time, and in turns: when the other webhook was told all, this one has been tried.
    let webhooks = quick().in_flight(1).attempts(u32::MAX);
    let host = serve(pushing(patient(&gate), webhooks, short())).await;
    // The port is taken, and whoever connects is refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    start_with(&host, "one", &json!({ "url": url })).await;
    let mut other = Hook::new().await;
    start_with(&host, "two", &json!({ "url": other.url })).await;
    gate.open();
    gate.open();
    let all = ["task SUBMITTED", "WORKING", "COMPLETED"];
    assert_eq!(other.briefs().await, all);
    let mut hook = Hook::at(socket.listen(16).unwrap(), []);
    assert_eq!(hook.briefs().await, all);
}

#[tokio::test]
async fn a_webhook_that_hangs_holds_up_neither_streams_nor_other_webhooks() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let mut hangs = Hook::answering([Answer::Hang]).await;
    let mut takes = Hook::new().await;
    let begun = start_with(&host, "go", &json!({ "url": hangs.url })).await;
    assert_eq!(hangs.brief().await, "task SUBMITTED");
    register(&host, id(&begun), "takes", &takes.url).await;
    let mut stream = host.subscribe(id(&begun)).await;
    gate.open();
    assert_eq!(stream.briefs().await.last().unwrap(), "COMPLETED");
    assert_eq!(takes.rest().await.last().unwrap().brief(), "COMPLETED");
    assert!(!hangs.was_called());
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_there_may_be() {
    let (gate, held) = (Gate::new(), Gate::new());
    let host = serve(pushing(patient(&gate), quick().in_flight(1), short())).await;
    let mut first = Hook::answering([Answer::Behind(held.clone())]).await;
    let mut second = Hook::new().await;
    start_with(&host, "one", &json!({ "url": first.url })).await;
    first.next().await;
    let other = start_with(&host, "two", &json!({ "url": second.url })).await;
    let mut stream = host.subscribe(id(&other)).await;
    gate.open();
    gate.open();
    // That task is done, and its webhook has heard nothing.
    stream.rest().await;
    assert!(!second.was_called());
    held.open();
    assert_eq!(second.briefs().await, ["task SUBMITTED", "WORKING", "COMPLETED"]);
    first.rest().await;
}

/// What is registered while the program ends must not keep it from its end.
#[test]
fn a_webhook_that_is_registered_when_the_runtime_is_gone_holds_nothing_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (ops, task) = runtime.block_on(async {
        let host = host(asks()).await;
        let ops = host.handle.operations(Caller::anonymous());
        (ops, host.send(says("who")).await)
    });
    let handle = runtime.handle().clone();
    drop(runtime);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _inside = handle.enter();
        let config = TaskPushNotificationConfig::new("http://127.0.0.1:1/");
        let config = config.with_task_id(id(&task).parse().unwrap());
        let registered = ops.create_task_push_notification_config(CallParams::default(), config);
        tell.send(futures_util::FutureExt::now_or_never(registered).unwrap().is_ok()).unwrap();
    });
    assert_eq!(told.recv_timeout(Duration::from_secs(20)), Ok(true));
}
