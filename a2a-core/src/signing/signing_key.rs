use std::{error::Error as StdError, fmt};

use ring::{
    rand,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};

use super::{
    Algorithm, KeyError, PublicKey, Signer,
    der::{self, Family},
    pem,
};

/// The operating system's random numbers, handed in by whoever makes a key: core takes none on its own.
#[derive(Clone, Debug)]
pub struct SystemRandom(rand::SystemRandom);

impl SystemRandom {
    /// Takes nothing yet.
    #[expect(clippy::new_without_default, reason = "taking random numbers is to be seen where it happens")]
    pub fn new() -> Self {
        Self(rand::SystemRandom::new())
    }
}

/// A private key in memory: EC on P-256 or P-384, Ed25519, or RSA of 2048 to 4096 bits.
///
/// `Debug` shows its id and algorithm only.
pub struct SigningKey {
    key_id: String,
    pair: Pair,
    public: PublicKey,
    random: SystemRandom,
}

enum Pair {
    Ecdsa(Algorithm, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Algorithm, RsaKeyPair),
}

impl SigningKey {
    /// Reads an unencrypted PKCS #8 key in PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one, as does `-algorithm ed25519`.
    pub fn from_pem(key_id: impl Into<String>, text: &str, random: SystemRandom) -> Result<Self, KeyError> {
        Self::from_pkcs8(key_id, &pem::block(text, "PRIVATE KEY")?, random)
    }

    /// Reads an unencrypted PKCS #8 key in DER. One of RSA signs with [`Algorithm::Rs256`].
    pub fn from_pkcs8(key_id: impl Into<String>, der: &[u8], random: SystemRandom) -> Result<Self, KeyError> {
        let unknown =
            "expected a private key of EC on P-256 or P-384, of Ed25519 or of RSA, as PKCS #8 in DER";
        let family = der::private_key_family(der).ok_or_else(|| KeyError::new(unknown))?;
        let pair = match family {
            Family::P256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random.0)
                .map(|pair| Pair::Ecdsa(Algorithm::Es256, pair)),
            Family::P384 => EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der, &random.0)
                .map(|pair| Pair::Ecdsa(Algorithm::Es384, pair)),
            // openssl writes the private half alone.
            Family::Ed25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Pair::Ed25519),
            Family::Rsa => RsaKeyPair::from_pkcs8(der).map(|pair| Pair::Rsa(Algorithm::Rs256, pair)),
        };
        let pair = pair.map_err(|why| KeyError::new(format!("the {family:?} key can't be used: {why}")))?;
        let public = PublicKey::of_family(family, pair.public_half())?;
        Ok(Self { key_id: key_id.into(), pair, public, random })
    }

    /// Makes a new key as PKCS #8 in DER, for [`SigningKey::from_pkcs8`]. RSA keys can't be made here.
    ///
    /// What comes back is the private key itself: keep it where nobody else reads it.
    pub fn generate_pkcs8(algorithm: Algorithm, random: &SystemRandom) -> Result<Vec<u8>, KeyError> {
        let document = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random.0),
            Algorithm::Es384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random.0),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random.0),
            Algorithm::Rs256 | Algorithm::Ps256 => {
                return Err(KeyError::new(
                    "an RSA key can't be made here: `openssl genpkey -algorithm RSA` does",
                ));
            }
        };
        let document = document.map_err(|_| KeyError::new("the system gave no random numbers"))?;
        Ok(document.as_ref().to_vec())
    }

    /// The same key with the other algorithm of its kind: RSA has two, [`Algorithm::Rs256`] and
    /// [`Algorithm::Ps256`].
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, KeyError> {
        let possible = self.public.algorithms();
        if !possible.contains(&algorithm) {
            return Err(KeyError::new(format!(
                "expected one of {possible:?} for a key of this kind, found {algorithm}"
            )));
        }
        if let Pair::Rsa(current, _) = &mut self.pair {
            *current = algorithm;
        }
        Ok(self)
    }

    /// The half to publish.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }
}

impl Pair {
    /// As its family writes it.
    fn public_half(&self) -> &[u8] {
        match self {
            Self::Ecdsa(_, pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::Rsa(_, pair) => pair.public_key().as_ref(),
        }
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        match &self.pair {
            Pair::Ecdsa(algorithm, _) | Pair::Rsa(algorithm, _) => *algorithm,
            Pair::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    fn key_id(&self) -> &str {
        &self.key_id
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        let signature = match &self.pair {
            Pair::Ecdsa(_, pair) => {
                pair.sign(&self.random.0, input).map(|signature| signature.as_ref().to_vec())
            }
            Pair::Ed25519(pair) => Ok(pair.sign(input).as_ref().to_vec()),
            Pair::Rsa(algorithm, pair) => {
                let padding: &dyn RsaEncoding =
                    if *algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &self.random.0, input, &mut signature).map(|()| signature)
            }
        };
        signature.map_err(|_| "the system gave no random numbers".into())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SigningKey");
        debug.field("key_id", &self.key_id).field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}
