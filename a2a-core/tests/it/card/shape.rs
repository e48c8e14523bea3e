//! Cards as they are written for clients of one or of both versions.

use a2a_core::{
    AgentCapabilities, AgentCard, AgentInterface, AgentSkill, CardShape, Metadata, ProtocolBinding,
    SecurityRequirement, SecurityScheme,
    security::{
        ApiKeySecurityScheme, AuthorizationCodeOAuthFlow, DeviceCodeOAuthFlow, HttpAuthSecurityScheme,
        MutualTlsSecurityScheme, OAuth2SecurityScheme, OpenIdConnectSecurityScheme, Scopes,
    },
    v0_3,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{GO_HYBRID, GO_WORKFLOW, PYTHON, PYTHON_HYBRID, read, written};
use crate::any_card::{Range, card};

fn hybrid(card: &AgentCard) -> Value {
    serde_json::to_value(card.shaped(CardShape::Hybrid)).expect("a card is always JSON")
}

fn of_both_versions() -> AgentCard {
    let mut code = AuthorizationCodeOAuthFlow::new("a", "t", Scopes::new());
    code.pkce_required = true;
    let mut skill = AgentSkill::new("s", "Skill", "Does it", ["a"]);
    skill.security_requirements = vec![SecurityRequirement::new().with_scheme("code", ["write"])];
    AgentCard::new("n", "d", "1")
        .with_interface(AgentInterface::new("http://new", ProtocolBinding::HttpJson, "1.0"))
        .with_interface(
            AgentInterface::new("http://old", ProtocolBinding::Grpc, "0.3")
                .with_tenant("t".parse().expect("it isn't empty")),
        )
        .with_interface(AgentInterface::new("http://old", ProtocolBinding::JsonRpc, "0.3.0"))
        .with_capabilities(AgentCapabilities::new().with_streaming(true).with_extended_agent_card(true))
        .with_security_scheme("key", ApiKeySecurityScheme::new("body", "k"))
        .with_security_scheme("bearer", HttpAuthSecurityScheme::new("Bearer").with_bearer_format("JWT"))
        .with_security_scheme("code", OAuth2SecurityScheme::new(code))
        .with_security_scheme(
            "device",
            OAuth2SecurityScheme::new(DeviceCodeOAuthFlow::new("d", "t", Scopes::new())),
        )
        .with_security_scheme("connect", OpenIdConnectSecurityScheme::new("u"))
        .with_security_scheme("tls", MutualTlsSecurityScheme::new())
        .with_security_scheme(
            "later",
            SecurityScheme::Unknown(Metadata::from_iter([("quantum".to_owned(), json!({"bits": 7}))])),
        )
        .with_security_requirement(
            SecurityRequirement::new().with_scheme("code", ["read"]).with_scheme("tls", [] as [&str; 0]),
        )
        .with_skill(skill)
}

#[test]
fn a_hybrid_card_says_in_v0_3_what_it_says_in_v1_0() {
    let code = json!({"authorizationUrl": "a", "tokenUrl": "t", "scopes": {}});
    let mut with_pkce = code.clone();
    with_pkce["pkceRequired"] = json!(true);
    let device = json!({"deviceAuthorizationUrl": "d", "tokenUrl": "t", "scopes": {}});
    assert_eq!(
        hybrid(&of_both_versions()),
        json!({
            "name": "n", "description": "d", "version": "1",
            "supportedInterfaces": [
                {"url": "http://new", "protocolBinding": "HTTP+JSON", "protocolVersion": "1.0"},
                {"url": "http://old", "protocolBinding": "GRPC", "tenant": "t", "protocolVersion": "0.3"},
                {"url": "http://old", "protocolBinding": "JSONRPC", "protocolVersion": "0.3.0"},
            ],
            "protocolVersion": "0.3.0", "url": "http://old", "preferredTransport": "GRPC",
            "additionalInterfaces": [{"url": "http://old", "transport": "JSONRPC"}],
            "capabilities": {"streaming": true, "extendedAgentCard": true},
            "supportsAuthenticatedExtendedCard": true,
            "securitySchemes": {
                "key": {
                    "apiKeySecurityScheme": {"location": "body", "name": "k"},
                    "type": "apiKey", "in": "header", "name": "k",
                },
                "bearer": {
                    "httpAuthSecurityScheme": {"scheme": "Bearer", "bearerFormat": "JWT"},
                    "type": "http", "scheme": "Bearer", "bearerFormat": "JWT",
                },
                "code": {
                    "oauth2SecurityScheme": {"flows": {"authorizationCode": with_pkce}},
                    "type": "oauth2", "flows": {"authorizationCode": code},
                },
                "device": {"oauth2SecurityScheme": {"flows": {"deviceCode": device}}, "type": "oauth2", "flows": {}},
                "connect": {
                    "openIdConnectSecurityScheme": {"openIdConnectUrl": "u"},
                    "type": "openIdConnect", "openIdConnectUrl": "u",
                },
                "tls": {"mtlsSecurityScheme": {}, "type": "mutualTLS"},
                "later": {"quantum": {"bits": 7}},
            },
            "securityRequirements": [{"schemes": {"code": {"list": ["read"]}, "tls": {}}}],
            "security": [{"code": ["read"], "tls": []}],
            "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
            "skills": [{
                "id": "s", "name": "Skill", "description": "Does it", "tags": ["a"],
                "securityRequirements": [{"schemes": {"code": {"list": ["write"]}}}],
                "security": [{"code": ["write"]}],
            }],
        })
    );
}

#[test]
fn a_card_in_the_shape_of_v1_0_has_nothing_of_v0_3() {
    let card = of_both_versions();
    let v1 = serde_json::to_value(card.shaped(CardShape::V1)).unwrap();
    assert_eq!(v1, written(&card));
    assert_eq!(serde_json::to_value(card.shaped(CardShape::default())).unwrap(), v1);
    for old in ["url", "preferredTransport", "protocolVersion", "additionalInterfaces", "security"] {
        assert_eq!(v1.get(old), None, "{old}");
    }
    assert_eq!(v1["securitySchemes"]["tls"], json!({"mtlsSecurityScheme": {}}));
}

#[test]
fn a_card_without_an_interface_of_v0_3_is_written_as_v1_0_has_it() {
    for text in [PYTHON, r#"{"name":"n"}"#, r#"{"name":"n","url":"u","protocolVersion":"0.2.0"}"#] {
        let card: AgentCard = serde_json::from_str(text).unwrap();
        assert_eq!(hybrid(&card), written(&card));
    }
}

#[test]
fn a_hybrid_of_another_server_is_written_as_it_was_read_with_the_patch_that_v0_3_wants() {
    for text in [GO_HYBRID, GO_WORKFLOW, PYTHON_HYBRID] {
        let mut expected: Value = serde_json::from_str(text).unwrap();
        expected["protocolVersion"] = json!("0.3.0");
        assert_eq!(hybrid(&serde_json::from_str(text).unwrap()), expected);
    }
}

#[test]
fn a_field_is_written_once() {
    let text = serde_json::to_string(&of_both_versions().shaped(CardShape::Hybrid)).unwrap();
    // Unlike a value, a struct of ours refuses a field that comes twice.
    assert_eq!(serde_json::from_str::<AgentCard>(&text).unwrap(), of_both_versions());
    assert_eq!(text.matches("\"quantum\"").count(), 1);
    for name in [
        "\"url\":\"http://old\",\"preferred",
        "\"securitySchemes\"",
        "\"skills\"",
        "\"security\":[{\"code\":[\"read\"]",
    ] {
        assert_eq!(text.matches(name).count(), 1, "{name}");
    }
}

proptest! {
    #[test]
    fn a_client_of_either_version_reads_the_same_card_from_a_hybrid(card in card(Range::V1_0)) {
        let json = hybrid(&card);
        prop_assert_eq!(&read(json.clone()), &card);
        if let Ok(old) = v0_3::AgentCard::try_from(card) {
            prop_assert_eq!(serde_json::from_value::<v0_3::AgentCard>(json).unwrap(), old);
        } else {
            prop_assert_eq!(json.get("url"), None);
        }
    }

    #[test]
    fn any_card_is_read_as_it_was_written(card in card(Range::V1_0)) {
        prop_assert_eq!(read(written(&card)), card);
    }
}
