//! Several agents in one program.

use std::net::SocketAddr;

use a2a_core::AgentCard;
use a2a_server::{Server, ServerBuilder, ServerHandle};
use axum::{Router, routing};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    support::{Answer, Wire, code, envelope, id, output, request, says, says_to, short, soon},
};

/// Two agents and a page of the app's own.
struct App {
    addr: SocketAddr,
    handles: [ServerHandle; 2],
}

async fn app(with: impl Fn(ServerBuilder, &str) -> ServerBuilder) -> App {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let build = |builder: ServerBuilder, path: &str| {
        with(builder.allow_anonymous().limits(short()), &format!("http://{addr}{path}")).build().unwrap()
    };
    let named = |name: &str| AgentCard::new(name, "One of two", "1.0.0");
    let asks = build(Server::builder(named("asks"), asks()), "/asks");
    let echo = build(Server::builder(named("echo"), echo()), "/of/many/echo");
    let handles = [asks.handle(), echo.handle()];
    let many = Router::new().nest_service("/many/echo", echo.into_router());
    let app = Router::new()
        .route("/", routing::get(async || "the app's own"))
        .nest_service("/asks", asks.into_router())
        .nest("/of", many);
    tokio::spawn(async move { axum::serve(listener, app).await });
    App { addr, handles }
}

fn fixed(builder: ServerBuilder, url: &str) -> ServerBuilder {
    builder.public_url(url)
}

impl App {
    async fn http(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        Wire::send(self.addr, &request(method, path, headers, body)).await.answer(method).await
    }

    async fn call(&self, path: &str, method: &str, params: Value) -> Value {
        self.http("POST", path, &[], &envelope(method, &params)).await.json()
    }

    async fn card(&self, path: &str, headers: &[(&str, &str)]) -> AgentCard {
        let path = format!("{path}/.well-known/agent-card.json");
        serde_json::from_slice(&self.http("GET", &path, headers, b"").await.body).unwrap()
    }
}

#[tokio::test]
async fn each_agent_has_its_card_below_its_path_and_can_be_called_at_the_url_in_it() {
    let app = app(fixed).await;
    for (path, name) in [("/asks", "asks"), ("/of/many/echo", "echo")] {
        let card = app.card(path, &[]).await;
        assert_eq!(card.name, name);
        let url = format!("http://{}{path}", app.addr);
        assert!(card.supported_interfaces.iter().all(|interface| interface.url == url), "{card:?}");
        let sent = app.call(path, "SendMessage", json!({ "message": says("hi") })).await;
        assert_eq!(sent["error"], Value::Null);
    }
    assert_eq!(app.http("GET", "/.well-known/agent-card.json", &[], b"").await.status, 404);
    assert_eq!(app.http("GET", "/", &[], b"").await.body, b"the app's own");
}

#[tokio::test]
async fn behind_a_proxy_the_url_has_the_path_that_was_cut_off_and_that_of_the_agent() {
    let app = app(|builder, _| builder.public_url_from_proxy()).await;
    let headers = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "a.example"),
        ("x-forwarded-prefix", "/agents"),
    ];
    for path in ["/asks", "/of/many/echo"] {
        let card = app.card(path, &headers).await;
        assert_eq!(card.supported_interfaces[0].url, format!("https://a.example/agents{path}/"));
    }
}

#[tokio::test]
async fn the_tasks_of_one_agent_are_not_those_of_another() {
    let app = app(fixed).await;
    let (asks, echo) = ("/asks", "/of/many/echo");
    let task =
        app.call(asks, "SendMessage", json!({ "message": says("hi") })).await["result"]["task"].clone();
    for (method, params) in [
        ("GetTask", json!({ "id": task["id"] })),
        ("CancelTask", json!({ "id": task["id"] })),
        ("SendMessage", json!({ "message": says_to(id(&task), "done") })),
    ] {
        assert_eq!(code(&app.call(echo, method, params).await).0, -32001, "{method}");
    }
    assert_eq!(app.call(echo, "ListTasks", json!({})).await["result"]["totalSize"], 0);
    assert_eq!(app.call(asks, "ListTasks", json!({})).await["result"]["totalSize"], 1);
    let own = soon(app.call(asks, "GetTask", json!({ "id": task["id"] }))).await;
    assert_eq!(own["result"]["id"], task["id"]);
}

#[tokio::test]
async fn one_agent_ends_and_the_other_goes_on() {
    let app = app(fixed).await;
    let [asks, _] = &app.handles;
    asks.shutdown();
    soon(asks.drain()).await;
    let sent = app.call("/of/many/echo", "SendMessage", json!({ "message": says("hi") })).await;
    assert_eq!(output(&sent["result"]["task"]), "hi");
}
