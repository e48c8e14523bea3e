//! Who is let in, and what others are told.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use a2a_core::{AgentCard, Caller, CallerKind};
use a2a_server::{Authenticator, Credentials, Denial, Server, ServerBuilder};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::{self, Next},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    support::{Answer, Host, Wire, card, code, envelope, request, says, serve},
};

const CARD: &str = "/.well-known/agent-card.json";
const INVALID: Option<&str> = Some(r#"Bearer error="invalid_token""#);

fn user(name: &str) -> Caller {
    Caller::new(CallerKind::User, name)
}

fn credentials() -> Credentials {
    Credentials::new()
        .with_bearer("ann-token", user("ann"))
        .with_bearer("bob-token", user("bob"))
        .with_api_key(HeaderName::from_static("x-api-key"), "ci-key", Caller::new(CallerKind::ApiKey, "ci"))
        .with_bearer("", user("nobody"))
}

fn builder() -> ServerBuilder {
    Server::builder(card(), asks())
}

async fn list(host: &Host, headers: &[(&str, &str)]) -> Answer {
    host.http("POST", "/", headers, &envelope("ListTasks", &json!({}))).await
}

/// Each request, with the status of its answer and the challenge in it.
type Cases<'a> = &'a [(&'a [(&'a str, &'a str)], u16, Option<&'a str>)];

async fn assert_answers(host: &Host, cases: Cases<'_>) {
    let call = envelope("ListTasks", &json!({}));
    let stream = envelope("SendStreamingMessage", &json!({ "message": says("hi") }));
    // Version 0.3 can't list, and a task that is missing is what it finds where it is let in.
    let old = envelope("tasks/get", &json!({ "id": "missing" }));
    let bindings = [
        ("POST", "/", &call, 200),
        ("POST", "/", &stream, 200),
        ("POST", "/", &old, 200),
        ("GET", "/tasks", &Vec::new(), 200),
        ("GET", "/v1/tasks/missing", &Vec::new(), 404),
    ];
    for (headers, status, challenge) in cases {
        for (method, path, body, good) in bindings {
            let answer = host.http(method, path, headers, body).await;
            let status = if *status == 200 { good } else { *status };
            let got = (answer.status, answer.header("www-authenticate"));
            assert_eq!(got, (status, *challenge), "{method} {path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn credentials_are_good_or_challenged() {
    let host = serve(builder().authenticator(credentials())).await;
    let asked = Some("ApiKey");
    assert_answers(
        &host,
        &[
            (&[("authorization", "Bearer ann-token")], 200, None),
            (&[("authorization", "bEARER   ann-token ")], 200, None),
            (&[("x-api-key", "ci-key")], 200, None),
            (&[("authorization", "Bearer ann-token"), ("x-api-key", "ci-key")], 200, None),
            (&[], 401, asked),
            (&[("authorization", "Bearer ann-toke")], 401, INVALID),
            (&[("authorization", "Bearer ann-token2")], 401, INVALID),
            (&[("authorization", "Bearer ")], 401, INVALID),
            (&[("authorization", "Bearer")], 401, INVALID),
            (&[("authorization", "Bearer ci-key")], 401, INVALID),
            (&[("authorization", "Basic ann-token")], 401, asked),
            (&[("authorization", "ann-token")], 401, asked),
            (&[("x-api-key", "ann-token")], 401, asked),
            (&[("x-api-key", "")], 401, asked),
            (&[("authorization", "Bearer ann-token"), ("x-api-key", "no")], 401, asked),
            (&[("authorization", "Bearer no"), ("x-api-key", "ci-key")], 401, INVALID),
            (&[("authorization", "Bearer ann-token"), ("authorization", "Bearer ann-token")], 401, asked),
        ],
    )
    .await;
    let all = list(&host, &[]).await;
    let challenges = all.headers.iter().filter(|(name, _)| name == "www-authenticate");
    assert_eq!(challenges.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["ApiKey", "Bearer"]);
    assert_eq!(code(&all.json()), (-32603, "Authentication required".to_owned()));
}

#[tokio::test]
async fn each_credential_is_somebody_with_tasks_of_their_own() {
    let host = serve(builder().authenticator(credentials())).await;
    let ann = [("authorization", "Bearer ann-token")];
    host.call_with(&ann, "SendMessage", json!({ "message": says("hi") })).await;
    for (headers, tasks) in
        [(ann, 1), ([("authorization", "Bearer bob-token")], 0), ([("x-api-key", "ci-key")], 0)]
    {
        assert_eq!(list(&host, &headers).await.json()["result"]["totalSize"], tasks, "{headers:?}");
    }
    // Of two who are in one request, the token says who calls.
    let both = [ann[0], ("x-api-key", "ci-key")];
    assert_eq!(list(&host, &both).await.json()["result"]["totalSize"], 1);
}

#[tokio::test]
async fn where_anybody_may_call_a_wrong_credential_is_refused_still() {
    let host = serve(builder().authenticator(credentials()).allow_anonymous()).await;
    assert_answers(
        &host,
        &[
            (&[], 200, None),
            (&[("authorization", "Bearer ann-token")], 200, None),
            (&[("authorization", "Bearer no")], 401, INVALID),
            (&[("x-api-key", "no")], 401, Some("ApiKey")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_header_that_no_token_is_expected_in_is_somebody_elses() {
    let keys = Credentials::new().with_api_key(HeaderName::from_static("x-key"), "k", user("ann"));
    let host = serve(builder().authenticator(keys)).await;
    let gateways = ("authorization", "Basic Z2F0ZXdheTpzZWNyZXQ=");
    for headers in [&[gateways, ("x-key", "k")][..], &[gateways, gateways, ("x-key", "k")]] {
        assert_eq!(list(&host, headers).await.status, 200);
    }
}

#[tokio::test]
async fn the_card_says_how_to_authenticate() {
    let bearer = json!({ "schemes": { "bearer": {} } });
    let key = json!({ "schemes": { "apiKey": {} } });
    let schemes = json!({
        "bearer": { "httpAuthSecurityScheme": { "scheme": "Bearer" } },
        "apiKey": { "apiKeySecurityScheme": { "location": "header", "name": "x-api-key" } },
    });
    for (builder, requirements) in [
        (builder().authenticator(credentials()), json!([bearer, key])),
        (builder().authenticator(credentials()).allow_anonymous(), json!([bearer, key, {}])),
    ] {
        let host = serve(builder).await;
        let served = host.http("GET", CARD, &[], b"").await.json();
        assert_eq!(without_types(&served["securitySchemes"]), schemes);
        assert_eq!(served["securityRequirements"], requirements);
    }
}

/// The schemes as v1.0 has them, whether or not v0.3's members stand beside.
fn without_types(schemes: &Value) -> Value {
    let card: AgentCard = serde_json::from_value(json!({ "name": "", "securitySchemes": schemes })).unwrap();
    serde_json::to_value(card).unwrap()["securitySchemes"].clone()
}

#[tokio::test]
async fn what_the_card_says_itself_of_security_is_left_alone() {
    let own = a2a_core::security::OpenIdConnectSecurityScheme::new("https://example.com/.well-known/openid");
    let card = card().with_security_scheme("company", own);
    let host = serve(Server::builder(card.clone(), echo()).authenticator(credentials())).await;
    let served: AgentCard = serde_json::from_slice(&host.http("GET", CARD, &[], b"").await.body).unwrap();
    assert_eq!(served.security_schemes, card.security_schemes);
    assert_eq!(served.security_requirements, []);
    assert_answers(&host, &[(&[], 401, Some("Bearer"))]).await;
}

#[test]
fn no_secret_is_in_the_debug_output() {
    let shown = format!("{:?}", credentials());
    assert_eq!(shown, r#"Credentials { tokens: 3, keys: [("x-api-key", 1)], .. }"#);
    let server = builder().authenticator(credentials()).build().unwrap();
    assert!(!format!("{server:?}").contains("token"), "{server:?}");
}

/// Does what the header `please` says, and counts.
#[derive(Default)]
struct Obedient {
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl Authenticator for Obedient {
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match request.headers.get("please").map(HeaderValue::as_bytes) {
            None => Err(Denial::missing()),
            Some(b"forbid") => Err(Denial::forbidden()),
            Some(b"be away") => Err(Denial::unavailable("the directory doesn't answer, password hunter2")),
            Some(b"ask") => {
                Err(Denial::invalid().with_challenge(HeaderValue::from_static(r#"DPoP algs="ES256""#)))
            }
            Some(b"panic") => panic!("on request"),
            Some(_) => Ok(user("ann")),
        }
    }
}

#[tokio::test]
async fn every_denial_has_its_status_and_a_panic_is_kept_in() {
    let host = serve(builder().authenticator(Obedient::default())).await;
    assert_answers(
        &host,
        &[
            (&[], 401, Some("Bearer")),
            (&[("please", "ask")], 401, Some(r#"DPoP algs="ES256""#)),
            (&[("please", "forbid")], 403, None),
            (&[("please", "be away")], 503, None),
            (&[("please", "panic")], 500, None),
            (&[("please", "let me in")], 200, None),
        ],
    )
    .await;
    let away = list(&host, &[("please", "be away")]).await;
    assert!(!String::from_utf8_lossy(&away.body).contains("hunter2"));
}

#[tokio::test]
async fn a_request_is_asked_for_once_and_before_its_body_comes() {
    let obedient = Arc::new(Obedient::default());
    let host = serve(builder().authenticator(Arc::clone(&obedient))).await;
    for (please, status) in [("let me in", 200), ("forbid", 403)] {
        let before = obedient.asked.load(Ordering::Relaxed);
        assert_eq!(list(&host, &[("please", please)]).await.status, status);
        assert_eq!(obedient.asked.load(Ordering::Relaxed), before + 1);
    }
    for path in ["/", "/message:send", "/v1/message:send"] {
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: test\r\nplease: forbid\r\ncontent-length: 9\r\n\r\n");
        assert_eq!(Wire::send(host.addr, head.as_bytes()).await.answer("POST").await.status, 403, "{path}");
    }
    host.http("GET", CARD, &[], b"").await;
    assert_eq!(obedient.asked.load(Ordering::Relaxed), 5, "the card is public");
}

#[tokio::test]
async fn a_caller_whom_the_app_has_found_counts_first() {
    let obedient = Arc::new(Obedient::default());
    let server =
        builder().authenticator(Arc::clone(&obedient)).public_url("http://localhost/").build().unwrap();
    let layer = middleware::from_fn(async |mut request: Request, next: Next| {
        request.extensions_mut().insert(user("ann"));
        next.run(request).await
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, server.into_router().layer(layer)).await });
    let bytes = request("POST", "/", &[("please", "forbid")], &envelope("ListTasks", &json!({})));
    assert_eq!(Wire::send(addr, &bytes).await.answer("POST").await.status, 200);
    assert_eq!(obedient.asked.load(Ordering::Relaxed), 0);
}
