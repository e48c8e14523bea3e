//! Signatures that aren't taken, and why.

use a2a_core::{
    AgentCardSignature,
    signing::{
        self, Algorithm, MAX_CARD_BYTES, MAX_PROTECTED_BYTES, MAX_SIGNATURES, ProtectedHeader, RefusalReason,
        SigningKey, TrustStore, TrustedKey, Unsigned, Verifier, VerifyErrorKind,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use pretty_assertions::assert_eq;

use super::{card, json, key, now, reason, trusting, with_header};

fn refused(protected: &str) -> RefusalReason {
    let key = key(Algorithm::EdDsa);
    reason(&trusting(&key).verify(&json(&with_header(&card("full"), &key, protected)), now()).unwrap_err())
}

#[test]
fn none_and_hmac_and_unknown_algorithms_are_refused() {
    for name in ["none", "None", "", "HS256", "HS512", "RS512", "eddsa", "ES256K", "dir"] {
        let header = format!(r#"{{"alg":"{name}","kid":"EdDSA"}}"#);
        assert_eq!(refused(&header), RefusalReason::AlgorithmNotAllowed, "{name}");
    }
}

#[test]
fn an_algorithm_that_isnt_listed_is_refused() {
    let key = key(Algorithm::EdDsa);
    let body = json(&signing::sign(card("full"), &key).unwrap());
    let verifier = trusting(&key).with_algorithms([Algorithm::Es256, Algorithm::Rs256]);
    assert_eq!(reason(&verifier.verify(&body, now()).unwrap_err()), RefusalReason::AlgorithmNotAllowed);
}

#[test]
fn a_header_cant_use_a_key_with_an_algorithm_of_another_kind() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        for claimed in
            Algorithm::ALL.iter().filter(|claimed| !key.public_key().algorithms().contains(claimed))
        {
            let header = format!(r#"{{"alg":"{claimed}","kid":"{algorithm}"}}"#);
            let error = trusting(&key).verify(&json(&with_header(&card("full"), &key, &header)), now());
            assert_eq!(
                reason(&error.unwrap_err()),
                RefusalReason::KeyOfAnotherAlgorithm,
                "{algorithm} as {claimed}"
            );
        }
    }
}

#[test]
fn a_key_is_used_for_no_algorithm_but_those_it_is_trusted_for() {
    let pss = key(Algorithm::Ps256);
    let body = json(&signing::sign(card("full"), &pss).unwrap());
    let trusted =
        TrustedKey::new("PS256", pss.public_key()).with_algorithms([Algorithm::Rs256, Algorithm::EdDsa]);
    assert_eq!(trusted.algorithms(), [Algorithm::Rs256]);
    let error = Verifier::new(TrustStore::new().with_key(trusted)).verify(&body, now()).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::KeyOfAnotherAlgorithm);
}

#[test]
fn a_header_that_demands_extensions_is_refused() {
    for crit in [r#"["b64"]"#, r#"["exp"]"#, "[]", "null", r#""b64""#] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"EdDSA","b64":false,"crit":{crit}}}"#);
        assert_eq!(refused(&header), RefusalReason::CriticalExtension, "{crit}");
    }
}

#[test]
fn a_header_needs_its_algorithm_and_its_key_once() {
    for header in [
        "",
        "{",
        "[]",
        r#"["EdDSA","EdDSA",null]"#,
        "null",
        "\"EdDSA\"",
        "{}",
        r#"{"alg":"EdDSA"}"#,
        r#"{"kid":"EdDSA"}"#,
        r#"{"alg":"EdDSA","kid":null}"#,
        r#"{"alg":1,"kid":"EdDSA"}"#,
        r#"{"alg":"EdDSA","kid":"EdDSA","kid":"EdDSA"}"#,
        r#"{"alg":"none","alg":"EdDSA","kid":"EdDSA"}"#,
        r#"{"alg":"EdDSA","kid":"EdDSA"} x"#,
    ] {
        assert_eq!(refused(header), RefusalReason::MalformedHeader, "{header}");
    }
}

#[test]
fn a_header_may_have_no_type_and_more_members() {
    let key = key(Algorithm::EdDsa);
    for header in [
        r#"{"alg":"EdDSA","kid":"EdDSA"}"#,
        r#"{"kid":"EdDSA","alg":"Ed25519","typ":"JWT","x":[{"alg":"none"}],"jku":null}"#,
        " {\n\t\"alg\" : \"EdDSA\", \"kid\" : \"EdDSA\" } ",
    ] {
        trusting(&key).verify(&json(&with_header(&card("full"), &key, header)), now()).unwrap();
    }
}

#[test]
fn a_key_in_the_header_is_never_used() {
    let key = key(Algorithm::EdDsa);
    let jwk = serde_json::to_string(&key.public_key().to_jwk("own")).unwrap();
    let header = format!(r#"{{"alg":"EdDSA","kid":"own","jwk":{jwk}}}"#);
    let error = trusting(&key).verify(&json(&with_header(&card("full"), &key, &header)), now()).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::UnknownKey);
}

#[test]
fn a_key_id_that_isnt_known_is_told_with_where_the_key_may_be() {
    let header = r#"{"alg":"EdDSA","kid":"other","jku":"https://evil.example/jwks"}"#;
    let key = key(Algorithm::EdDsa);
    let error = trusting(&key).verify(&json(&with_header(&card("full"), &key, header)), now()).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::UnknownKey);
    let refusal = &error.refusals()[0];
    assert_eq!(refusal.signature, 0);
    assert_eq!(refusal.algorithm.as_deref(), Some("EdDSA"));
    assert_eq!(refusal.key_id.as_deref(), Some("other"));
    assert_eq!(refusal.jku.as_deref(), Some("https://evil.example/jwks"));
}

#[test]
fn a_key_of_the_same_id_that_is_another_key_doesnt_vouch() {
    let signed = signing::sign(card("full"), &key(Algorithm::EdDsa)).unwrap();
    let random = signing::SystemRandom::new();
    let pkcs8 = SigningKey::generate_pkcs8(Algorithm::EdDsa, &random).unwrap();
    let other = SigningKey::from_pkcs8("EdDSA", &pkcs8, random).unwrap();
    let mut verifier = trusting(&other);
    assert_eq!(reason(&verifier.verify(&json(&signed), now()).unwrap_err()), RefusalReason::BadSignature);
    // Ids are unique to their owner only: with both, each is tried.
    verifier.keys_mut().insert(TrustedKey::new("EdDSA", key(Algorithm::EdDsa).public_key()));
    verifier.verify(&json(&signed), now()).unwrap();
}

#[test]
fn padding_is_read_and_never_written() {
    let key = key(Algorithm::EdDsa);
    let mut card = signing::sign(card("full"), &key).unwrap();
    assert!(!card.signatures[0].protected.contains('=') && !card.signatures[0].signature.contains('='));
    card.signatures[0].signature.push_str("==");
    trusting(&key).verify(&json(&card), now()).unwrap();

    // What is verified is `protected` as it came, with the padding that its signer wrote.
    let protected = URL_SAFE.encode(r#"{"alg":"EdDSA","kid":"EdDSA"}"#);
    assert!(protected.ends_with('='));
    let unsigned = Unsigned::new(&card, &ProtectedHeader::of(&key)).unwrap();
    let (_, payload) = std::str::from_utf8(unsigned.input()).unwrap().split_once('.').unwrap();
    let signature = signing::Signer::sign(&key, format!("{protected}.{payload}").as_bytes()).unwrap();
    card.signatures = vec![AgentCardSignature::new(protected.clone(), URL_SAFE_NO_PAD.encode(&signature))];
    trusting(&key).verify(&json(&card), now()).unwrap();
    card.signatures[0].protected = protected.trim_end_matches('=').to_owned();
    assert_eq!(reason(&trusting(&key).verify(&json(&card), now()).unwrap_err()), RefusalReason::BadSignature);
}

#[test]
fn a_signature_that_isnt_one_is_refused() {
    let key = key(Algorithm::EdDsa);
    let good = signing::sign(card("full"), &key).unwrap();
    let text = good.signatures[0].signature.clone();
    for (signature, expected) in [
        (String::new(), RefusalReason::BadSignature),
        (text[..text.len() - 4].to_owned(), RefusalReason::BadSignature),
        (format!("{text}AAAA"), RefusalReason::BadSignature),
        (format!("{text}AAA"), RefusalReason::MalformedSignature),
        (text.replace(|digit: char| digit.is_ascii_alphanumeric(), "+"), RefusalReason::MalformedSignature),
        (format!("{text} "), RefusalReason::MalformedSignature),
        ("A".repeat(10_000), RefusalReason::MalformedSignature),
    ] {
        let mut card = good.clone();
        card.signatures[0].signature = signature;
        assert_eq!(reason(&trusting(&key).verify(&json(&card), now()).unwrap_err()), expected);
    }
}

#[test]
fn a_protected_header_that_is_too_long_is_refused() {
    let long = format!(r#"{{"alg":"EdDSA","kid":"EdDSA","x":"{}"}}"#, "x".repeat(MAX_PROTECTED_BYTES));
    assert_eq!(refused(&long), RefusalReason::MalformedHeader);
}

#[test]
fn no_more_signatures_are_looked_at_than_a_card_should_have() {
    let key = key(Algorithm::EdDsa);
    let mut signed = signing::sign(card("full"), &key).unwrap();
    let junk = AgentCardSignature::new("x", "y");
    signed.signatures.splice(0..0, vec![junk.clone(); MAX_SIGNATURES - 1]);
    assert_eq!(trusting(&key).verify(&json(&signed), now()).unwrap().signature, MAX_SIGNATURES - 1);
    signed.signatures.insert(0, junk);
    let error = trusting(&key).verify(&json(&signed), now()).unwrap_err();
    let reasons: Vec<_> =
        error.refusals().iter().map(|refusal| (refusal.signature, refusal.reason)).collect();
    let mut expected: Vec<_> =
        (0..MAX_SIGNATURES).map(|index| (index, RefusalReason::MalformedHeader)).collect();
    expected.push((MAX_SIGNATURES, RefusalReason::TooMany));
    assert_eq!(reasons, expected);
}

#[test]
fn each_signature_is_told_in_its_place_with_its_own_reason() {
    let key = key(Algorithm::EdDsa);
    let mut signed = signing::sign(card("full"), &key).unwrap();
    signed.version.push('!');
    let mut signed = with_header(&signed, &key, r#"{"alg":"none","kid":"EdDSA"}"#);
    signed.signatures.push(AgentCardSignature::new("", ""));
    let error = trusting(&key).verify(&json(&signed), now()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "none of the card's signatures was taken: signatures[0] of key \"EdDSA\" with \"EdDSA\": the key didn't sign \
         this card; signatures[1] of key \"EdDSA\" with \"none\": its algorithm isn't allowed; signatures[2]: \
         `protected` isn't a header with `alg` and `kid`"
    );
}

#[test]
fn what_isnt_a_card_isnt_verified() {
    let verifier = trusting(&key(Algorithm::EdDsa));
    for body in ["", "[]", "{", "{}", r#"{"name":"N","name":"M","signatures":[{}]}"#, "\u{feff}{}"] {
        let error = verifier.verify(body.as_bytes(), now()).unwrap_err();
        assert_eq!(error.kind(), VerifyErrorKind::NotACard, "{body}");
    }
    let large = format!(r#"{{"name":"{}"}}"#, "N".repeat(MAX_CARD_BYTES));
    let kind = |error: signing::VerifyError| error.kind();
    assert_eq!(verifier.verify(large.as_bytes(), now()).map_err(kind), Err(VerifyErrorKind::TooLarge));
    let patient = verifier.with_max_card_bytes(2 * MAX_CARD_BYTES);
    assert_eq!(patient.verify(large.as_bytes(), now()).map_err(kind), Err(VerifyErrorKind::Unsigned));
}
