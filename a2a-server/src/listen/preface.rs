//! Whether a connection begins as HTTP/2 does (RFC 9113 §3.4), told without taking anything from it.

use std::{io, time::Duration};

use tokio::net::TcpStream;

/// What no request of HTTP/1 begins with. All of it is waited for here, where the wait is bounded: behind it the peer has
/// to answer pings, and before that nothing would bound what is left of it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long to wait at first for the rest of a preface that comes in pieces. Then twice as long, and so on, for whoever
/// dawdles mustn't have us look all the time.
const BREATH: Duration = Duration::from_millis(5);

/// Waits for the first bytes; whoever calls bounds how long. An end without any is an error.
pub(super) async fn is_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; PREFACE.len()];
    let mut breath = BREATH;
    loop {
        let seen = stream.peek(&mut first).await?;
        if seen == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if first[..seen] != PREFACE[..seen] {
            return Ok(false);
        }
        if seen == PREFACE.len() {
            return Ok(true);
        }
        tokio::time::sleep(breath).await;
        breath *= 2;
    }
}
