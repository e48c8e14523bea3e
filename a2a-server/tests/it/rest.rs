//! The operations over HTTP+JSON 1.0: where each is, and what it answers.

use std::cmp::Reverse;

use a2a_server::Server;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient},
    rest_streams::open,
    support::{Answer, Host, card, host, id, output, says, says_to, serve, short, state},
};

/// A request and its answer; no body is no body at all.
pub(crate) async fn rest(host: &Host, verb: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    host.http(verb, path, &[], &body).await
}

/// The answer to what goes well.
pub(crate) async fn well(host: &Host, verb: &str, path: &str, body: &Value) -> Value {
    let answer = rest(host, verb, path, body).await;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, 200, "{verb} {path}: {text}");
    answer.json()
}

/// The status of what fails, and the status and the reason that its body has.
pub(crate) async fn fails(host: &Host, verb: &str, path: &str, body: &Value) -> (u16, String, String) {
    let answer = rest(host, verb, path, body).await;
    assert_eq!(answer.header("content-type"), Some("application/json"), "{verb} {path}");
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], answer.status, "{verb} {path}: {error}");
    assert_ne!(error["message"], "", "{verb} {path}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (answer.status, text(&error["status"]), text(&error["details"][0]["reason"]))
}

fn failure(status: u16, name: &str, reason: &str) -> (u16, String, String) {
    (status, name.to_owned(), reason.to_owned())
}

#[tokio::test]
async fn a_send_answers_a_task_or_a_message() {
    let host = host(echo()).await;
    let answer = well(&host, "POST", "/message:send", &json!({ "message": says("hello") })).await;
    assert_eq!((answer.as_object().unwrap().len(), output(&answer["task"])), (1, "hello".to_owned()));
    let agent = a2a_server::executor_fn(async |cx, out| Ok(out.message(cx.message.text()).await?));
    let host = crate::support::host(agent).await;
    let configuration = json!({ "returnImmediately": true });
    let send = json!({ "message": says("hello"), "configuration": configuration });
    let answer = well(&host, "POST", "/message:send", &send).await;
    assert_eq!(
        (answer.as_object().unwrap().len(), &answer["message"]["parts"][0]["text"]),
        (1, &json!("hello"))
    );
}

#[tokio::test]
async fn get_and_cancel_answer_the_bare_task_that_json_rpc_answers() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let task = host.start(says("go")).await;
    let path = format!("/tasks/{}", id(&task));
    assert_eq!(well(&host, "GET", &path, &Value::Null).await, host.get(id(&task)).await);
    assert!(
        well(&host, "GET", &format!("{path}?historyLength=0"), &Value::Null).await.get("history").is_none()
    );
    let canceled = well(&host, "POST", &format!("{path}:cancel"), &Value::Null).await;
    assert_eq!((state(&canceled), id(&canceled)), ("CANCELED", id(&task)));
}

#[tokio::test]
async fn a_cancellation_needs_no_body_and_takes_metadata() {
    let host = host(asks()).await;
    for body in ["", "{}", "null", r#"{"metadata":{"why":"bored"}}"#, r#"{"id":"ID"}"#, r#"{"id":""}"#] {
        let task = host.send(says("one")).await;
        let body = body.replace("ID", id(&task));
        let path = format!("/tasks/{}:cancel", id(&task));
        let answer = host.http("POST", &path, &[], body.as_bytes()).await;
        assert_eq!((answer.status, state(&answer.json())), (200, "CANCELED"), "{body}");
    }
    let task = host.send(says("one")).await;
    let path = format!("/tasks/{}:cancel", id(&task));
    for body in [json!({ "id": "another" }), json!({ "id": 7 }), json!([]), json!({ "metadata": [] })] {
        let answer = fails(&host, "POST", &path, &body).await;
        assert_eq!(answer.0, 400, "{body}: {answer:?}");
    }
    assert_eq!(host.get(id(&task)).await, task);
}

#[tokio::test]
async fn what_a_cancellation_brings_is_read_no_deeper_than_any_other_body() {
    let host = host(asks()).await;
    let task = host.send(says("one")).await;
    let reserved = r#"{"$serde_json::private::RawValue":"#;
    let mut bomb = "1".to_owned();
    for _ in 0..14 {
        let (open, close) = ("[".repeat(100), "]".repeat(100));
        bomb = format!("{open}{reserved}{}}}{close}", Value::from(bomb));
    }
    let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
    let twice = r#"{"metadata":{"a":1},"metadata":{}}"#.to_owned();
    for body in [
        format!(r#"{{"metadata":{{"bomb":{bomb}}}}}"#),
        format!(r#"{{"unknown":{{}},"metadata":{reserved}"{{}}"}}}}"#),
        format!(r#"{{"metadata":{{"deep":{deep}}}}}"#),
        twice,
        r#"{"id":"","id":"another"}"#.to_owned(),
        format!("{{{}\"metadata\":{{}}}}", "\"a\":1,".repeat(100)),
    ] {
        for prefix in ["", "/v1"] {
            let path = format!("{prefix}/tasks/{}:cancel", id(&task));
            let answer = host.http("POST", &path, &[], body.as_bytes()).await;
            assert_eq!(answer.status, 400, "{path} {}", &body[..40.min(body.len())]);
        }
    }
    assert_eq!(host.get(id(&task)).await, task);
}

#[tokio::test]
async fn a_list_has_all_its_members_though_it_is_empty() {
    let host = host(echo()).await;
    let empty = json!({ "tasks": [], "nextPageToken": "", "pageSize": 50, "totalSize": 0 });
    assert_eq!(well(&host, "GET", "/tasks", &Value::Null).await, empty);
}

#[tokio::test]
async fn the_query_of_a_list_is_read_in_every_type_it_has() {
    let host = host(asks()).await;
    let one = host.send(says("one")).await;
    let two = host.send(says("done")).await;
    let ids = async |query: &str| {
        let list = well(&host, "GET", &format!("/tasks?{query}"), &Value::Null).await;
        let tasks = list["tasks"].as_array().unwrap();
        tasks.iter().map(|task| id(task).to_owned()).collect::<Vec<_>>()
    };
    let one_id = id(&one).to_owned();
    let context = one["contextId"].as_str().unwrap();
    let mut listed = [&one, &two];
    listed.sort_by_key(|task| (Reverse(task["status"]["timestamp"].as_str()), id(task)));
    let both = listed.map(|task| id(task).to_owned()).to_vec();
    for (query, expected) in [
        ("", &both),
        ("status=TASK_STATE_INPUT_REQUIRED", &vec![one_id.clone()]),
        ("status=TASK_STATE_UNSPECIFIED", &both),
        (&format!("contextId={context}"), &vec![one_id.clone()]),
        (&format!("context_id={context}&status=TASK_STATE_COMPLETED"), &vec![]),
        ("pageSize=1", &vec![both[0].clone()]),
        ("page_size=1", &vec![both[0].clone()]),
        ("statusTimestampAfter=2000-01-01T00%3A00%3A00%2B02%3A00", &both),
        ("statusTimestampAfter=9000-01-01T00:00:00Z", &vec![]),
        ("pageToken=&contextId=&status=", &both),
        ("unknown=1&A2A-Version=1.0", &both),
    ] {
        assert_eq!(ids(query).await, *expected, "{query}");
    }
    let list = well(&host, "GET", "/tasks?includeArtifacts=true&historyLength=1", &Value::Null).await;
    assert_eq!(
        (&list["tasks"][1]["artifacts"], list["tasks"][1]["history"].as_array().unwrap().len()),
        (&json!([]), 1)
    );
    let list = well(&host, "GET", "/tasks?includeArtifacts=false", &Value::Null).await;
    assert!(list["tasks"][0].get("artifacts").is_none());
    let first = well(&host, "GET", "/tasks?pageSize=1", &Value::Null).await;
    let next = format!("pageSize=1&pageToken={}", first["nextPageToken"].as_str().unwrap());
    assert_eq!((ids(&next).await, &first["totalSize"]), (vec![both[1].clone()], &json!(2)));
}

#[tokio::test]
async fn every_route_exists_without_a_prefix_and_below_a_tenant() {
    let host = host(asks()).await;
    let push = failure(400, "FAILED_PRECONDITION", "PUSH_NOTIFICATION_NOT_SUPPORTED");
    let config = json!({ "url": "http://localhost/" });
    for prefix in ["", "/acme"] {
        let sent =
            well(&host, "POST", &format!("{prefix}/message:send"), &json!({ "message": says("x") })).await;
        let task = format!("{prefix}/tasks/{}", id(&sent["task"]));
        assert_eq!(well(&host, "GET", &task, &Value::Null).await, sent["task"]);
        let listed = well(&host, "GET", &format!("{prefix}/tasks"), &Value::Null).await;
        assert_eq!((&listed["totalSize"], &listed["tasks"][0]["id"]), (&json!(1), &sent["task"]["id"]));
        let configs = format!("{task}/pushNotificationConfigs");
        assert_eq!(fails(&host, "POST", &configs, &config).await, push);
        assert_eq!(fails(&host, "GET", &configs, &Value::Null).await, push);
        assert_eq!(fails(&host, "GET", &format!("{configs}/p"), &Value::Null).await, push);
        assert_eq!(fails(&host, "DELETE", &format!("{configs}/p"), &Value::Null).await, push);
        let card = fails(&host, "GET", &format!("{prefix}/extendedAgentCard"), &Value::Null).await;
        assert_eq!(card, failure(400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION"));
        for (verb, path, body) in [
            ("POST", format!("{task}:subscribe"), Value::Null),
            ("GET", format!("{task}:subscribe"), Value::Null),
            ("POST", format!("{prefix}/message:stream"), json!({ "message": says("x") })),
        ] {
            let mut stream = open(&host, verb, &path, &[], &body).await;
            let first = stream.next().await.unwrap().answer["task"].clone();
            assert_eq!(first["id"] == sent["task"]["id"], !body.is_object(), "{verb} {path}: {first}");
            well(&host, "GET", &format!("{prefix}/tasks/{}", id(&first)), &Value::Null).await;
        }
        assert_eq!(state(&well(&host, "POST", &format!("{task}:cancel"), &json!({})).await), "CANCELED");
    }
}

#[tokio::test]
async fn a_failure_has_the_status_of_its_kind_and_says_it_in_its_body() {
    let host = host(echo()).await;
    let ended = host.send(says("x")).await;
    let ended = format!("/tasks/{}", id(&ended));
    let to_ended = json!({ "message": says_to(ended.trim_start_matches("/tasks/"), "more") });
    for (verb, path, body, expected) in [
        ("GET", "/tasks/absent", Value::Null, failure(404, "NOT_FOUND", "TASK_NOT_FOUND")),
        ("POST", "/tasks/absent:cancel", Value::Null, failure(404, "NOT_FOUND", "TASK_NOT_FOUND")),
        ("POST", "/tasks/absent:subscribe", Value::Null, failure(404, "NOT_FOUND", "TASK_NOT_FOUND")),
        ("GET", "/tasks/absent:subscribe", Value::Null, failure(404, "NOT_FOUND", "TASK_NOT_FOUND")),
        (
            "POST",
            &format!("{ended}:cancel"),
            Value::Null,
            failure(400, "FAILED_PRECONDITION", "TASK_NOT_CANCELABLE"),
        ),
        (
            "POST",
            &format!("{ended}:subscribe"),
            Value::Null,
            failure(400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION"),
        ),
        (
            "POST",
            "/message:send",
            to_ended.clone(),
            failure(400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION"),
        ),
        ("POST", "/message:stream", to_ended, failure(400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION")),
        ("POST", "/message:send", json!({}), failure(400, "INVALID_ARGUMENT", "")),
        ("GET", "/tasks/a/b", Value::Null, failure(404, "UNIMPLEMENTED", "")),
    ] {
        assert_eq!(fails(&host, verb, path, &body).await, expected, "{verb} {path}");
    }
}

#[tokio::test]
async fn a_path_that_is_for_other_verbs_says_which() {
    let host = host(echo()).await;
    for (verb, path, allowed) in [
        ("GET", "/message:send", "POST"),
        ("PUT", "/tasks/a:subscribe", "GET, POST"),
        ("POST", "/tasks/a:unknown", "GET"),
        ("POST", "/tasks", "GET"),
        ("PATCH", "/v1/tasks/a/pushNotificationConfigs/b", "DELETE, GET"),
    ] {
        let answer = rest(&host, verb, path, &Value::Null).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{verb} {path}");
        assert_eq!(answer.json()["error"]["code"], 405, "{verb} {path}");
    }
}

#[tokio::test]
async fn an_agent_that_does_not_stream_says_so_before_a_stream_begins() {
    let mut card = card();
    card.capabilities.streaming = Some(false);
    let host = serve(Server::builder(card, asks()).allow_anonymous().limits(short())).await;
    let task = host.send(says("x")).await;
    let unsupported = failure(400, "FAILED_PRECONDITION", "UNSUPPORTED_OPERATION");
    let stream = json!({ "message": says("y") });
    assert_eq!(fails(&host, "POST", "/message:stream", &stream).await, unsupported);
    let subscribe = format!("/tasks/{}:subscribe", id(&task));
    assert_eq!(fails(&host, "POST", &subscribe, &Value::Null).await, unsupported);
}
