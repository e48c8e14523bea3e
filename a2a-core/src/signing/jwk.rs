//! Public keys as JWK and JWKS (RFC 7517).

use serde::{Deserialize, de::IgnoredAny};

use super::{Algorithm, KeyError, PublicKey, TrustedKey, base64url, der::Family};
use crate::Timestamp;

/// How many keys of one JWKS are read; a document with more is refused.
pub const MAX_JWKS_KEYS: usize = 100;

/// How long a document may be.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<IgnoredAny>,
    nbf: Option<f64>,
    exp: Option<f64>,
    revoked: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Jwks<'a> {
    #[serde(borrow)]
    keys: Vec<&'a serde_json::value::RawValue>,
}

/// The key that a JWK describes.
pub(super) fn key(document: &[u8]) -> Result<TrustedKey, KeyError> {
    check_size(document)?;
    parse(document)?.trusted()
}

/// The keys of a JWKS that can be used. Others are left out, as RFC 7517 §5 wants it.
pub(super) fn keys(document: &[u8]) -> Result<Vec<TrustedKey>, KeyError> {
    check_size(document)?;
    let set: Jwks<'_> = serde_json::from_slice(document)
        .map_err(|error| KeyError::new(format!("expected a JWKS, an object with a list `keys`: {error}")))?;
    if set.keys.len() > MAX_JWKS_KEYS {
        let found = set.keys.len();
        return Err(KeyError::new(format!("expected a JWKS of at most {MAX_JWKS_KEYS} keys, found {found}")));
    }
    Ok(set.keys.into_iter().filter_map(|jwk| parse(jwk.get().as_bytes()).ok()?.trusted().ok()).collect())
}

fn check_size(document: &[u8]) -> Result<(), KeyError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        let found = document.len();
        return Err(KeyError::new(format!(
            "expected at most {MAX_DOCUMENT_BYTES} bytes of keys, found {found}"
        )));
    }
    Ok(())
}

fn parse(document: &[u8]) -> Result<Jwk, KeyError> {
    // serde takes a list for a struct.
    if !document.trim_ascii_start().starts_with(b"{") {
        return Err(KeyError::new("expected a JWK, which is an object"));
    }
    // Only where it went wrong: serde_json's text may show a value, and that may be of a private key.
    serde_json::from_slice(document).map_err(|error| {
        KeyError::new(format!("expected a JWK, line {} column {} isn't of one", error.line(), error.column()))
    })
}

impl Jwk {
    fn trusted(self) -> Result<TrustedKey, KeyError> {
        if self.d.is_some() {
            return Err(KeyError::new(
                "the JWK has its private half `d`, which nobody but its owner may have",
            ));
        }
        if self.revoked.is_some() {
            return Err(KeyError::new("the JWK is revoked"));
        }
        let signs = self.usage.as_ref().is_none_or(|usage| usage == "sig");
        let verifies =
            self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|operation| operation == "verify"));
        if !signs || !verifies {
            return Err(KeyError::new("the JWK's `use` or `key_ops` isn't to verify signatures"));
        }
        let key = self.public_key()?;
        let key_id = self.kid.filter(|kid| !kid.is_empty());
        let key_id =
            key_id.ok_or_else(|| KeyError::new("the JWK has no `kid`, by which a signature names it"))?;
        let mut trusted = TrustedKey::new(key_id, key);
        if let Some(name) = self.alg {
            let named = Algorithm::from_name(&name).filter(|named| trusted.algorithms().contains(named));
            let named = named.ok_or_else(|| {
                KeyError::new(format!(
                    "the JWK's `alg` is {name:?}, which isn't for a key of its kind or isn't known"
                ))
            })?;
            trusted = trusted.with_algorithms([named]);
        }
        trusted.not_before = self.nbf.map(from_seconds);
        trusted.not_after = self.exp.map(from_seconds);
        Ok(trusted)
    }

    fn public_key(&self) -> Result<PublicKey, KeyError> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("EC", Some("P-256")) => PublicKey::of_family(Family::P256, &self.point(32)?),
            ("EC", Some("P-384")) => PublicKey::of_family(Family::P384, &self.point(48)?),
            ("OKP", Some("Ed25519")) => PublicKey::of_family(Family::Ed25519, &number("x", self.x.as_ref())?),
            ("RSA", _) => PublicKey::rsa(&number("n", self.n.as_ref())?, &number("e", self.e.as_ref())?),
            (kty, crv) => Err(KeyError::new(format!(
                "expected a JWK of EC on P-256 or P-384, OKP on Ed25519 or RSA, found {kty:?} on {crv:?}"
            ))),
        }
    }

    fn point(&self, coordinate: usize) -> Result<Vec<u8>, KeyError> {
        let mut point = vec![4];
        for (name, text) in [("x", &self.x), ("y", &self.y)] {
            let number = number(name, text.as_ref())?;
            if number.len() != coordinate {
                return Err(KeyError::new(format!("expected {coordinate} bytes in the JWK's `{name}`")));
            }
            point.extend(number);
        }
        Ok(point)
    }
}

fn number(name: &str, text: Option<&String>) -> Result<Vec<u8>, KeyError> {
    let number = text.and_then(|text| base64url::decode(text));
    number.ok_or_else(|| KeyError::new(format!("expected base64url in the JWK's `{name}`")))
}

#[expect(clippy::cast_possible_truncation, reason = "what no integer can say is the nearest that one can")]
fn from_seconds(seconds: f64) -> Timestamp {
    Timestamp::from_unix_millis((seconds * 1000.0) as i64)
}
