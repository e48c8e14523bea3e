//! Signed cards. The store trusts the key that signed the seed and nothing else, so a card that verifies is that one.

use std::sync::LazyLock;

use a2a_core::{
    AgentCard, Timestamp,
    signing::{Form, PublicKey, TrustStore, TrustedKey, Verifier},
};

const KEY: &[u8] = include_bytes!("../seeds/signing/key");
const CARD: &[u8] = include_bytes!("../seeds/signing/card");

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let key = TrustedKey::from_jwk(KEY).expect("the seed is a key");
    // The others let anybody add what is empty.
    Verifier::new(TrustStore::new().with_key(key)).with_forms([Form::Specified, Form::Received])
});

static SIGNED: LazyLock<AgentCard> = LazyLock::new(|| {
    let verified = VERIFIER.verify(CARD, Timestamp::UNIX_EPOCH).expect("the seed is signed");
    unsigned(verified.card)
});

pub fn check(data: &[u8]) {
    let signed = &*SIGNED;
    if let Ok(verified) = VERIFIER.verify(data, Timestamp::UNIX_EPOCH) {
        assert_eq!(&unsigned(verified.card), signed);
    }
    if let Ok(card) = serde_json::from_slice::<AgentCard>(data) {
        if let Ok(verified) = VERIFIER.verify_card(&card, Timestamp::UNIX_EPOCH) {
            assert_eq!(&unsigned(verified.card), signed);
        }
    }
    keys(data);
}

fn unsigned(mut card: AgentCard) -> AgentCard {
    card.signatures.clear();
    card
}

fn keys(data: &[u8]) {
    let read = TrustedKey::from_jwks(data).unwrap_or_default();
    for trusted in read.into_iter().chain(TrustedKey::from_jwk(data)) {
        let jwk = serde_json::to_vec(&trusted.key.to_jwk(&trusted.key_id)).expect("a key is JSON");
        let again = TrustedKey::from_jwk(&jwk).expect("what was written is read");
        assert_eq!(again.key.to_jwk("k"), trusted.key.to_jwk("k"));
    }
    let _ = PublicKey::from_spki(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = PublicKey::from_pem(text);
    }
}
