use std::fmt;

/// One signature of a card that wasn't taken, and why.
///
/// What its header says is as the peer sent it, and not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Its place in [`AgentCard::signatures`](crate::AgentCard::signatures).
    pub signature: usize,
    /// The `alg` of its header.
    pub algorithm: Option<String>,
    /// The `kid` of its header.
    pub key_id: Option<String>,
    /// The `jku` of its header: a URL where the key might be.
    ///
    /// Nothing fetches it. A client that knows the URL (it has a list; the host is public; HTTPS) can load the JWKS,
    /// add it by [`TrustStore::replace_jwks`](super::TrustStore::replace_jwks) and verify again.
    pub jku: Option<String>,
    /// Why it wasn't taken.
    pub reason: RefusalReason,
}

impl Refusal {
    /// One of a signature without a header that could be read.
    pub(super) fn new(signature: usize, reason: RefusalReason) -> Self {
        Self { signature, algorithm: None, key_id: None, jku: None, reason }
    }
}

/// Why a signature wasn't taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalReason {
    /// `protected` isn't a JSON object in base64url with `alg` and `kid`, or is too long.
    MalformedHeader,
    /// The header demands an extension (`crit`), and none is known.
    CriticalExtension,
    /// The algorithm isn't one that the verifier allows.
    AlgorithmNotAllowed,
    /// `signature` isn't base64url, or too long.
    MalformedSignature,
    /// The store has no key of that id, or only one that belongs to another `jku`.
    UnknownKey,
    /// The key is known, but not for that algorithm.
    KeyOfAnotherAlgorithm,
    /// The key may not be used yet.
    KeyNotYetValid,
    /// The key may not be used any more.
    KeyExpired,
    /// The key didn't sign this card, in none of the forms that are allowed.
    BadSignature,
    /// The card has more signatures than are looked at; this is the first that wasn't.
    TooMany,
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedHeader => "`protected` isn't a header with `alg` and `kid`",
            Self::CriticalExtension => "its header demands extensions that aren't known",
            Self::AlgorithmNotAllowed => "its algorithm isn't allowed",
            Self::MalformedSignature => "`signature` isn't one in base64url",
            Self::UnknownKey => "no trusted key has that id",
            Self::KeyOfAnotherAlgorithm => "the key isn't for that algorithm",
            Self::KeyNotYetValid => "the key isn't valid yet",
            Self::KeyExpired => "the key isn't valid any more",
            Self::BadSignature => "the key didn't sign this card",
            Self::TooMany => "it and those behind it are more than are looked at",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signatures[{}]", self.signature)?;
        if let Some(key_id) = &self.key_id {
            write!(f, " of key {:?}", shortened(key_id))?;
        }
        if let Some(algorithm) = &self.algorithm {
            write!(f, " with {:?}", shortened(algorithm))?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// A peer's text, cut for a line that people read.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}
