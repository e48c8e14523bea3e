//! Cards of both versions, of which a signature covers what v1.0 says.

use a2a_core::{
    AgentCard, AgentInterface, AgentSkill, CardShape, SecurityRequirement,
    security::ApiKeySecurityScheme,
    signing::{self, Algorithm, Form},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{key, now, trusting};

fn signed(requirement: Option<SecurityRequirement>) -> AgentCard {
    let mut card = AgentCard::new("Weather", "Tells", "1.0")
        .with_interface(AgentInterface::new("https://example.com/v1", "JSONRPC", "1.0"))
        .with_interface(AgentInterface::new("https://example.com/v0", "JSONRPC", "0.3"))
        .with_security_scheme("k", ApiKeySecurityScheme::new("header", "X-Key"))
        .with_skill(AgentSkill::new("today", "Today", "Now", ["t"]));
    card.capabilities.streaming = Some(true);
    card.security_requirements = requirement.into_iter().collect();
    signing::sign(card, &key(Algorithm::EdDsa)).unwrap()
}

#[test]
fn a_signature_holds_for_a_hybrid_as_it_does_for_the_card() {
    let card = signed(Some(SecurityRequirement::new().with_scheme("k", ["a"])));
    let hybrid = serde_json::to_vec(&card.shaped(CardShape::Hybrid)).unwrap();
    let verified = trusting(&key(Algorithm::EdDsa)).verify(&hybrid, now()).unwrap();
    assert_eq!((verified.form, &verified.card), (Form::Specified, &card));
}

#[test]
fn what_is_put_beside_a_signed_card_and_would_be_read_is_noticed() {
    let verifier = trusting(&key(Algorithm::EdDsa)).with_forms([Form::Specified]);
    let card = serde_json::to_value(signed(None)).unwrap();
    let with = |name: &str, value: Value| {
        let mut changed = card.clone();
        changed[name] = value;
        verifier.verify(&serde_json::to_vec(&changed).unwrap(), now()).is_ok()
    };
    assert!(with("url", json!("https://evil.example.com")), "not read beside interfaces of v1.0");
    assert!(with("supportsAuthenticatedExtendedCard", json!(false)), "nothing new");
    assert!(!with("supportsAuthenticatedExtendedCard", json!(true)));
    assert!(!with("security", json!([{"k": []}])));
    assert!(!with("security", json!([{}])));
}
