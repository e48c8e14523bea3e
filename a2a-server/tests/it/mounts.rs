//! The routes within an app of somebody's own, and in a browser's page.

use std::net::SocketAddr;

use a2a_server::{Cors, ServeError, Server};
use axum::{Router, routing};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::echo,
    support::{Answer, Wire, card, envelope, request, says, serve, short},
};

async fn app(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    addr
}

fn server() -> Server {
    let builder = Server::builder(card(), echo()).allow_anonymous().limits(short());
    builder.public_url("http://localhost/").build().unwrap()
}

async fn post(addr: SocketAddr, path: &str, body: &[u8]) -> Answer {
    Wire::send(addr, &request("POST", path, &[], body)).await.answer("POST").await
}

#[tokio::test]
async fn a_service_that_is_nested_answers_with_and_without_a_slash_at_the_end() {
    let home = routing::get(async || "home");
    let nested = Router::new().route("/", home).nest_service("/jsonrpc", server().into_router());
    let addr = app(nested.nest_service("/a/v1", server().into_router())).await;
    let call = envelope("SendMessage", &json!({ "message": says("x") }));
    let send = json!({ "message": says("x") }).to_string().into_bytes();
    for (path, body) in [
        ("/jsonrpc", &call),
        ("/jsonrpc/", &call),
        ("/jsonrpc/message:send", &send),
        ("/jsonrpc/v1/message:send", &send),
        ("/jsonrpc/acme/message:send", &send),
        ("/a/v1/", &call),
        ("/a/v1/message:send", &send),
        ("/a/v1/v1/message:send", &send),
    ] {
        assert_eq!(post(addr, path, body).await.status, 200, "{path}");
    }
    let card = request("GET", "/jsonrpc/.well-known/agent-card.json", &[], b"");
    assert_eq!(Wire::send(addr, &card).await.answer("GET").await.status, 200);
    let home = Wire::send(addr, &request("GET", "/", &[], b"")).await.answer("GET").await;
    assert_eq!(home.body, b"home");
}

#[tokio::test]
async fn a_router_may_be_nested_or_merged_beside_routes_and_a_fallback_of_the_app() {
    let own = Router::new()
        .route("/", routing::get(async || "home"))
        .route("/{user}/profile", routing::get(async || "you"));
    let merged = own.merge(server().into_router()).nest("/nested", server().into_router());
    let addr = app(merged.fallback(async || "nothing")).await;
    let call = envelope("SendMessage", &json!({ "message": says("x") }));
    let send = json!({ "message": says("x") }).to_string().into_bytes();
    for (path, body) in
        [("/", &call), ("/message:send", &send), ("/nested", &call), ("/nested/message:send", &send)]
    {
        let answer = post(addr, path, body).await;
        assert_eq!((answer.status, answer.json().is_object()), (200, true), "{path}");
    }
    for (path, expected) in [("/", "home"), ("/ann/profile", "you"), ("/else", "nothing")] {
        let answer = Wire::send(addr, &request("GET", path, &[], b"")).await.answer("GET").await;
        assert_eq!(String::from_utf8(answer.body).unwrap(), expected, "{path}");
    }
    let lost = Wire::send(addr, &request("GET", "/tasks/a/b", &[], b"")).await.answer("GET").await;
    assert_eq!((lost.status, &lost.json()["error"]["status"]), (404, &json!("UNIMPLEMENTED")));
}

#[tokio::test]
async fn a_page_may_call_where_its_origin_may_and_is_shown_the_headers_of_the_protocol() {
    let page = "https://inspector.example.com";
    for (cors, origin, allowed) in [
        (Cors::any(), page, Some("*")),
        (Cors::origins([page]), page, Some(page)),
        (Cors::origins([page]), "https://elsewhere.example.com", None),
    ] {
        // Nobody's credentials come with what a browser asks first.
        let builder = Server::builder(card(), echo()).callers_from_extensions().limits(short());
        let host = serve(builder.cors(cors)).await;
        for path in ["/", "/message:send", "/v1/tasks/a:cancel", "/.well-known/agent-card.json"] {
            let asks = [
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "content-type,a2a-version,authorization,x-api-key"),
            ];
            let answer = host.http("OPTIONS", path, &asks, b"").await;
            assert_eq!(
                (answer.status, answer.header("access-control-allow-origin")),
                (200, allowed),
                "{path}"
            );
            let headers = answer.header("access-control-allow-headers");
            assert_eq!(headers, Some("content-type,a2a-version,authorization,x-api-key"));
            let methods = answer.header("access-control-allow-methods").unwrap().to_owned();
            assert!(["GET", "POST", "DELETE"].iter().all(|method| methods.contains(method)), "{methods}");
        }
        let refused = host.http("POST", "/message:send", &[("origin", origin)], b"{}").await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, allowed));
        let exposed = refused.header("access-control-expose-headers").unwrap_or_default();
        for header in ["a2a-version", "a2a-extensions", "x-a2a-extensions", "www-authenticate"] {
            assert!(exposed.contains(header), "{exposed}");
        }
    }
}

#[test]
fn what_is_no_origin_is_refused_when_the_server_is_built() {
    for origin in ["", "example.com", "https://example.com/", "https://*.example.com", "https://a\nb", "*"] {
        let built = Server::builder(card(), echo()).allow_anonymous().cors(Cors::origins([origin])).build();
        assert!(matches!(built, Err(ServeError::Origin(said)) if said == origin), "{origin}");
    }
}
