//! HTTP/2 by hand, for what no client of gRPC sends.

use std::net::SocketAddr;

use axum::http::{HeaderMap, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::soon;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub(super) const SETTINGS: u8 = 4;
pub(super) const GOAWAY: u8 = 7;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;

/// An answer, frame by frame.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) trailers: Option<HeaderMap>,
}

/// Posts a body to an rpc of version 1.0.
pub(super) async fn post(addr: SocketAddr, rpc: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let stream = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::post(format!("http://{addr}/lf.a2a.v1.A2AService/{rpc}"));
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/grpc");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::copy_from_slice(body))).unwrap();
    let (head, body) = soon(sender.send_request(request)).await.unwrap().into_parts();
    let body = soon(body.collect()).await.unwrap();
    let trailers = body.trailers().cloned();
    Answer { status: head.status, headers: head.headers, body: body.to_bytes(), trailers }
}

/// A connection whose frames a test writes itself.
pub(super) struct Frames(TcpStream);

impl Frames {
    pub(super) async fn open(addr: SocketAddr) -> Self {
        let mut socket = TcpStream::connect(addr).await.unwrap();
        socket.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
        Self(socket)
    }

    /// So many requests that are taken back at once.
    pub(super) async fn reset(&mut self, count: u32) {
        // :method POST, :scheme http, :path / of the static table.
        const HEAD: &[u8] = &[0x83, 0x86, 0x84];
        let requests = (0..count).flat_map(|n| {
            let stream = 2 * n + 1;
            [frame(HEADERS, 4, stream, HEAD), frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())].concat()
        });
        // The server may close before it has read all of them.
        let _ = self.0.write_all(&requests.collect::<Vec<_>>()).await;
    }

    /// The kinds of the frames that come until the connection is closed, and what the last one says.
    pub(super) async fn rest(&mut self) -> (Vec<u8>, Vec<u8>) {
        let (mut kinds, mut last) = (Vec::new(), Vec::new());
        let mut head = [0; 9];
        while soon(self.0.read_exact(&mut head)).await.is_ok() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            last = vec![0; length as usize];
            if soon(self.0.read_exact(&mut last)).await.is_err() {
                break;
            }
            kinds.push(head[3]);
        }
        (kinds, last)
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A message as gRPC frames it.
pub(super) fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[flag][..], &length, message].concat()
}
