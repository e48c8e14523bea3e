mod legacy;
mod shape;

use a2a_core::{
    AgentCapabilities, AgentCard, AgentExtension, AgentInterface, AgentProvider, AgentSkill, ProtocolBinding,
    SecurityRequirement,
    security::{ApiKeySecurityScheme, HttpAuthSecurityScheme},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

const GO_HYBRID: &str = include_str!("fixtures/cards/go_hybrid.json");
const GO_WORKFLOW: &str = include_str!("fixtures/cards/go_workflow.json");
const PYTHON_HYBRID: &str = include_str!("fixtures/cards/python_hybrid.json");
const PYTHON: &str = include_str!("fixtures/cards/python.json");

fn read(json: Value) -> AgentCard {
    serde_json::from_value(json).expect("the card is valid")
}

fn written(card: &AgentCard) -> Value {
    serde_json::to_value(card).expect("a card is always JSON")
}

#[test]
fn cards_of_other_servers_are_written_as_they_were_read_but_for_fields_of_v0_3() {
    for text in [GO_HYBRID, GO_WORKFLOW, PYTHON] {
        let mut expected: Value = serde_json::from_str(text).unwrap();
        for old in ["url", "protocolVersion", "preferredTransport"] {
            expected.as_object_mut().unwrap().remove(old);
        }
        let card: AgentCard = serde_json::from_str(text).unwrap();
        assert_eq!(written(&card), expected);
    }
}

#[test]
fn a_card_of_both_versions_is_read_as_v1() {
    let key = || ApiKeySecurityScheme::new("header", "X-Key");
    let card = read(json!({
        "name": "n", "description": "d", "version": "1",
        "url": "http://old", "preferredTransport": "JSONRPC", "protocolVersion": "0.3.0",
        "additionalInterfaces": [{"url": "http://old", "transport": "GRPC"}],
        "supportsAuthenticatedExtendedCard": false,
        "security": [{"old": []}], "securityRequirements": [{"schemes": {"key": {}}}],
        "securitySchemes": {
            "key": {"apiKeySecurityScheme": {"location": "header", "name": "X-Key"}, "type": "apiKey", "in": "query", "name": "k"},
            "old": {"type": "apiKey", "in": "header", "name": "X-Key"},
        },
        "supportedInterfaces": [
            {"url": "http://new", "protocolBinding": "HTTP+JSON", "protocolVersion": "1.0"},
            {"url": "http://old", "protocolBinding": "JSONRPC", "protocolVersion": "0.3"},
        ],
        "capabilities": {"stateTransitionHistory": true, "extendedAgentCard": true},
        "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
        "skills": [],
    }));
    let expected = AgentCard::new("n", "d", "1")
        .with_interface(AgentInterface::new("http://new", ProtocolBinding::HttpJson, "1.0"))
        .with_interface(AgentInterface::new("http://old", ProtocolBinding::JsonRpc, "0.3"))
        .with_capabilities(AgentCapabilities::new().with_extended_agent_card(true))
        .with_security_scheme("key", key())
        .with_security_scheme("old", key())
        .with_security_requirement(SecurityRequirement::new().with_scheme("key", [] as [&str; 0]));
    assert_eq!(card, expected);
}

#[test]
fn a_card_with_nothing_but_a_name_is_read_and_written_with_all_that_is_required() {
    let whole = json!({
        "name": "n", "description": "", "supportedInterfaces": [], "version": "", "capabilities": {},
        "defaultInputModes": [], "defaultOutputModes": [], "skills": [],
    });
    assert_eq!(written(&read(json!({"name": "n"}))), whole);
    let nothing = json!({
        "name": "n", "description": null, "supportedInterfaces": null, "provider": null, "version": null,
        "documentationUrl": null, "capabilities": null, "securitySchemes": null, "securityRequirements": null,
        "defaultInputModes": null, "defaultOutputModes": null, "skills": null, "signatures": null, "iconUrl": null,
    });
    assert_eq!(written(&read(nothing)), whole);
}

#[test]
fn a_card_without_a_name_is_refused() {
    let error = serde_json::from_str::<AgentCard>(r#"{"description":"d"}"#).unwrap_err();
    assert!(error.to_string().contains("missing field `name`"), "{error}");
    let error = serde_json::from_str::<AgentCard>(r#""n""#).unwrap_err();
    assert!(error.to_string().contains("expected an agent card"), "{error}");
}

#[test]
fn required_fields_of_skills_interfaces_and_providers_are_always_written() {
    let card = read(json!({
        "name": "n", "supportedInterfaces": [{}], "provider": {}, "skills": [{}], "signatures": [{}],
    }));
    assert_eq!(
        written(&card),
        json!({
            "name": "n", "description": "", "version": "", "capabilities": {},
            "supportedInterfaces": [{"url": "", "protocolBinding": "", "protocolVersion": ""}],
            "provider": {"url": "", "organization": ""},
            "defaultInputModes": [], "defaultOutputModes": [],
            "skills": [{"id": "", "name": "", "description": "", "tags": []}],
            "signatures": [{"protected": "", "signature": ""}],
        })
    );
}

#[test]
fn what_was_said_is_kept_even_where_it_is_the_default() {
    let said = json!({
        "name": "n", "description": "", "supportedInterfaces": [], "version": "", "documentationUrl": "",
        "capabilities": {
            "streaming": false, "pushNotifications": false, "extendedAgentCard": false,
            "extensions": [{"uri": "u", "params": {}}],
        },
        "defaultInputModes": [], "defaultOutputModes": [], "skills": [], "iconUrl": "",
        "signatures": [{"protected": "p", "signature": "s", "header": {}}],
    });
    assert_eq!(written(&read(said.clone())), said);
}

#[test]
fn what_has_no_presence_is_left_out_where_it_is_the_default() {
    let card = read(json!({
        "name": "n",
        "supportedInterfaces": [{"url": "u", "protocolBinding": "GRPC", "protocolVersion": "1.0", "tenant": ""}],
        "capabilities": {"extensions": [{"uri": "", "description": "", "required": false}]},
        "securitySchemes": {}, "securityRequirements": [], "signatures": [],
        "skills": [{"id": "s", "examples": [], "inputModes": [], "outputModes": [], "securityRequirements": []}],
    }));
    let written = written(&card);
    assert_eq!(
        written["supportedInterfaces"],
        json!([{"url": "u", "protocolBinding": "GRPC", "protocolVersion": "1.0"}])
    );
    assert_eq!(written["capabilities"], json!({"extensions": [{}]}));
    assert_eq!(written["skills"], json!([{"id": "s", "name": "", "description": "", "tags": []}]));
    for absent in ["securitySchemes", "securityRequirements", "signatures"] {
        assert_eq!(written.get(absent), None, "{absent}");
    }
}

#[test]
fn names_in_snake_case_are_read_too() {
    let card = read(json!({
        "name": "n",
        "supported_interfaces": [{"url": "u", "protocol_binding": "GRPC", "protocol_version": "1.0"}],
        "documentation_url": "d", "icon_url": "i",
        "capabilities": {"push_notifications": true, "extended_agent_card": true},
        "security_schemes": {"bearer": {"http_auth_security_scheme": {"scheme": "Bearer", "bearer_format": "JWT"}}},
        "security_requirements": [{"schemes": {"bearer": {}}}],
        "default_input_modes": ["a/b"], "default_output_modes": ["c/d"],
        "skills": [{"id": "s", "input_modes": ["a/b"], "output_modes": ["c/d"], "security_requirements": [{}]}],
    }));
    let mut expected = AgentCard::new("n", "", "")
        .with_interface(AgentInterface::new("u", ProtocolBinding::Grpc, "1.0"))
        .with_capabilities(
            AgentCapabilities::new().with_push_notifications(true).with_extended_agent_card(true),
        )
        .with_security_scheme("bearer", HttpAuthSecurityScheme::new("Bearer").with_bearer_format("JWT"))
        .with_security_requirement(SecurityRequirement::new().with_scheme("bearer", [] as [&str; 0]));
    expected.documentation_url = Some("d".to_owned());
    expected.icon_url = Some("i".to_owned());
    expected.default_input_modes = vec!["a/b".to_owned()];
    expected.default_output_modes = vec!["c/d".to_owned()];
    let mut skill = AgentSkill::new("s", "", "", [] as [&str; 0]);
    skill.input_modes = vec!["a/b".to_owned()];
    skill.output_modes = vec!["c/d".to_owned()];
    skill.security_requirements = vec![SecurityRequirement::new()];
    assert_eq!(card, expected.with_skill(skill));
}

#[test]
fn a_card_that_is_built_is_written_with_every_field_in_its_place() {
    let mut extension = AgentExtension::new("https://example.com/ext/v1").with_required(true);
    extension.params = json!({"big": 9_007_199_254_740_993_u64, "none": null}).as_object().cloned();
    let card = AgentCard::new("n", "d", "1.2.3")
        .with_interface(
            AgentInterface::new("https://example.com/ws", "https://example.com/bindings/ws/v1", "1.0")
                .with_tenant("acme".parse().unwrap()),
        )
        .with_provider(AgentProvider::new("Example", "https://example.com"))
        .with_capabilities(AgentCapabilities::new().with_streaming(true).with_extension(extension))
        .with_skill(AgentSkill::new("s", "Skill", "Does it", ["a", "b"]).with_examples(["Do it"]));
    assert_eq!(
        written(&card),
        json!({
            "name": "n", "description": "d", "version": "1.2.3",
            "supportedInterfaces": [{
                "url": "https://example.com/ws", "protocolBinding": "https://example.com/bindings/ws/v1",
                "tenant": "acme", "protocolVersion": "1.0",
            }],
            "provider": {"url": "https://example.com", "organization": "Example"},
            "capabilities": {
                "streaming": true,
                "extensions": [{
                    "uri": "https://example.com/ext/v1", "required": true,
                    "params": {"big": 9_007_199_254_740_993_u64, "none": null},
                }],
            },
            "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
            "skills": [{
                "id": "s", "name": "Skill", "description": "Does it", "tags": ["a", "b"], "examples": ["Do it"],
            }],
        })
    );
    assert_eq!(read(written(&card)), card);
}

#[test]
fn a_known_binding_is_itself_however_it_was_named() {
    assert_eq!(ProtocolBinding::from("GRPC"), ProtocolBinding::Grpc);
    assert_eq!(ProtocolBinding::from("JSONRPC".to_owned()), ProtocolBinding::JsonRpc);
    let custom = ProtocolBinding::from("urn:x");
    assert!(matches!(custom, ProtocolBinding::Other(_)));
    assert_eq!(custom.as_str(), "urn:x");
}

#[test]
fn null_in_a_list_is_refused() {
    assert!(serde_json::from_str::<AgentCard>(r#"{"name":"n","skills":[null]}"#).is_err());
}
