//! What no client should send: each is answered by its error, and the next request is answered as if nothing had been.

use a2a_core::AgentExtension;
use a2a_server::{Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    support::{Host, Wire, card, code, envelope, host, host_with, id, output, says, says_to, serve, short},
};

async fn still_works(host: &Host) {
    assert_eq!(output(&host.send(says("hello")).await), "hello");
}

#[tokio::test]
async fn a_body_that_is_no_call_is_answered_by_the_error_of_json_rpc() {
    let host = host(echo()).await;
    for (body, expected, id) in [
        ("", -32700, Value::Null),
        ("{", -32700, Value::Null),
        ("\u{fffd}", -32700, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ListTasks"} x"#, -32700, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ListTasks"}]"#, -32600, Value::Null),
        ("7", -32600, Value::Null),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ListTasks"}"#, -32600, json!(1)),
        (r#"{"id":"a","method":"ListTasks"}"#, -32600, json!("a")),
        (r#"{"jsonrpc":"2.0","id":2}"#, -32600, json!(2)),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ListTasks"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":3,"method":"message/nothing","params":{}}"#, -32601, json!(3)),
        (r#"{"jsonrpc":"2.0","id":null,"method":"Nothing"}"#, -32601, Value::Null),
    ] {
        let answer = host.post(body.as_bytes()).await;
        assert_eq!((code(&answer).0, &answer["id"]), (expected, &id), "{body}: {answer}");
        assert_eq!(answer["jsonrpc"], "2.0");
        still_works(&host).await;
    }
    assert_eq!(code(&host.post(b"\xff\xfe").await).0, -32700);
}

#[tokio::test]
async fn of_a_name_that_nobody_knows_only_the_beginning_is_said_back() {
    let host = host(echo()).await;
    let (code, text) = host.error(&"é".repeat(100_000), json!({})).await;
    assert_eq!((code, text), (-32601, format!("Method not found: {}", "é".repeat(100))));
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_named() {
    let host = host(echo()).await;
    let send = |change: &dyn Fn(&mut Value)| {
        let mut message = says("hi");
        change(&mut message);
        ("SendMessage", json!({ "message": message }))
    };
    for (part, (method, params)) in [
        ("params", ("SendMessage", Value::Null)),
        ("params", ("GetTask", json!([]))),
        ("message", ("SendMessage", json!({}))),
        ("message", ("SendMessage", json!({ "message": 7 }))),
        ("message.parts", send(&|message| message["parts"] = json!([]))),
        ("message.parts", send(&|message| message["parts"] = Value::Null)),
        ("message.parts", send(&|message| message["parts"] = "text".into())),
        ("message.parts[0]", send(&|message| message["parts"] = json!([{ "text": "a", "url": "b" }]))),
        ("message.parts[0]", send(&|message| message["parts"] = json!([{}]))),
        ("message.parts[1]", send(&|message| message["parts"] = json!([{ "text": "a" }, { "text": 7 }]))),
        ("message", send(&|message| drop(message.as_object_mut().unwrap().remove("messageId")))),
        ("message.messageId", send(&|message| message["messageId"] = "".into())),
        ("message.role", send(&|message| message["role"] = "ROLE_WIZARD".into())),
        ("message.role", send(&|message| drop(message.as_object_mut().unwrap().remove("role")))),
        ("id", ("GetTask", json!({ "id": "" }))),
        ("id", ("CancelTask", json!({}))),
        ("historyLength", ("GetTask", json!({ "id": "x", "historyLength": -1 }))),
        ("historyLength", ("ListTasks", json!({ "historyLength": -1 }))),
        (
            "historyLength",
            ("SendMessage", json!({ "message": says("x"), "configuration": { "historyLength": -1 } })),
        ),
        ("pageSize", ("ListTasks", json!({ "pageSize": 0 }))),
        ("pageSize", ("ListTasks", json!({ "pageSize": -1 }))),
        ("pageSize", ("ListTasks", json!({ "pageSize": 101 }))),
        ("pageSize", ("ListTasks", json!({ "pageSize": "many" }))),
        ("pageToken", ("ListTasks", json!({ "pageToken": "guessed" }))),
        ("status", ("ListTasks", json!({ "status": "completed" }))),
        ("statusTimestampAfter", ("ListTasks", json!({ "statusTimestampAfter": "yesterday" }))),
    ] {
        let answer = host.call_with(&[], method, params.clone()).await;
        let (code, text) = code(&answer);
        assert_eq!(code, -32602, "{method} {params}");
        assert!(text.contains(part), "{method} {params}: {text} should name {part}");
        let detail = &answer["error"]["data"][0];
        assert_eq!(detail["@type"], "type.googleapis.com/google.rpc.BadRequest", "{answer}");
        still_works(&host).await;
    }
}

#[tokio::test]
async fn ids_come_back_as_they_were_sent() {
    let host = host(echo()).await;
    for id in ["1", "-7", "1.50", "9007199254740993", "\"text\"", "null", "\"\\u0041\""] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ListTasks"}}"#);
        let answer = host.http("POST", "/", &[], body.as_bytes()).await.body;
        let text = String::from_utf8(answer).unwrap();
        assert!(text.starts_with(&format!(r#"{{"jsonrpc":"2.0","id":{id},"result""#)), "{text}");
    }
}

#[tokio::test]
async fn tasks_that_do_not_fit_are_refused_without_a_trace() {
    let host = host(asks()).await;
    let paused = host.send(says("one")).await;
    assert_eq!(host.error("GetTask", json!({ "id": "nobody" })).await.0, -32001);
    let unknown = host.call_with(&[], "SendMessage", json!({ "message": says_to("nobody", "hi") })).await;
    assert_eq!(code(&unknown), (-32001, "Task not found".to_owned()));
    let info = &unknown["error"]["data"][0];
    assert_eq!((&info["reason"], &info["domain"]), (&json!("TASK_NOT_FOUND"), &json!("a2a-protocol.org")));
    let mut elsewhere = says_to(id(&paused), "two");
    elsewhere["contextId"] = "elsewhere".into();
    for method in ["SendMessage", "SendStreamingMessage"] {
        let mut answer = host.open(&[], method, json!({ "message": elsewhere })).await;
        assert_eq!(answer.raw().await.contains("message.contextId"), true);
    }
    assert_eq!(host.get(id(&paused)).await, paused);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_its_end() {
    let host = host_with(echo(), short().with_max_body_bytes(1_000)).await;
    let large = envelope("SendMessage", &json!({ "message": says(&"x".repeat(1_000)) }));
    let declared = host.http("POST", "/", &[], &large).await;
    assert_eq!((declared.status, code(&declared.json()).0), (413, -32600));
    let head =
        "POST / HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{}\r\n", 600, "x".repeat(600));
    let chunked =
        Wire::send(host.addr, [head, &chunk, &chunk].concat().as_bytes()).await.answer("POST").await;
    assert_eq!(chunked.status, 413);
    still_works(&host).await;
}

#[tokio::test]
async fn only_json_is_read() {
    let host = host(echo()).await;
    let body = envelope("ListTasks", &json!({}));
    for (kind, status) in [
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/json; charset=utf-8", 200),
        ("APPLICATION/JSON", 200),
        ("application/a2a+json", 200),
    ] {
        let answer = host.http("POST", "/", &[("content-type", kind)], &body).await;
        assert_eq!(answer.status, status, "{kind}");
        assert_eq!(answer.json()["error"]["code"].as_i64(), (status == 415).then_some(-32005));
    }
    assert_eq!(host.http("GET", "/", &[], b"").await.status, 405);
    assert_eq!(host.http("POST", "/elsewhere", &[], &body).await.status, 404);
}

#[tokio::test]
async fn only_our_version_is_spoken() {
    let host = host(echo()).await;
    let body = envelope("ListTasks", &json!({}));
    for (version, expected) in [
        ("1.0", None),
        ("1.0.7", None),
        ("", None),
        ("0.3", Some(-32009)),
        ("2.0", Some(-32009)),
        ("one", Some(-32009)),
    ] {
        let answer = host.http("POST", "/", &[("A2A-Version", version)], &body).await.json();
        assert_eq!(answer["error"]["code"].as_i64(), expected, "{version}");
        let answer = host.http("POST", &format!("/?A2A-Version={version}"), &[], &body).await.json();
        assert_eq!(answer["error"]["code"].as_i64(), expected, "{version} in the query");
    }
    let both = host.http("POST", "/?A2A-Version=0.3", &[("a2a-version", "1.0")], &body).await.json();
    assert!(both["error"].is_null());
}

#[tokio::test]
async fn what_this_agent_does_not_do_is_said_so() {
    let host = host(echo()).await;
    let params = json!({ "taskId": "t", "id": "p", "url": "http://localhost/" });
    for (method, expected) in [
        ("CreateTaskPushNotificationConfig", -32003),
        ("GetTaskPushNotificationConfig", -32003),
        ("ListTaskPushNotificationConfigs", -32003),
        ("DeleteTaskPushNotificationConfig", -32003),
        ("GetExtendedAgentCard", -32004),
    ] {
        assert_eq!(host.error(method, params.clone()).await.0, expected, "{method}");
    }
    let configuration = json!({ "taskPushNotificationConfig": { "url": "http://localhost/" } });
    let inline = json!({ "message": says("hi"), "configuration": configuration });
    assert_eq!(host.error("SendMessage", inline).await.0, -32003);
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 0);
    still_works(&host).await;
}

#[tokio::test]
async fn extensions_are_active_if_declared_and_asked_for() {
    let mut card = card();
    card.capabilities.extensions = ["urn:a", "urn:b"].map(AgentExtension::new).into();
    card.capabilities.extensions[1].required = true;
    let agent = executor_fn(async |cx, out| Ok(out.message(cx.extensions.join(" ")).await?));
    let host = serve(Server::builder(card, agent).allow_anonymous()).await;
    let ask = async |extensions: &str| {
        let body = envelope("SendMessage", &json!({ "message": says("hi") }));
        let answer = host.http("POST", "/", &[("A2A-Extensions", extensions)], &body).await;
        (answer.header("a2a-extensions").map(str::to_owned), answer.json())
    };
    let (echoed, answer) = ask("urn:unknown,urn:b ,  urn:a").await;
    assert_eq!(echoed.as_deref(), Some("urn:a, urn:b"));
    assert_eq!(answer["result"]["message"]["parts"][0]["text"], "urn:a urn:b");
    let body = envelope("SendMessage", &json!({ "message": says("hi") }));
    for both in [
        [("X-A2A-Extensions", "urn:b"), ("a2a-extensions", "urn:a")],
        [("a2a-extensions", "urn:b"), ("a2a-extensions", "urn:a")],
        [("x-a2a-extensions", "urn:a"), ("X-A2A-Extensions", "urn:b")],
    ] {
        let answer = host.http("POST", "/", &both, &body).await;
        assert_eq!(answer.json()["result"]["message"]["parts"][0]["text"], "urn:a urn:b", "{both:?}");
    }
    let (_, answer) = ask("urn:a").await;
    assert_eq!(code(&answer).0, -32008);
    assert_eq!(answer["error"]["data"][0]["metadata"]["extension"], "urn:b");
}
