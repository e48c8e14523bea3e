//! Cards that were changed after they were signed.

use a2a_core::{
    AgentCapabilities, AgentCard, AgentExtension, AgentInterface, AgentSkill, SecurityRequirement,
    security::{ApiKeySecurityScheme, SecurityScheme},
    signing::{self, Algorithm, Form},
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{canonical, card, json as written, key, now, trusting};

/// One in which every byte means something: no number has two ways to be written.
fn small() -> AgentCard {
    let mut extension = AgentExtension::new("u").with_required(true);
    extension.params = json!({"n": 3, "l": [true, "x"]}).as_object().cloned();
    AgentCard::new("Weather", "Tells", "1.0")
        .with_interface(AgentInterface::new("https://example.com", "JSONRPC", "1.0"))
        .with_capabilities(AgentCapabilities::new().with_streaming(false).with_extension(extension))
        .with_security_scheme("k", ApiKeySecurityScheme::new("header", "X-Key"))
        .with_security_requirement(SecurityRequirement::new().with_scheme("k", ["a"]))
        .with_skill(AgentSkill::new("today", "Today", "Now", ["t"]))
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let body = written(&signing::sign(small(), &key(Algorithm::EdDsa)).unwrap());
    let verifier = trusting(&key(Algorithm::EdDsa)).with_forms(Form::ALL.iter().copied());
    verifier.verify(&body, now()).unwrap();
    for index in 0..body.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut changed = body.clone();
            changed[index] ^= flip;
            if let Ok(found) = verifier.verify(&changed, now()) {
                panic!(
                    "byte {index} flipped by {flip:#x}: {:?} {}",
                    found.form,
                    String::from_utf8_lossy(&changed)
                );
            }
        }
    }
}

#[test]
fn no_byte_can_be_left_out() {
    let body = written(&signing::sign(small(), &key(Algorithm::EdDsa)).unwrap());
    let verifier = trusting(&key(Algorithm::EdDsa)).with_forms(Form::ALL.iter().copied());
    for index in 0..body.len() {
        let changed = [&body[..index], &body[index + 1..]].concat();
        assert!(verifier.verify(&changed, now()).is_err(), "byte {index} left out");
    }
}

#[test]
fn the_way_a_card_is_written_doesnt_matter() {
    let signed = signing::sign(card("unicode"), &key(Algorithm::EdDsa)).unwrap();
    let value = serde_json::to_value(&signed).unwrap();
    let mut pretty = serde_json::to_string_pretty(&value).unwrap();
    pretty = pretty.replace('ü', "\\u00fc").replace("supportedInterfaces", "supported_interfaces");
    let found = trusting(&key(Algorithm::EdDsa)).verify(pretty.as_bytes(), now()).unwrap();
    assert_eq!((found.form, found.card), (Form::Specified, signed));
}

#[test]
fn a_required_field_that_the_server_left_out_because_it_is_empty_is_verified() {
    let key = key(Algorithm::EdDsa);
    let mut card = card("plain");
    let header = signing::ProtectedHeader::of(&key);
    let unsigned = signing::Unsigned::in_form(&card, &header, Form::Specified).unwrap();
    card.signatures.push(unsigned.signed_by(&key).unwrap());
    let mut value = serde_json::to_value(&card).unwrap();
    let members = value.as_object_mut().unwrap();
    assert!(members.remove("description").is_some() && members.remove("capabilities").is_some());
    let found = trusting(&key).verify(value.to_string().as_bytes(), now()).unwrap();
    assert_eq!((found.form, found.card), (Form::Specified, card));
}

/// Texts with one canonical form among them: whoever changes one into another breaks no signature, so what is shown
/// is the form that was signed.
#[test]
fn what_is_shown_is_what_was_signed_however_it_was_written() {
    let key = key(Algorithm::EdDsa);
    let canonical = r#""params":{"a":9007199254740992,"b":1,"c":0,"d":[1e+21]}"#;
    let mut card = card("full");
    card.capabilities.extensions[0].params =
        serde_json::from_str::<serde_json::Value>(&format!("{{{canonical}}}")).unwrap()["params"]
            .as_object()
            .cloned();
    let header = signing::ProtectedHeader::of(&key);
    let unsigned = signing::Unsigned::in_form(&card, &header, Form::Specified).unwrap();
    card.signatures.push(unsigned.signed_by(&key).unwrap());
    let plain = String::from_utf8(written(&card)).unwrap();
    assert!(plain.contains(canonical), "{plain}");
    for params in [
        r#"{"a":9007199254740993,"b":1.0,"c":-0.0,"d":[1000000000000000000000]}"#,
        r#"{"a":7,"b":1e0,"c":0,"d":[1e21],"a":9007199254740992}"#,
    ] {
        let changed = plain.replace(canonical, &format!(r#""params":{params}"#));
        for form in [Form::Specified, Form::Received, Form::WithoutEmpties] {
            let found = trusting(&key).with_forms([form]).verify(changed.as_bytes(), now()).unwrap();
            assert_eq!((found.form, found.card), (form, card.clone()), "{params}");
        }
    }
}

#[test]
fn a_card_that_wasnt_json_is_shown_as_its_readers_would_read_it() {
    let key = key(Algorithm::EdDsa);
    let mut card = card("full");
    let wrapped = json!({"apiKeySecurityScheme": {"location": "header", "name": "X-Key"}});
    let unknown = SecurityScheme::Unknown(wrapped.as_object().cloned().unwrap());
    card.security_schemes.insert("k".to_owned(), unknown);
    let signed = signing::sign(card, &key).unwrap();
    let found = trusting(&key).verify_card(&signed, now()).unwrap();
    assert_eq!(found.card, canonical(&signed));
    assert_eq!(found.card.security_schemes["k"], ApiKeySecurityScheme::new("header", "X-Key").into());
}

/// A scheme that is unknown to this version is in the card, so it must be in what is signed.
#[test]
fn a_security_scheme_that_isnt_known_is_covered() {
    let key = key(Algorithm::EdDsa);
    let mut json = serde_json::to_value(card("full")).unwrap();
    json["securitySchemes"]["new"] = json!({"futureSecurityScheme": {"at": "https://example.com"}});
    let card: AgentCard = serde_json::from_value(json).unwrap();
    let mut signed = serde_json::to_value(signing::sign(card, &key).unwrap()).unwrap();
    let verifier = trusting(&key).with_forms([Form::Specified]);
    verifier.verify(signed.to_string().as_bytes(), now()).unwrap();
    signed["securitySchemes"]["new"]["futureSecurityScheme"]["at"] = "https://evil.example".into();
    assert!(verifier.verify(signed.to_string().as_bytes(), now()).is_err());
}
