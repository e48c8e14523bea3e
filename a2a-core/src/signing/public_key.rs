use std::fmt;

use ring::signature::{self as ring_signature, RsaPublicKeyComponents, UnparsedPublicKey};

use super::{
    Algorithm, KeyError, base64url,
    der::{self, Family},
    pem,
};
use crate::Metadata;

/// The half of a key pair that verifies: EC on P-256 or P-384, Ed25519, or RSA of 2048 to 8192 bits.
///
/// What it is decides which algorithms it may be used with ([`PublicKey::algorithms`]): a header can't choose
/// another.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Material);

#[derive(Clone, PartialEq, Eq)]
enum Material {
    /// An uncompressed point.
    P256(Vec<u8>),
    /// An uncompressed point.
    P384(Vec<u8>),
    Ed25519([u8; 32]),
    /// Modulus and exponent without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` in PEM: `-----BEGIN PUBLIC KEY-----`, as `openssl pkey -pubout` writes it.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_spki(&pem::block(text, "PUBLIC KEY")?)
    }

    /// Reads a `SubjectPublicKeyInfo` in DER.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let unknown = "expected a public key of EC on P-256 or P-384, of Ed25519 or of RSA, in DER";
        let (family, key) = der::public_key(der).ok_or_else(|| KeyError::new(unknown))?;
        Self::of_family(family, key)
    }

    /// Reads the key as the family writes it within other formats.
    pub(super) fn of_family(family: Family, key: &[u8]) -> Result<Self, KeyError> {
        let point = |length: usize| match key {
            [4, coordinates @ ..] if coordinates.len() == length => Ok(key.to_vec()),
            _ => Err(KeyError::new(format!("expected an uncompressed point of {} bytes", length + 1))),
        };
        Ok(Self(match family {
            Family::P256 => Material::P256(point(64)?),
            Family::P384 => Material::P384(point(96)?),
            Family::Ed25519 => Material::Ed25519(
                key.try_into().map_err(|_| KeyError::new("expected an Ed25519 key of 32 bytes"))?,
            ),
            Family::Rsa => {
                let parts = der::rsa_public_key(key);
                let (modulus, exponent) = parts.ok_or_else(|| KeyError::new("expected an RSAPublicKey"))?;
                return Self::rsa(modulus, exponent);
            }
        }))
    }

    /// An RSA key of two big-endian numbers.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let trim = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
        let (modulus, exponent) = (trim(modulus), trim(exponent));
        let unused = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
        let bits = modulus.len() * 8 - unused;
        if !(2048..=8192).contains(&bits) {
            return Err(KeyError::new(format!("expected an RSA key of 2048 to 8192 bits, found {bits}")));
        }
        if exponent.is_empty() {
            return Err(KeyError::new("expected an RSA key with an exponent, found 0"));
        }
        Ok(Self(Material::Rsa { modulus, exponent }))
    }

    /// What it can verify.
    pub fn algorithms(&self) -> &'static [Algorithm] {
        match self.0 {
            Material::P256(_) => &[Algorithm::Es256],
            Material::P384(_) => &[Algorithm::Es384],
            Material::Ed25519(_) => &[Algorithm::EdDsa],
            Material::Rsa { .. } => &[Algorithm::Rs256, Algorithm::Ps256],
        }
    }

    /// The key as a JWK (RFC 7517) under this id, to publish in a JWKS: `{"keys": [that]}`.
    pub fn to_jwk(&self, key_id: &str) -> Metadata {
        let mut jwk = self.parameters();
        jwk.insert("kid".to_owned(), key_id.into());
        jwk.insert("use".to_owned(), "sig".into());
        jwk
    }

    /// What a JWK says of the key itself.
    fn parameters(&self) -> Metadata {
        let halves = |curve, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            vec![
                ("kty", "EC".to_owned()),
                ("crv", curve),
                ("x", base64url::encode(x)),
                ("y", base64url::encode(y)),
            ]
        };
        let members = match &self.0 {
            Material::P256(point) => halves("P-256".to_owned(), point),
            Material::P384(point) => halves("P-384".to_owned(), point),
            Material::Ed25519(key) => {
                vec![("kty", "OKP".to_owned()), ("crv", "Ed25519".to_owned()), ("x", base64url::encode(key))]
            }
            Material::Rsa { modulus, exponent } => vec![
                ("kty", "RSA".to_owned()),
                ("n", base64url::encode(modulus)),
                ("e", base64url::encode(exponent)),
            ],
        };
        members.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// Whether the other half has signed this, which is the whole text and not its hash; `signature` is as a JWS has it.
    ///
    /// `false` as well if the algorithm isn't one of this key.
    pub fn verifies(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        let with =
            |algorithm, key: &[u8]| UnparsedPublicKey::new(algorithm, key).verify(input, signature).is_ok();
        match (&self.0, algorithm) {
            (Material::P256(point), Algorithm::Es256) => {
                with(&ring_signature::ECDSA_P256_SHA256_FIXED, point)
            }
            (Material::P384(point), Algorithm::Es384) => {
                with(&ring_signature::ECDSA_P384_SHA384_FIXED, point)
            }
            (Material::Ed25519(key), Algorithm::EdDsa) => with(&ring_signature::ED25519, key),
            (Material::Rsa { modulus, exponent }, Algorithm::Rs256 | Algorithm::Ps256) => {
                let parameters = if algorithm == Algorithm::Rs256 {
                    &ring_signature::RSA_PKCS1_2048_8192_SHA256
                } else {
                    &ring_signature::RSA_PSS_2048_8192_SHA256
                };
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(parameters, input, signature).is_ok()
            }
            _ => false,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.parameters()).finish()
    }
}
