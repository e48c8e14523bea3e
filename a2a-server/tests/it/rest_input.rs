//! What comes in over HTTP+JSON: media types, ids in paths, tenants, and what is wrong with a parameter.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    rest::{fails, rest, well},
    support::{Wire, host, host_with, id, says, short, state},
};

#[tokio::test]
async fn an_answer_is_of_the_type_that_the_client_speaks_of() {
    let host = host(echo()).await;
    let send = json!({ "message": says("x") }).to_string();
    let (own, plain) = ("application/a2a+json", "application/json");
    for (kind, accept, expected) in [
        (own, "", own),
        (own, "*/*", own),
        (plain, "", plain),
        ("application/json; charset=utf-8", "*/*", plain),
        (plain, own, own),
        (own, "text/html, application/json;q=0.9", plain),
        ("Application/A2A+JSON;charset=UTF-8", "application/a2a+json, application/json", own),
    ] {
        let mut headers = vec![("content-type", kind)];
        headers.extend((!accept.is_empty()).then_some(("accept", accept)));
        let answer = host.http("POST", "/message:send", &headers, send.as_bytes()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(expected)), "{kind} {accept}");
        let answer = host.http("POST", "/message:send", &headers, b"{}").await;
        assert_eq!((answer.status, answer.header("content-type")), (400, Some(plain)), "{kind} {accept}");
    }
    let answer = host.http("POST", "/v1/message:send", &[("content-type", own)], send.as_bytes()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(plain)));
    // Who says nothing of a type gets the one of the version.
    let task = answer.json()["task"]["id"].as_str().unwrap().to_owned();
    for (path, expected) in [("/tasks", own), (&format!("/v1/tasks/{task}"), plain)] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: t\r\n\r\n");
        let answer = Wire::send(host.addr, head.as_bytes()).await.answer("GET").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(expected)), "{path}");
    }
}

#[tokio::test]
async fn only_a_body_of_plain_json_is_read_on_every_binding() {
    let host = host_with(echo(), short().with_max_body_bytes(1_000)).await;
    let body = json!({ "message": says("x") }).to_string();
    for path in ["/", "/message:send", "/v1/message:send"] {
        for headers in [
            &[("content-type", "text/plain")][..],
            &[("content-type", "application/json"), ("content-encoding", "gzip")],
        ] {
            let answer = host.http("POST", path, headers, body.as_bytes()).await;
            assert_eq!(answer.status, 415, "{path} {headers:?}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_ne!(answer.json()["error"], Value::Null, "{path}");
        }
        let answer = host.http("POST", path, &[("content-encoding", "identity")], body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{path}");
        // A browser asks nobody before it sends a body without a type for a page of any site.
        for (origin, status) in [("origin: https://example.com\r\n", 415), ("", 200)] {
            let length = body.len();
            let head = format!("POST {path} HTTP/1.1\r\nhost: t\r\n{origin}content-length: {length}\r\n\r\n");
            let answer = Wire::send(host.addr, (head + &body).as_bytes()).await.answer("POST").await;
            assert_eq!(answer.status, status, "{path} {origin}");
        }
        let answer = host.http("POST", path, &[], "x".repeat(1_001).as_bytes()).await;
        assert_eq!(answer.status, 413, "{path}");
    }
    for body in ["", "{", "\u{fffd}", r#"{"message":"#, "{} {}"] {
        for path in ["/message:send", "/v1/message:send"] {
            let answer = host.http("POST", path, &[], body.as_bytes()).await;
            assert_eq!(answer.status, 400, "{path} {body}");
            let text = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(text.starts_with("Invalid JSON payload"), "{path} {body}: {text}");
        }
    }
}

#[tokio::test]
async fn ids_are_decoded_after_the_path_was_taken_apart() {
    let host = host(echo()).await;
    for (path, task) in [
        ("/tasks/a%2Fb", "a/b"),
        ("/tasks/a:b:c", "a:b:c"),
        ("/tasks/a%3Asubscribe", "a:subscribe"),
        ("/tasks/a+b%20c", "a+b c"),
        ("/v1/tasks/%C3%A9%252F", "é%2F"),
        ("/acme/tasks/tasks", "tasks"),
        ("/tasks/a/pushNotificationConfigs/", ""),
    ] {
        let answer = rest(&host, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, 404, "{path}");
        let said = &answer.json()["error"]["details"][0]["metadata"]["taskId"];
        assert_eq!(said.as_str().unwrap_or_default(), task, "{path}");
    }
    let answer = rest(&host, "POST", "/tasks/x:y%2Fz:cancel", &Value::Null).await;
    assert_eq!(answer.json()["error"]["details"][0]["metadata"]["taskId"], "x:y/z");
    for path in ["/tasks/%FF", "/tasks/%", "/%zz/tasks", "/tasks?pageToken=%F"] {
        assert_eq!(fails(&host, "GET", path, &Value::Null).await.0, 400, "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_parameter_is_said_by_its_name() {
    let host = host(echo()).await;
    for (verb, path, body, name) in [
        ("GET", "/tasks?pageSize=many", Value::Null, "pageSize"),
        ("GET", "/tasks?page_size=1.5", Value::Null, "page_size"),
        ("GET", "/tasks?pageSize=0", Value::Null, "pageSize"),
        ("GET", "/tasks?pageSize=-1", Value::Null, "pageSize"),
        ("GET", "/tasks?pageSize=101", Value::Null, "pageSize"),
        ("GET", "/tasks?historyLength=-1", Value::Null, "historyLength"),
        ("GET", "/tasks/x?historyLength=99999999999", Value::Null, "historyLength"),
        ("GET", "/tasks?status=completed", Value::Null, "status"),
        ("GET", "/tasks?statusTimestampAfter=yesterday", Value::Null, "statusTimestampAfter"),
        ("GET", "/tasks?includeArtifacts=yes", Value::Null, "includeArtifacts"),
        ("GET", "/tasks?includeArtifacts=TRUE", Value::Null, "includeArtifacts"),
        ("GET", "/tasks?pageToken=guessed", Value::Null, "pageToken"),
        ("GET", "/tasks?pageSize=1&pageSize=2", Value::Null, "pageSize"),
        ("GET", &format!("/tasks?{}", "x=1&".repeat(101)), Value::Null, "query"),
        ("GET", "/tasks/x?id=y", Value::Null, "id"),
        ("POST", "/message:send", json!({}), "body"),
        ("POST", "/message:send", json!([]), "body"),
        ("POST", "/message:send", json!({ "message": { "messageId": "m", "parts": 7 } }), "message.parts"),
        ("POST", "/tasks/x/pushNotificationConfigs", json!({ "url": "" }), "url"),
        (
            "POST",
            "/tasks/x/pushNotificationConfigs",
            json!({ "taskId": "y", "url": "http://localhost/" }),
            "taskId",
        ),
        ("DELETE", "/tasks/x/pushNotificationConfigs/y?task_id=z", Value::Null, "taskId"),
        ("POST", "/v1/message:send", json!({ "message": { "parts": [] } }), "message"),
        ("GET", "/v1/tasks/x?historyLength=few", Value::Null, "historyLength"),
    ] {
        let answer = rest(&host, verb, path, &body).await;
        assert_eq!(answer.status, 400, "{verb} {path} {body}");
        let error = answer.json()["error"].clone();
        let violation = &error["details"][0]["fieldViolations"][0];
        assert_eq!(violation["field"], name, "{verb} {path} {body}: {error}");
    }
}

#[tokio::test]
async fn whoever_names_the_tenant_twice_names_the_same_one() {
    let host = host(asks()).await;
    let send = |tenant: &str| json!({ "message": says("x"), "tenant": tenant });
    for (path, body, task_is_at) in [
        ("/acme/message:send", send(""), "/acme/tasks/"),
        ("/message:send", send("acme"), "/acme/tasks/"),
        ("/message:send?tenant=acme", send(""), "/acme/tasks/"),
        ("/acme/message:send?tenant=acme", send("acme"), "/acme/tasks/"),
        ("/a%2Fb/message:send", send("a/b"), "/a%2Fb/tasks/"),
    ] {
        let task = well(&host, "POST", path, &body).await["task"].clone();
        {
            let found = well(&host, "GET", &format!("{task_is_at}{}", id(&task)), &Value::Null).await;
            assert_eq!(state(&found), "INPUT_REQUIRED", "{path}");
        }
        assert_eq!(
            fails(&host, "GET", &format!("/tasks/{}", id(&task)), &Value::Null).await.0,
            404,
            "{path}"
        );
    }
    for (verb, path, body) in [
        ("POST", "/acme/message:send", send("other")),
        ("POST", "/acme/message:send?tenant=other", send("")),
        ("POST", "/message:send?tenant=acme", send("other")),
        ("GET", "/acme/tasks?tenant=other", Value::Null),
        ("POST", "/acme/tasks/x:cancel", json!({ "tenant": "other" })),
    ] {
        let answer = rest(&host, verb, path, &body).await;
        assert_eq!(answer.status, 400, "{path}");
        let error = answer.json()["error"].clone();
        assert_eq!(error["details"][0]["fieldViolations"][0]["field"], "tenant", "{path}: {error}");
    }
}
