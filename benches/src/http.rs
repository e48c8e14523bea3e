//! A client that costs next to nothing: fixed requests, and answers that are read but not parsed.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 16) })
    }

    /// Sends a call and reads its whole answer, of which the head says the length.
    pub(crate) async fn post(&mut self, method: &str, text: &str) -> io::Result<()> {
        self.stream.write_all(request(method, text).as_bytes()).await?;
        self.buffer.clear();
        loop {
            self.stream.read_buf(&mut self.buffer).await?;
            let Some(head) = find(&self.buffer, b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            assert!(text.starts_with("http/1.1 200"), "{text}");
            let length =
                text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
            let length: usize = length.ok_or_else(|| io::Error::other("an answer without a length"))?;
            while self.buffer.len() < head + 4 + length {
                self.stream.read_buf(&mut self.buffer).await?;
            }
            return Ok(());
        }
    }

    /// Sends a call and counts the events of its stream until the task has ended.
    pub(crate) async fn stream(&mut self, text: &str) -> io::Result<u32> {
        self.stream.write_all(request("SendStreamingMessage", text).as_bytes()).await?;
        let (mut events, mut tail) = (0, Vec::new());
        loop {
            self.buffer.clear();
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::Error::other(format!("the stream was cut after {events} events")));
            }
            tail.extend_from_slice(&self.buffer);
            let read = tail.windows(6).filter(|window| window == b"data: ").count();
            events += u32::try_from(read).map_err(io::Error::other)?;
            if find(&tail, b"TASK_STATE_COMPLETED").is_some() {
                return Ok(events);
            }
            // What a marker may have begun in goes on with the next read, and no marker is counted twice.
            tail.drain(..tail.len().saturating_sub(5));
        }
    }
}

fn request(method: &str, text: &str) -> String {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{"message":{{"messageId":"m-1","role":"ROLE_USER","parts":[{{"text":"{text}"}}]}}}}}}"#
    );
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\na2a-version: 1.0\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
