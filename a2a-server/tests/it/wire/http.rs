//! JSON-RPC and REST, on a socket of HTTP/1.1.

use a2a_core::{Error, jsonrpc, operation::Verb, v0_3::method};
use serde_json::{Value, json};

use super::{
    Answer, Ask, Events, Peer, Told, json,
    stream::{Source, Sse},
};
use crate::support::{Wire, request};

/// One call to the root.
pub(super) async fn json_rpc(peer: &Peer, ask: Ask) -> Answer {
    let method = ask.method();
    let name = if peer.route.is_old() { method::form(method).unwrap().name } else { method.name() };
    let mut call = json!({ "jsonrpc": "2.0", "id": 1, "method": name });
    let params = json::params(peer.route, ask);
    if !params.is_null() {
        call["params"] = params;
    }
    let wire = send(peer, "POST", "/", &[], Some(call)).await;
    if wire.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return streamed(peer, wire).await;
    }
    let (status, head, body) = whole(wire).await;
    let told = if status >= 400 {
        Told::Refused(Error::from_http(status, &body, None))
    } else {
        match jsonrpc::Response::parse(&body).expect("an answer of JSON-RPC").result {
            Ok(result) => json::told(peer.route, method, result),
            Err(error) => Told::Refused(error),
        }
    };
    Answer { told, seen: head + &String::from_utf8_lossy(&body) }
}

/// One call to the path of the operation.
pub(super) async fn rest(peer: &Peer, ask: Ask) -> Answer {
    let method = ask.method();
    let (verb, path) = if peer.route.is_old() {
        let form = method::form(method).unwrap();
        (form.verb, form.path)
    } else {
        (method.verb(), method.path())
    };
    let mut path = path.to_owned();
    if let Some(task) = ask.task() {
        path = path.replace(if path.contains("{taskId}") { "{taskId}" } else { "{id}" }, task.as_str());
    }
    if let Some(id) = ask.webhook() {
        path = path.replace("{id}", id);
    }
    if let Ask::List(_) = &ask {
        path += &query(&json::native(ask.clone()));
    }
    let verb = match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Delete => "DELETE",
    };
    let wire = send(peer, verb, &path, &[("accept", "*/*")], json::body(peer.route, ask)).await;
    if wire.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return streamed(peer, wire).await;
    }
    let (status, head, body) = whole(wire).await;
    let told = if status >= 400 {
        Told::Refused(Error::from_http(status, &body, Some(method)))
    } else {
        let body = std::str::from_utf8(&body).unwrap();
        json::told(peer.route, method, body)
    };
    Answer { told, seen: head + &String::from_utf8_lossy(&body) }
}

/// Parameters of a `GET`; those that tests use need no escapes.
fn query(params: &Value) -> String {
    let members = params.as_object().unwrap().iter();
    let pairs: Vec<_> = members
        .map(|(name, value)| format!("{name}={}", value.as_str().map_or(value.to_string(), str::to_owned)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

async fn send(peer: &Peer, verb: &str, path: &str, more: &[(&str, &str)], body: Option<Value>) -> Wire {
    let version = peer.route.version.to_string();
    let mut headers: Vec<(&str, &str)> = vec![("a2a-version", &version)];
    headers.extend(peer.headers.iter().map(|(name, value)| (&**name, &**value)));
    headers.extend(more);
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    Wire::send(peer.addr, &request(verb, path, &headers, body.as_bytes())).await.head().await
}

async fn streamed(peer: &Peer, wire: Wire) -> Answer {
    let head = head(&wire);
    match Events::begin(Source::Sse(Box::new(Sse::new(peer.route, wire)))).await {
        Ok(events) => Answer { told: Told::Events(Box::new(events)), seen: head },
        Err((error, source)) => {
            let body = match source {
                Source::Sse(sse) => sse.whole().await,
                #[cfg(feature = "grpc")]
                Source::Grpc(_) => unreachable!("this one is of HTTP"),
            };
            Answer { told: Told::Refused(error), seen: head + &String::from_utf8_lossy(&body) }
        }
    }
}

async fn whole(mut wire: Wire) -> (u16, String, Vec<u8>) {
    let (status, head) = (wire.status, head(&wire));
    let mut body = Vec::new();
    while let Some(chunk) = wire.chunk().await {
        body.extend(chunk);
    }
    (status, head, body)
}

fn head(wire: &Wire) -> String {
    let mut head: Vec<_> = wire
        .headers
        .iter()
        .filter(|(name, _)| name != "date")
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    head.sort();
    format!("{}\n{}\n", wire.status, head.concat())
}
