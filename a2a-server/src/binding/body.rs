//! Reading a request's body without trusting its size or its sender to go on.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use a2a_core::{Error, ErrorKind};
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use tokio::time::Sleep;

use crate::Limits;

/// The whole body, if it isn't too large and goes on coming; a larger one isn't read to its end. An error has the
/// HTTP status that says what was wrong with it.
pub(super) async fn read(body: Body, limits: &Limits) -> Result<Bytes, Error> {
    let most = limits.max_body_bytes;
    if body.size_hint().lower() > most as u64 {
        return Err(too_large(most));
    }
    let mut body = Steady { body, limit: limits.stalled_body, patience: Patience::Fresh };
    // Most bodies come in one piece, which is taken as it is.
    let Some(first) = body.next().await? else { return Ok(Bytes::new()) };
    if first.len() > most {
        return Err(too_large(most));
    }
    let Some(mut more) = body.next().await? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    loop {
        if more.len() > most - whole.len() {
            return Err(too_large(most));
        }
        whole.extend_from_slice(&more);
        match body.next().await? {
            Some(next) => more = next,
            None => return Ok(whole.freeze()),
        }
    }
}

fn too_large(limit: usize) -> Error {
    let text = format!("The request's body is larger than {limit} bytes");
    let error = Error::new(ErrorKind::InvalidRequest, text).with_info("maxBytes", limit.to_string());
    error.with_http_status(413)
}

/// A body that fails when it stands still for too long.
struct Steady {
    body: Body,
    limit: Duration,
    patience: Patience,
}

enum Patience {
    /// Nothing was waited for yet.
    Fresh,
    /// Once, which is nothing: the connection reads a body only when it is asked for.
    Asked,
    Timed(Pin<Box<Sleep>>),
}

impl Steady {
    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while !self.body.is_end_stream()
            && let Some(frame) = std::future::poll_fn(|cx| self.poll_frame(cx)).await
        {
            // Trailers say nothing that anybody here asks for.
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.patience = Patience::Fresh;
            return Poll::Ready(frame.map(|frame| frame.map_err(|_| incomplete())));
        }
        if let Patience::Fresh = self.patience {
            self.patience = Patience::Asked;
            // A timer is for those only who are not there a moment later.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Patience::Asked = self.patience {
            self.patience = Patience::Timed(Box::pin(tokio::time::sleep(self.limit)));
        }
        match &mut self.patience {
            Patience::Timed(timer) => timer.as_mut().poll(cx).map(|()| Some(Err(stood_still(self.limit)))),
            Patience::Fresh | Patience::Asked => Poll::Pending,
        }
    }
}

fn incomplete() -> Error {
    let text = "The request's body ended before it was complete";
    Error::new(ErrorKind::InvalidRequest, text)
}

fn stood_still(limit: Duration) -> Error {
    let text = format!("The request's body stood still for {limit:?}");
    Error::new(ErrorKind::InvalidRequest, text).with_http_status(408)
}
