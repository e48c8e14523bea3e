//! A gRPC client that costs next to nothing: fixed messages, and answers that aren't decoded.

use std::io;

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::future;
use h2::client::SendRequest;
use http::{HeaderMap, Request, header};
use memchr::memmem;
use tokio::net::TcpStream;

use crate::blocking_sends::CONNECTIONS;

/// The same message to the same method so many times, over all connections at once; each answer has to have this in it.
pub(crate) async fn send_all(
    port: u16,
    count: u32,
    path: &str,
    message: &[u8],
    done: &[u8],
) -> io::Result<()> {
    let body = framed(message);
    let senders = (0..CONNECTIONS).map(|_| send_in_turn(port, count / CONNECTIONS, path, &body, done));
    future::try_join_all(senders).await.map(drop)
}

async fn send_in_turn(port: u16, count: u32, path: &str, body: &Bytes, done: &[u8]) -> io::Result<()> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (mut requests, connection) = h2::client::handshake(stream).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    for _ in 0..count {
        requests = requests.ready().await.map_err(io::Error::other)?;
        let answer = send(&mut requests, port, path, body.clone()).await?;
        if memmem::find(&answer, done).is_none() {
            return Err(io::Error::other(format!("not a completed task: {answer:?}")));
        }
    }
    connection.abort();
    Ok(())
}

/// The frame of the answer to one call, if it went well.
async fn send(requests: &mut SendRequest<Bytes>, port: u16, path: &str, body: Bytes) -> io::Result<Bytes> {
    let request = Request::post(format!("http://127.0.0.1:{port}{path}"))
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers")
        .body(())
        .map_err(io::Error::other)?;
    let (response, mut sending) = requests.send_request(request, false).map_err(io::Error::other)?;
    sending.send_data(body, true).map_err(io::Error::other)?;
    let (head, mut body) = response.await.map_err(io::Error::other)?.into_parts();
    let mut answer = BytesMut::new();
    while let Some(data) = body.data().await {
        let data = data.map_err(io::Error::other)?;
        body.flow_control().release_capacity(data.len()).map_err(io::Error::other)?;
        answer.extend_from_slice(&data);
    }
    let trailers = body.trailers().await.map_err(io::Error::other)?;
    match trailers.as_ref().unwrap_or(&head.headers).get("grpc-status") {
        Some(status) if status == "0" => Ok(answer.freeze()),
        _ => Err(failed(trailers.as_ref().unwrap_or(&head.headers))),
    }
}

fn failed(trailers: &HeaderMap) -> io::Error {
    io::Error::other(format!("the call failed: {trailers:?}"))
}

/// A message as gRPC has it: not compressed, its length, its bytes.
fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("a short message"));
    frame.put_slice(message);
    frame.freeze()
}
