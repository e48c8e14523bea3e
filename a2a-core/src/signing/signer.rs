use std::{error::Error as StdError, sync::Arc};

use super::Algorithm;

/// A private key, wherever it is kept.
///
/// [`SigningKey`](super::SigningKey) is one in memory. Implement this for a key in hardware or in a service;
/// where that needs `await`, use [`Unsigned`](super::Unsigned) instead.
pub trait Signer {
    /// How it signs.
    fn algorithm(&self) -> Algorithm;

    /// The id under which verifiers have its public half.
    fn key_id(&self) -> &str;

    /// Signs these bytes, which are those to hash: `input` isn't a digest.
    ///
    /// Called once per signature. The result has the form of a JWS (RFC 7518): for ECDSA the two numbers, not DER
    /// ([`Algorithm::raw_from_der`] converts).
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>>;
}

impl<S: Signer + ?Sized> Signer for &S {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn key_id(&self) -> &str {
        (**self).key_id()
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        (**self).sign(input)
    }
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn key_id(&self) -> &str {
        (**self).key_id()
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        (**self).sign(input)
    }
}
