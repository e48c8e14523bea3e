//! Who may call, and whose tasks they see.

use a2a_core::{Caller, CallerKind};
use a2a_server::Server;
use axum::{
    extract::Request,
    middleware::{self, Next},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::asks,
    support::{Answer, Wire, card, code, envelope, id, request, says, says_to, short, soon},
};

/// Serves behind a layer that believes the header `who`.
async fn host() -> std::net::SocketAddr {
    let server = Server::builder(card(), asks()).callers_from_extensions().limits(short());
    let server = server.public_url("http://localhost/").build().unwrap();
    let layer = middleware::from_fn(async |mut request: Request, next: Next| {
        if let Some(who) = request.headers().get("who").map(|who| who.to_str().unwrap().to_owned()) {
            let mut caller = Caller::new(CallerKind::User, who.trim_end_matches('@'));
            caller.tenant = who.ends_with('@').then(|| "acme".parse().unwrap());
            request.extensions_mut().insert(caller);
        }
        next.run(request).await
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, server.into_router().layer(layer)).await });
    addr
}

async fn http(addr: std::net::SocketAddr, who: Option<&str>, method: &str, params: Value) -> Answer {
    let headers = who.map(|who| ("who", who));
    let bytes = request("POST", "/", headers.as_slice(), &envelope(method, &params));
    Wire::send(addr, &bytes).await.answer("POST").await
}

async fn call(addr: std::net::SocketAddr, who: &str, method: &str, params: Value) -> Value {
    let answer = http(addr, Some(who), method, params).await;
    if answer.header("content-type") == Some("text/event-stream") {
        let text = String::from_utf8(answer.body).unwrap();
        return serde_json::from_str(text.split("data: ").nth(1).unwrap().trim()).unwrap();
    }
    answer.json()
}

#[tokio::test]
async fn a_stranger_is_challenged_whatever_they_send() {
    let addr = host().await;
    for (method, params) in [
        ("SendMessage", json!({ "message": says("hi") })),
        ("GetTask", json!({ "id": "x" })),
        ("Nothing", json!({})),
    ] {
        let answer = http(addr, None, method, params).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
        assert_eq!(code(&answer.json()), (-32603, "Authentication required".to_owned()));
    }
    let huge = request("POST", "/", &[], b"not even json");
    assert_eq!(Wire::send(addr, &huge).await.answer("POST").await.status, 401);
    let card = request("GET", "/.well-known/agent-card.json", &[], b"");
    assert_eq!(Wire::send(addr, &card).await.answer("GET").await.status, 200);
}

#[tokio::test]
async fn anothers_task_is_a_missing_one_on_every_operation() {
    let addr = host().await;
    let sent = call(addr, "ann", "SendMessage", json!({ "message": says("hi") })).await;
    let task = &sent["result"]["task"];
    for who in ["bob", "ann@"] {
        for (method, params) in [
            ("GetTask", json!({ "id": task["id"] })),
            ("CancelTask", json!({ "id": task["id"] })),
            ("SubscribeToTask", json!({ "id": task["id"] })),
            ("SendMessage", json!({ "message": says_to(id(task), "hi") })),
            ("SendStreamingMessage", json!({ "message": says_to(id(task), "hi") })),
        ] {
            let theirs = call(addr, who, method, params.clone()).await;
            let mut missing = call(addr, who, method, replace(&params, id(task))).await;
            missing["error"]["data"][0]["metadata"]["taskId"] = task["id"].clone();
            assert_eq!(theirs, missing, "{who} {method}");
            assert_eq!(code(&theirs).0, -32001);
        }
        let listed = call(addr, who, "ListTasks", json!({})).await;
        assert_eq!(listed["result"]["totalSize"], 0);
    }
    let own = soon(call(addr, "ann", "GetTask", json!({ "id": task["id"] }))).await;
    assert_eq!(own["result"], *task);
}

/// The same parameters for a task that isn't there.
fn replace(params: &Value, task: &str) -> Value {
    serde_json::from_str(&params.to_string().replace(task, "absent")).unwrap()
}

#[tokio::test]
async fn a_server_must_be_told_who_may_call() {
    let error = Server::builder(card(), asks()).build().unwrap_err();
    assert!(matches!(error, a2a_server::ServeError::NoCallers), "{error}");
}

/// §13.1: a tenant that is named parts the tasks of a caller who has none, and is refused to one who has another.
#[tokio::test]
async fn a_tenant_that_is_named_is_the_callers_own_or_parts_their_tasks() {
    let addr = host().await;
    let send = |tenant: &str| json!({ "tenant": tenant, "message": says("hi") });
    let own = http(addr, Some("ann@"), "SendMessage", send("acme")).await.json()["result"]["task"].clone();
    let free = http(addr, Some("bob"), "SendMessage", send("acme")).await.json()["result"]["task"].clone();
    for (who, task, tenant, status, found) in [
        ("ann@", &own, "acme", 200, true),
        ("ann@", &own, "", 200, true),
        ("ann@", &own, "other", 403, false),
        ("bob", &free, "acme", 200, true),
        ("bob", &free, "", 200, false),
        ("bob", &free, "other", 200, false),
    ] {
        let get = http(addr, Some(who), "GetTask", json!({ "tenant": tenant, "id": id(task) })).await;
        let got = (get.status, get.json()["result"]["id"] == task["id"]);
        assert_eq!(got, (status, found), "{who} names {tenant:?}");
    }
    let refused = http(addr, Some("ann@"), "SendStreamingMessage", send("other")).await;
    assert_eq!(refused.status, 403);
}
