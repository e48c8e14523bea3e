//! The agent on free ports, and what a client sees of it, in words.

use std::{net::SocketAddr, time::Duration};

use a2a_client::{Client, StreamEvent, TaskStream};
use a2a_core::{Message, Part, PartContent, Task, TaskStatus};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{host::Host, options::Options};

pub(super) async fn start(flags: &[&str]) -> SocketAddr {
    let mut options = Options::read(flags.iter().map(|flag| (*flag).to_owned()), |_| None).unwrap();
    options.streaming_timeout = Duration::from_millis(10);
    let host = Host::bind(options).await.unwrap();
    let addr = host.http();
    tokio::spawn(host.run());
    addr
}

pub(super) async fn client(addr: SocketAddr) -> Client {
    Client::connect(format!("http://{addr}")).await.unwrap()
}

pub(super) fn message(id: &str, parts: impl Into<a2a_core::Parts>) -> Message {
    Message::user(id.parse().unwrap(), parts)
}

/// All events of a stream, a line each.
pub(super) async fn lines(mut stream: TaskStream) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(event) = stream.next().await {
        lines.push(match event.unwrap() {
            StreamEvent::Task(task) => format!("task {}", shown(&task.status)),
            StreamEvent::Message(message) => format!("message {}", parts(&message.parts)),
            StreamEvent::StatusUpdate(update) => shown(&update.status),
            StreamEvent::ArtifactUpdate(update) => {
                let name = update.artifact.name.as_deref().unwrap_or("…");
                let marks = [(update.append, " append"), (update.last_chunk, " last")];
                let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
                format!("artifact {name}{marks}: {}", parts(&update.artifact.parts))
            }
            other => format!("{other:?}"),
        });
    }
    lines
}

/// A task as one line: its state, what that says, and its artifacts.
pub(super) fn summary(task: &Task) -> String {
    let artifacts = task.artifacts.iter().map(|artifact| format!(" [{}]", parts(&artifact.parts)));
    shown(&task.status) + &artifacts.collect::<String>()
}

pub(super) fn shown(status: &TaskStatus) -> String {
    let state = status.state.to_string();
    let state = state.trim_start_matches("TASK_STATE_");
    match &status.message {
        Some(message) => format!("{state} {}", parts(&message.parts)),
        None => state.to_owned(),
    }
}

fn parts(parts: &[Part]) -> String {
    parts.iter().map(part).collect::<Vec<_>>().join(" + ")
}

fn part(part: &Part) -> String {
    let mut shown = match &part.content {
        PartContent::Text(text) => text.clone(),
        PartContent::Raw(bytes) => format!("{bytes:?}"),
        PartContent::Url(url) => url.clone(),
        PartContent::Data(data) => data.to_string(),
        other => format!("{other:?}"),
    };
    for more in [&part.filename, &part.media_type].into_iter().flatten() {
        shown.extend([" (", more, ")"]);
    }
    shown
}

/// One request on a connection of its own; status, head and body.
pub(super) async fn http(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (u16, String, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    let mut socket = TcpStream::connect(addr).await.unwrap();
    socket.write_all(format!("{request}\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_ascii_lowercase(), serde_json::from_str(body).unwrap_or(Value::Null))
}

pub(super) fn envelope(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

pub(super) fn says(id: &str, text: &str) -> Value {
    json!({ "message": { "messageId": id, "role": "ROLE_USER", "parts": [{ "text": text }] } })
}
