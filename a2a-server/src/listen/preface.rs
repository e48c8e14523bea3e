//! Whether a connection begins as HTTP/2 does (RFC 9113 §3.4), told without taking anything from it.

use std::{io, time::Duration};

use tokio::net::TcpStream;

/// What no request of HTTP/1 begins with.
const PREFACE: &[u8] = b"PRI ";
/// How long to wait for the rest of a preface that is cut within these bytes, which nobody does who means well.
const BREATH: Duration = Duration::from_millis(10);

/// Waits for the first bytes; whoever calls bounds how long. An end without any is an error.
pub(super) async fn is_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; PREFACE.len()];
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
        tokio::time::sleep(BREATH).await;
    }
}
