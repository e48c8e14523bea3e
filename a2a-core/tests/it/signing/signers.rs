//! Signing, with keys of every kind and from every place.

use std::{error::Error as StdError, sync::Arc};

use a2a_core::signing::{
    self, Algorithm, Form, ProtectedHeader, RefusalReason, SignErrorKind, Signer, SigningKey, SystemRandom,
    TrustStore, TrustedKey, Unsigned, Verifier, VerifyErrorKind,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{canonical, card, json, key, now, reason, trusting};

#[test]
fn a_card_is_signed_and_verified_with_each_algorithm() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        let signed = signing::sign(card("full"), &key).unwrap();
        let found = trusting(&key).verify(&json(&signed), now()).unwrap();
        assert_eq!(found.card, canonical(&signed));
        assert_eq!((found.signature, found.algorithm, found.form), (0, *algorithm, Form::Specified));
        assert_eq!((found.key_id.as_str(), found.jku), (algorithm.as_str(), None));
    }
}

#[test]
fn the_protected_header_has_the_algorithm_the_key_and_the_type() {
    let key = key(Algorithm::Es256);
    let unsigned =
        Unsigned::new(&card("full"), &ProtectedHeader::of(&key).with_jku("https://example.com/jwks"));
    let note = json!({"note": "not signed"}).as_object().cloned().unwrap();
    let signature = unsigned.unwrap().with_header(note.clone()).signed_by(&key).unwrap();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&signature.protected).unwrap()).unwrap();
    assert_eq!(
        header,
        json!({"alg": "ES256", "kid": "ES256", "typ": "JOSE", "jku": "https://example.com/jwks"})
    );
    assert_eq!(signature.header, Some(note));
    assert_eq!(URL_SAFE_NO_PAD.decode(&signature.signature).unwrap().len(), 64);
}

/// Those of ES256 and `EdDSA` are equally long, so nobody would notice before the verifiers.
#[test]
fn a_key_of_another_algorithm_than_the_headers_doesnt_sign() {
    let header = ProtectedHeader::of(&key(Algorithm::Es256));
    let error = Unsigned::new(&card("full"), &header).unwrap().signed_by(&key(Algorithm::EdDsa)).unwrap_err();
    assert_eq!(error.kind(), SignErrorKind::Signature);
    assert_eq!(error.to_string(), "expected a key for ES256, which the header names, found one for EdDSA");
}

#[test]
fn a_signature_covers_no_signature_so_that_a_second_key_can_sign_too() {
    let (old, new) = (key(Algorithm::Rs256), key(Algorithm::EdDsa));
    let once = signing::sign(card("full"), &old).unwrap();
    let twice = signing::sign(once.clone(), &new).unwrap();
    assert_eq!(twice.signatures[0], once.signatures[0]);
    for (index, key) in [&old, &new].into_iter().enumerate() {
        assert_eq!(trusting(key).verify(&json(&twice), now()).unwrap().signature, index);
    }
    let mut one_left = twice;
    one_left.signatures.remove(0);
    trusting(&new).verify(&json(&one_left), now()).unwrap();
    assert_eq!(
        reason(&trusting(&old).verify(&json(&one_left), now()).unwrap_err()),
        RefusalReason::UnknownKey
    );
}

#[test]
fn a_card_without_a_signature_isnt_verified() {
    let error = trusting(&key(Algorithm::EdDsa)).verify(&json(&card("full")), now()).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (VerifyErrorKind::Unsigned, "the card has no signature")
    );
}

/// A key that answers as a key service does: with DER.
struct Service(SigningKey);

impl Signer for Service {
    fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        Ok(der(&self.0.sign(input)?))
    }
}

/// An ECDSA signature as DER.
fn der(raw: &[u8]) -> Vec<u8> {
    let mut numbers = Vec::new();
    for half in raw.chunks(raw.len() / 2) {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let sign = half[zeros] & 0x80 != 0;
        numbers.extend([2, u8::try_from(half.len() - zeros).unwrap() + u8::from(sign)]);
        numbers.extend(sign.then_some(0));
        numbers.extend(&half[zeros..]);
    }
    let mut text = vec![0x30, u8::try_from(numbers.len()).unwrap()];
    text.extend(numbers);
    text
}

#[test]
fn a_signature_in_der_is_refused_and_can_be_converted() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let service = Arc::new(Service(key(algorithm)));
        let error = signing::sign(card("full"), &service).unwrap_err();
        assert_eq!(error.kind(), SignErrorKind::Signature);
        assert!(error.to_string().contains("not in DER"), "{error}");

        // Several, so that numbers of every length are among them.
        for _ in 0..50 {
            let mut card = card("full");
            let unsigned = Unsigned::new(&card, &ProtectedHeader::of(&service)).unwrap();
            let answer = service.sign(unsigned.input()).unwrap();
            let raw = algorithm.raw_from_der(&answer).unwrap();
            card.signatures.push(unsigned.signed(&raw).unwrap());
            trusting(&service.0).verify(&json(&card), now()).unwrap();
        }
    }
}

#[test]
fn what_isnt_an_ecdsa_signature_in_der_isnt_converted() {
    let good = der(&[7; 64]);
    assert_eq!(Algorithm::Es256.raw_from_der(&good), Some(vec![7; 64]));
    assert_eq!(Algorithm::EdDsa.raw_from_der(&good), None);
    for length in 0..good.len() {
        assert_eq!(Algorithm::Es256.raw_from_der(&good[..length]), None);
    }
    assert_eq!(Algorithm::Es256.raw_from_der(&[&good[..], &[0]].concat()), None);
    assert_eq!(Algorithm::Es256.raw_from_der(&der(&[7; 96])), None);
    assert_eq!(Algorithm::Es384.raw_from_der(&good).unwrap().len(), 96);
    assert_eq!(Algorithm::Es256.raw_from_der(&[0x30, 6, 2, 1, 0x80, 2, 1, 1]), None);
    assert_eq!(Algorithm::Es256.raw_from_der(&[0x30, 5, 2, 0, 2, 1, 1]), None);
    assert_eq!(Algorithm::Es256.raw_from_der(&[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1]), None);
}

struct Broken;

impl Signer for Broken {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDsa
    }

    fn key_id(&self) -> &'static str {
        "hsm"
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        Err("no session".into())
    }
}

#[test]
fn the_error_of_a_signer_is_the_source_of_ours() {
    let error = signing::sign(card("full"), &Broken).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (SignErrorKind::Signer, "the key \"hsm\" didn't sign")
    );
    assert_eq!(error.source().unwrap().to_string(), "no session");
}

#[test]
fn a_card_that_nobody_could_read_isnt_signed() {
    let mut card = card("full");
    let mut deep = json!(1);
    for _ in 0..101 {
        deep = json!([deep]);
    }
    card.capabilities.extensions[0].params = json!({"deep": deep}).as_object().cloned();
    let error = signing::sign(card, &key(Algorithm::EdDsa)).unwrap_err();
    assert_eq!(error.kind(), SignErrorKind::Unreadable);
}

#[test]
fn a_new_key_signs_what_its_public_half_verifies() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa] {
        let random = SystemRandom::new();
        let pkcs8 = SigningKey::generate_pkcs8(algorithm, &random).unwrap();
        let key = SigningKey::from_pkcs8("new", &pkcs8, random).unwrap();
        let body = json(&signing::sign(card("full"), &key).unwrap());
        trusting(&key).verify(&body, now()).unwrap();

        let jwks = json!({"keys": [key.public_key().to_jwk("new")]}).to_string();
        let mut keys = TrustStore::new();
        keys.extend(TrustedKey::from_jwks(jwks.as_bytes()).unwrap());
        Verifier::new(keys).verify(&body, now()).unwrap();
    }
    let error = SigningKey::generate_pkcs8(Algorithm::Rs256, &SystemRandom::new()).unwrap_err();
    assert!(error.to_string().contains("openssl genpkey"), "{error}");
}
