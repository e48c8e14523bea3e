//! Cards of v0.3 as native cards.

use a2a_core::{AgentCard, AgentInterface, ProtocolBinding, SecurityRequirement, v0_3};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::read;

const GO_V0_3: &str = include_str!("../fixtures/cards/go_v0_3.json");

fn interfaces(json: &Value) -> Vec<AgentInterface> {
    let mut card = json.clone();
    card["name"] = json!("n");
    read(card).supported_interfaces
}

#[test]
fn a_card_of_v0_3_is_read_with_its_url_as_the_first_interface() {
    let card: AgentCard = serde_json::from_str(GO_V0_3).unwrap();
    let url = "http://127.0.0.1:28500/invoke";
    assert_eq!(card.supported_interfaces, [AgentInterface::new(url, ProtocolBinding::JsonRpc, "0.3")]);
    assert_eq!((card.name.as_str(), card.skills.len()), ("scripted", 1));
    let old: v0_3::AgentCard = serde_json::from_str(GO_V0_3).unwrap();
    assert_eq!(card, old.into(), "in two steps as in one");
}

#[test]
fn additional_interfaces_follow_but_for_the_one_that_is_the_main_one() {
    let all = json!({
        "url": "http://a", "preferredTransport": "GRPC", "protocolVersion": "0.3.2",
        "additionalInterfaces": [
            {"url": "http://a", "transport": "GRPC"},
            {"url": "http://a", "transport": "JSONRPC"},
            {"url": "http://b", "transport": "GRPC"},
            {"url": "http://b", "transport": "GRPC"},
        ],
    });
    let expected = [
        AgentInterface::new("http://a", ProtocolBinding::Grpc, "0.3"),
        AgentInterface::new("http://a", ProtocolBinding::JsonRpc, "0.3"),
        AgentInterface::new("http://b", ProtocolBinding::Grpc, "0.3"),
        AgentInterface::new("http://b", ProtocolBinding::Grpc, "0.3"),
    ];
    assert_eq!(interfaces(&all), expected);
    let snake = json!({
        "url": "http://a", "preferred_transport": "GRPC", "protocol_version": "0.3.2",
        "additional_interfaces": all["additionalInterfaces"],
    });
    assert_eq!(interfaces(&snake), expected);
}

#[test]
fn a_transport_that_is_not_said_is_json_rpc_and_a_version_is_0_3() {
    for (json, version) in [
        (json!({"url": "u"}), "0.3"),
        (json!({"url": "u", "preferredTransport": null, "protocolVersion": null}), "0.3"),
        (json!({"url": "u", "preferredTransport": "", "protocolVersion": ""}), "0.3"),
        (json!({"url": "u", "protocolVersion": "0.3"}), "0.3"),
        (json!({"url": "u", "protocolVersion": "0.2.6"}), "0.2"),
        (json!({"url": "u", "protocolVersion": "1.0"}), "1.0"),
        (json!({"url": "u", "protocolVersion": "latest"}), "latest"),
    ] {
        assert_eq!(
            interfaces(&json),
            [AgentInterface::new("u", ProtocolBinding::JsonRpc, version)],
            "{json}"
        );
    }
    let only_additional = json!({"additionalInterfaces": [{"url": "u", "transport": "GRPC"}]});
    assert_eq!(interfaces(&only_additional), [AgentInterface::new("u", ProtocolBinding::Grpc, "0.3")]);
    assert_eq!(interfaces(&json!({"protocolVersion": "0.3.0"})), []);
}

#[test]
fn interfaces_of_v1_0_hold_where_there_are_any() {
    let old = json!({"url": "old", "preferredTransport": "GRPC", "protocolVersion": "0.3.0"});
    let with = |interfaces: Value| {
        let mut card = old.clone();
        card["supportedInterfaces"] = interfaces;
        card
    };
    let new = with(json!([{"url": "new", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}]));
    assert_eq!(interfaces(&new), [AgentInterface::new("new", ProtocolBinding::JsonRpc, "1.0")]);
    for none in [json!([]), json!(null)] {
        assert_eq!(interfaces(&with(none)), [AgentInterface::new("old", ProtocolBinding::Grpc, "0.3")]);
    }
}

#[test]
fn what_is_required_is_read_in_either_form_and_v1_0_holds() {
    let old = || SecurityRequirement::new().with_scheme("old", ["read"]);
    let new = || SecurityRequirement::new().with_scheme("new", [] as [&str; 0]);
    for (new_form, expected) in
        [(json!(null), vec![old()]), (json!([]), vec![]), (json!([{"schemes": {"new": {}}}]), vec![new()])]
    {
        let card = json!({
            "name": "n", "security": [{"old": ["read"]}], "securityRequirements": new_form,
            "skills": [{"id": "s", "security": [{"old": ["read"]}], "securityRequirements": new_form}],
        });
        let card = read(card);
        assert_eq!(card.security_requirements, expected);
        assert_eq!(card.skills[0].security_requirements, expected);
    }
    let card = read(json!({"name": "n", "security": [{"old": ["read"]}], "skills": [{"security": [{}]}]}));
    assert_eq!(card.security_requirements, [old()]);
    assert_eq!(card.skills[0].security_requirements, [SecurityRequirement::new()]);
}

#[test]
fn an_extended_card_is_said_in_either_version() {
    let v1 = json!([{"url": "u", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}]);
    for (interfaces, new, old, expected) in [
        (json!(null), json!(null), json!(true), Some(true)),
        (json!(null), json!(null), json!(false), Some(false)),
        (json!(null), json!(false), json!(true), Some(false)),
        (v1.clone(), json!(null), json!(true), Some(true)),
        // It would be a change to what a signature covers.
        (v1.clone(), json!(null), json!(false), None),
        (v1, json!(true), json!(false), Some(true)),
    ] {
        let card = read(json!({
            "name": "n", "url": "u", "supportedInterfaces": interfaces,
            "capabilities": {"extendedAgentCard": new}, "supportsAuthenticatedExtendedCard": old,
        }));
        assert_eq!(card.capabilities.extended_agent_card, expected);
    }
}

#[test]
fn what_of_v0_3_cannot_be_read_does_not_spoil_the_card() {
    let junk = json!({
        "name": "n", "url": 5, "preferredTransport": ["GRPC"], "additionalInterfaces": {"url": "u"},
        "protocolVersion": 0.3, "security": "none", "supportsAuthenticatedExtendedCard": "true",
        "skills": [{"id": "s", "security": 5}],
    });
    let plain = json!({"name": "n", "skills": [{"id": "s"}]});
    assert_eq!(read(junk), read(plain));
}
