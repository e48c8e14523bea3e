//! Cards that verify in one form and not in another.

use a2a_core::{
    AgentCard, MAX_JSON_DEPTH,
    signing::{self, Algorithm, Form, ProtectedHeader, RefusalReason, SignErrorKind, Signer as _, Unsigned},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{canonical, card, json, key, now, reason, trusting};

/// The card, signed in this form.
fn signed_in(mut card: AgentCard, form: Form) -> AgentCard {
    let key = key(Algorithm::EdDsa);
    let unsigned = Unsigned::in_form(&card, &ProtectedHeader::of(&key), form).unwrap();
    card.signatures.push(unsigned.signed_by(&key).unwrap());
    card
}

/// The card's JSON with more members than the ones that were signed.
fn with_members(card: &AgentCard, more: Value) -> Vec<u8> {
    let mut object = serde_json::to_value(card).unwrap();
    let Value::Object(more) = more else { panic!("an object") };
    object.as_object_mut().unwrap().extend(more);
    serde_json::to_vec(&object).unwrap()
}

#[test]
fn each_form_is_told_when_it_is_the_one_that_was_signed() {
    let verifier = trusting(&key(Algorithm::EdDsa)).with_forms(Form::ALL.iter().copied());
    let mut odd = card("empties");
    odd.name = "Wetter für Zürich".to_owned();
    for form in [Form::Specified, Form::WithoutEmpties, Form::AsciiWithoutEmpties] {
        let found = verifier.verify(&json(&signed_in(odd.clone(), form)), now()).unwrap();
        assert_eq!(found.form, form);
    }
    // Without anything odd they are the same, and the strictest is told.
    for form in [Form::Specified, Form::Received, Form::WithoutEmpties] {
        let found = verifier.verify(&json(&signed_in(card("full"), form)), now()).unwrap();
        assert_eq!(found.form, Form::Specified);
    }
}

#[test]
fn a_form_that_isnt_allowed_isnt_tried() {
    let body = json(&signed_in(card("empties"), Form::WithoutEmpties));
    let verifier = trusting(&key(Algorithm::EdDsa));
    assert_eq!(verifier.verify(&body, now()).unwrap().form, Form::WithoutEmpties);
    let strict = verifier.with_forms([Form::Specified, Form::Received]);
    assert_eq!(reason(&strict.verify(&body, now()).unwrap_err()), RefusalReason::BadSignature);
}

#[test]
fn the_form_of_older_python_is_only_taken_if_asked_for() {
    let body = json(&signed_in(card("unicode"), Form::AsciiWithoutEmpties));
    let verifier = trusting(&key(Algorithm::EdDsa));
    assert_eq!(reason(&verifier.verify(&body, now()).unwrap_err()), RefusalReason::BadSignature);
    let lenient = verifier.with_forms(Form::ALL.iter().copied());
    assert_eq!(lenient.verify(&body, now()).unwrap().form, Form::AsciiWithoutEmpties);
}

#[test]
fn fields_of_v0_3_that_a_server_put_beside_the_signed_ones_break_the_received_form_only() {
    let signed = signing::sign(card("full"), &key(Algorithm::EdDsa)).unwrap();
    let legacy = json!({
        "protocolVersion": "0.3.0", "url": "https://example.com/v0", "preferredTransport": "JSONRPC",
        "additionalInterfaces": [], "supportsAuthenticatedExtendedCard": true, "security": [{"oauth": ["read"]}],
    });
    let hybrid = with_members(&signed, legacy);
    let verifier = trusting(&key(Algorithm::EdDsa));
    let found = verifier.verify(&hybrid, now()).unwrap();
    assert_eq!((found.form, &found.card), (Form::Specified, &canonical(&signed)));
    let received = verifier.with_forms([Form::Received]);
    assert_eq!(reason(&received.verify(&hybrid, now()).unwrap_err()), RefusalReason::BadSignature);
    assert_eq!(received.verify(&json(&signed), now()).unwrap().form, Form::Received);
}

#[test]
fn fields_that_a_newer_signer_signed_are_verified_in_the_form_that_was_received() {
    let key = key(Algorithm::EdDsa);
    let canonical = r#"{"capabilities":{"teleports":true},"name":"N","zones":[1,2]}"#;
    let protected = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","kid":"EdDSA"}"#);
    let input = format!("{protected}.{}", URL_SAFE_NO_PAD.encode(canonical));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).unwrap());
    let received = json!({
        "zones": [1, 2], "name": "N", "capabilities": {"teleports": true},
        "signatures": [{"protected": protected, "signature": signature, "header": {"note": "kept"}}],
    });
    let found = trusting(&key).verify(received.to_string().as_bytes(), now()).unwrap();
    assert_eq!(found.form, Form::Received);
    assert_eq!(found.card.signatures[0].header.as_ref().unwrap()["note"], "kept");
}

#[test]
fn a_card_that_peers_would_sign_in_different_ways_is_refused_and_its_places_are_told() {
    let key = key(Algorithm::EdDsa);
    let error = signing::sign(card("empties"), &key).unwrap_err();
    assert_eq!(error.kind(), SignErrorKind::Ambiguous);
    let places = "capabilities, description, securityRequirements[0].schemes.key, \
                  securitySchemes.mtls.mtlsSecurityScheme, skills[0].tags";
    assert_eq!(
        error.to_string(),
        format!(
            "peers disagree on the canonical form of a card with empty values or numbers beyond 2^53: fill in or leave \
             out {places}, or choose a form"
        )
    );

    for (params, place) in [
        (json!({"n": 9_007_199_254_740_992_u64}), "capabilities.extensions[0].params.n"),
        (json!({"n": -1e300}), "capabilities.extensions[0].params.n"),
        (json!({"n": [1, null]}), "capabilities.extensions[0].params.n[1]"),
    ] {
        let mut card = card("full");
        card.capabilities.extensions[0].params = params.as_object().cloned();
        let error = signing::sign(card, &key).unwrap_err();
        assert!(error.to_string().contains(&format!("leave out {place}, or")), "{error}");
    }
    let mut exact = card("full");
    exact.capabilities.extensions[0].params = json!({"n": 9_007_199_254_740_991_u64}).as_object().cloned();
    signing::sign(exact, &key).unwrap();
}

#[test]
fn the_places_that_are_told_are_few() {
    let mut card = card("full");
    card.default_input_modes = vec![String::new(); 100_000];
    let error = signing::sign(card, &key(Algorithm::EdDsa)).unwrap_err();
    assert!(error.to_string().contains("defaultInputModes[9], or choose"), "{error}");
}

#[test]
fn two_signatures_in_two_forms_serve_both_kinds_of_peers() {
    let signed = signed_in(signed_in(card("empties"), Form::Specified), Form::WithoutEmpties);
    let verifier = trusting(&key(Algorithm::EdDsa));
    for (form, signature) in [(Form::Specified, 0), (Form::WithoutEmpties, 1)] {
        let found = verifier.clone().with_forms([form]).verify(&json(&signed), now()).unwrap();
        assert_eq!((found.form, found.signature), (form, signature));
    }
}

#[test]
fn the_strictest_form_of_any_signature_is_told() {
    let signed = signed_in(signed_in(card("empties"), Form::WithoutEmpties), Form::Specified);
    let found = trusting(&key(Algorithm::EdDsa)).verify(&json(&signed), now()).unwrap();
    assert_eq!((found.form, found.signature), (Form::Specified, 1));
}

#[test]
fn a_card_that_came_without_json_is_verified_as_well() {
    let signed = signing::sign(card("full"), &key(Algorithm::EdDsa)).unwrap();
    let found = trusting(&key(Algorithm::EdDsa)).verify_card(&signed, now()).unwrap();
    assert_eq!((found.form, found.card), (Form::Specified, canonical(&signed)));
}

/// The whole of a card may be nested deeper than its parameters, which then are too deep to be read as one JSON value.
#[test]
fn parameters_nested_as_deep_as_is_read_are_verified_in_the_forms_of_a_card() {
    let nested = |levels: usize| (1..levels).fold(json!({"a": 1}), |inner, _| json!({ "a": inner }));
    let mut deep = card("full");
    deep.capabilities.extensions[0].params = nested(MAX_JSON_DEPTH).as_object().cloned();
    let body = json(&signed_in(deep.clone(), Form::Specified));
    let verifier = trusting(&key(Algorithm::EdDsa));
    assert_eq!(verifier.verify(&body, now()).unwrap().form, Form::Specified);
    let received = verifier.with_forms([Form::Received]);
    assert_eq!(reason(&received.verify(&body, now()).unwrap_err()), RefusalReason::BadSignature);

    deep.capabilities.extensions[0].params = nested(MAX_JSON_DEPTH + 1).as_object().cloned();
    let error = Unsigned::in_form(&deep, &ProtectedHeader::new(Algorithm::EdDsa, "k"), Form::Specified);
    assert_eq!(error.unwrap_err().kind(), SignErrorKind::Unreadable);
}
