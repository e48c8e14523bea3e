//! Cards that the SDKs of others signed, and what they make of ours.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use a2a_core::signing::{
    self, Algorithm, Form, ProtectedHeader, RefusalReason, TrustStore, TrustedKey, Unsigned, Verifier,
};
use pretty_assertions::assert_eq;
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{card, key, now, reason};

/// What interop/python/signatures.py and interop/js/signatures.mjs write.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixture {
    made_by: String,
    jwks: Box<RawValue>,
    cards: Vec<Signed>,
}

#[derive(Deserialize)]
struct Signed {
    name: String,
    algorithm: String,
    card: Box<RawValue>,
}

/// The forms of the cards of each name, `None` where no form is the one that was signed.
fn check(fixture: &str, made_by: &str, forms: &[(&str, Option<Form>)]) {
    let fixture: Fixture = serde_json::from_str(fixture).unwrap();
    assert_eq!(fixture.made_by, made_by);
    let mut keys = TrustStore::new();
    keys.extend(TrustedKey::from_jwks(fixture.jwks.get().as_bytes()).unwrap());
    let verifier = Verifier::new(keys).with_forms(Form::ALL.iter().copied());
    assert_eq!(fixture.cards.len(), forms.len() * Algorithm::ALL.len());
    for signed in fixture.cards {
        let (_, form) = forms.iter().find(|(name, _)| *name == signed.name).unwrap();
        let result = verifier.verify(signed.card.get().as_bytes(), now());
        let found = result.as_ref().ok().map(|found| found.form);
        assert_eq!(found, *form, "{} with {}", signed.name, signed.algorithm);
        match result {
            Ok(found) => {
                assert_eq!(found.algorithm.as_str(), signed.algorithm);
                assert_eq!(found.card.signatures[0].header.as_ref().unwrap()["note"], "not signed");
            }
            Err(error) => assert_eq!(reason(&error), RefusalReason::BadSignature),
        }
    }
}

#[test]
fn cards_that_python_signed_are_verified() {
    check(
        include_str!("../fixtures/signing/python-1.3.0.json"),
        "PyPI a2a-sdk 1.3.0",
        &[
            ("full", Some(Form::Specified)),
            ("unicode", Some(Form::Specified)),
            ("empties", Some(Form::WithoutEmpties)),
            ("plain", Some(Form::WithoutEmpties)),
        ],
    );
}

#[test]
fn cards_that_older_python_signed_are_verified() {
    check(
        include_str!("../fixtures/signing/python-1.0.0.json"),
        "PyPI a2a-sdk 1.0.0",
        &[
            ("full", Some(Form::AsciiWithoutEmpties)),
            ("unicode", Some(Form::AsciiWithoutEmpties)),
            ("empties", Some(Form::WithoutEmpties)),
            ("plain", Some(Form::WithoutEmpties)),
        ],
    );
}

/// It leaves the security schemes out of what it signs, so that a card could send credentials anywhere.
#[test]
fn cards_that_javascript_signed_are_verified_unless_they_have_security_schemes() {
    check(
        include_str!("../fixtures/signing/js-1.3.0.json"),
        "npm @a2a-js/sdk 1.3.0",
        &[
            ("full", None),
            ("unicode", Some(Form::Specified)),
            ("empties", None),
            ("plain", Some(Form::WithoutEmpties)),
        ],
    );
}

/// Cards of ours as `signatures.py verify` reads them: each of these names, with each algorithm, in its form.
fn ours(names: &[(&str, Form)]) -> String {
    let mut keys = Vec::new();
    let mut cards = Vec::new();
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        keys.push(key.public_key().to_jwk(algorithm.as_str()));
        for (name, form) in names {
            let mut card = card(name);
            let unsigned = Unsigned::in_form(&card, &ProtectedHeader::of(&key), *form).unwrap();
            card.signatures.push(unsigned.signed_by(&key).unwrap());
            cards.push(json!({"name": name, "algorithm": algorithm.as_str(), "card": card}));
        }
    }
    json!({"madeBy": "us", "jwks": {"keys": keys}, "cards": cards}).to_string()
}

fn verified_by(program: &str, script: &str, cards: &str) {
    let script = format!("{}/../interop/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(program).args([&script, "verify"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(cards.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{program} {script}");
}

#[test]
#[ignore = "needs the SDK for Python: interop/signatures installs it and runs this"]
fn python_verifies_cards_that_we_signed() {
    let python = std::env::var("A2A_PYTHON").unwrap();
    let names = [
        ("full", Form::Specified),
        ("unicode", Form::Specified),
        ("empties", Form::WithoutEmpties),
        ("plain", Form::WithoutEmpties),
    ];
    verified_by(&python, "python/signatures.py", &ours(&names));
}

#[test]
#[ignore = "needs the SDK for JavaScript: interop/signatures installs it and runs this"]
fn javascript_verifies_cards_that_we_signed() {
    verified_by(
        "node",
        "js/signatures.mjs",
        &ours(&[("unicode", Form::Specified), ("plain", Form::WithoutEmpties)]),
    );
}

/// What needs no form to be named is what every peer verifies.
#[test]
fn the_cards_that_sign_takes_are_the_ones_without_anything_empty() {
    for (name, taken) in [("full", true), ("unicode", true), ("empties", false), ("plain", false)] {
        assert_eq!(signing::sign(card(name), &key(Algorithm::EdDsa)).is_ok(), taken, "{name}");
    }
}
