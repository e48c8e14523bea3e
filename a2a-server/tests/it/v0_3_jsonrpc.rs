//! The operations over JSON-RPC 0.3: ten methods with a slash, results that are bare and have a `kind`.

use a2a_server::{RequestContext, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient, picky},
    rest_streams::data,
    support::{Frame, Host, code, host, id, says},
};

/// A message as version 0.3 has it.
pub(crate) fn old(text: &str) -> Value {
    json!({
        "kind": "message", "messageId": format!("m-{text}"), "role": "user",
        "parts": [{ "kind": "text", "text": text }],
    })
}

fn old_to(task: &Value, text: &str) -> Value {
    let mut message = old(text);
    message["taskId"] = task["id"].clone();
    message
}

async fn send(host: &Host, text: &str) -> Value {
    host.call("message/send", json!({ "message": old(text) })).await
}

/// The result of each frame.
async fn results(host: &Host, method: &str, params: Value) -> Vec<Value> {
    let mut stream = host.open(&[], method, params).await;
    assert_eq!((stream.wire.status, stream.wire.header("content-type")), (200, Some("text/event-stream")));
    let frames = stream.rest().await;
    frames
        .into_iter()
        .map(|frame| {
            assert_eq!((&frame.answer["jsonrpc"], &frame.answer["id"]), (&json!("2.0"), &json!(1)));
            frame.answer["result"].clone()
        })
        .collect()
}

#[tokio::test]
async fn a_send_answers_the_bare_task_or_message_with_its_kind() {
    let host = host(echo()).await;
    let task = send(&host, "hi").await;
    let now = host.get(id(&task)).await;
    assert_eq!(
        task,
        json!({
            "kind": "task", "id": now["id"], "contextId": now["contextId"],
            "status": { "state": "completed", "timestamp": now["status"]["timestamp"] },
            "artifacts": [{
                "artifactId": now["artifacts"][0]["artifactId"], "name": now["artifacts"][0]["name"],
                "parts": [{ "kind": "text", "text": "hi" }],
            }],
            "history": [{
                "kind": "message", "messageId": "m-hi", "contextId": now["contextId"], "taskId": now["id"],
                "role": "user", "parts": [{ "kind": "text", "text": "hi" }],
            }],
        })
    );
    let agent = executor_fn(async |cx, out| Ok(out.message(cx.message.text()).await?));
    let message = send(&crate::support::host(agent).await, "hi").await;
    assert_eq!((&message["kind"], &message["role"]), (&json!("message"), &json!("agent")));
    assert_eq!(message["parts"], json!([{ "kind": "text", "text": "hi" }]));
}

#[tokio::test]
async fn blocking_is_the_default_and_its_contrary_returns_at_once() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let configuration = json!({ "blocking": false, "historyLength": 0 });
    let params = json!({ "message": old("go"), "configuration": configuration });
    let task = host.call("message/send", params).await;
    assert!(["submitted", "working"].contains(&task["status"]["state"].as_str().unwrap()), "{task}");
    assert!(task.get("history").is_none());
    gate.open();
    gate.open();
    assert_eq!(send(&host, "wait").await["status"]["state"], "completed");
    let configuration = json!({ "blocking": true });
    gate.open();
    let params = json!({ "message": old("too"), "configuration": configuration });
    assert_eq!(host.call("message/send", params).await["status"]["state"], "completed");
}

#[tokio::test]
async fn tasks_are_read_continued_and_canceled_by_either_version() {
    let host = host(asks()).await;
    let paused = send(&host, "one").await;
    assert_eq!(paused["status"]["state"], "input-required");
    assert_eq!(host.get(id(&paused)).await["status"]["state"], "TASK_STATE_INPUT_REQUIRED");
    let read = host.call("tasks/get", json!({ "id": paused["id"], "historyLength": 0 })).await;
    assert_eq!((&read["kind"], read.get("history")), (&json!("task"), None));
    let answered = host.call("message/send", json!({ "message": old_to(&paused, "two") })).await;
    assert_eq!(
        (&answered["id"], &answered["status"]["message"]["parts"][0]["text"]),
        (&paused["id"], &json!("two?"))
    );
    let new = host.send(says("three")).await;
    let canceled = host.call("tasks/cancel", json!({ "id": new["id"], "metadata": { "why": "x" } })).await;
    assert_eq!((&canceled["kind"], &canceled["status"]["state"]), (&json!("task"), &json!("canceled")));
    assert_eq!(host.get(id(&new)).await["status"]["state"], "TASK_STATE_CANCELED");
}

#[tokio::test]
async fn a_stream_is_bare_events_and_the_one_that_ends_it_is_final() {
    let host = host(asks()).await;
    let events = results(&host, "message/stream", json!({ "message": old("done") })).await;
    let kinds: Vec<_> = events.iter().map(|event| (&event["kind"], &event["final"])).collect();
    assert_eq!(kinds, [(&json!("task"), &Value::Null), (&json!("status-update"), &json!(true))]);
    assert_eq!(events[1]["status"]["state"], "completed");
    let events = results(&host, "message/stream", json!({ "message": old("more") })).await;
    let last = events.last().unwrap();
    assert_eq!((&last["status"]["state"], &last["final"]), (&json!("input-required"), &json!(true)));
}

#[tokio::test]
async fn a_stream_goes_on_where_authentication_is_required_and_that_is_not_final() {
    let gate = Gate::new();
    let opened = gate.clone();
    let agent = executor_fn(move |_, out: Responder| {
        let gate = opened.clone();
        async move {
            let task = out.task().await?;
            task.auth_required("who?").await?;
            gate.pass().await;
            Ok(task.complete().await?)
        }
    });
    let host = host(agent).await;
    let mut stream = host.open(&[], "message/stream", json!({ "message": old("x") })).await;
    let mut event = async || stream.next().await.unwrap().answer["result"].clone();
    assert_eq!(event().await["kind"], "task");
    let asked = event().await;
    assert_eq!((&asked["status"]["state"], &asked["final"]), (&json!("auth-required"), &json!(false)));
}

#[tokio::test]
async fn what_is_final_is_the_end_of_the_stream_so_a_subscription_goes_on_where_input_is_asked_for() {
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        if cx.message.text() == "done" {
            return Ok(task.complete().await?);
        }
        Ok(task.input_required("more?").await?)
    });
    let host = host(agent).await;
    let task = send(&host, "begin").await;
    let mut subscription = host.open(&[], "tasks/resubscribe", json!({ "id": task["id"] })).await;
    let first = subscription.next().await.unwrap().answer["result"].clone();
    assert_eq!(first["status"]["state"], "input-required");
    let mut answer = host.open(&[], "message/stream", json!({ "message": old_to(&task, "more") })).await;
    assert_eq!(finals(&answer.rest().await), [("input-required".into(), true)]);
    let params = json!({ "message": old_to(&task, "done") });
    host.http("POST", "/", &[], &crate::support::envelope("message/send", &params)).await;
    let told = finals(&subscription.rest().await);
    let expected = [("working", false), ("input-required", false), ("working", false), ("completed", true)];
    assert_eq!(told, expected.map(|(state, is_final)| (state.to_owned(), is_final)));
}

/// The states of the updates, and whether each is final.
fn finals(frames: &[Frame]) -> Vec<(String, bool)> {
    let updates = frames.iter().map(|frame| &frame.answer["result"]);
    let updates = updates.filter(|result| result["kind"] == "status-update");
    let state = |update: &Value| update["status"]["state"].as_str().unwrap().to_owned();
    updates.map(|update| (state(update), update["final"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn resubscribing_begins_with_the_task_and_behind_a_cursor_with_what_came_after() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let task = host.start(says("go")).await;
    let params = json!({ "id": task["id"] });
    let mut stream = host.open(&[], "tasks/resubscribe", params.clone()).await;
    let first = stream.next().await.unwrap();
    assert_eq!(
        (&first.answer["result"]["kind"], &first.answer["result"]["id"]),
        (&json!("task"), &task["id"])
    );
    gate.open();
    let rest = stream.rest().await;
    assert_eq!(rest.last().unwrap().answer["result"]["final"], true);
    let cursor = first.id.unwrap();
    let mut again = host.open(&[("last-event-id", &cursor)], "tasks/resubscribe", params.clone()).await;
    assert_eq!(again.rest().await, rest);
    let mut refused = host.open(&[], "tasks/resubscribe", params).await;
    let answers = refused.rest().await;
    assert_eq!((answers.len(), code(&answers[0].answer).0), (1, -32004));
}

#[tokio::test]
async fn errors_have_the_codes_of_the_version_and_no_data() {
    let host = host(echo()).await;
    let ended = send(&host, "x").await;
    for (method, params, expected) in [
        ("tasks/get", json!({ "id": "absent" }), -32001),
        ("tasks/cancel", json!({ "id": ended["id"] }), -32002),
        ("message/send", json!({ "message": old_to(&ended, "more") }), -32004),
        ("message/send", json!({}), -32602),
        ("tasks/get", json!([]), -32602),
        ("tasks/list", json!({}), -32601),
        ("tasks/pushNotificationConfig/set", config(&ended), -32003),
        ("tasks/pushNotificationConfig/get", json!({ "id": ended["id"] }), -32003),
        ("tasks/pushNotificationConfig/list", json!({ "id": ended["id"] }), -32003),
        (
            "tasks/pushNotificationConfig/delete",
            json!({ "id": ended["id"], "pushNotificationConfigId": "p" }),
            -32003,
        ),
        ("agent/getAuthenticatedExtendedCard", Value::Null, -32004),
    ] {
        let answer = host.http("POST", "/", &[], &crate::support::envelope(method, &params)).await;
        assert_eq!((answer.status, code(&answer.json()).0), (200, expected), "{method}");
        if expected != -32601 {
            assert_eq!(answer.json()["error"].get("data"), None, "{method}");
        }
    }
    for method in ["message/stream", "tasks/resubscribe"] {
        let mut stream = host.open(&[], method, json!({ "id": "absent" })).await;
        let frames = stream.rest().await;
        assert_eq!((stream.wire.status, frames.len()), (200, 1), "{method}");
        assert_eq!(frames[0].answer["error"].get("data"), None, "{method}");
    }
}

/// §10 item 33, over JSON-RPC of this version.
#[tokio::test]
async fn an_error_behind_the_first_event_is_the_last_frame_and_of_the_same_call() {
    let host = host(picky()).await;
    let paused = send(&host, "one").await;
    let params = json!({ "message": old_to(&paused, "bad") });
    let mut stream = host.open(&[], "message/stream", params.clone()).await;
    let first = stream.next().await.unwrap();
    assert_eq!(
        (&first.answer["result"]["kind"], &first.answer["result"]["status"]["state"]),
        (&json!("task"), &json!("working"))
    );
    let error = json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32005, "message": "not that" } });
    assert_eq!(data(&mut stream).await, std::slice::from_ref(&error));
    assert_eq!(host.call_with(&[], "message/send", params).await, error);
}

fn config(task: &Value) -> Value {
    json!({ "taskId": task["id"], "pushNotificationConfig": { "url": "http://localhost/" } })
}

#[tokio::test]
async fn data_that_is_no_object_is_marked_on_the_way_out_and_unmarked_on_the_way_in() {
    let agent = executor_fn(async |cx: a2a_server::RequestContext, out: Responder| {
        let task = out.task().await?;
        task.artifact("echo").finish_with(cx.message.parts.clone()).await?;
        Ok(task.complete().await?)
    });
    let host = host(agent).await;
    let parts = json!([
        { "kind": "data", "data": { "value": [1, null] }, "metadata": { "data_part_compat": true } },
        { "kind": "data", "data": { "n": 9_007_199_254_740_993_u64, "none": null } },
        { "kind": "file", "file": { "bytes": "dGNr", "name": "a.txt", "mimeType": "text/plain" } },
        { "kind": "file", "file": { "uri": "https://example.com/a", "name": "a" } },
        { "kind": "text", "text": "x" },
    ]);
    let mut message = old("x");
    message["parts"] = parts.clone();
    let task = host.call("message/send", json!({ "message": message })).await;
    assert_eq!(task["artifacts"][0]["parts"], parts);
    assert_eq!(host.get(id(&task)).await["artifacts"][0]["parts"][0], json!({ "data": [1, null] }));
    let events = results(&host, "message/stream", json!({ "message": message })).await;
    assert_eq!(events[1]["artifact"]["parts"], parts);
}
