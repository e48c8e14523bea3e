use std::fmt;

use super::der;

/// How a key signs: the `alg` of a JWS (RFC 7518, RFC 8037).
///
/// Only signatures with a key pair: what proves who signed can't be made by who verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, which every peer knows.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519; a header may call it `EdDSA` or `Ed25519` (RFC 9864).
    EdDsa,
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256.
    Ps256,
}

impl Algorithm {
    /// All that can be verified.
    pub const ALL: &'static [Self] = &[Self::Es256, Self::Es384, Self::EdDsa, Self::Rs256, Self::Ps256];

    /// The algorithm that a header calls so; `None` for one that isn't taken, such as `none` or `HS256`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            _ => return None,
        })
    }

    /// What a header calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    /// Makes a JWS signature of an ECDSA signature in DER, which is how key services and `openssl` give it.
    ///
    /// `None` if this isn't such a signature, or the algorithm isn't ECDSA.
    pub fn raw_from_der(self, signature: &[u8]) -> Option<Vec<u8>> {
        let half = match self {
            Self::Es256 => 32,
            Self::Es384 => 48,
            Self::EdDsa | Self::Rs256 | Self::Ps256 => return None,
        };
        let mut numbers = der::sequence(signature)?;
        let mut raw = Vec::with_capacity(2 * half);
        for _ in 0..2 {
            let number = numbers.unsigned()?;
            raw.resize(raw.len() + half.checked_sub(number.len())?, 0);
            raw.extend_from_slice(number);
        }
        numbers.is_empty().then_some(raw)
    }

    /// How many bytes a signature has, if that doesn't depend on the key.
    pub(super) fn signature_bytes(self) -> Option<usize> {
        match self {
            Self::Es256 | Self::EdDsa => Some(64),
            Self::Es384 => Some(96),
            Self::Rs256 | Self::Ps256 => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
