//! The same operations without a wire.

use std::task::Poll;

use a2a_core::{
    CallParams, Caller, CancelTaskRequest, ErrorKind, GetTaskRequest, ListTasksRequest, Message, Operations,
    SendMessageRequest, StreamEvent, SubscribeToTaskRequest, Version,
};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient},
    support::{Frame, folded, host, id, soon, task},
};

fn message(text: &str) -> SendMessageRequest {
    Message::user("m".parse().unwrap(), text).into()
}

async fn frames(events: a2a_core::Events) -> Vec<Frame> {
    let event = |event: Result<a2a_core::Cursored<StreamEvent>, a2a_core::Error>| {
        let event = event.unwrap();
        let answer = json!({ "jsonrpc": "2.0", "id": 1, "result": event.event });
        Frame { id: event.cursor.map(|cursor| cursor.to_string()), answer }
    };
    soon(events.map(event).collect()).await
}

#[tokio::test]
async fn answers_equal_those_of_the_wire() {
    let host = host(echo()).await;
    let here = host.handle.operations(Caller::anonymous());
    let sent = here.send_message(CallParams::default(), message("hi")).await.unwrap();
    let sent = sent.task().unwrap();
    assert_eq!(task(&host.get(sent.id.as_str()).await), *sent);
    let got = here.get_task(CallParams::default(), GetTaskRequest::new(sent.id.clone())).await.unwrap();
    assert_eq!(got, *sent);
    let listed = here.list_tasks(CallParams::default(), ListTasksRequest::default()).await.unwrap();
    assert_eq!(serde_json::to_value(&listed).unwrap(), host.call("ListTasks", json!({})).await);
}

#[tokio::test]
async fn streams_equal_those_of_the_wire() {
    let host = host(echo()).await;
    let here = host.handle.operations(Caller::anonymous());
    let events =
        frames(here.send_streaming_message(CallParams::default(), message("hi")).await.unwrap()).await;
    let ended = folded(&events);
    assert_eq!(host.resume(ended.id.as_str(), "a2a-log:0").await.rest().await, events);
    let mut with = CallParams::default();
    with.resume = Some(a2a_core::Cursor::after(1));
    let rest = here.subscribe_to_task(with, SubscribeToTaskRequest::new(ended.id)).await.unwrap();
    assert_eq!(frames(rest).await, events[1..]);
}

#[tokio::test]
async fn errors_equal_those_of_the_wire() {
    let host = host(asks()).await;
    let here = host.handle.operations(Caller::anonymous());
    let absent: a2a_core::TaskId = "absent".parse().unwrap();
    let error =
        here.cancel_task(CallParams::default(), CancelTaskRequest::new(absent.clone())).await.unwrap_err();
    let wire = host.call_with(&[], "CancelTask", json!({ "id": "absent" })).await;
    assert_eq!((error.kind().code(), error.message()), (-32001, wire["error"]["message"].as_str().unwrap()));
    let error = here
        .subscribe_to_task(CallParams::default(), SubscribeToTaskRequest::new(absent))
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::TaskNotFound);
    let mut old = CallParams::default();
    old.version = Version { major: 1, minor: 1 };
    let error = here.send_message(old, message("hi")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::VersionNotSupported, "This agent speaks version 1.0, not 1.1")
    );
    assert_eq!(error.message(), "This agent speaks version 1.0, not 1.1");
}

#[tokio::test]
async fn a_caller_that_holds_its_future_unpolled_holds_nobody_up() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let here = host.handle.operations(Caller::anonymous());
    let mut sending = here.send_message(CallParams::default(), message("go"));
    let poll_once = |cx: &mut std::task::Context<'_>| Poll::Ready(sending.as_mut().poll(cx).is_pending());
    assert!(std::future::poll_fn(poll_once).await);
    let listed = async || host.call("ListTasks", json!({})).await;
    let mut list = listed().await;
    while list["totalSize"] == 0 {
        list = listed().await;
    }
    let mut stream = host.subscribe(id(&list["tasks"][0])).await;
    stream.next().await;
    gate.open();
    assert_eq!(soon(stream.briefs()).await.last().unwrap(), "COMPLETED");
    assert_eq!(soon(sending).await.unwrap().task().unwrap().text(), "done");
}

#[tokio::test]
async fn callers_in_process_see_only_their_own() {
    let host = host(echo()).await;
    let ann = host.handle.operations(Caller::new(a2a_core::CallerKind::User, "ann"));
    ann.send_message(CallParams::default(), message("hi")).await.unwrap();
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 0);
    let nothing: Value = json!([]);
    assert_eq!(host.call("ListTasks", json!({})).await["tasks"], nothing);
}
