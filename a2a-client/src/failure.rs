//! Why there was no readable answer: the cause inside core's transport errors.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use a2a_core::{Error, ErrorKind};

use crate::{FailureKind, Phase};

/// How much of a body is worth showing, in bytes.
const EXCERPT_BYTES: usize = 200;

#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) phase: Phase,
    pub(crate) status: Option<u16>,
    pub(crate) retry_after: Option<Duration>,
    detail: Option<String>,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, phase: Phase) -> Self {
        Self { kind, phase, status: None, retry_after: None, detail: None, cause: None }
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_cause(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The one that an error of core carries, if it carries one.
    pub(crate) fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, &self.detail) {
            (Some(status), Some(detail)) => write!(f, "HTTP {status}, {detail}"),
            (Some(status), None) => write!(f, "HTTP {status}"),
            (None, Some(detail)) => f.write_str(detail),
            (None, None) => self.kind.fmt(f),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let kind = match failure.kind {
            FailureKind::Agent(kind) => kind,
            _ => ErrorKind::Transport,
        };
        Self::new(kind, failure.kind.to_string()).with_source(failure)
    }
}

/// The beginning of a body, on one line.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let cut = &body[..body.len().min(EXCERPT_BYTES)];
    let text: String = String::from_utf8_lossy(cut).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace(|character: char| character.is_control(), "\u{fffd}");
    if cut.len() < body.len() { text + "…" } else { text }
}
