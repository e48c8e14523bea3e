//! Servers made by hand: one that says what it is told to, and one in the middle that changes what passes.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a server by hand answers.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: Cow<'static, str>,
    pub(crate) body: String,
    /// Whether the connection breaks behind the body.
    pub(crate) cut: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, kind: "application/json".into(), body: body.to_string(), cut: false }
    }

    /// A stream of these results of the request.
    pub(crate) fn stream(request: &Value, results: &[Value]) -> Self {
        let frame = |result: &Value| {
            let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
            format!("data: {answer}\n\n")
        };
        let body = results.iter().map(frame).collect();
        Self { status: 200, kind: "text/event-stream".into(), body, cut: false }
    }

    pub(crate) fn result(request: &Value, result: &Value) -> Self {
        Self::json(200, &json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
    }
}

/// The card of a server by hand.
pub(crate) fn card(url: &str, streaming: bool) -> Answer {
    let interface = json!({"url": url, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"});
    let extension = json!({"uri": "urn:adk-bridge:events:1"});
    Answer::json(
        200,
        &json!({
            "name": "foreign", "description": "", "version": "1", "supportedInterfaces": [interface],
            "capabilities": {"streaming": streaming, "extensions": [extension]},
            "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"], "skills": [],
        }),
    )
}

/// A server that answers each request by a function of its URL and the request's body, which is null for a card.
pub(crate) async fn scripted(answer: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (answer, own_url) = (Arc::new(answer), url.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (answer, url) = (Arc::clone(&answer), own_url.clone());
            tokio::spawn(async move {
                let Some((_, body)) = request(&mut stream).await else { return };
                let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                let Answer { status, kind, body, cut } = answer(&url, &body);
                reply(&mut stream, status, &kind, &body, cut).await;
            });
        }
    });
    url
}

/// A server that passes everything on to another one, and changes the frames of each stream.
pub(crate) async fn meddler(to: &str, change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> String {
    let to = to.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap().to_string();
    let (change, own) = (Arc::new(change), here.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (change, to, here) = (Arc::clone(&change), to.clone(), own.clone());
            tokio::spawn(async move {
                let Some((head, body)) = request(&mut stream).await else { return };
                let (kind, answer) = forward(&to, &head, &body).await;
                let answer = if kind.starts_with("text/event-stream") {
                    let mut frames = frames(&answer);
                    change(&mut frames);
                    frames.iter().map(|frame| ["data: ", &*frame.to_string(), "\n\n"].concat()).collect()
                } else {
                    answer.replace(&to, &here)
                };
                reply(&mut stream, 200, &kind, &answer, false).await;
            });
        }
    });
    format!("http://{here}/")
}

fn frames(stream: &str) -> Vec<Value> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data:"));
    data.map(|json| serde_json::from_str(json).unwrap()).collect()
}

/// Asks as an old client, which gets an answer that ends with the connection.
async fn forward(to: &str, head: &str, body: &[u8]) -> (String, String) {
    let head = head.replace("HTTP/1.1", "HTTP/1.0");
    let mut upstream = TcpStream::connect(to).await.unwrap();
    upstream.write_all(head.as_bytes()).await.unwrap();
    upstream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (header(head, "content-type").unwrap_or_default(), body.to_owned())
}

/// The head, up to its empty line, and the body of a request.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, bytes.split_off(end)))
}

fn header(head: &str, name: &str) -> Option<String> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned()))
}

async fn reply(stream: &mut TcpStream, status: u16, kind: &str, body: &str, cut: bool) {
    let length = body.len() + usize::from(cut);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Whoever asked may be gone.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
}
