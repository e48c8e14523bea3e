//! Signatures of agent cards (§8.4): who made a card, and that nobody changed it since.
//!
//! A signature is a detached JWS (RFC 7515) over the card's canonical JSON (RFC 8785). A card may have several, for
//! instance of an old key and a new one; a client is content with one that it can verify.
//!
//! A host signs its card once, before it serves it, and a client verifies the bytes that it got:
//!
//! ```
//! use a2a_core::signing::{self, Algorithm, Form, SigningKey, SystemRandom, TrustStore, TrustedKey, Verifier};
//! # use a2a_core::{AgentCapabilities, AgentCard, AgentInterface, AgentProvider, AgentSkill, ProtocolBinding, Timestamp};
//! # let card = AgentCard::new("Weather", "Tells the weather of a city", "1.0.0")
//! #     .with_interface(AgentInterface::new("https://example.com/a2a", ProtocolBinding::JsonRpc, "1.0"))
//! #     .with_capabilities(AgentCapabilities::new().with_streaming(true))
//! #     .with_skill(AgentSkill::new("today", "Today", "The weather of today", ["weather"]));
//! # let now = Timestamp::from_unix_millis(1_800_000_000_000);
//!
//! // The host. The key usually comes from a file that `openssl genpkey` made: `SigningKey::from_pem`.
//! let random = SystemRandom::new();
//! let pkcs8 = SigningKey::generate_pkcs8(Algorithm::Es256, &random)?;
//! let key = SigningKey::from_pkcs8("2026-01", &pkcs8, random)?;
//! let card = signing::sign(card, &key)?;
//! let body = serde_json::to_vec(&card)?;
//!
//! // The client, which got the public key on a way that it trusts.
//! let keys = TrustStore::new().with_key(TrustedKey::new("2026-01", key.public_key()));
//! let verified = Verifier::new(keys).verify(&body, now)?;
//! assert_eq!((verified.key_id.as_str(), verified.form), ("2026-01", Form::Specified));
//! assert_eq!(verified.card, card);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Keys elsewhere
//!
//! [`Signer`] is the seam for a key that its hardware doesn't give away. A service that is asked over the network
//! fits between the two steps of [`Unsigned`]: take [`Unsigned::input`] there, bring the signature back to
//! [`Unsigned::signed`].
//!
//! # Several forms of one card
//!
//! Peers don't agree on what the canonical JSON of a card is: the specification keeps required fields that are
//! empty, the Python and JavaScript SDKs leave out whatever is empty. [`Form`] names the variants. For a card
//! without anything empty they are the same, so [`sign`] refuses any other card and says what is empty there. To
//! sign such a card all the same, name the form, or add a signature in each of two:
//!
//! ```
//! # use a2a_core::{AgentCard, signing::{Algorithm, Form, ProtectedHeader, SigningKey, SystemRandom, Unsigned}};
//! # let random = SystemRandom::new();
//! # let key = SigningKey::from_pkcs8("k", &SigningKey::generate_pkcs8(Algorithm::EdDsa, &random)?, random)?;
//! let mut card = AgentCard::new("Weather", "", "1.0.0");
//! for form in [Form::Specified, Form::WithoutEmpties] {
//!     let unsigned = Unsigned::in_form(&card, &ProtectedHeader::of(&key), form)?;
//!     card.signatures.push(unsigned.signed_by(&key)?);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a verified card promises
//!
//! Whatever [`Verified::card`] holds was signed, apart from its list of signatures: it is read from the canonical JSON
//! and not from the bytes that came, so a number beyond 2^53 is the double that was signed. [`Form`] says what each
//! leaves open. What the card *says* is as good as the key's owner is: a store holds
//! the keys of those whom a client believes on this card, and no others.
//!
//! Expired and revoked keys mustn't be used (§8.4.3). A [`TrustedKey`] may end at a time, which is why verifying
//! takes the time; a revoked key is one that its owner removes: [`TrustStore::remove`],
//! [`TrustStore::replace_jwks`].
//!
//! # Random numbers
//!
//! ECDSA draws a random number for each signature, and core has no random numbers of its own. Whoever makes a
//! [`SigningKey`] hands it [`SystemRandom`]; any other source would stand behind a [`Signer`], because the
//! cryptography underneath takes random numbers from the operating system only.
//!
//! # Defaults
//!
//! | limit | value |
//! |---|---|
//! | algorithms that a [`Verifier`] takes | all of [`Algorithm`]; never `none` or HMAC |
//! | forms that it takes | [`Form::Specified`], [`Form::Received`], [`Form::WithoutEmpties`] |
//! | bytes of a card | [`MAX_CARD_BYTES`] |
//! | signatures that are looked at | [`MAX_SIGNATURES`] |
//! | keys of a JWKS | [`MAX_JWKS_KEYS`] |

mod algorithm;
mod ascii;
mod base64url;
mod candidate;
mod der;
mod empties;
mod form;
mod header;
mod jwk;
mod key_error;
mod pem;
mod public_key;
mod refusal;
mod sign_error;
mod signer;
mod signing_key;
mod trust_store;
mod trusted_key;
mod unsigned;
mod verifier;
mod verify_error;

pub use self::{
    algorithm::Algorithm,
    form::Form,
    header::{MAX_PROTECTED_BYTES, ProtectedHeader},
    jwk::MAX_JWKS_KEYS,
    key_error::KeyError,
    public_key::PublicKey,
    refusal::{Refusal, RefusalReason},
    sign_error::{SignError, SignErrorKind},
    signer::Signer,
    signing_key::{SigningKey, SystemRandom},
    trust_store::TrustStore,
    trusted_key::TrustedKey,
    unsigned::{Unsigned, sign},
    verifier::{MAX_CARD_BYTES, MAX_SIGNATURES, Verified, Verifier},
    verify_error::{VerifyError, VerifyErrorKind},
};
