//! Streams over HTTP+JSON: bare events, cursors, and errors that come before the first event or behind it.

use a2a_core::AgentExtension;
use a2a_server::{Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient, picky},
    rest::rest,
    support::{Host, Stream, Wire, card, host, id, request, says, says_to, serve, short},
    v0_3_jsonrpc,
};

pub(crate) async fn open(
    host: &Host,
    verb: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Stream {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    Stream::new(Wire::send(host.addr, &request(verb, path, headers, &body)).await.head().await)
}

/// The data of each event.
pub(crate) async fn data(stream: &mut Stream) -> Vec<Value> {
    stream.rest().await.into_iter().map(|frame| frame.answer).collect()
}

/// The only member of each event.
fn members(events: &[Value]) -> Vec<&str> {
    events.iter().flat_map(|event| event.as_object().unwrap().keys().map(String::as_str)).collect()
}

#[tokio::test]
async fn a_stream_is_bare_events_from_the_task_to_its_end() {
    let host = host(echo()).await;
    let mut stream = open(&host, "POST", "/message:stream", &[], &json!({ "message": says("hi") })).await;
    assert_eq!((stream.wire.status, stream.wire.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(stream.wire.header("x-accel-buffering"), Some("no"));
    assert_eq!(stream.wire.header("cache-control"), Some("no-cache, no-transform"));
    let frames = stream.rest().await;
    assert!(frames.iter().all(|frame| frame.id.is_some()));
    let events: Vec<_> = frames.into_iter().map(|frame| frame.answer).collect();
    assert_eq!(members(&events), ["task", "artifactUpdate", "statusUpdate"]);
    let task = host.get(events[0]["task"]["id"].as_str().unwrap()).await;
    assert_eq!(events[1]["artifactUpdate"]["artifact"], task["artifacts"][0]);
    assert_eq!(events[2]["statusUpdate"]["status"], task["status"]);
}

#[tokio::test]
async fn a_message_is_the_only_event_of_its_stream() {
    let host = host(executor_fn(async |cx, out| Ok(out.message(cx.message.text()).await?))).await;
    for path in ["/message:stream", "/v1/message:stream"] {
        let mut stream = open(&host, "POST", path, &[], &json!({ "message": says("hi") })).await;
        let events = data(&mut stream).await;
        assert_eq!(members(&events), ["message"], "{path}");
    }
}

#[tokio::test]
async fn subscribing_works_by_post_and_by_get_and_goes_on_behind_a_cursor() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let task = host.start(says("go")).await;
    let path = format!("/tasks/{}:subscribe", id(&task));
    let mut streams = Vec::new();
    for (verb, path, body) in [
        ("POST", path.clone(), Value::Null),
        ("POST", path.clone(), json!({ "ignored": true })),
        ("GET", path.clone(), Value::Null),
        ("GET", format!("/v1{path}"), Value::Null),
        ("POST", format!("/v1{path}"), Value::Null),
    ] {
        let mut stream = open(&host, verb, &path, &[("accept", "text/event-stream")], &body).await;
        let first = stream.next().await.unwrap();
        assert_eq!(first.answer["task"]["id"], task["id"], "{verb} {path}");
        streams.push((stream, first.id.unwrap()));
    }
    gate.open();
    let mut cursors = Vec::new();
    for (mut stream, cursor) in streams {
        let rest = stream.rest().await;
        assert_eq!(members(&[rest.last().unwrap().answer.clone()]), ["statusUpdate"]);
        cursors.push(cursor);
    }
    // The task has ended, and a cursor still shows what came behind it.
    for (path, done) in
        [(path.clone(), "TASK_STATE_COMPLETED"), (format!("/v1{path}"), "TASK_STATE_COMPLETED")]
    {
        let mut stream = open(&host, "GET", &path, &[("last-event-id", &cursors[0])], &Value::Null).await;
        let events = data(&mut stream).await;
        assert_eq!(events.last().unwrap()["statusUpdate"]["status"]["state"], done, "{path}");
    }
}

#[tokio::test]
async fn an_error_before_the_first_event_is_an_answer_of_its_own() {
    let host = host(echo()).await;
    for (verb, path, body) in [
        ("POST", "/message:stream", json!({})),
        ("POST", "/v1/message:stream", json!({})),
        ("GET", "/tasks/absent:subscribe", Value::Null),
        ("GET", "/v1/tasks/absent:subscribe", Value::Null),
    ] {
        let stream = open(&host, verb, path, &[("accept", "text/event-stream")], &body).await;
        assert_eq!(stream.wire.header("content-type"), Some("application/json"), "{path}");
        assert!(matches!(stream.wire.status, 400 | 404), "{path}");
    }
}

/// §10 item 33, over HTTP+JSON.
#[tokio::test]
async fn an_error_behind_the_first_event_is_the_last_one_by_its_name_and_has_no_cursor() {
    let host = host(picky()).await;
    let paused = host.send(says("one")).await;
    let send = json!({ "message": says_to(id(&paused), "bad") });
    for prefix in ["", "/v1"] {
        let mut stream = open(&host, "POST", &format!("{prefix}/message:stream"), &[], &send).await;
        assert_eq!(
            stream.next().await.unwrap().answer["task"]["status"]["state"],
            "TASK_STATE_WORKING",
            "{prefix}"
        );
        let mut behind = Vec::new();
        while let Some(chunk) = stream.wire.chunk().await {
            behind.extend(chunk);
        }
        let behind = String::from_utf8(behind).unwrap();
        let Some(data) = behind.strip_prefix("event: error\ndata: ") else { panic!("{prefix}: {behind}") };
        let error: Value = serde_json::from_str(data).unwrap();
        let unary = rest(&host, "POST", &format!("{prefix}/message:send"), &send).await;
        assert_eq!(error, unary.json(), "{prefix}");
        assert_eq!(host.get(id(&paused)).await["status"]["state"], "TASK_STATE_INPUT_REQUIRED");
    }
}

#[tokio::test]
async fn what_is_active_is_said_with_the_answer_under_the_names_of_its_version() {
    let mut card = card();
    card.capabilities.extensions = ["urn:a", "urn:b"].map(AgentExtension::new).into();
    let host = serve(Server::builder(card, asks()).allow_anonymous().limits(short())).await;
    let send = json!({ "message": says("x") });
    let asked = [("x-a2a-extensions", "urn:b,urn:c"), ("a2a-extensions", "urn:a")];
    for (path, old) in [("/message:send", None), ("/v1/message:send", Some("urn:a, urn:b"))] {
        let answer = host.http("POST", path, &asked, send.to_string().as_bytes()).await;
        assert_eq!(answer.header("a2a-extensions"), Some("urn:a, urn:b"), "{path}");
        assert_eq!(answer.header("x-a2a-extensions"), old, "{path}");
        let stream = open(&host, "POST", &path.replace("send", "stream"), &asked, &send).await;
        assert_eq!(stream.wire.header("a2a-extensions"), Some("urn:a, urn:b"), "{path}");
        assert_eq!(stream.wire.header("x-a2a-extensions"), old, "{path}");
        let answer = host.http("POST", path, &asked, b"{}").await;
        assert_eq!(answer.header("a2a-extensions"), Some("urn:a, urn:b"), "{path}");
    }
    let old_send = json!({ "message": v0_3_jsonrpc::old("x") });
    for (method, params, old) in [
        ("SendMessage", &send, None),
        ("SendStreamingMessage", &send, None),
        ("SendStreamingMessage", &Value::Null, None),
        ("message/send", &old_send, Some("urn:a, urn:b")),
        ("message/send", &Value::Null, Some("urn:a, urn:b")),
        ("message/stream", &old_send, Some("urn:a, urn:b")),
        ("message/stream", &Value::Null, Some("urn:a, urn:b")),
    ] {
        let stream = host.open(&asked, method, params.clone()).await;
        assert_eq!(stream.wire.header("a2a-extensions"), Some("urn:a, urn:b"), "{method} {params}");
        assert_eq!(stream.wire.header("x-a2a-extensions"), old, "{method} {params}");
    }
}
