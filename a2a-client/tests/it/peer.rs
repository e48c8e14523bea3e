//! A peer over a plain socket: it reads whole requests and writes what a script says.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use a2a_client::Client;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
};

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn is_card(&self) -> bool {
        self.line.starts_with("GET ")
    }
}

/// What the peer does with a connection, in order; then it closes it. `$ID` stands for the call's id.
pub(crate) enum Step {
    Write(String),
    Bytes(Vec<u8>),
    Wait(Duration),
    /// Keeps the connection open and says nothing more.
    Hang,
}

pub(crate) type Reply = Vec<Step>;

/// An address at which nobody listens, nor can as long as its socket is kept.
pub(crate) fn nowhere() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (format!("http://{}", socket.local_addr().unwrap()), socket)
}

/// A peer and the requests it gets.
pub(crate) struct Peer {
    pub(crate) url: String,
    requests: mpsc::UnboundedReceiver<Request>,
}

impl Peer {
    pub(crate) async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, requests) = mpsc::unbounded_channel();
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (script, seen) = (Arc::clone(&script), seen.clone());
                tokio::spawn(async move { answer(socket, &*script, &seen).await });
            }
        });
        Self { url, requests }
    }

    /// A peer with a card, which answers every call so.
    pub(crate) async fn agent(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(
            move |request| if request.is_card() { json(200, &card(request)) } else { script(request) },
        )
        .await
    }

    /// A client of such a peer, and the peer.
    pub(crate) async fn connect(
        script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> (Client, Self) {
        let mut peer = Self::agent(script).await;
        let client = Client::connect(&peer.url).await.unwrap();
        assert!(peer.request().await.is_card());
        (client, peer)
    }

    pub(crate) async fn request(&mut self) -> Request {
        self.requests.recv().await.unwrap()
    }
}

async fn answer(
    mut socket: TcpStream,
    script: &(dyn Fn(&Request) -> Reply + Send + Sync),
    seen: &mpsc::UnboundedSender<Request>,
) {
    let Some(request) = read(&mut socket).await else { return };
    let _ = seen.send(request.clone());
    let id = request.body["id"].to_string();
    for step in script(&request) {
        let bytes = match step {
            Step::Write(text) => text.replace("$ID", &id).into_bytes(),
            Step::Bytes(bytes) => bytes,
            Step::Wait(time) => {
                tokio::time::sleep(time).await;
                continue;
            }
            Step::Hang => std::future::pending().await,
        };
        if socket.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn read(socket: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n").map(str::to_owned);
    let line = lines.next().unwrap();
    let headers: BTreeMap<_, _> = lines
        .map(|line| {
            line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap()
        })
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        socket.read_buf(&mut bytes).await.ok().filter(|&read| read > 0)?;
    }
    let body = serde_json::from_slice(&bytes[head_end + 4..]).unwrap_or(Value::Null);
    Some(Request { line, headers, body })
}

/// A card whose one interface is at the host that was asked.
pub(crate) fn card(request: &Request) -> String {
    let url = format!("http://{}/rpc", request.header("host").unwrap());
    card_at(&url)
}

pub(crate) fn card_at(url: &str) -> String {
    serde_json::json!({
        "name": "Clerk",
        "supportedInterfaces": [{"url": url, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}],
    })
    .to_string()
}

pub(crate) fn http(status: u16, headers: &str, body: &str) -> Reply {
    vec![Step::Write(format!("HTTP/1.1 {status} Said\r\nConnection: close\r\n{headers}\r\n{body}"))]
}

pub(crate) fn json(status: u16, body: &str) -> Reply {
    http(status, "Content-Type: application/json\r\n", body)
}

/// A JSON-RPC answer with this result.
pub(crate) fn result(result: &str) -> Reply {
    json(200, &format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{result}}}"#))
}

/// A stream of these bytes, complete or cut at the end of the connection.
pub(crate) fn stream(body: &str) -> Reply {
    http(200, "Content-Type: text/event-stream\r\n", body)
}

/// A stream with one event for each result.
pub(crate) fn events(results: &[&str]) -> Reply {
    stream(&results.iter().map(|result| frame(result)).collect::<String>())
}

pub(crate) fn frame(result: &str) -> String {
    format!("data: {{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{result}}}\n\n")
}

pub(crate) const SUBMITTED: &str =
    r#"{"task":{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_SUBMITTED"}}}"#;
pub(crate) const HELLO: &str = r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a1","parts":[{"text":"hello "}]}}}"#;
pub(crate) const WORLD: &str = r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a1","parts":[{"text":"world"}]},"append":true,"lastChunk":true}}"#;
pub(crate) const COMPLETED: &str =
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_COMPLETED"}}}"#;
pub(crate) const ASKS: &str =
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_INPUT_REQUIRED"}}}"#;
pub(crate) const DIRECT: &str =
    r#"{"message":{"messageId":"m1","role":"ROLE_AGENT","parts":[{"text":"hi"}]}}"#;

/// The task that [`SUBMITTED`], [`HELLO`], [`WORLD`] and [`COMPLETED`] make.
pub(crate) const DONE: &str = r#"{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_COMPLETED"},"artifacts":[{"artifactId":"a1","parts":[{"text":"hello "},{"text":"world"}]}]}"#;
