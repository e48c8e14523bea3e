//! The public card.

use a2a_core::{AgentCard, AgentInterface, ProtocolBinding, Version, v0_3};
use a2a_server::Server;
use pretty_assertions::assert_eq;

use crate::{
    agents::echo,
    support::{Host, card, serve},
};

const PATH: &str = "/.well-known/agent-card.json";

async fn host() -> Host {
    serve(Server::builder(card(), echo()).allow_anonymous()).await
}

#[tokio::test]
async fn the_card_says_where_the_server_is_and_what_it_does() {
    let host = host().await;
    let answer = host.http("GET", PATH, &[], b"").await;
    let served: AgentCard = serde_json::from_slice(&answer.body).unwrap();
    let url = format!("http://{}", host.addr);
    let rpc = |version| AgentInterface::new(format!("{url}/"), ProtocolBinding::JsonRpc, version);
    let rest = |version| AgentInterface::new(&url, ProtocolBinding::HttpJson, version);
    let grpc = |version| AgentInterface::new(host.addr.to_string(), ProtocolBinding::Grpc, version);
    let all = ["1.0", "0.3"].map(|version| [rpc(version), rest(version), grpc(version)]);
    let spoken = |interface: &AgentInterface| {
        cfg!(feature = "grpc") || interface.protocol_binding != ProtocolBinding::Grpc
    };
    let spoken: Vec<_> = all.into_iter().flatten().filter(spoken).collect();
    assert_eq!(served.supported_interfaces, spoken);
    assert_eq!(served.capabilities.streaming, Some(true));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    assert!(answer.header("etag").unwrap().starts_with('"'));
}

#[tokio::test]
async fn a_card_that_is_known_is_not_sent_again() {
    let host = host().await;
    let first = host.http("GET", PATH, &[], b"").await;
    let etag = first.header("etag").unwrap();
    let weak = format!("\"other\", W/{etag}");
    for tags in [etag, &weak, "*"] {
        let answer = host.http("GET", PATH, &[("if-none-match", tags)], b"").await;
        assert_eq!((answer.status, answer.header("etag")), (304, Some(etag)));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    }
    assert_eq!(host.http("GET", PATH, &[("if-none-match", "\"other\"")], b"").await.status, 200);
}

#[tokio::test]
async fn the_head_of_the_card_is_that_of_the_card() {
    let host = host().await;
    let (got, head) = (host.http("GET", PATH, &[], b"").await, host.http("HEAD", PATH, &[], b"").await);
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["etag", "cache-control", "content-type", "content-length"] {
        assert_eq!(head.header(name), got.header(name), "{name}");
    }
}

#[tokio::test]
async fn the_card_is_one_of_both_versions_where_both_are_spoken() {
    let host = host().await;
    let answer = host.http("GET", PATH, &[], b"").await;
    let old: v0_3::AgentCard = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(old.url, format!("http://{}/", host.addr));
    assert_eq!(old.additional_interfaces.len(), if cfg!(feature = "grpc") { 2 } else { 1 });

    let host = serve(Server::builder(card(), echo()).allow_anonymous().versions([Version::V1_0])).await;
    let json = host.http("GET", PATH, &[], b"").await.json();
    assert_eq!(json["url"], serde_json::Value::Null);
    let versions = json["supportedInterfaces"].as_array().unwrap().iter();
    assert!(versions.map(|interface| &interface["protocolVersion"]).all(|version| version == "1.0"));
}
