//! A server on a free port, and the smallest client that shows what is on the wire.

use std::{net::SocketAddr, time::Duration};

use a2a_core::{AgentCard, Task};
use a2a_server::{AgentExecutor, Limits, Server, ServerBuilder, ServerHandle};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::oneshot,
};

pub(crate) use crate::frames::{Frame, Stream, folded};

/// How long a test waits for what must come before it says that it didn't.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("this should have happened by now")
}

/// A server that answers.
pub(crate) struct Host {
    pub(crate) addr: SocketAddr,
    pub(crate) handle: ServerHandle,
    pub(crate) ended: oneshot::Receiver<()>,
}

pub(crate) fn card() -> AgentCard {
    AgentCard::new("tested", "An agent under test", "1.0.0")
}

/// Graces that let a test be fast.
pub(crate) fn short() -> Limits {
    let grace = Duration::from_millis(30);
    Limits::new().with_first_event_grace(grace).with_cancel_grace(grace)
}

pub(crate) async fn host(agent: impl AgentExecutor) -> Host {
    host_with(agent, short()).await
}

pub(crate) async fn host_with(agent: impl AgentExecutor, limits: Limits) -> Host {
    serve(Server::builder(card(), agent).allow_anonymous().limits(limits)).await
}

pub(crate) async fn serve(builder: ServerBuilder) -> Host {
    let bound = builder.build().unwrap().bind("127.0.0.1:0").await.unwrap();
    let (addr, handle) = (bound.local_addr(), bound.handle());
    let (end, ended) = oneshot::channel();
    tokio::spawn(async move {
        bound.run().await.unwrap();
        let _ = end.send(());
    });
    Host { addr, handle, ended }
}

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A connection on which a request has been sent.
pub(crate) struct Wire {
    socket: BufReader<TcpStream>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
}

impl Wire {
    /// Sends the bytes and reads no answer.
    pub(crate) async fn send(addr: SocketAddr, bytes: &[u8]) -> Self {
        Self::send_on(TcpStream::connect(addr).await.unwrap(), bytes).await
    }

    pub(crate) async fn send_on(mut socket: TcpStream, bytes: &[u8]) -> Self {
        socket.write_all(bytes).await.unwrap();
        Self { socket: BufReader::new(socket), status: 0, headers: Vec::new() }
    }

    /// Reads the head of the answer.
    pub(crate) async fn head(mut self) -> Self {
        let status = self.line().await;
        self.status = status.split(' ').nth(1).expect("a status").parse().unwrap();
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(": ") else { return self };
            self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        soon(self.socket.read_line(&mut line)).await.unwrap();
        line.trim_end().to_owned()
    }

    /// The next bytes, as many as these.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        soon(self.socket.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Whatever bytes come until the connection ends.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // How it ends is all the same.
        let _ = soon(self.socket.read_to_end(&mut rest)).await;
        rest
    }

    /// The next chunk of the body; none at its end.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        if let Some(length) = self.header("content-length") {
            let mut body = vec![0; length.parse().unwrap()];
            self.headers.clear();
            soon(self.socket.read_exact(&mut body)).await.unwrap();
            return Some(body);
        }
        self.header("transfer-encoding")?;
        let size = usize::from_str_radix(&self.line().await, 16).ok()?;
        let mut chunk = vec![0; size + 2];
        soon(self.socket.read_exact(&mut chunk)).await.ok()?;
        chunk.truncate(size);
        (size > 0).then_some(chunk)
    }

    /// Reads the whole answer to a request of this method.
    pub(crate) async fn answer(self, method: &str) -> Answer {
        let mut wire = self.head().await;
        let mut body = Vec::new();
        if method == "HEAD" || wire.status == 304 {
            // There is none.
        } else {
            let headers = wire.headers.clone();
            while let Some(chunk) = wire.chunk().await {
                body.extend(chunk);
            }
            wire.headers = headers;
        }
        Answer { status: wire.status, headers: wire.headers, body }
    }
}

/// A request with a body of JSON, or none.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        head += "content-type: application/json\r\n";
    }
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

pub(crate) fn envelope(method: &str, params: &Value) -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string().into_bytes()
}

/// A message of a client.
pub(crate) fn says(text: &str) -> Value {
    json!({ "messageId": format!("m-{text}"), "role": "ROLE_USER", "parts": [{ "text": text }] })
}

/// A message of a client to a task.
pub(crate) fn says_to(task: &str, text: &str) -> Value {
    let mut message = says(text);
    message["taskId"] = task.into();
    message
}

impl Host {
    pub(crate) async fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        Wire::send(self.addr, &request(method, path, headers, body)).await.answer(method).await
    }

    /// Posts a body and reads the envelope of the answer.
    pub(crate) async fn post(&self, body: &[u8]) -> Value {
        self.http("POST", "/", &[], body).await.json()
    }

    pub(crate) async fn call_with(&self, headers: &[(&str, &str)], method: &str, params: Value) -> Value {
        self.http("POST", "/", headers, &envelope(method, &params)).await.json()
    }

    /// The result of a call that goes well.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.call_with(&[], method, params).await;
        assert_eq!(answer["error"], Value::Null, "{method} should have gone well");
        answer["result"].clone()
    }

    /// The code and the text of the error of a call that fails.
    pub(crate) async fn error(&self, method: &str, params: Value) -> (i64, String) {
        code(&self.call_with(&[], method, params).await)
    }

    /// Sends and waits, and gets a task.
    pub(crate) async fn send(&self, message: Value) -> Value {
        self.call("SendMessage", json!({ "message": message })).await["task"].clone()
    }

    /// Sends and doesn't wait for the end.
    pub(crate) async fn start(&self, message: Value) -> Value {
        let configuration = json!({ "returnImmediately": true });
        let params = json!({ "message": message, "configuration": configuration });
        self.call("SendMessage", params).await["task"].clone()
    }

    pub(crate) async fn get(&self, task: &str) -> Value {
        self.call("GetTask", json!({ "id": task })).await
    }

    pub(crate) async fn cancel(&self, task: &str) -> Value {
        self.call("CancelTask", json!({ "id": task })).await
    }

    pub(crate) async fn open(&self, headers: &[(&str, &str)], method: &str, params: Value) -> Stream {
        let wire = Wire::send(self.addr, &request("POST", "/", headers, &envelope(method, &params))).await;
        Stream::new(wire.head().await)
    }

    pub(crate) async fn stream(&self, message: Value) -> Stream {
        self.open(&[], "SendStreamingMessage", json!({ "message": message })).await
    }

    pub(crate) async fn subscribe(&self, task: &str) -> Stream {
        self.open(&[], "SubscribeToTask", json!({ "id": task })).await
    }

    pub(crate) async fn resume(&self, task: &str, cursor: &str) -> Stream {
        self.open(&[("last-event-id", cursor)], "SubscribeToTask", json!({ "id": task })).await
    }
}

pub(crate) fn code(answer: &Value) -> (i64, String) {
    let error = &answer["error"];
    (error["code"].as_i64().expect("an error"), error["message"].as_str().unwrap().to_owned())
}

pub(crate) fn id(task: &Value) -> &str {
    task["id"].as_str().expect("a task")
}

pub(crate) fn state(task: &Value) -> &str {
    task["status"]["state"].as_str().expect("a task").trim_start_matches("TASK_STATE_")
}

/// What a task's artifacts say.
pub(crate) fn output(task: &Value) -> String {
    serde_json::from_value::<Task>(task.clone()).unwrap().text()
}

/// What the status says.
pub(crate) fn said(task: &Value) -> &str {
    task["status"]["message"]["parts"][0]["text"].as_str().unwrap_or_default()
}

pub(crate) fn task(value: &Value) -> Task {
    serde_json::from_value(value.clone()).unwrap()
}
