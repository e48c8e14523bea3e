use std::{
    error::Error as StdError,
    future::poll_fn,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use reqwest::{StatusCode, header};
use tokio::time::{Instant, Sleep};

use crate::{FailureKind, Phase, failure::Failure};

/// How long one call may wait, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) head: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
}

impl Limits {
    /// Waits for the next step, which may take `limit` but not pass the deadline.
    pub(super) async fn wait<T>(
        &self,
        limit: Option<Duration>,
        late: FailureKind,
        phase: Phase,
        step: impl Future<Output = Result<T, reqwest::Error>>,
    ) -> Result<T, Failure> {
        let Some((until, kind)) = self.until(limit, late) else {
            return step.await.map_err(|error| lost(error, phase));
        };
        match tokio::time::timeout_at(until, step).await {
            Ok(done) => done.map_err(|error| lost(error, phase)),
            Err(_) => Err(Failure::new(kind, phase)),
        }
    }

    /// Until when a step that begins now may take, and what it means if it takes longer.
    fn until(&self, limit: Option<Duration>, late: FailureKind) -> Option<(Instant, FailureKind)> {
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        match (until, self.deadline) {
            (Some(until), Some(deadline)) if deadline < until => {
                Some((deadline, FailureKind::DeadlineExceeded))
            }
            (Some(until), _) => Some((until, late)),
            (None, deadline) => deadline.map(|deadline| (deadline, FailureKind::DeadlineExceeded)),
        }
    }
}

/// How long the next bytes may take, with one timer for all of a response.
#[derive(Debug, Default)]
struct Patience {
    /// Set while bytes are waited for.
    until: Option<(Instant, FailureKind)>,
    /// Never later than that, so that it isn't set anew for each chunk: it looks when it has run out.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// Ready when the wait has been too long; what it means then.
    fn poll_over(&mut self, limits: &Limits, cx: &mut Context<'_>) -> Poll<FailureKind> {
        if self.until.is_none() {
            self.until = limits.until(limits.idle, FailureKind::IdleTimeout);
        }
        let Some((until, kind)) = self.until else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(timer.as_mut().poll(cx));
        while timer.deadline() < until {
            timer.as_mut().reset(until);
            ready!(timer.as_mut().poll(cx));
        }
        Poll::Ready(kind)
    }
}

/// A response whose body is still to come.
#[derive(Debug)]
pub(crate) struct Reply {
    response: reqwest::Response,
    limits: Limits,
    patience: Patience,
}

impl Reply {
    pub(super) fn new(response: reqwest::Response, limits: Limits) -> Self {
        Self { response, limits, patience: Patience::default() }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The media type without its parameters.
    pub(crate) fn media_type(&self) -> &str {
        let value = self.header(header::CONTENT_TYPE).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.header(header::RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn chunk(&mut self, phase: Phase) -> Result<Option<Bytes>, Failure> {
        poll_fn(|cx| self.poll_chunk(phase, cx)).await
    }

    pub(super) fn poll_chunk(
        &mut self,
        phase: Phase,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Failure>> {
        // The future keeps nothing of its own, so each poll may begin with a new one.
        let Poll::Ready(done) = pin!(self.response.chunk()).poll(cx) else {
            return self.patience.poll_over(&self.limits, cx).map(|kind| Err(Failure::new(kind, phase)));
        };
        self.patience.until = None;
        Poll::Ready(done.map_err(|error| lost(error, phase)))
    }

    /// All of the body, if it isn't larger than `limit`.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let announced = self.response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::with_capacity(announced.unwrap_or_default().min(limit).min(64 * 1024));
        while let Some(chunk) = self.chunk(Phase::Body).await.map_err(|failure| self.in_status(failure))? {
            if body.len() + chunk.len() > limit {
                let detail = format!("the body has more than {limit} bytes");
                let failure = Failure::new(FailureKind::TooLarge, Phase::Body).with_detail(detail);
                return Err(self.in_status(failure));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// As much of the body as is there, up to `limit`; for what is only shown or may be an error.
    pub(crate) async fn read_some(&mut self, limit: usize) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.chunk(Phase::Body).await {
            body.extend_from_slice(&chunk[..chunk.len().min(limit - body.len())]);
            if body.len() == limit {
                break;
            }
        }
        body
    }

    fn in_status(&self, failure: Failure) -> Failure {
        failure.with_status(self.status().as_u16())
    }
}

/// What the HTTP library's error means.
fn lost(error: reqwest::Error, phase: Phase) -> Failure {
    let (kind, phase) = if error.is_connect() && is_timeout(&error) {
        (FailureKind::ConnectTimeout, Phase::Connect)
    } else if error.is_connect() {
        (FailureKind::Unreachable, Phase::Connect)
    } else if error.is_builder() {
        (FailureKind::InvalidRequest, Phase::Prepare)
    } else {
        (FailureKind::Disconnected, phase)
    };
    // The URL may have a secret in its query.
    Failure::new(kind, phase).with_cause(error.without_url())
}

fn is_timeout(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(current) = cause {
        if current.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return true;
        }
        cause = current.source();
    }
    error.is_timeout()
}
