//! The card for callers who are known.

use a2a_core::{
    AgentCapabilities, AgentCard, AgentCardSignature, AgentSkill, CallParams, Caller, CallerKind,
    GetExtendedAgentCardRequest, Operations as _,
};
use a2a_server::{Credentials, Denial, Server, ServerBuilder};
use axum::http::HeaderValue;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::echo,
    support::{Answer, Host, card, code, envelope, serve},
};

fn credentials() -> Credentials {
    ["ann", "bob", "forbidden", "again", "panic"]
        .into_iter()
        .fold(Credentials::new(), |known, name| known.with_bearer(name, Caller::new(CallerKind::User, name)))
}

/// The card with a skill more.
fn more(name: &str) -> AgentCard {
    card().with_skill(AgentSkill::new(name, name, "For those who are known", ["more"]))
}

fn builder() -> ServerBuilder {
    Server::builder(card(), echo()).authenticator(credentials()).allow_anonymous()
}

/// A way to ask for the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    JsonRpc,
    OldJsonRpc,
    Rest,
    OldRest,
}

use Binding::{JsonRpc, OldJsonRpc, OldRest, Rest};

const BINDINGS: [Binding; 4] = [JsonRpc, OldJsonRpc, Rest, OldRest];

async fn ask_over(host: &Host, binding: Binding, who: &str) -> Answer {
    let bearer = format!("Bearer {who}");
    let headers = [("authorization", bearer.as_str())];
    let headers = if who.is_empty() { &[][..] } else { &headers };
    let rpc = |method| envelope(method, &json!({}));
    let (method, path, body) = match binding {
        JsonRpc => ("POST", "/", rpc("GetExtendedAgentCard")),
        OldJsonRpc => ("POST", "/", rpc("agent/getAuthenticatedExtendedCard")),
        Rest => ("GET", "/extendedAgentCard", Vec::new()),
        OldRest => ("GET", "/v1/card", Vec::new()),
    };
    host.http(method, path, headers, &body).await
}

async fn ask(host: &Host, who: &str) -> Answer {
    ask_over(host, JsonRpc, who).await
}

/// Whether the error is the one of this code over JSON-RPC, with this reason over REST.
fn assert_refused(answer: &Answer, binding: Binding, error: (i64, &str)) {
    let body = String::from_utf8_lossy(&answer.body);
    match binding {
        JsonRpc | OldJsonRpc => assert_eq!((answer.status, code(&answer.json()).0), (200, error.0), "{body}"),
        Rest => {
            let reason = &answer.json()["error"]["details"][0]["reason"];
            assert_eq!((answer.status, reason.as_str()), (400, Some(error.1)), "{body}");
        }
        OldRest => {
            assert_eq!((answer.status, answer.json()["code"].as_i64()), (400, Some(error.0)), "{body}");
        }
    }
}

const UNSUPPORTED: (i64, &str) = (-32004, "UNSUPPORTED_OPERATION");
const NOT_CONFIGURED: (i64, &str) = (-32007, "EXTENDED_AGENT_CARD_NOT_CONFIGURED");

fn read(answer: &Answer) -> AgentCard {
    serde_json::from_value(answer.json()["result"].clone()).unwrap()
}

async fn public(host: &Host) -> AgentCard {
    serde_json::from_slice(&host.http("GET", "/.well-known/agent-card.json", &[], b"").await.body).unwrap()
}

#[tokio::test]
async fn an_agent_that_declares_none_has_none() {
    let host = serve(builder()).await;
    assert_eq!(public(&host).await.capabilities.extended_agent_card, None);
    for binding in BINDINGS {
        for who in ["", "ann"] {
            assert_refused(&ask_over(&host, binding, who).await, binding, UNSUPPORTED);
        }
    }
    // Nor one whose card says so, whatever is configured.
    let card = card().with_capabilities(AgentCapabilities::new().with_extended_agent_card(false));
    let host =
        serve(Server::builder(card, echo()).authenticator(credentials()).extended_card(more("more"))).await;
    assert_eq!(public(&host).await.capabilities.extended_agent_card, Some(false));
    assert_eq!(code(&ask(&host, "ann").await.json()).0, -32004);
}

#[tokio::test]
async fn a_card_that_is_declared_and_not_configured_is_said_to_be_so() {
    let card = card().with_capabilities(AgentCapabilities::new().with_extended_agent_card(true));
    let host = serve(Server::builder(card, echo()).authenticator(credentials())).await;
    for binding in BINDINGS {
        assert_refused(&ask_over(&host, binding, "ann").await, binding, NOT_CONFIGURED);
    }
}

#[tokio::test]
async fn only_those_who_are_known_get_it() {
    let host = serve(builder().extended_card(more("more"))).await;
    for binding in BINDINGS {
        let stranger = ask_over(&host, binding, "").await;
        assert_eq!(
            (stranger.status, stranger.header("www-authenticate")),
            (401, Some("Bearer")),
            "{binding:?}"
        );
        let wrong = ask_over(&host, binding, "eve").await;
        let invalid = Some(r#"Bearer error="invalid_token""#);
        assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, invalid), "{binding:?}");
    }
    assert_eq!(ask(&host, "").await.json()["id"], 1);
    let public = public(&host).await;
    assert_eq!(public.capabilities.extended_agent_card, Some(true));
    let extended = read(&ask(&host, "ann").await);
    // All that the one says the other says, too.
    let mut expected = public;
    expected.skills = more("more").skills;
    assert_eq!(extended, expected);
    assert_eq!(extended.supported_interfaces[0].url, format!("http://{}/", host.addr));
    for binding in BINDINGS {
        let answer = ask_over(&host, binding, "ann").await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, Some("private, no-cache")),
            "{binding:?}"
        );
        let json = answer.json();
        let card = if matches!(binding, JsonRpc | OldJsonRpc) { &json["result"] } else { &json };
        assert_eq!(card["skills"][0]["id"], "more", "{binding:?}");
    }
}

#[tokio::test]
async fn who_asks_for_it_in_an_old_version_finds_what_that_version_looks_for() {
    let host = serve(builder().extended_card(more("more"))).await;
    let url = format!("http://{}/", host.addr);
    for binding in [OldJsonRpc, OldRest] {
        let answer = ask_over(&host, binding, "ann").await.json();
        let card = if binding == OldJsonRpc { &answer["result"] } else { &answer };
        assert_eq!(
            (&card["url"], &card["preferredTransport"]),
            (&json!(url), &json!("JSONRPC")),
            "{binding:?}"
        );
        assert_eq!(card["protocolVersion"], "0.3.0", "{binding:?}");
        assert_eq!(card["supportsAuthenticatedExtendedCard"], true, "{binding:?}");
    }
}

#[tokio::test]
async fn each_caller_gets_what_is_meant_for_them_or_why_not() {
    let host = serve(builder().extended_card(async |caller: Caller| match caller.subject.as_str() {
        "forbidden" => Err(Denial::forbidden()),
        "again" => Err(Denial::invalid().with_challenge(HeaderValue::from_static("Bearer scope=\"card\""))),
        "panic" => panic!("on request"),
        name => Ok(more(name)),
    }))
    .await;
    for name in ["ann", "bob"] {
        assert_eq!(read(&ask(&host, name).await).skills, more(name).skills);
    }
    for (who, status, challenge, kind) in [
        ("forbidden", 403, None, "The caller may not do this"),
        ("again", 401, Some("Bearer scope=\"card\""), "The credentials aren't valid"),
        ("panic", 200, None, "Internal error"),
    ] {
        for binding in BINDINGS {
            let answer = ask_over(&host, binding, who).await;
            let over_rest = matches!(binding, Rest | OldRest);
            let status = if over_rest && status == 200 { 500 } else { status };
            assert_eq!((answer.status, answer.header("www-authenticate")), (status, challenge), "{who}");
            assert!(String::from_utf8_lossy(&answer.body).contains(kind), "{binding:?} {who}");
        }
    }
}

#[tokio::test]
async fn a_card_that_is_signed_is_given_as_it_is() {
    let mut signed = more("more");
    signed.signatures.push(AgentCardSignature::new("e30", "c2ln"));
    let host = serve(builder().extended_card(signed.clone())).await;
    assert_eq!(ask(&host, "ann").await.json()["result"], serde_json::to_value(signed).unwrap());
}

#[tokio::test]
async fn it_names_the_url_that_it_was_asked_for_under() {
    let host =
        serve(builder().extended_card(more("more")).public_url_from_hosts(["http://a/", "http://test/x/"]))
            .await;
    assert_eq!(read(&ask(&host, "ann").await).supported_interfaces[0].url, "http://test/x/");
}

#[tokio::test]
async fn it_is_there_in_process_as_well() {
    let bound = builder().extended_card(more("more")).build().unwrap();
    // Who has the handle before the server listens learns where it does.
    let handle = bound.handle();
    let bound = bound.bind("127.0.0.1:0").await.unwrap();
    let request = GetExtendedAgentCardRequest::default;
    let known = handle.operations(Caller::new(CallerKind::User, "ann"));
    let given = known.get_extended_agent_card(CallParams::default(), request()).await.unwrap();
    assert_eq!(
        (given.skills, given.supported_interfaces[0].url.as_str()),
        (more("more").skills, bound.url())
    );
    let nobody = handle.operations(Caller::anonymous());
    let refused = nobody.get_extended_agent_card(CallParams::default(), request()).await.unwrap_err();
    assert_eq!(refused.message(), "Authentication required");
}
