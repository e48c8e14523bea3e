//! Keys as files have them.

use a2a_core::signing::{Algorithm, KeyError, PublicKey, Signer as _, SigningKey, SystemRandom};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pretty_assertions::assert_eq;

use super::key;

fn from_pem(text: &str) -> Result<SigningKey, KeyError> {
    SigningKey::from_pem("k", text, SystemRandom::new())
}

#[test]
fn the_public_half_that_openssl_writes_is_the_one_of_the_private_half() {
    for (algorithm, pem) in [
        (Algorithm::Es256, include_str!("../fixtures/signing/p256.pub.pem")),
        (Algorithm::Es384, include_str!("../fixtures/signing/p384.pub.pem")),
        (Algorithm::EdDsa, include_str!("../fixtures/signing/ed25519.pub.pem")),
        (Algorithm::Rs256, include_str!("../fixtures/signing/rsa.pub.pem")),
    ] {
        assert_eq!(PublicKey::from_pem(pem).unwrap(), key(algorithm).public_key());
    }
}

#[test]
fn the_private_key_is_never_shown() {
    let key = key(Algorithm::EdDsa);
    assert_eq!(format!("{key:?}"), r#"SigningKey { key_id: "EdDSA", algorithm: EdDsa, .. }"#);
    let pem = include_str!("../fixtures/signing/ed25519.pem");
    let broken = pem.replacen("MC4", "M!!", 1);
    let secret = pem.lines().nth(1).unwrap();
    let error = from_pem(&broken).unwrap_err().to_string();
    assert!(!error.contains(&secret[3..20]), "{error}");
}

#[test]
fn a_key_in_another_form_is_refused_with_what_would_be_right() {
    for label in ["EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        let error = from_pem(&format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")).unwrap_err();
        assert!(error.to_string().contains("openssl pkcs8 -topk8 -nocrypt"), "{error}");
    }
    for (text, expected) in [
        ("", r#"expected a PEM block "-----BEGIN PRIVATE KEY-----", found none"#),
        (
            include_str!("../fixtures/signing/p256.pub.pem"),
            r#"expected a PEM block "-----BEGIN PRIVATE KEY-----", found "PUBLIC KEY""#,
        ),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n", r#"the PEM block has no "-----END PRIVATE KEY-----""#),
        ("-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n", "the PEM block isn't base64"),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "expected a private key of EC on P-256 or P-384, of Ed25519 or of RSA, as PKCS #8 in DER",
        ),
    ] {
        assert_eq!(from_pem(text).unwrap_err().to_string(), expected);
    }
    let error = PublicKey::from_pem(include_str!("../fixtures/signing/p256.pem")).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"expected a PEM block "-----BEGIN PUBLIC KEY-----", found "PRIVATE KEY""#
    );
}

#[test]
fn a_block_is_found_among_others_and_whatever_its_line_ends_are() {
    let pem = include_str!("../fixtures/signing/p256.pem").replace('\n', "\r\n");
    let text =
        format!("A key\r\n-----BEGIN EC PARAMETERS-----\r\nAAAA\r\n-----END EC PARAMETERS-----\r\n{pem}");
    assert_eq!(from_pem(&text).unwrap().public_key(), key(Algorithm::Es256).public_key());
}

#[test]
fn a_key_that_is_cut_or_has_more_behind_it_is_refused() {
    for pem in [
        include_str!("../fixtures/signing/p256.pub.pem"),
        include_str!("../fixtures/signing/p384.pub.pem"),
        include_str!("../fixtures/signing/ed25519.pub.pem"),
        include_str!("../fixtures/signing/rsa.pub.pem"),
    ] {
        let digits: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(digits).unwrap();
        PublicKey::from_spki(&der).unwrap();
        for length in 0..der.len() {
            assert!(PublicKey::from_spki(&der[..length]).is_err());
        }
        assert!(PublicKey::from_spki(&[&der[..], &[0]].concat()).is_err());
    }
}

/// The product of two primes of 1024 bits may be one bit short.
#[test]
fn a_private_key_that_no_verifier_takes_is_refused_when_it_is_read() {
    let error = from_pem(include_str!("../fixtures/signing/rsa2047.pem")).unwrap_err();
    assert_eq!(error.to_string(), "expected an RSA key of 2048 to 8192 bits, found 2047");
}

#[test]
fn a_key_signs_with_the_algorithms_of_its_kind_only() {
    assert_eq!(key(Algorithm::Ps256).algorithm(), Algorithm::Ps256);
    let error = key(Algorithm::Es256).with_algorithm(Algorithm::Rs256).unwrap_err();
    assert_eq!(error.to_string(), "expected one of [Es256] for a key of this kind, found RS256");
}
