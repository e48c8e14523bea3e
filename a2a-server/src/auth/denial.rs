use std::{error::Error as StdError, fmt};

use a2a_core::{Error, ErrorKind};
use axum::http::HeaderValue;

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialKind {
    /// The request has no credentials: 401, or over gRPC `UNAUTHENTICATED`.
    Missing,
    /// It has some, and they aren't good: 401, or over gRPC `UNAUTHENTICATED`.
    Invalid,
    /// Whoever it is may not: 403, or over gRPC `PERMISSION_DENIED`.
    Forbidden,
    /// Nobody can tell now: 503, or over gRPC `UNAVAILABLE`.
    Unavailable,
}

/// A caller is turned away.
///
/// A client learns the kind and the challenges; a cause is for the server's own log.
#[derive(Debug)]
pub struct Denial {
    kind: DenialKind,
    challenges: Vec<HeaderValue>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Denial {
    /// The request has no credentials.
    pub fn missing() -> Self {
        Self::new(DenialKind::Missing)
    }

    /// The credentials of the request aren't good.
    pub fn invalid() -> Self {
        Self::new(DenialKind::Invalid)
    }

    /// Whoever it is may not.
    pub fn forbidden() -> Self {
        Self::new(DenialKind::Forbidden)
    }

    /// Nobody can tell now, for this cause.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(DenialKind::Unavailable) }
    }

    /// Adds a challenge: a `WWW-Authenticate` header of a 401, or metadata of that name over gRPC.
    ///
    /// Without one the client gets those that follow from the schemes of the card: `Bearer` for tokens, `ApiKey` for
    /// keys.
    #[must_use]
    pub fn with_challenge(mut self, challenge: HeaderValue) -> Self {
        self.challenges.push(challenge);
        self
    }

    /// Why.
    pub fn kind(&self) -> DenialKind {
        self.kind
    }

    /// What the client is asked for, if that was said.
    pub fn challenges(&self) -> &[HeaderValue] {
        &self.challenges
    }

    fn new(kind: DenialKind) -> Self {
        Self { kind, challenges: Vec::new(), cause: None }
    }

    /// What the challenges of a refusal are, if it was made of a denial.
    pub(super) fn behind(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            DenialKind::Missing => "Authentication required",
            DenialKind::Invalid => "The credentials aren't valid",
            DenialKind::Forbidden => "The caller may not do this",
            DenialKind::Unavailable => "The caller can't be authenticated now; try again",
        })
    }
}

impl StdError for Denial {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        let kind = match denial.kind {
            DenialKind::Missing | DenialKind::Invalid => ErrorKind::Unauthenticated,
            DenialKind::Forbidden => ErrorKind::PermissionDenied,
            DenialKind::Unavailable => ErrorKind::Unavailable,
        };
        Self::new(kind, denial.to_string()).with_source(denial)
    }
}
