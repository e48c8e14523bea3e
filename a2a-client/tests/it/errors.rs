use std::{error::Error as _, time::Duration};

use a2a_client::{CallError, Client, FailureKind, Phase};
use a2a_core::{ErrorKind, Task, TaskId};
use pretty_assertions::assert_eq;

use crate::peer::{DONE, Peer, Reply, SUBMITTED, http, json, result};

fn id() -> TaskId {
    TaskId::new("t1").unwrap()
}

async fn fails(reply: impl Fn() -> Reply + Send + Sync + 'static) -> CallError {
    let (client, _) = Peer::connect(move |_| reply()).await;
    client.get_task(&id()).await.unwrap_err()
}

#[tokio::test]
async fn an_error_keeps_its_message_whatever_form_its_data_has() {
    let info = r#"[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"TASK_NOT_FOUND","domain":"a2a-protocol.org","metadata":{"taskId":"t9"}}]"#;
    let forms = [info, r#"{"hint":"look elsewhere"}"#, r#""gone""#, "null"];
    for data in forms {
        let text = format!(
            r#"{{"jsonrpc":"2.0","id":$ID,"error":{{"code":-32001,"message":"nothing here","data":{data}}}}}"#
        );
        let error = fails(move || json(200, &text)).await;
        assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::TaskNotFound));
        assert_eq!(error.phase(), Phase::Body);
        assert_eq!(error.agent_error().map(a2a_core::Error::message), Some("nothing here"));
        assert_eq!(error.task_id(), Some(&id()));
        assert_eq!(error.http_status(), None);
        assert!(!error.is_retryable());
    }
    let error = fails(|| json(200, r#"{"id":null,"error":{"code":-32700,"message":"what?"}}"#)).await;
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::Parse));
}

#[tokio::test]
async fn an_error_speaks_for_its_layer_and_keeps_its_cause() {
    let error = fails(|| json(200, r#"{"id":$ID,"error":{"code":-32001,"message":"nothing here"}}"#)).await;
    assert_eq!(error.to_string(), "GetTask failed: the agent answered with an error");
    assert_eq!(error.source().unwrap().to_string(), "nothing here");
}

#[tokio::test]
async fn a_bare_http_status_is_the_error_it_suggests() {
    let cases = [
        (401, ErrorKind::Unauthenticated, false),
        (403, ErrorKind::PermissionDenied, false),
        (429, ErrorKind::ResourceExhausted, true),
        (500, ErrorKind::Internal, false),
        (503, ErrorKind::Unavailable, true),
    ];
    for (status, kind, retryable) in cases {
        let error = fails(move || http(status, "Retry-After: 7\r\n", "")).await;
        assert_eq!(error.kind(), FailureKind::Agent(kind));
        assert_eq!(error.http_status(), Some(status));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.is_retryable(), retryable);
        assert_eq!(error.phase(), Phase::Head);
    }
}

#[tokio::test]
async fn a_status_with_a_page_shows_how_the_page_begins() {
    let error = fails(|| http(503, "Content-Type: text/html\r\n", "<h1>Down\nfor a while</h1>")).await;
    let said = error.source().unwrap();
    assert_eq!(said.to_string(), "HTTP 503: <h1>Down for a while</h1>");
    assert_eq!(said.source().unwrap().to_string(), "HTTP 503, text/html");
}

#[tokio::test]
async fn a_status_with_an_answer_is_that_answer() {
    let said = r#"{"jsonrpc":"2.0","id":$ID,"error":{"code":-32001,"message":"nothing here"}}"#;
    let error = fails(move || json(404, said)).await;
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::TaskNotFound));
    assert_eq!(error.http_status(), Some(404));
    let vague = r#"{"error":{"code":401,"message":"who are you?","status":"UNAUTHENTICATED"}}"#;
    let error = fails(move || json(401, vague)).await;
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::Unauthenticated));
    assert_eq!(error.agent_error().map(a2a_core::Error::message), Some("who are you?"));
    assert_eq!(error.http_status(), Some(401));
}

#[tokio::test]
async fn an_answer_to_another_call_is_refused() {
    let text = format!(r#"{{"jsonrpc":"2.0","id":99,"result":{DONE}}}"#);
    let error = fails(move || json(200, &text)).await;
    assert_eq!(error.kind(), FailureKind::InvalidAnswer);
    assert!(error.source().unwrap().to_string().starts_with("answers call 99, not 1: {"));
}

#[tokio::test]
async fn a_result_of_another_form_is_an_error_that_says_what_came() {
    let error = fails(|| result("[1,2]")).await;
    assert_eq!(error.kind(), FailureKind::InvalidAnswer);
    let cause = error.source().unwrap();
    assert_eq!(
        cause.to_string(),
        r#"the result isn't of the right form: {"jsonrpc":"2.0","id":1,"result":[1,2]}"#
    );
    assert!(cause.source().is_some());
    for body in ["", "{}", "not json", "null"] {
        assert_eq!(fails(move || json(200, body)).await.kind(), FailureKind::InvalidAnswer);
    }
}

#[tokio::test]
async fn an_answer_above_the_limit_is_an_error() {
    let text = "x".repeat(5000);
    let peer = Peer::agent(move |_| json(200, &text)).await;
    let client = Client::builder().max_body_bytes(4000).connect(&peer.url).await.unwrap();
    assert_eq!(client.get_task(&id()).await.unwrap_err().kind(), FailureKind::TooLarge);
}

#[tokio::test]
async fn a_connection_that_is_cut_before_the_head_is_lost() {
    let error = fails(Vec::new).await;
    assert_eq!((error.kind(), error.phase()), (FailureKind::Disconnected, Phase::Head));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_named_and_nothing_is_sent() {
    let (client, _) = Peer::connect(|_| result(SUBMITTED)).await;
    let error = client.call().header("x-odd", "a\nb").get_task(&id()).await.unwrap_err();
    assert_eq!((error.kind(), error.phase()), (FailureKind::InvalidRequest, Phase::Prepare));
    assert_eq!(error.source().unwrap().to_string(), r#"header "x-odd" is malformed"#);
}

#[tokio::test]
async fn a_call_is_redirected_within_its_origin_only() {
    let elsewhere = Peer::start(|_| result(DONE)).await;
    let away = format!("Location: {}/stolen?token=1\r\n", elsewhere.url);
    let error = fails(move || http(307, &away, "")).await;
    assert_eq!(error.kind(), FailureKind::Redirected);
    assert_eq!(error.http_status(), Some(307));
    let expected = format!("HTTP 307, to {}/stolen", elsewhere.url);
    assert_eq!(error.source().unwrap().to_string(), expected);

    let mut peer = Peer::agent(|request| match request.line.as_str() {
        "POST /rpc HTTP/1.1" => http(308, "Location: /rpc/\r\n", ""),
        _ => result(DONE),
    })
    .await;
    let client = Client::builder().bearer("secret").connect(&peer.url).await.unwrap();
    let task: Task = serde_json::from_str(DONE).unwrap();
    assert_eq!(client.get_task(&id()).await.unwrap(), task);
    let (_, first, second) = (peer.request().await, peer.request().await, peer.request().await);
    assert_eq!(second.line, "POST /rpc/ HTTP/1.1");
    assert_eq!(second.body, first.body);
    assert_eq!(second.header("authorization"), Some("Bearer secret"));
}

#[tokio::test]
async fn secrets_are_in_no_debug_output() {
    let builder = Client::builder().bearer("s3cret").header("x-key", "s3cret");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let peer = Peer::agent(|_| http(500, "", "")).await;
    let client = builder.connect(&peer.url).await.unwrap();
    let error = client.get_task(&id()).await.unwrap_err();
    assert!(
        !format!("{client:?} {error:?} {:?}", client.call().header("x-key", "s3cret")).contains("s3cret")
    );
}
