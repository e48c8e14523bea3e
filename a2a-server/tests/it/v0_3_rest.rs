//! The operations over HTTP+JSON 0.3: below `/v1/`, and in the JSON of protobuf.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient},
    rest::{rest, well},
    rest_streams::{data, open},
    support::{host, id, says, state},
};

/// A message as protobuf has it.
fn old(text: &str) -> Value {
    json!({ "messageId": format!("m-{text}"), "role": "ROLE_USER", "content": [{ "text": text }] })
}

#[tokio::test]
async fn a_send_waits_if_it_says_so_or_has_no_configuration_and_answers_in_protobufs_json() {
    let host = host(echo()).await;
    let answer = well(&host, "POST", "/v1/message:send", &json!({ "message": old("hi") })).await;
    let now = host.get(answer["task"]["id"].as_str().unwrap()).await;
    assert_eq!(
        answer,
        json!({ "task": {
            "id": now["id"], "contextId": now["contextId"], "status": now["status"],
            "artifacts": now["artifacts"],
            "history": [{
                "messageId": "m-hi", "contextId": now["contextId"], "taskId": now["id"],
                "role": "ROLE_USER", "content": [{ "text": "hi" }],
            }],
        } })
    );
    let configuration = json!({ "blocking": true, "historyLength": 0 });
    let params = json!({ "message": old("too"), "configuration": configuration });
    let task = well(&host, "POST", "/v1/message:send", &params).await["task"].clone();
    // Protobuf's default is no limit.
    assert_eq!((state(&task), task["history"].as_array().unwrap().len()), ("COMPLETED", 1));
}

#[tokio::test]
async fn a_configuration_that_does_not_say_blocking_returns_at_once() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let params = json!({ "message": old("go"), "configuration": {} });
    let task = well(&host, "POST", "/v1/message:send", &params).await["task"].clone();
    assert!(["SUBMITTED", "WORKING"].contains(&state(&task)), "{task}");
}

#[tokio::test]
async fn every_family_and_spelling_of_a_send_is_read() {
    let host = host(asks()).await;
    for message in [
        json!({ "message": old("a") }),
        json!({ "request": { "message_id": "m", "role": "ROLE_USER", "content": [{ "text": "a" }] } }),
        json!({ "message": { "kind": "message", "messageId": "m", "role": "user", "parts": [{ "kind": "text", "text": "a" }] } }),
        json!({ "message": { "messageId": "m", "role": 1, "parts": [{ "text": "a" }] }, "metadata": { "x": 1 } }),
    ] {
        let task = well(&host, "POST", "/v1/message:send", &message).await["task"].clone();
        assert_eq!(task["status"]["message"]["content"], json!([{ "text": "a?" }]), "{message}");
    }
}

#[tokio::test]
async fn a_canceled_task_is_spelled_as_the_version_does() {
    let host = host(asks()).await;
    for body in ["", "{}", "null", r#"{"name":"tasks/ID"}"#] {
        let task = host.send(says("x")).await;
        let path = format!("/v1/tasks/{}:cancel", id(&task));
        let answer = host.http("POST", &path, &[], body.replace("ID", id(&task)).as_bytes()).await;
        assert_eq!((answer.status, state(&answer.json())), (200, "CANCELLED"), "{body}");
        let path = format!("/v1/tasks/{}?historyLength=1", id(&task));
        assert_eq!(state(&well(&host, "GET", &path, &Value::Null).await), "CANCELLED");
        assert_eq!(state(&host.get(id(&task)).await), "CANCELED");
    }
}

#[tokio::test]
async fn a_read_with_a_history_of_zero_has_all_of_it() {
    let host = host(asks()).await;
    let task = host.send(says("x")).await;
    for (query, messages) in [("", 1), ("?historyLength=0", 1), ("?history_length=1", 1)] {
        let path = format!("/v1/tasks/{}{query}", id(&task));
        let read = well(&host, "GET", &path, &Value::Null).await;
        assert_eq!(read["history"].as_array().unwrap().len(), messages, "{query}");
    }
}

#[tokio::test]
async fn a_stream_is_events_in_the_member_that_tells_what_they_are() {
    let host = host(echo()).await;
    let mut stream = open(&host, "POST", "/v1/message:stream", &[], &json!({ "message": old("hi") })).await;
    let events = data(&mut stream).await;
    assert_eq!(events[0]["task"]["history"][0]["content"], json!([{ "text": "hi" }]));
    assert_eq!(events[1]["artifactUpdate"]["artifact"]["parts"], json!([{ "text": "hi" }]));
    let last = &events[2]["statusUpdate"];
    assert_eq!((&last["status"]["state"], &last["final"]), (&json!("TASK_STATE_COMPLETED"), &json!(true)));
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn an_error_is_what_each_reader_of_the_version_looks_for() {
    let host = host(echo()).await;
    let push = ("PushNotificationNotSupportedError", -32003, 400, "FAILED_PRECONDITION");
    for (verb, path, body, (name, code, status, grpc)) in [
        ("GET", "/v1/tasks/absent", Value::Null, ("TaskNotFoundError", -32001, 404, "NOT_FOUND")),
        ("GET", "/v1/tasks/absent:subscribe", Value::Null, ("TaskNotFoundError", -32001, 404, "NOT_FOUND")),
        ("POST", "/v1/message:send", json!({}), ("InvalidParamsError", -32602, 400, "INVALID_ARGUMENT")),
        ("GET", "/v1/nothing", Value::Null, ("MethodNotFoundError", -32601, 404, "UNIMPLEMENTED")),
        ("GET", "/v1/tasks", Value::Null, ("MethodNotFoundError", -32601, 404, "UNIMPLEMENTED")),
        ("GET", "/v1/card", Value::Null, ("UnsupportedOperationError", -32004, 400, "FAILED_PRECONDITION")),
        (
            "POST",
            "/v1/tasks/t/pushNotificationConfigs",
            json!({ "config": { "pushNotificationConfig": { "url": "http://localhost/" } } }),
            push,
        ),
        ("GET", "/v1/tasks/t/pushNotificationConfigs", Value::Null, push),
        ("GET", "/v1/tasks/t/pushNotificationConfigs/p", Value::Null, push),
        ("DELETE", "/v1/tasks/t/pushNotificationConfigs/p", Value::Null, push),
    ] {
        let answer = rest(&host, verb, path, &body).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some("application/json")),
            "{path}"
        );
        let body = answer.json();
        assert_eq!((&body["code"], &body["type"]), (&json!(code), &json!(name)), "{path}");
        assert_eq!(body["message"], body["error"]["message"], "{path}");
        assert_eq!(
            (&body["error"]["code"], &body["error"]["status"]),
            (&json!(status), &json!(grpc)),
            "{path}"
        );
        if name == "TaskNotFoundError" {
            assert_eq!(body["error"]["details"][0]["reason"], "TASK_NOT_FOUND", "{path}");
        }
    }
}
