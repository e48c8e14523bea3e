//! Keys as JWK and JWKS.

use a2a_core::{
    Timestamp,
    signing::{Algorithm, MAX_JWKS_KEYS, RefusalReason, TrustStore, TrustedKey, Verifier},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{card, json, key, now, reason, with_header};

const URL: &str = "https://example.com/jwks";

fn jwk(algorithm: Algorithm, more: Value) -> Value {
    let mut jwk = Value::Object(key(algorithm).public_key().to_jwk("k"));
    let Value::Object(more) = more else { panic!("an object") };
    jwk.as_object_mut().unwrap().extend(more);
    jwk
}

fn read(jwk: &Value) -> Result<TrustedKey, String> {
    TrustedKey::from_jwk(jwk.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn a_key_is_read_from_the_jwk_that_it_writes() {
    for algorithm in Algorithm::ALL {
        let public = key(*algorithm).public_key();
        assert_eq!(read(&jwk(*algorithm, json!({}))), Ok(TrustedKey::new("k", public)));
    }
}

#[test]
fn a_jwk_is_an_object() {
    let Value::Object(members) = jwk(Algorithm::EdDsa, json!({})) else { panic!("an object") };
    let mut list = vec![members["kty"].clone(), "k".into(), Value::Null, Value::Null, Value::Null];
    list.extend([members["crv"].clone(), members["x"].clone()]);
    list.extend(vec![Value::Null; 7]);
    assert_eq!(read(&list.clone().into()), Err("expected a JWK, which is an object".to_owned()));
    assert_eq!(TrustedKey::from_jwks(json!({"keys": [list]}).to_string().as_bytes()), Ok(Vec::new()));
}

#[test]
fn the_algorithm_and_the_time_of_a_jwk_bind() {
    let read =
        read(&jwk(Algorithm::Rs256, json!({"alg": "PS256", "nbf": 1_700_000_000, "exp": 1_800_000_000.5})));
    let read = read.unwrap();
    assert_eq!(read.algorithms(), [Algorithm::Ps256]);
    assert_eq!(read.not_before, Some(Timestamp::from_unix_millis(1_700_000_000_000)));
    assert_eq!(read.not_after, Some(Timestamp::from_unix_millis(1_800_000_000_500)));
}

#[test]
fn a_jwk_that_mustnt_verify_signatures_is_refused_with_why() {
    for (more, expected) in [
        (json!({"d": "AAAA"}), "the JWK has its private half `d`, which nobody but its owner may have"),
        (json!({"revoked": {"revoked_at": 1}}), "the JWK is revoked"),
        (json!({"use": "enc"}), "the JWK's `use` or `key_ops` isn't to verify signatures"),
        (json!({"key_ops": ["sign"]}), "the JWK's `use` or `key_ops` isn't to verify signatures"),
        (json!({"kid": null}), "the JWK has no `kid`, by which a signature names it"),
        (json!({"kid": ""}), "the JWK has no `kid`, by which a signature names it"),
        (
            json!({"alg": "ES384"}),
            "the JWK's `alg` is \"ES384\", which isn't for a key of its kind or isn't known",
        ),
        (
            json!({"alg": "HS256"}),
            "the JWK's `alg` is \"HS256\", which isn't for a key of its kind or isn't known",
        ),
        (json!({"x": "AAAA"}), "expected 32 bytes in the JWK's `x`"),
        (json!({"y": "?"}), "expected base64url in the JWK's `y`"),
        (json!({"y": null}), "expected base64url in the JWK's `y`"),
        (
            json!({"crv": "P-521"}),
            "expected a JWK of EC on P-256 or P-384, OKP on Ed25519 or RSA, found \"EC\" on Some(\"P-521\")",
        ),
        (
            json!({"kty": "oct", "crv": null, "k": "AAAA"}),
            "expected a JWK of EC on P-256 or P-384, OKP on Ed25519 or RSA, found \"oct\" on None",
        ),
    ] {
        assert_eq!(read(&jwk(Algorithm::Es256, more)), Err(expected.to_owned()));
    }
    let small = jwk(Algorithm::Rs256, json!({"n": "AAD_"}));
    assert_eq!(read(&small), Err("expected an RSA key of 2048 to 8192 bits, found 8".to_owned()));
    let without_exponent = jwk(Algorithm::Rs256, json!({"e": "AAAA"}));
    assert_eq!(read(&without_exponent), Err("expected an RSA key with an exponent, found 0".to_owned()));
    assert_eq!(
        TrustedKey::from_jwk(b"{\"kty\":\"EC\",").unwrap_err().to_string(),
        "expected a JWK, line 1 column 12 isn't of one"
    );
}

#[test]
fn keys_that_cant_be_used_are_left_out_of_a_jwks() {
    let document = json!({"keys": [
        {"kty": "oct", "kid": "h", "k": "AAAA"},
        jwk(Algorithm::Es256, json!({"kid": "good"})),
        jwk(Algorithm::Es256, json!({"use": "enc"})),
        {"kty": "EC"}, 7, null, "x",
        jwk(Algorithm::EdDsa, json!({"kid": "good too", "x5c": ["AAAA"], "more": {"d": 1}})),
    ], "more": 1});
    let keys = TrustedKey::from_jwks(document.to_string().as_bytes()).unwrap();
    assert_eq!(keys.iter().map(|key| key.key_id.as_str()).collect::<Vec<_>>(), ["good", "good too"]);
}

#[test]
fn what_isnt_a_jwks_or_is_too_large_is_refused() {
    for document in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[}"#] {
        let error = TrustedKey::from_jwks(document.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("expected a JWKS, an object with a list `keys`"), "{error}");
    }
    let many = json!({"keys": vec![json!({}); MAX_JWKS_KEYS + 1]}).to_string();
    let error = TrustedKey::from_jwks(many.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "expected a JWKS of at most 100 keys, found 101");
    let error = TrustedKey::from_jwks(&vec![b' '; (1 << 20) + 1]).unwrap_err();
    assert_eq!(error.to_string(), "expected at most 1048576 bytes of keys, found 1048577");
}

#[test]
fn a_client_that_knows_the_jku_loads_the_keys_and_verifies_again() {
    let key = key(Algorithm::EdDsa);
    let header = format!(r#"{{"alg":"EdDSA","kid":"k","jku":"{URL}"}}"#);
    let body = json(&with_header(&card("full"), &key, &header));
    let mut verifier = Verifier::new(TrustStore::new());
    let error = verifier.verify(&body, now()).unwrap_err();
    assert_eq!(reason(&error), RefusalReason::UnknownKey);
    assert_eq!(error.refusals()[0].jku.as_deref(), Some(URL));

    let document = json!({"keys": [jwk(Algorithm::EdDsa, json!({}))]}).to_string();
    assert_eq!(verifier.keys_mut().replace_jwks(URL, document.as_bytes()), Ok(1));
    let found = verifier.verify(&body, now()).unwrap();
    assert_eq!((found.key_id.as_str(), found.jku.as_deref()), ("k", Some(URL)));

    // Its owner doesn't publish the key any more.
    assert_eq!(verifier.keys_mut().replace_jwks(URL, br#"{"keys":[]}"#), Ok(0));
    assert_eq!(reason(&verifier.verify(&body, now()).unwrap_err()), RefusalReason::UnknownKey);
    // A document that can't be read changes nothing.
    verifier.keys_mut().replace_jwks(URL, document.as_bytes()).unwrap();
    verifier.keys_mut().replace_jwks(URL, b"<html>").unwrap_err();
    verifier.verify(&body, now()).unwrap();
}

#[test]
fn a_key_of_one_jwks_doesnt_vouch_for_signatures_that_name_another() {
    let key = key(Algorithm::EdDsa);
    let trusted = TrustedKey::new("k", key.public_key());
    let bound = Verifier::new(TrustStore::new().with_key(trusted.clone().with_jku(URL)));
    let free = Verifier::new(TrustStore::new().with_key(trusted));
    for (jku, known) in [
        (format!(r#","jku":"{URL}""#), true),
        (format!(r#","jku":"{URL}/""#), false),
        (r#","jku":"https://evil.example""#.to_owned(), false),
        (String::new(), false),
    ] {
        let body = json(&with_header(&card("full"), &key, &format!(r#"{{"alg":"EdDSA","kid":"k"{jku}}}"#)));
        free.verify(&body, now()).unwrap();
        match bound.verify(&body, now()) {
            Ok(_) => assert!(known, "{jku}"),
            Err(error) => assert_eq!((reason(&error), known), (RefusalReason::UnknownKey, false), "{jku}"),
        }
    }
}
