use std::{error::Error as StdError, fmt};

/// A card wasn't signed.
#[derive(Debug)]
pub struct SignError {
    kind: SignErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Why a card wasn't signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignErrorKind {
    /// Peers would disagree on its canonical JSON; the message says at which fields.
    Ambiguous,
    /// A reader couldn't read it, for instance because metadata is nested too deeply.
    Unreadable,
    /// The signer failed: its error is the source.
    Signer,
    /// The signature isn't one of the header's algorithm: it has another length and may be in DER, or the signer has
    /// another algorithm.
    Signature,
}

impl SignError {
    pub(super) fn new(kind: SignErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Why it wasn't signed.
    pub fn kind(&self) -> SignErrorKind {
        self.kind
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for SignError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
