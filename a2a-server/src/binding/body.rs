//! Reading a request's body without trusting its size.

use a2a_core::{Error, ErrorKind};
use axum::body::Body;
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// A body that couldn't be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) error: Error,
    pub(super) status: u16,
}

/// The whole body, if it has `limit` bytes at most; a larger one isn't read to its end.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Unreadable> {
    let declared = body.size_hint().lower();
    if declared > limit as u64 {
        return Err(too_large(limit));
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(_) => Err(Unreadable {
            error: Error::new(ErrorKind::InvalidRequest, "The request's body ended before it was complete"),
            status: 400,
        }),
    }
}

fn too_large(limit: usize) -> Unreadable {
    let text = format!("The request's body is larger than {limit} bytes");
    Unreadable {
        error: Error::new(ErrorKind::InvalidRequest, text).with_info("maxBytes", limit.to_string()),
        status: 413,
    }
}
