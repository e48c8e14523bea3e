//! Where the card says that its agent is.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use a2a_core::{AgentCard, AgentCardSignature, AgentInterface, ProtocolBinding};
use a2a_server::{ServeError, Server, ServerBuilder};
use pretty_assertions::assert_eq;
use tracing::{
    Level, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::{
    agents::echo,
    support::{Answer, Wire, card, serve},
};

const PATH: &str = "/.well-known/agent-card.json";

fn builder() -> ServerBuilder {
    Server::builder(card(), echo()).allow_anonymous()
}

async fn get(addr: std::net::SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers: String = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    let bytes = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
    Wire::send(addr, bytes.as_bytes()).await.answer("GET").await
}

fn urls(answer: &Answer) -> Vec<(String, ProtocolBinding)> {
    let card: AgentCard = serde_json::from_slice(&answer.body).unwrap();
    let newest = card.supported_interfaces.iter().filter(|interface| interface.protocol_version == "1.0");
    newest.map(|interface| (interface.url.clone(), interface.protocol_binding.clone())).collect()
}

/// The URL that a card has for JSON-RPC; that for HTTP+JSON has to be the same without a slash at its end.
fn url(answer: &Answer) -> String {
    assert_eq!(answer.status, 200);
    let urls = urls(answer);
    let ((url, first), (rest, second)) = (&urls[0], &urls[1]);
    assert_eq!((first, second), (&ProtocolBinding::JsonRpc, &ProtocolBinding::HttpJson));
    assert_eq!(url.trim_end_matches('/'), rest);
    url.clone()
}

#[tokio::test]
async fn a_fixed_url_is_the_cards_whatever_a_request_says() {
    let host = serve(builder().public_url("https://example.com/echo/")).await;
    for headers in [
        &[("host", "test")][..],
        &[("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")],
    ] {
        let answer = get(host.addr, PATH, headers).await;
        assert_eq!((url(&answer).as_str(), answer.header("vary")), ("https://example.com/echo/", None));
    }
    let host = serve(builder().public_url("https://example.com").grpc_url("example.com:443")).await;
    let named = urls(&get(host.addr, PATH, &[("host", "test")]).await);
    let mut expected = vec![
        ("https://example.com/".to_owned(), ProtocolBinding::JsonRpc),
        ("https://example.com".to_owned(), ProtocolBinding::HttpJson),
    ];
    if cfg!(feature = "grpc") {
        expected.push(("example.com:443".to_owned(), ProtocolBinding::Grpc));
    }
    assert_eq!(named, expected);
}

#[tokio::test]
async fn what_cant_be_a_url_is_refused_when_the_server_is_built() {
    for wrong in [
        "",
        "example.com",
        "/echo",
        "ftp://example.com/",
        "https://",
        "https://a@b/",
        "http://a/?b",
        "http://a/#b",
    ] {
        let fixed = builder().public_url(wrong).build().unwrap_err();
        assert!(matches!(&fixed, ServeError::PublicUrl { url, .. } if url == wrong), "{fixed}");
        let chosen = builder().public_url_from_hosts(["http://a/", wrong]).build().unwrap_err();
        assert!(matches!(&chosen, ServeError::PublicUrl { url, .. } if url == wrong), "{chosen}");
    }
    builder().public_url_from_hosts([""; 0]).build().unwrap_err();
}

#[tokio::test]
async fn a_host_chooses_among_the_urls_it_may() {
    let sites = ["https://Agents.example.com/echo/", "http://echo.internal:8080/", "http://[::1]:80/"];
    let host = serve(builder().public_url_from_hosts(sites)).await;
    for (named, expected) in [
        ("agents.example.com", sites[0]),
        ("AGENTS.example.com:443", sites[0]),
        ("echo.internal:8080", sites[1]),
        ("[::1]", sites[2]),
        // Not among them: another host, another port, and nothing that is one.
        ("evil.example", sites[0]),
        ("echo.internal", sites[0]),
        ("echo.internal:8081", sites[0]),
        ("me@echo.internal:8080", sites[1]),
        ("a b", sites[0]),
    ] {
        let answer = get(host.addr, PATH, &[("host", named)]).await;
        assert_eq!((url(&answer).as_str(), answer.header("vary")), (expected, Some("host")), "{named}");
    }
    // The target of a request can name the host as well, and then counts.
    let absolute = format!("http://echo.internal:8080{PATH}");
    assert_eq!(url(&get(host.addr, &absolute, &[("host", "agents.example.com")]).await), sites[1]);
}

#[tokio::test]
async fn each_variant_has_a_tag_of_its_own() {
    let host = serve(builder().public_url_from_hosts(["http://a/", "http://b/"])).await;
    let (a, b) = (get(host.addr, PATH, &[("host", "a")]).await, get(host.addr, PATH, &[("host", "b")]).await);
    let (tag_a, tag_b) = (a.header("etag").unwrap(), b.header("etag").unwrap());
    assert_ne!(tag_a, tag_b);
    let known = get(host.addr, PATH, &[("host", "a"), ("if-none-match", tag_a)]).await;
    assert_eq!((known.status, known.header("vary"), known.header("etag")), (304, Some("host"), Some(tag_a)));
    assert_eq!(get(host.addr, PATH, &[("host", "a"), ("if-none-match", tag_b)]).await.status, 200);
}

#[tokio::test]
async fn a_version_asked_for_doesnt_change_the_card() {
    let host = serve(builder()).await;
    let plain = get(host.addr, PATH, &[("host", "test")]).await;
    for version in ["1.0", "0.3", "7.0"] {
        let asked = get(host.addr, PATH, &[("host", "test"), ("a2a-version", version)]).await;
        assert_eq!((asked.status, &asked.body), (200, &plain.body));
    }
}

/// Headers of a proxy, and the URL they make.
const FORWARDED: &[(&[(&str, &str)], &str)] = &[
    (&[], "http://inner:8080/"),
    (&[("x-forwarded-proto", "https")], "https://inner:8080/"),
    (&[("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example")], "https://a.example/"),
    (
        &[("x-forwarded-proto", "HTTPS, http"), ("x-forwarded-host", "a.example, b.example")],
        "https://a.example/",
    ),
    (&[("x-forwarded-host", "a.example:8443"), ("x-forwarded-port", "1")], "http://a.example:8443/"),
    (
        &[("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example"), ("x-forwarded-port", "443")],
        "https://a.example/",
    ),
    (
        &[("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example"), ("x-forwarded-port", "444")],
        "https://a.example:444/",
    ),
    (&[("x-forwarded-proto", "https"), ("x-forwarded-port", "443")], "https://inner/"),
    (
        &[("x-forwarded-host", "a.example"), ("x-forwarded-prefix", "/agents/echo/")],
        "http://a.example/agents/echo/",
    ),
    (&[("x-forwarded-host", "[2001:db8::1]:81")], "http://[2001:db8::1]:81/"),
    (&[("forwarded", "for=192.0.2.60;Proto=https;by=203.0.113.43;host=a.example")], "https://a.example/"),
    (
        &[("forwarded", r#"for="[2001:db8::1], x"; host="a.example:81" , host=b.example"#)],
        "http://a.example:81/",
    ),
    (&[("forwarded", "host=evil.example"), ("x-forwarded-proto", "https")], "https://inner:8080/"),
    // What makes no sense counts as unsaid.
    (&[("x-forwarded-proto", "javascript"), ("x-forwarded-host", "a.example")], "http://a.example/"),
    (&[("x-forwarded-host", "me@a.example")], "http://inner:8080/"),
    (&[("x-forwarded-host", "a.example/path?x=<script>")], "http://inner:8080/"),
    (&[("x-forwarded-host", "a'b")], "http://inner:8080/"),
    (&[("x-forwarded-port", "99999")], "http://inner:8080/"),
    (&[("x-forwarded-prefix", "//evil.example")], "http://inner:8080/"),
    (&[("x-forwarded-prefix", "agents")], "http://inner:8080/"),
    (&[("x-forwarded-prefix", "/a?b")], "http://inner:8080/"),
    (&[("forwarded", "proto=\"https;host=\"a")], "http://inner:8080/"),
    (&[("forwarded", "=;,\"\\")], "http://inner:8080/"),
];

#[tokio::test]
async fn a_proxy_that_is_believed_says_the_url() {
    let host = serve(builder().public_url_from_proxy()).await;
    let vary = "forwarded, x-forwarded-proto, x-forwarded-host, x-forwarded-port, x-forwarded-prefix, host";
    for (headers, expected) in FORWARDED {
        let headers = [&[("host", "inner:8080")], *headers].concat();
        let answer = get(host.addr, PATH, &headers).await;
        assert_eq!((url(&answer).as_str(), answer.header("vary")), (*expected, Some(vary)), "{headers:?}");
    }
    let nowhere = get(host.addr, PATH, &[("host", "me@nowhere")]).await;
    assert_eq!(url(&nowhere), format!("http://{}/", host.addr));
}

#[tokio::test]
async fn more_urls_than_are_kept_are_all_answered() {
    let host = serve(builder().public_url_from_proxy()).await;
    for round in 0..2 {
        for number in 0..200 {
            let named = format!("host-{number}");
            let answer = get(host.addr, PATH, &[("host", &named)]).await;
            assert_eq!(url(&answer), format!("http://{named}/"), "round {round}");
        }
    }
}

#[tokio::test]
async fn interfaces_that_the_card_names_itself_are_left_alone() {
    let own = AgentInterface::new("https://example.com/rpc", ProtocolBinding::JsonRpc, "1.0");
    let card = card().with_interface(own.clone());
    let host =
        serve(Server::builder(card, echo()).allow_anonymous().public_url("https://example.com/")).await;
    let served: AgentCard =
        serde_json::from_slice(&get(host.addr, PATH, &[("host", "test")]).await.body).unwrap();
    assert_eq!(served.supported_interfaces, [own]);
}

#[tokio::test]
async fn a_signed_card_is_served_as_it_is() {
    let mut signed = card();
    signed.signatures.push(AgentCardSignature::new("e30", "c2ln"));
    let builder = Server::builder(signed.clone(), echo()).allow_anonymous();
    let host = serve(builder.public_url("https://example.com/").extended_card(card())).await;
    let served = get(host.addr, PATH, &[("host", "test")]).await;
    assert_eq!(served.json(), serde_json::to_value(signed).unwrap());
}

/// What a server that isn't mounted says of its card when it is made ready.
fn mounted(builder: ServerBuilder) -> Vec<String> {
    let heard = Heard::default();
    let server = builder.build().unwrap();
    drop(tracing::subscriber::with_default(heard.clone(), || server.into_router()));
    heard.0.lock().unwrap().clone()
}

/// The same of one that listens.
async fn bound(builder: ServerBuilder, addr: &str) -> Vec<String> {
    let heard = Heard::default();
    let bound = builder.build().unwrap().bind(addr).await.unwrap();
    let handle = bound.handle();
    handle.shutdown();
    let _guard = tracing::subscriber::set_default(heard.clone());
    bound.run().await.unwrap();
    heard.0.lock().unwrap().clone()
}

#[test]
fn a_card_that_nobody_can_use_is_warned_of_where_it_is_mounted() {
    assert_eq!(mounted(builder()).len(), 1);
    assert!(mounted(builder())[0].starts_with("WARN the card names no interface"));
    assert!(mounted(builder().public_url("http://0.0.0.0:80/"))[0].contains("can't be called"));
    let relative = AgentInterface::new("/rpc", ProtocolBinding::JsonRpc, "1.0");
    let relative = Server::builder(card().with_interface(relative), echo()).allow_anonymous();
    assert!(mounted(relative)[0].starts_with("WARN the card names an interface whose URL can't be called"));
    assert!(
        mounted(builder().public_url("http://example.com/"))[0]
            .starts_with("INFO the card names a URL without TLS")
    );
    for fine in [
        "https://example.com/",
        "http://localhost:80/",
        "http://10.0.0.7/",
        "http://agent:8080/",
        "http://[fd00::1]/",
    ] {
        assert_eq!(mounted(builder().public_url(fine)), [""; 0], "{fine}");
    }
}

#[tokio::test]
async fn a_server_for_all_addresses_names_one_and_warns_that_it_leads_nowhere_else() {
    let said = bound(builder(), "0.0.0.0:0").await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("WARN the server can be reached from elsewhere, but its card names this machine")
    );
    assert_eq!(bound(builder().public_url("https://example.com/"), "0.0.0.0:0").await, [""; 0]);
    assert_eq!(bound(builder(), "127.0.0.1:0").await, [""; 0]);

    let bound = builder().build().unwrap().bind("0.0.0.0:0").await.unwrap();
    assert_eq!(bound.url(), format!("http://127.0.0.1:{}/", bound.local_addr().port()));
    let (addr, named) = (bound.local_addr(), bound.url().to_owned());
    tokio::spawn(bound.run());
    assert_eq!(url(&get(addr, PATH, &[("host", "test")]).await), named);
}

/// Hears what is said at the level of information and above.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Subscriber for Heard {
    fn enabled(&self, of: &tracing::Metadata<'_>) -> bool {
        *of.level() <= Level::INFO && of.is_event()
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut said = Said(format!("{} ", event.metadata().level()));
        event.record(&mut said);
        self.0.lock().unwrap().push(said.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Said(String);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").unwrap();
        }
    }
}
