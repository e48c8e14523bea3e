//! Reading a request's body without trusting its size or its sender to go on.

use std::{
    error::Error as StdError,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use a2a_core::{Error, ErrorKind};
use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::Sleep;

use crate::Limits;

/// A body that couldn't be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) error: Error,
    pub(super) status: u16,
}

/// The whole body, if it isn't too large and goes on coming; a larger one isn't read to its end.
pub(super) async fn read(body: Body, limits: &Limits) -> Result<Bytes, Unreadable> {
    let most = limits.max_body_bytes;
    if body.size_hint().lower() > most as u64 {
        return Err(too_large(most));
    }
    let steady = Steady { body, limit: limits.stalled_body, patience: Patience::Fresh };
    match Limited::new(steady, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(cause) if cause.is::<LengthLimitError>() => Err(too_large(most)),
        Err(cause) if cause.is::<StoodStill>() => {
            let text = format!("The request's body stood still for {:?}", limits.stalled_body);
            Err(Unreadable { error: Error::new(ErrorKind::InvalidRequest, text), status: 408 })
        }
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

#[derive(Debug, thiserror::Error)]
#[error("the body stood still")]
struct StoodStill;

impl http_body::Body for Steady {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.patience = Patience::Fresh;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
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
            Patience::Timed(timer) => timer.as_mut().poll(cx).map(|()| Some(Err(StoodStill.into()))),
            Patience::Fresh | Patience::Asked => Poll::Pending,
        }
    }
}
