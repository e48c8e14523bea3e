//! Card signatures: made, verified and refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use a2a_core::{
    AgentCard, Timestamp,
    signing::{
        Algorithm, ProtectedHeader, RefusalReason, Signer, SigningKey, SystemRandom, TrustStore, TrustedKey,
        Unsigned, Verifier, VerifyError, VerifyErrorKind,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

mod canonical;
mod expiry;
mod forms;
mod jwks;
mod keys;
mod peers;
mod properties;
mod refusals;
mod shapes;
mod signers;
mod tampering;
mod vectors;

const CARDS: &str = include_str!("fixtures/signing/cards.json");

fn now() -> Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

/// One of the cards that the peers' SDKs have signed as well.
fn card(name: &str) -> AgentCard {
    let cards: Value = serde_json::from_str(CARDS).unwrap();
    serde_json::from_value(cards[name].clone()).unwrap()
}

/// The same key whenever it is asked for.
fn key(algorithm: Algorithm) -> SigningKey {
    let pem = match algorithm {
        Algorithm::Es256 => include_str!("fixtures/signing/p256.pem"),
        Algorithm::Es384 => include_str!("fixtures/signing/p384.pem"),
        Algorithm::EdDsa => include_str!("fixtures/signing/ed25519.pem"),
        _ => include_str!("fixtures/signing/rsa.pem"),
    };
    let key = SigningKey::from_pem(algorithm.as_str(), pem, SystemRandom::new()).unwrap();
    key.with_algorithm(algorithm).unwrap()
}

fn trusting(key: &SigningKey) -> Verifier {
    Verifier::new(TrustStore::new().with_key(TrustedKey::new(key.key_id(), key.public_key())))
}

fn json(card: &AgentCard) -> Vec<u8> {
    serde_json::to_vec(card).unwrap()
}

/// The card as its canonical JSON reads: a number is the double it is.
fn canonical(card: &AgentCard) -> AgentCard {
    let value: Value = serde_json::from_slice(&json(card)).unwrap();
    serde_json::from_slice(&serde_json_canonicalizer::to_vec(&value).unwrap()).unwrap()
}

/// The card with a signature whose protected header is this text, made by a key that is all right.
fn with_header(card: &AgentCard, key: &SigningKey, protected: &str) -> AgentCard {
    let unsigned = Unsigned::new(card, &ProtectedHeader::of(key)).unwrap();
    let (_, payload) = std::str::from_utf8(unsigned.input()).unwrap().split_once('.').unwrap();
    let protected = URL_SAFE_NO_PAD.encode(protected);
    let signature = key.sign(format!("{protected}.{payload}").as_bytes()).unwrap();
    let mut card = card.clone();
    card.signatures.push(a2a_core::AgentCardSignature::new(protected, URL_SAFE_NO_PAD.encode(signature)));
    card
}

/// Why the only signature of a card wasn't taken.
fn reason(error: &VerifyError) -> RefusalReason {
    assert_eq!(error.kind(), VerifyErrorKind::NotVouched);
    let [refusal] = error.refusals() else { panic!("one signature, found {:?}", error.refusals()) };
    refusal.reason
}
