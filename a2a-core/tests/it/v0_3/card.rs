use a2a_core::{
    AgentCardSignature, AgentExtension, AgentProvider, ErrorKind, ProtocolBinding, SecurityRequirement,
    security::{
        self, ApiKeyLocation, ApiKeySecurityScheme, AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow,
        DeviceCodeOAuthFlow, HttpAuthSecurityScheme, ImplicitOAuthFlow, MutualTlsSecurityScheme,
        OpenIdConnectSecurityScheme, PasswordOAuthFlow, Scopes,
    },
    v0_3::{AgentCard, AgentInterface, AgentSkill, OAuth2SecurityScheme, OAuthFlows, SecurityScheme},
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::any_card::{Range, card};

const GO_V0_3: &str = include_str!("../fixtures/cards/go_v0_3.json");
const PYTHON_V0_3: &str = include_str!("../fixtures/cards/python_v0_3.json");

fn read(json: &Value) -> AgentCard {
    serde_json::from_str(&json.to_string()).expect("it is a card")
}

fn scopes() -> Scopes {
    Scopes::from([("read".to_owned(), "r".to_owned())])
}

/// A card with every field there is.
fn whole() -> AgentCard {
    let mut card = AgentCard::new("n", "d", "1.2.3", "http://a");
    card.preferred_transport = Some(ProtocolBinding::Grpc);
    card.additional_interfaces = vec![AgentInterface::new("http://b", "urn:ws")];
    card.icon_url = Some("i".to_owned());
    card.documentation_url = Some("doc".to_owned());
    card.provider = Some(AgentProvider::new("Example", "http://example.com"));
    card.capabilities.streaming = Some(true);
    card.capabilities.push_notifications = Some(false);
    card.capabilities.state_transition_history = Some(true);
    let mut extension = AgentExtension::new("urn:x").with_required(true);
    extension.params = json!({"none": null}).as_object().cloned();
    card.capabilities.extensions = vec![extension];
    let mut flows = OAuthFlows::default();
    flows.authorization_code = Some(AuthorizationCodeOAuthFlow::new("a", "t", scopes()));
    flows.client_credentials = Some(ClientCredentialsOAuthFlow::new("t", Scopes::new()));
    flows.implicit = Some(ImplicitOAuthFlow::default());
    flows.password = Some(PasswordOAuthFlow::default());
    let mut oauth = OAuth2SecurityScheme::new(flows);
    oauth.oauth2_metadata_url = Some("m".to_owned());
    let mut key = ApiKeySecurityScheme::new(ApiKeyLocation::Query, "k");
    key.description = Some("d".to_owned());
    let schemes = [
        ("key", SecurityScheme::ApiKey(key)),
        ("bearer", SecurityScheme::Http(HttpAuthSecurityScheme::new("Bearer").with_bearer_format("JWT"))),
        ("oauth", SecurityScheme::OAuth2(oauth)),
        ("connect", SecurityScheme::OpenIdConnect(OpenIdConnectSecurityScheme::new("u"))),
        ("tls", SecurityScheme::MutualTls(MutualTlsSecurityScheme::new())),
    ];
    card.security_schemes = schemes.into_iter().map(|(name, scheme)| (name.to_owned(), scheme)).collect();
    card.security = vec![
        SecurityRequirement::new().with_scheme("oauth", ["read"]).with_scheme("tls", [] as [&str; 0]),
        SecurityRequirement::new(),
    ];
    let mut skill = AgentSkill::new("s", "Skill", "Does it", ["a"]);
    (skill.examples, skill.input_modes, skill.output_modes) =
        (vec!["Do it".to_owned()], vec!["a/b".to_owned()], vec!["c/d".to_owned()]);
    skill.security = vec![SecurityRequirement::new().with_scheme("key", [] as [&str; 0])];
    card.skills = vec![skill];
    card.supports_authenticated_extended_card = Some(true);
    let mut signature = AgentCardSignature::new("p", "s");
    signature.header = json!({"kid": "k"}).as_object().cloned();
    card.signatures = vec![signature];
    card
}

fn whole_json() -> Value {
    json!({
        "protocolVersion": "0.3.0", "name": "n", "description": "d", "url": "http://a", "preferredTransport": "GRPC",
        "additionalInterfaces": [{"url": "http://b", "transport": "urn:ws"}],
        "iconUrl": "i", "provider": {"organization": "Example", "url": "http://example.com"},
        "version": "1.2.3", "documentationUrl": "doc",
        "capabilities": {
            "streaming": true, "pushNotifications": false, "stateTransitionHistory": true,
            "extensions": [{"uri": "urn:x", "required": true, "params": {"none": null}}],
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "k", "description": "d"},
            "bearer": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT"},
            "oauth": {
                "type": "oauth2", "oauth2MetadataUrl": "m",
                "flows": {
                    "authorizationCode": {"authorizationUrl": "a", "tokenUrl": "t", "scopes": {"read": "r"}},
                    "clientCredentials": {"tokenUrl": "t", "scopes": {}},
                    "implicit": {"authorizationUrl": "", "scopes": {}},
                    "password": {"tokenUrl": "", "scopes": {}},
                },
            },
            "connect": {"type": "openIdConnect", "openIdConnectUrl": "u"},
            "tls": {"type": "mutualTLS"},
        },
        "security": [{"oauth": ["read"], "tls": []}, {}],
        "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
        "skills": [{
            "id": "s", "name": "Skill", "description": "Does it", "tags": ["a"], "examples": ["Do it"],
            "inputModes": ["a/b"], "outputModes": ["c/d"], "security": [{"key": []}],
        }],
        "supportsAuthenticatedExtendedCard": true,
        "signatures": [{"protected": "p", "signature": "s", "header": {"kid": "k"}}],
    })
}

#[test]
fn a_card_of_v0_3_is_written_to_the_letter_and_read_again() {
    assert_eq!(json!(whole()), whole_json());
    assert_eq!(read(&whole_json()), whole());
    for other_sdk in [GO_V0_3, PYTHON_V0_3] {
        let json: Value = serde_json::from_str(other_sdk).unwrap();
        assert_eq!(json!(read(&json)), json);
    }
}

#[test]
fn what_v0_3_requires_is_written_though_it_is_empty() {
    let empty = json!({
        "protocolVersion": "", "name": "n", "description": "", "url": "", "version": "", "capabilities": {},
        "defaultInputModes": [], "defaultOutputModes": [], "skills": [],
    });
    assert_eq!(json!(read(&json!({"name": "n"}))), empty);
    let nulls = json!({
        "name": "n", "protocolVersion": null, "description": null, "url": null, "preferredTransport": null,
        "additionalInterfaces": null, "iconUrl": null, "provider": null, "version": null, "documentationUrl": null,
        "capabilities": null, "securitySchemes": null, "security": null, "defaultInputModes": null,
        "defaultOutputModes": null, "skills": null, "supportsAuthenticatedExtendedCard": null, "signatures": null,
    });
    assert_eq!(json!(read(&nulls)), empty);
}

#[test]
fn a_card_is_read_in_the_protobuf_form_of_v0_3_too() {
    let json = json!({
        "name": "n", "description": "d", "url": "http://a", "version": "1.2.3", "protocol_version": "0.3.0",
        "preferred_transport": "GRPC", "additional_interfaces": [{"url": "http://b", "transport": "urn:ws"}],
        "provider": {"organization": "Example", "url": "http://example.com"},
        "documentation_url": "doc", "icon_url": "i",
        "capabilities": {
            "streaming": true, "push_notifications": false, "state_transition_history": true,
            "extensions": [{"uri": "urn:x", "required": true, "params": {"none": null}}],
        },
        "security_schemes": {
            "key": {"api_key_security_scheme": {"location": "query", "name": "k", "description": "d"}},
            "bearer": {"httpAuthSecurityScheme": {"scheme": "Bearer", "bearerFormat": "JWT"}},
            "oauth": {"oauth2_security_scheme": {
                "oauth2_metadata_url": "m",
                "flows": {
                    "authorization_code": {"authorization_url": "a", "token_url": "t", "scopes": {"read": "r"}},
                    "client_credentials": {"token_url": "t"}, "implicit": {}, "password": {},
                },
            }},
            "connect": {"open_id_connect_security_scheme": {"open_id_connect_url": "u"}},
            "tls": {"mtlsSecurityScheme": {}},
        },
        "security": [{"schemes": {"oauth": {"list": ["read"]}, "tls": {}}}, {}],
        "default_input_modes": ["text/plain"], "default_output_modes": ["text/plain"],
        "skills": [{
            "id": "s", "name": "Skill", "description": "Does it", "tags": ["a"], "examples": ["Do it"],
            "input_modes": ["a/b"], "output_modes": ["c/d"], "security": [{"schemes": {"key": {}}}],
        }],
        "supports_authenticated_extended_card": true,
        "signatures": [{"protected": "p", "signature": "s", "header": {"kid": "k"}}],
        "a later field": {"x": null},
    });
    assert_eq!(read(&json), whole());
}

#[test]
fn of_a_scheme_in_both_forms_that_of_v0_3_holds() {
    let both = json!({
        "apiKeySecurityScheme": {"location": "body", "name": "new"}, "type": "apiKey", "in": "header", "name": "old",
    });
    let scheme: SecurityScheme = serde_json::from_value(both).unwrap();
    assert_eq!(scheme, SecurityScheme::ApiKey(ApiKeySecurityScheme::new("header", "old")));
}

#[test]
fn a_scheme_that_is_not_known_is_kept_and_does_not_fail_its_card() {
    let bad = json!({"new": {"type": "quantum", "bits": [7, null]}, "bad": {"type": "http", "scheme": 5}, "none": {}});
    let card = read(&json!({"name": "n", "securitySchemes": bad}));
    assert!(card.security_schemes.values().all(|scheme| matches!(scheme, SecurityScheme::Unknown(_))));
    assert_eq!(json!(card)["securitySchemes"], bad);
}

#[test]
fn a_card_of_v0_3_becomes_one_of_v1_0_with_every_field_in_its_place() {
    let new: a2a_core::AgentCard = whole().into();
    assert_eq!(
        json!(new),
        json!({
            "name": "n", "description": "d", "version": "1.2.3", "iconUrl": "i", "documentationUrl": "doc",
            "supportedInterfaces": [
                {"url": "http://a", "protocolBinding": "GRPC", "protocolVersion": "0.3"},
                {"url": "http://b", "protocolBinding": "urn:ws", "protocolVersion": "0.3"},
            ],
            "provider": {"organization": "Example", "url": "http://example.com"},
            "capabilities": {
                "streaming": true, "pushNotifications": false, "extendedAgentCard": true,
                "extensions": [{"uri": "urn:x", "required": true, "params": {"none": null}}],
            },
            "securitySchemes": {
                "key": {"apiKeySecurityScheme": {"location": "query", "name": "k", "description": "d"}},
                "bearer": {"httpAuthSecurityScheme": {"scheme": "Bearer", "bearerFormat": "JWT"}},
                "oauth": {"oauth2SecurityScheme": {
                    "oauth2MetadataUrl": "m",
                    "flows": {"authorizationCode": {
                        "authorizationUrl": "a", "tokenUrl": "t", "scopes": {"read": "r"},
                    }},
                }},
                "connect": {"openIdConnectSecurityScheme": {"openIdConnectUrl": "u"}},
                "tls": {"mtlsSecurityScheme": {}},
            },
            "securityRequirements": [{"schemes": {"oauth": {"list": ["read"]}, "tls": {}}}, {}],
            "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
            "skills": [{
                "id": "s", "name": "Skill", "description": "Does it", "tags": ["a"], "examples": ["Do it"],
                "inputModes": ["a/b"], "outputModes": ["c/d"], "securityRequirements": [{"schemes": {"key": {}}}],
            }],
            "signatures": [{"protected": "p", "signature": "s", "header": {"kid": "k"}}],
        })
    );
    let mut expected = whole();
    expected.capabilities.state_transition_history = None;
    let SecurityScheme::OAuth2(oauth) = expected.security_schemes.get_mut("oauth").unwrap() else { panic!() };
    let first = oauth.flows.authorization_code.clone();
    oauth.flows = OAuthFlows::default();
    oauth.flows.authorization_code = first;
    assert_eq!(AgentCard::try_from(new), Ok(expected), "and back, but for what v1.0 can't say");
}

#[test]
fn of_several_flows_one_is_kept() {
    let mut flows = OAuthFlows::default();
    assert_eq!(security::OAuthFlows::from(flows.clone()), security::OAuthFlows::default());
    flows.password = Some(PasswordOAuthFlow::default());
    assert_eq!(security::OAuthFlows::from(flows.clone()), PasswordOAuthFlow::default().into());
    flows.implicit = Some(ImplicitOAuthFlow::default());
    assert_eq!(security::OAuthFlows::from(flows.clone()), ImplicitOAuthFlow::default().into());
    let client = ClientCredentialsOAuthFlow::new("t", scopes());
    flows.client_credentials = Some(client.clone());
    assert_eq!(security::OAuthFlows::from(flows.clone()), client.into());
    let code = AuthorizationCodeOAuthFlow::new("a", "t", scopes());
    flows.authorization_code = Some(code.clone());
    assert_eq!(security::OAuthFlows::from(flows), code.into());
}

#[test]
fn a_flow_that_cannot_be_read_does_not_spoil_the_others() {
    let json = json!({"type": "oauth2", "flows": {
        "authorizationCode": {"tokenUrl": 5}, "clientCredentials": 7, "implicit": "x", "password": {},
    }});
    let mut flows = OAuthFlows::default();
    flows.password = Some(PasswordOAuthFlow::default());
    let oauth = SecurityScheme::OAuth2(OAuth2SecurityScheme::new(flows));
    assert_eq!(serde_json::from_value::<SecurityScheme>(json.clone()).unwrap(), oauth);
    // As v1.0 reads the same.
    let new = serde_json::from_value::<security::SecurityScheme>(json).unwrap();
    assert_eq!(security::SecurityScheme::from(oauth), new);
}

#[test]
fn what_v0_3_has_no_form_for_is_left_out_or_the_nearest() {
    let old = |scheme: security::SecurityScheme| SecurityScheme::from(scheme);
    let device = DeviceCodeOAuthFlow::new("d", "t", scopes());
    let no_flow = OAuth2SecurityScheme::new(OAuthFlows::default());
    assert_eq!(old(security::OAuth2SecurityScheme::new(device).into()), SecurityScheme::OAuth2(no_flow));
    let mut code = AuthorizationCodeOAuthFlow::new("a", "t", scopes());
    let mut flows = OAuthFlows::default();
    flows.authorization_code = Some(code.clone());
    code.pkce_required = true;
    let oauth = SecurityScheme::OAuth2(OAuth2SecurityScheme::new(flows));
    assert_eq!(old(security::OAuth2SecurityScheme::new(code).into()), oauth);
    let header = SecurityScheme::ApiKey(ApiKeySecurityScheme::new("header", "k"));
    assert_eq!(old(ApiKeySecurityScheme::new("body", "k").into()), header);
}

#[test]
fn only_interfaces_of_v0_3_are_on_a_card_of_v0_3() {
    let interface =
        |url: &str, version: &str| a2a_core::AgentInterface::new(url, ProtocolBinding::JsonRpc, version);
    let card = a2a_core::AgentCard::new("n", "d", "1")
        .with_interface(interface("http://new", "1.0"))
        .with_interface(interface("http://a", "0.3").with_tenant("t".parse().unwrap()))
        .with_interface(interface("http://unsaid", ""))
        .with_interface(interface("http://a", "0.3.0"))
        .with_interface(interface("http://older", "0.2.6"))
        .with_interface(interface("http://b", "0.3.1"));
    let mut expected = AgentCard::new("n", "d", "1", "http://a");
    expected.additional_interfaces = vec![AgentInterface::new("http://b", "JSONRPC")];
    assert_eq!(AgentCard::try_from(card), Ok(expected));
}

#[test]
fn a_transport_that_a_card_of_v1_0_does_not_say_is_not_said_in_v0_3() {
    let unsaid = a2a_core::AgentInterface::new("http://a", "", "0.3");
    let mut expected = AgentCard::new("n", "d", "1", "http://a");
    expected.preferred_transport = None;
    assert_eq!(
        AgentCard::try_from(a2a_core::AgentCard::new("n", "d", "1").with_interface(unsaid)),
        Ok(expected)
    );
}

#[test]
fn a_card_without_an_interface_of_v0_3_has_no_form_in_it() {
    let none = a2a_core::AgentCard::new("n", "d", "1");
    let new =
        none.clone().with_interface(a2a_core::AgentInterface::new("u", ProtocolBinding::JsonRpc, "1.0"));
    for card in [none, new] {
        let error = AgentCard::try_from(card).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::VersionNotSupported);
        assert_eq!(error.message(), "The card of \"n\" has no interface of version 0.3");
    }
}

proptest! {
    #[test]
    fn a_card_that_has_a_form_in_v0_3_comes_back_from_it(card in card(Range::V0_3)) {
        let old = AgentCard::try_from(card.clone()).unwrap();
        prop_assert_eq!(&a2a_core::AgentCard::from(old.clone()), &card);
        let json = serde_json::to_string(&old).unwrap();
        prop_assert_eq!(&serde_json::from_str::<AgentCard>(&json).unwrap(), &old);
        prop_assert_eq!(serde_json::from_str::<a2a_core::AgentCard>(&json).unwrap(), card, "read as it came");
    }
}
