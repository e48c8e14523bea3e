use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use super::{Algorithm, Signer, base64url};

/// How long the `protected` of a signature may be, as base64url.
pub const MAX_PROTECTED_BYTES: usize = 8 * 1024;

/// The header of a signature that the signature covers: how it was made, and with which key (§8.4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtectedHeader {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The id of the key.
    pub key_id: String,
    /// A URL of a JWKS that has the key. A verifier may go there if it knows the URL; it won't because we say so.
    pub jku: Option<String>,
}

impl ProtectedHeader {
    /// A header for this key.
    pub fn new(algorithm: Algorithm, key_id: impl Into<String>) -> Self {
        Self { algorithm, key_id: key_id.into(), jku: None }
    }

    /// The header for this signer's key.
    pub fn of(signer: &(impl Signer + ?Sized)) -> Self {
        Self::new(signer.algorithm(), signer.key_id())
    }

    /// The same header with the URL of a JWKS.
    #[must_use]
    pub fn with_jku(mut self, url: impl Into<String>) -> Self {
        self.jku = Some(url.into());
        self
    }

    /// What stands in `protected`.
    pub(super) fn to_protected(&self) -> String {
        let written = Written {
            alg: self.algorithm.as_str(),
            kid: &self.key_id,
            typ: "JOSE",
            jku: self.jku.as_deref(),
        };
        base64url::encode(&serde_json::to_vec(&written).expect("texts are written without failing"))
    }
}

#[derive(Serialize)]
struct Written<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jku: Option<&'a str>,
}

/// A header as a peer sent it.
#[derive(Deserialize)]
pub(super) struct ReceivedHeader {
    pub(super) alg: String,
    pub(super) kid: String,
    pub(super) jku: Option<String>,
    /// Whether there is a list of extensions that a verifier has to know. We know none.
    #[serde(default, rename = "crit", deserialize_with = "present")]
    pub(super) critical: bool,
}

impl ReceivedHeader {
    /// `None` if it is too long, no base64url, no object, or doesn't name its algorithm and key.
    pub(super) fn read(protected: &str) -> Option<Self> {
        if protected.len() > MAX_PROTECTED_BYTES {
            return None;
        }
        let json = base64url::decode(protected)?;
        // serde takes a list for a struct, a JWS doesn't.
        serde_json::from_slice(&json).ok().filter(|_| json.trim_ascii_start().starts_with(b"{"))
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
