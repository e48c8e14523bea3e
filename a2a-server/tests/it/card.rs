//! The public card.

use a2a_core::AgentCard;
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
    assert_eq!(served.supported_interfaces[0].url, format!("{url}/"));
    assert_eq!(served.supported_interfaces[1].url, url);
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
