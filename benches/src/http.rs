//! A client that costs next to nothing: fixed requests, and answers that are counted and not parsed.

use std::io;

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::work::Work;

/// What stays of the bytes that are read, for markers that come in two reads and for the last event.
pub(crate) const KEPT: usize = 1024;

/// The room for one read.
const READ: usize = 64 * 1024;

/// One connection to a server on this machine.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What has been read of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) events: u32,
    pub(crate) end: Option<End>,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// With a task that is complete.
    Completed,
    /// In any other way.
    Cut,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// A connection of which the kernel buffers as little as it can on this side.
    pub(crate) async fn open_narrow(port: u16) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let stream = socket.connect(([127, 0, 0, 1], port).into()).await?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends a request.
    pub(crate) async fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.buffer.clear();
        self.stream.write_all(request).await
    }

    /// Reads the whole answer to a request, of which the head says the length; its body.
    pub(crate) async fn answer(&mut self) -> io::Result<&[u8]> {
        let head = loop {
            self.read().await?;
            if let Some(head) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break head + 4;
            }
        };
        let (status, length) = (self.buffer.get(9..12), content_length(&self.buffer[..head]));
        let (Some(b"200"), Some(length)) = (status, length) else {
            let text = String::from_utf8_lossy(&self.buffer).into_owned();
            return Err(io::Error::other(format!("not a whole answer: {text}")));
        };
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        Ok(&self.buffer[head..])
    }

    /// Reads on in a stream, once.
    pub(crate) async fn read_events(&mut self, seen: &mut Seen) -> io::Result<()> {
        let kept = self.buffer.len().min(KEPT);
        self.buffer.drain(..self.buffer.len() - kept);
        let closed = match self.read().await {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            read => read.is_err(),
        };
        let marker = memmem::Finder::new(b"\ndata:");
        let events = marker.find_iter(&self.buffer[kept.saturating_sub(5)..]).count();
        seen.events += u32::try_from(events).map_err(io::Error::other)?;
        if memmem::find(&self.buffer[kept.saturating_sub(40)..], b"TASK_STATE_COMPLETED").is_some() {
            seen.end = Some(End::Completed);
        } else if closed || self.buffer.ends_with(b"\r\n0\r\n\r\n") {
            seen.end = Some(End::Cut);
        }
        Ok(())
    }

    /// Reads on to the end of a stream.
    pub(crate) async fn read_to_end(&mut self, seen: &mut Seen) -> io::Result<()> {
        while seen.end.is_none() {
            self.read_events(seen).await?;
        }
        Ok(())
    }

    /// The end of what has been read.
    pub(crate) fn tail(&self) -> &[u8] {
        &self.buffer
    }

    async fn read(&mut self) -> io::Result<()> {
        self.buffer.reserve(READ);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// A request whose message begins a task.
pub(crate) fn send(method: &str, work: Work) -> Vec<u8> {
    request(method, &message(work))
}

/// A request with these parameters.
pub(crate) fn request(method: &str, params: &str) -> Vec<u8> {
    post("/", "1.0", &body(method, params))
}

/// A request to this path, in this version.
pub(crate) fn post(path: &str, version: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\na2a-version: {version}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The call in it.
pub(crate) fn body(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

/// The parameters of a message that begins a task.
pub(crate) fn message(work: Work) -> String {
    format!(r#"{{"message":{{"messageId":"m-1","role":"ROLE_USER","parts":[{{"text":"{work}"}}]}}}}"#)
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let value = &head[memmem::find(head, NAME)? + NAME.len()..];
    let end = value.iter().position(|byte| *byte == b'\r')?;
    std::str::from_utf8(&value[..end]).ok()?.parse().ok()
}
