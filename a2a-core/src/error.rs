//! What crosses the wire when something goes wrong.

mod detail;
mod http;
mod kind;

use std::{collections::BTreeMap, error::Error as StdError, fmt, sync::Arc};

use serde_json::Value;

pub(crate) use self::detail::{Details, text};
pub use self::{detail::FieldViolation, kind::ErrorKind};
use crate::TaskId;

/// An error of the protocol: its kind, a sentence for people and what else is known.
///
/// One type for every binding and version; [`ErrorKind`] holds the table. What a server tells its peer is only
/// what is in here: causes stay in [`StdError::source`] and are never written to a wire.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// If it isn't that of the kind.
    http_status: Option<u16>,
    message: String,
    info: BTreeMap<String, String>,
    violations: Vec<FieldViolation>,
    details: Vec<Value>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind; `message` is for people and may cross the wire.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            http_status: None,
            message: message.into(),
            info: BTreeMap::new(),
            violations: Vec::new(),
            details: Vec::new(),
            source: None,
        }))
    }

    /// There is no task of that id for this caller.
    pub fn task_not_found(id: &TaskId) -> Self {
        Self::new(ErrorKind::TaskNotFound, "Task not found").with_info("taskId", id.as_str())
    }

    /// What was asked for isn't supported, and `what` says what that is.
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::UnsupportedOperation, what)
    }

    /// The parameter at `field` (such as `message.parts`) is wrong, and `description` says how it would be right.
    pub fn invalid_params(field: impl Into<String>, description: impl Into<String>) -> Self {
        let violation = FieldViolation { field: field.into(), description: description.into() };
        let message = format!("Invalid parameters: {}: {}", violation.field, violation.description);
        let mut error = Self::new(ErrorKind::InvalidParams, message);
        error.0.violations.push(violation);
        error
    }

    /// The server failed; `cause` is kept for its own log.
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(ErrorKind::Internal, "Internal error").with_source(cause)
    }

    /// The same error with an entry in its `ErrorInfo` metadata; a kind without a reason has none on the wire.
    #[must_use]
    pub fn with_info(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.info.insert(key.into(), value.into());
        self
    }

    /// The same error with another HTTP status than its kind's, such as 413 for a body that is too large.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status).filter(|status| *status != self.0.kind.http_status());
        self
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Its HTTP status: that of its kind, unless it has or came with another.
    pub fn http_status(&self) -> u16 {
        self.0.http_status.unwrap_or_else(|| self.0.kind.http_status())
    }

    /// A sentence for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The metadata of its `ErrorInfo`.
    pub fn info(&self) -> &BTreeMap<String, String> {
        &self.0.info
    }

    /// Which parameters were wrong, and how.
    pub fn violations(&self) -> &[FieldViolation] {
        &self.0.violations
    }

    /// Details of types that this version doesn't know, as they came.
    pub fn details(&self) -> &[Value] {
        &self.0.details
    }
}

/// Its kind, status, message and details; the cause isn't compared.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&*self.0, &*other.0);
        a.kind == b.kind
            && a.http_status == b.http_status
            && a.message == b.message
            && a.info == b.info
            && a.violations == b.violations
            && a.details == b.details
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(status) = self.0.http_status {
            debug.field("http_status", &status);
        }
        if !self.0.info.is_empty() {
            debug.field("info", &self.0.info);
        }
        if !self.0.violations.is_empty() {
            debug.field("violations", &self.0.violations);
        }
        if !self.0.details.is_empty() {
            debug.field("details", &self.0.details);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
