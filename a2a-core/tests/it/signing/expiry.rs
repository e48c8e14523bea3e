//! Keys that may be used for a time, and keys that were withdrawn.

use a2a_core::{
    Timestamp,
    signing::{self, Algorithm, RefusalReason, TrustStore, TrustedKey, Verifier},
};
use pretty_assertions::assert_eq;

use super::{card, json, key, now, reason};

fn milliseconds_from_now(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(now().unix_millis() + millis)
}

#[test]
fn an_expired_key_isnt_used() {
    let key = key(Algorithm::EdDsa);
    let body = json(&signing::sign(card("full"), &key).unwrap());
    let trusted = TrustedKey::new("EdDSA", key.public_key()).with_not_after(now());
    let verifier = Verifier::new(TrustStore::new().with_key(trusted));
    verifier.verify(&body, milliseconds_from_now(-1)).unwrap();
    let error = verifier.verify(&body, now()).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::KeyExpired);
    assert_eq!(
        error.to_string(),
        "none of the card's signatures was taken: signatures[0] of key \"EdDSA\" with \"EdDSA\": the key isn't valid any more"
    );
}

#[test]
fn a_key_isnt_used_before_its_time() {
    let key = key(Algorithm::EdDsa);
    let body = json(&signing::sign(card("full"), &key).unwrap());
    let mut trusted = TrustedKey::new("EdDSA", key.public_key());
    trusted.not_before = Some(now());
    let verifier = Verifier::new(TrustStore::new().with_key(trusted));
    verifier.verify(&body, now()).unwrap();
    let error = verifier.verify(&body, milliseconds_from_now(-1)).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::KeyNotYetValid);
}

#[test]
fn a_key_that_was_removed_isnt_used() {
    let key = key(Algorithm::EdDsa);
    let body = json(&signing::sign(card("full"), &key).unwrap());
    let mut verifier = super::trusting(&key);
    verifier.verify(&body, now()).unwrap();
    assert!(verifier.keys_mut().remove("EdDSA"));
    assert!(!verifier.keys_mut().remove("EdDSA"));
    assert_eq!(reason(&verifier.verify(&body, now()).unwrap_err()), RefusalReason::UnknownKey);
}

#[test]
fn a_newer_word_on_a_key_replaces_the_older_one() {
    let key = key(Algorithm::EdDsa);
    let body = json(&signing::sign(card("full"), &key).unwrap());
    let mut verifier = super::trusting(&key);
    verifier.keys_mut().insert(TrustedKey::new("EdDSA", key.public_key()).with_not_after(now()));
    assert_eq!(verifier.keys().keys().count(), 1);
    assert_eq!(reason(&verifier.verify(&body, now()).unwrap_err()), RefusalReason::KeyExpired);
}
