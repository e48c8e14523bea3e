//! What holds for any card and any bytes.

use a2a_core::{
    AgentCapabilities, AgentCard, AgentCardSignature, AgentExtension, AgentInterface, AgentProvider,
    AgentSkill, SecurityRequirement,
    security::{ApiKeySecurityScheme, HttpAuthSecurityScheme, MutualTlsSecurityScheme},
    signing::{Algorithm, Form, ProtectedHeader, PublicKey, SigningKey, SystemRandom, TrustedKey, Unsigned},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Map, Value};

use super::{canonical, card, json, key, now, trusting};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z]{1,8}", any::<String>()]
}

fn free_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn extension() -> impl Strategy<Value = AgentExtension> {
    (text(), option::of(text()), any::<bool>(), option::of(vec((text(), free_json()), 0..4))).prop_map(
        |(uri, description, required, params)| {
            let mut extension = AgentExtension::new(uri).with_required(required);
            extension.description = description;
            extension.params = params.map(|members| members.into_iter().collect::<Map<_, _>>());
            extension
        },
    )
}

fn any_card() -> impl Strategy<Value = AgentCard> {
    let texts = (text(), text(), text(), option::of(text()), option::of((text(), text())));
    let capabilities = (option::of(any::<bool>()), option::of(any::<bool>()), vec(extension(), 0..3));
    let lists = (vec(text(), 0..3), vec((text(), text(), text(), vec(text(), 0..3)), 0..3));
    let security = (vec((text(), text()), 0..4), vec(vec((text(), vec(text(), 0..2)), 0..2), 0..3));
    (texts, capabilities, lists, security).prop_map(|(texts, capabilities, lists, security)| {
        let (name, description, version, documentation, provider) = texts;
        let mut card = AgentCard::new(name, description, version).with_interface(AgentInterface::new(
            "https://example.com",
            "JSONRPC",
            "1.0",
        ));
        card.documentation_url = documentation;
        card.provider = provider.map(|(organization, url)| AgentProvider::new(organization, url));
        let mut said = AgentCapabilities::new();
        (said.streaming, said.push_notifications, said.extensions) = capabilities;
        card.capabilities = said;
        let (modes, skills) = lists;
        card.default_input_modes = modes;
        card.skills = skills
            .into_iter()
            .map(|(id, name, description, tags)| AgentSkill::new(id, name, description, tags))
            .collect();
        let (schemes, requirements) = security;
        for (index, (name, text)) in schemes.into_iter().enumerate() {
            card = match index % 3 {
                0 => card.with_security_scheme(name, ApiKeySecurityScheme::new(text.as_str(), "key")),
                1 => card.with_security_scheme(name, HttpAuthSecurityScheme::new(text)),
                _ => card.with_security_scheme(name, MutualTlsSecurityScheme::new()),
            };
        }
        for schemes in requirements {
            let requirement = SecurityRequirement::new();
            let with = |requirement: SecurityRequirement, (name, scopes): (String, Vec<String>)| {
                requirement.with_scheme(name, scopes)
            };
            card = card.with_security_requirement(schemes.into_iter().fold(requirement, with));
        }
        card
    })
}

proptest! {
    #[test]
    fn any_card_signs_in_any_form_and_verifies_as_it_reads(
        card in any_card(),
        form in prop::sample::select(Form::ALL),
        algorithm in prop::sample::select(&[Algorithm::Es256, Algorithm::EdDsa][..]),
    ) {
        let key = key(algorithm);
        let mut card = card;
        let unsigned = Unsigned::in_form(&card, &ProtectedHeader::of(&key), form).unwrap();
        card.signatures.push(unsigned.signed_by(&key).unwrap());
        let body = json(&card);
        let found = trusting(&key).with_forms(Form::ALL.iter().copied()).verify(&body, now()).unwrap();
        prop_assert!(found.form <= form || form == Form::Received);
        prop_assert_eq!(found.card, canonical(&card));
    }

    #[test]
    fn any_bytes_are_refused_as_a_card(bytes in vec(any::<u8>(), 0..200)) {
        let verifier = trusting(&key(Algorithm::EdDsa));
        prop_assert!(verifier.verify(&bytes, now()).is_err());
    }

    #[test]
    fn any_json_is_refused_as_a_card(mut value in free_json(), signatures in free_json()) {
        if let Value::Object(members) = &mut value {
            members.insert("name".to_owned(), "N".into());
            members.insert("signatures".to_owned(), signatures);
        }
        let verifier = trusting(&key(Algorithm::EdDsa));
        prop_assert!(verifier.verify(value.to_string().as_bytes(), now()).is_err());
    }

    #[test]
    fn any_text_is_refused_as_a_signature(protected in any::<String>(), signature in any::<String>()) {
        let mut card = card("full");
        card.signatures.push(AgentCardSignature::new(protected, signature));
        prop_assert!(trusting(&key(Algorithm::EdDsa)).verify(&json(&card), now()).is_err());
    }

    #[test]
    fn any_header_and_any_bytes_are_refused_as_a_signature(
        header in prop_oneof![
            any::<String>(),
            free_json().prop_map(|json| json.to_string()),
            Just(r#"{"alg":"EdDSA","kid":"EdDSA"}"#.to_owned()),
        ],
        signature in vec(any::<u8>(), 0..100),
    ) {
        let mut card = card("full");
        card.signatures.push(AgentCardSignature::new(
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(signature),
        ));
        prop_assert!(trusting(&key(Algorithm::EdDsa)).verify(&json(&card), now()).is_err());
    }

    #[test]
    fn any_bytes_are_refused_as_a_key(bytes in vec(any::<u8>(), 0..200), text in any::<String>()) {
        prop_assert!(PublicKey::from_spki(&bytes).is_err());
        prop_assert!(PublicKey::from_pem(&text).is_err());
        prop_assert!(SigningKey::from_pkcs8("k", &bytes, SystemRandom::new()).is_err());
        prop_assert!(TrustedKey::from_jwk(&bytes).is_err());
        prop_assert!(TrustedKey::from_jwks(&bytes).is_err());
        prop_assert_eq!(Algorithm::Es256.raw_from_der(&bytes).is_some_and(|raw| raw.len() != 64), false);
    }
}
