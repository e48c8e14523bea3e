//! Reading a request's body without trusting its size.

use a2a_core::{Error, ErrorKind};
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;

/// A body that couldn't be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) error: Error,
    pub(super) status: u16,
}

/// The whole body, if it has `limit` bytes at most; a larger one isn't read to its end.
pub(super) async fn read(mut body: Body, limit: usize) -> Result<Bytes, Unreadable> {
    let declared = body.size_hint().lower();
    if declared > limit as u64 {
        return Err(too_large(limit));
    }
    // Most bodies come in one piece, which is taken as it is.
    let first = next(&mut body).await?.unwrap_or_default();
    let mut whole = BytesMut::new();
    while let Some(more) = next(&mut body).await? {
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        if more.len() > limit.saturating_sub(whole.len()) {
            return Err(too_large(limit));
        }
        whole.extend_from_slice(&more);
    }
    let whole = if whole.is_empty() { first } else { whole.freeze() };
    if whole.len() > limit { Err(too_large(limit)) } else { Ok(whole) }
}

/// The next piece of the body; `None` at its end.
async fn next(body: &mut Body) -> Result<Option<Bytes>, Unreadable> {
    while !body.is_end_stream()
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|_| Unreadable {
            error: Error::new(ErrorKind::InvalidRequest, "The request's body ended before it was complete"),
            status: 400,
        })?;
        // Trailers say nothing that anybody here asks for.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn too_large(limit: usize) -> Unreadable {
    let text = format!("The request's body is larger than {limit} bytes");
    Unreadable {
        error: Error::new(ErrorKind::InvalidRequest, text).with_info("maxBytes", limit.to_string()),
        status: 413,
    }
}
