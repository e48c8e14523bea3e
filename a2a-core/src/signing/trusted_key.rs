use super::{Algorithm, KeyError, PublicKey, jwk};
use crate::Timestamp;

/// A key that a client believes, the id by which signatures name it, and what it is believed for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustedKey {
    /// The `kid` of signatures.
    pub key_id: String,
    /// The key.
    pub key: PublicKey,
    /// The URL of the JWKS it came from. With one, it is only used for signatures that name this `jku`; without,
    /// for signatures with any `jku` or none.
    pub jku: Option<String>,
    /// From when on it may be used, if not since ever.
    pub not_before: Option<Timestamp>,
    /// From when on it may not be used any more.
    pub not_after: Option<Timestamp>,
    algorithms: Vec<Algorithm>,
}

impl TrustedKey {
    /// A key for all that it can verify, at any time.
    pub fn new(key_id: impl Into<String>, key: PublicKey) -> Self {
        let algorithms = key.algorithms().to_vec();
        Self { key_id: key_id.into(), key, jku: None, not_before: None, not_after: None, algorithms }
    }

    /// Reads a JWK (RFC 7517).
    ///
    /// Its `kid` is needed; its `alg` is all that it is then used for; `nbf` and `exp` bound its time. One that is
    /// `revoked`, isn't for signatures or holds its private half is an error.
    pub fn from_jwk(document: &[u8]) -> Result<Self, KeyError> {
        jwk::key(document)
    }

    /// Reads the keys of a JWKS (RFC 7517) and leaves out those that [`TrustedKey::from_jwk`] wouldn't read.
    pub fn from_jwks(document: &[u8]) -> Result<Vec<Self>, KeyError> {
        jwk::keys(document)
    }

    /// What it may be used for.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The same key for these algorithms only; those that aren't of its kind count for nothing.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let possible = self.key.algorithms();
        self.algorithms = algorithms.into_iter().filter(|algorithm| possible.contains(algorithm)).collect();
        self
    }

    /// The same key for signatures that name this JWKS only.
    #[must_use]
    pub fn with_jku(mut self, url: impl Into<String>) -> Self {
        self.jku = Some(url.into());
        self
    }

    /// The same key until this time.
    #[must_use]
    pub fn with_not_after(mut self, time: Timestamp) -> Self {
        self.not_after = Some(time);
        self
    }
}
