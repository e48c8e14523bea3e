use a2a_client::{Client, ConnectError, ConnectErrorKind, FailureKind, MAX_CARD_BYTES};
use a2a_core::{AgentCard, AgentInterface, ErrorKind, ProtocolBinding};
use pretty_assertions::assert_eq;
use tokio::io::AsyncWriteExt as _;

use crate::peer::{DIRECT, Peer, Request, card, card_at, http, json, nowhere, result};

async fn refused(
    script: impl Fn(&Request) -> Vec<crate::peer::Step> + Send + Sync + 'static,
) -> ConnectError {
    let peer = Peer::start(script).await;
    Client::connect(&peer.url).await.unwrap_err()
}

#[tokio::test]
async fn a_base_leads_to_the_well_known_card_and_a_json_path_is_the_card() {
    for (path, asked) in [
        ("", "/.well-known/agent-card.json"),
        ("/agents/clerk/", "/agents/clerk/.well-known/agent-card.json"),
        ("/cards/clerk.json?v=1", "/cards/clerk.json?v=1"),
    ] {
        let mut peer = Peer::agent(|_| result(DIRECT)).await;
        let client = Client::connect(format!("{}{path}", peer.url)).await.unwrap();
        assert_eq!(client.card().map(|card| card.name.as_str()), Some("Clerk"));
        let request = peer.request().await;
        assert_eq!(request.line, format!("GET {asked} HTTP/1.1"));
        assert_eq!(request.header("a2a-version"), Some("1.0"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_card_in_hand_or_in_a_file_may_name_any_origin() {
    let peer = Peer::start(|_| result(DIRECT)).await;
    let interface = AgentInterface::new(&*peer.url, ProtocolBinding::JsonRpc, "1.0");
    let card = AgentCard::new("Clerk", "Pays", "1").with_interface(interface);
    let path = std::env::temp_dir().join(format!("a2a-client-card-{}.json", std::process::id()));
    std::fs::write(&path, serde_json::to_vec(&card).unwrap()).unwrap();

    let in_hand = Client::connect(card).await.unwrap();
    assert_eq!(in_hand.send_text("hello").await.unwrap().text(), "hi");
    let as_text = Client::connect(path.to_str().unwrap()).await.unwrap();
    assert_eq!(as_text.send_text("hello").await.unwrap().text(), "hi");
    let as_path = Client::connect(path.as_path()).await.unwrap();
    assert_eq!(as_path.card(), in_hand.card());
    std::fs::remove_file(&path).unwrap();

    let error = Client::connect(path).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::File);
}

#[tokio::test]
async fn the_first_interface_that_is_spoken_is_the_one() {
    let mut peer = Peer::start(|request| {
        let base = format!("http://{}", request.header("host").unwrap());
        let interface = |path: &str, binding: &str, version: &str| {
            serde_json::json!({"url": format!("{base}{path}"), "protocolBinding": binding, "protocolVersion": version})
        };
        let interfaces = [
            interface("/grpc", "GRPC", "1.0"),
            interface("/old", "JSONRPC", "0.3.0"),
            interface("/new", "JSONRPC", "1.1"),
            interface("/rpc", "JSONRPC", "1.0"),
        ];
        let card = serde_json::json!({"name": "Clerk", "supportedInterfaces": interfaces});
        if request.line.starts_with("GET") { json(200, &card.to_string()) } else { result(DIRECT) }
    })
    .await;
    let client = Client::connect(&peer.url).await.unwrap();
    client.send_text("hello").await.unwrap();
    peer.request().await;
    assert_eq!(peer.request().await.line, "POST /new HTTP/1.1");
}

#[tokio::test]
async fn a_card_without_an_interface_for_us_says_what_it_offers() {
    let error = refused(|_| json(200, r#"{"name":"Old","url":"http://x","protocolVersion":"0.3.0"}"#)).await;
    assert_eq!(error.kind(), ConnectErrorKind::NoInterface);
    let text = r#"{"name":"New","supportedInterfaces":[{"url":"http://x","protocolBinding":"GRPC","protocolVersion":"1.0"}]}"#;
    let error = refused(move |_| json(200, text)).await;
    assert_eq!(
        error.to_string(),
        r#"the card of "New" has no interface for JSON-RPC 1.x over HTTP; it offers GRPC 1.0 at "http://x""#
    );
}

#[tokio::test]
async fn an_interface_on_another_origin_is_called_only_if_that_is_trusted() {
    let mut other = Peer::start(|_| result(DIRECT)).await;
    let url = other.url.clone();
    let peer = Peer::start(move |_| json(200, &card_at(&url))).await;
    let builder = Client::builder().bearer("secret");
    let error = builder.clone().connect(&peer.url).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::UntrustedOrigin);
    let client = builder.trust_origin(&other.url).connect(&peer.url).await.unwrap();
    assert_eq!(client.send_text("hello").await.unwrap().text(), "hi");
    assert_eq!(other.request().await.header("authorization"), Some("Bearer secret"));
}

#[tokio::test]
async fn the_names_of_the_local_host_are_one_origin() {
    let peer = Peer::start(|request| {
        if request.line.starts_with("GET") {
            let url = card(request).replace("127.0.0.1", "localhost");
            json(200, &url)
        } else {
            result(DIRECT)
        }
    })
    .await;
    let client = Client::connect(&peer.url).await.unwrap();
    assert_eq!(client.send_text("hello").await.unwrap().text(), "hi");
}

#[tokio::test]
async fn a_redirect_to_another_origin_carries_no_credentials() {
    let mut other = Peer::start(|request| json(200, &card(request))).await;
    let location = format!("Location: {}/card.json\r\n", other.url);
    let mut peer = Peer::start(move |_| http(302, &location, "")).await;
    let builder = Client::builder().bearer("secret").header("x-api-key", "secret");
    // The card then names an interface where it came from, which isn't where the client was sent.
    let error = builder.connect(&peer.url).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::UntrustedOrigin);
    let (first, second) = (peer.request().await, other.request().await);
    assert_eq!(first.header("authorization"), Some("Bearer secret"));
    assert_eq!(first.header("x-api-key"), Some("secret"));
    assert_eq!([second.header("authorization"), second.header("x-api-key")], [None, None]);
    assert_eq!(second.header("a2a-version"), Some("1.0"));
}

#[tokio::test]
async fn redirects_do_not_go_round_for_ever() {
    let error = refused(|_| http(302, "Location: /again\r\n", "")).await;
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::Redirected));
}

#[tokio::test]
async fn what_is_not_a_card_is_refused() {
    let error = refused(|_| http(200, "Content-Type: text/html\r\n", "<html>")).await;
    assert_eq!(error.kind(), ConnectErrorKind::InvalidCard);
    let error = refused(|_| json(200, &" ".repeat(MAX_CARD_BYTES + 1))).await;
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::TooLarge));
    let error = refused(|_| http(404, "", "nothing")).await;
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::Agent(ErrorKind::MethodNotFound)));
    assert_eq!((error.http_status(), error.is_retryable()), (Some(404), false));
    let error = refused(|_| http(503, "", "")).await;
    assert!(error.is_retryable());
}

#[tokio::test]
async fn targets_and_settings_are_checked_before_anything_is_sent() {
    for target in ["ftp://host/card", "http://", "https://user:secret@host"] {
        let error = Client::connect(target).await.unwrap_err();
        assert_eq!(error.kind(), ConnectErrorKind::InvalidTarget);
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
    assert_eq!(Client::connect("localhost:8080").await.unwrap_err().kind(), ConnectErrorKind::File);
    for builder in [
        Client::builder().header("bad name", "value"),
        Client::builder().header("name", "bad\nvalue"),
        Client::builder().bearer("bad\ntoken"),
        Client::builder().trust_origin("not an origin"),
    ] {
        let error = builder.connect("http://127.0.0.1:9").await.unwrap_err();
        assert_eq!(error.kind(), ConnectErrorKind::InvalidSetting);
    }
}

#[tokio::test]
async fn an_agent_that_is_down_is_unreachable_and_worth_another_try() {
    let (url, _socket) = nowhere();
    let error = Client::connect(url).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::Unreachable));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn https_to_a_peer_without_tls_fails_and_does_not_panic() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let error = Client::connect(url).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::Unreachable));
}
