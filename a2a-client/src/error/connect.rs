use std::{error::Error as StdError, fmt};

use super::FailureKind;
use crate::failure::Failure;

/// Why there is no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectErrorKind {
    /// The target is neither an HTTP URL nor a file, or it carries credentials.
    InvalidTarget,
    /// A header, an origin or a token that the builder was given isn't one.
    InvalidSetting,
    /// The card couldn't be fetched.
    Fetch(FailureKind),
    /// The card's file couldn't be read.
    File,
    /// What is there isn't a card, or it is larger than [`MAX_CARD_BYTES`](crate::MAX_CARD_BYTES).
    InvalidCard,
    /// The card names no interface that this version speaks.
    NoInterface,
    /// The card names only interfaces on other origins than its own, and none of those is trusted.
    UntrustedOrigin,
}

/// An agent couldn't be connected to.
#[derive(Debug)]
pub struct ConnectError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ConnectErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ConnectError {
    pub(crate) fn new(kind: ConnectErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), source: None }))
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn fetch(url: &str, failure: Failure) -> Self {
        let kind = ConnectErrorKind::Fetch(failure.kind);
        Self::new(kind, format!("the card at {url} couldn't be fetched: {}", failure.kind))
            .with_source(failure)
    }

    /// Why it failed.
    pub fn kind(&self) -> ConnectErrorKind {
        self.0.kind
    }

    /// The HTTP status that the card's URL answered, if that was the reason.
    pub fn http_status(&self) -> Option<u16> {
        self.0.source.as_ref()?.downcast_ref::<Failure>()?.status
    }

    /// Whether the same may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ConnectErrorKind::Fetch(kind) if kind.is_retryable())
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for ConnectError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
