//! Bodies as they may come.

use a2a_server::Server;
use axum::{body::Body, http::Request};
use bytes::Bytes;
use futures_util::stream;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tower_service::Service as _;

use crate::{
    agents::echo,
    support::{Answer, Wire, card, code, envelope, host, host_with, request, says, short, soon, state},
};

/// A send whose body has this many bytes.
fn padded(bytes: usize) -> Vec<u8> {
    let mut body = envelope("SendMessage", &json!({ "message": says("hi") }));
    assert!(body.len() <= bytes);
    body.resize(bytes, b' ');
    body
}

fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let head = b"POST / HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut bytes = head.to_vec();
    for piece in body.chunks(size) {
        bytes.extend(format!("{:x}\r\n", piece.len()).bytes());
        bytes.extend(piece);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

fn is_done(answer: &Answer) {
    assert_eq!(
        (answer.status, state(&answer.json()["result"]["task"]).to_owned()),
        (200, "COMPLETED".to_owned())
    );
}

#[tokio::test]
async fn a_body_is_read_in_whatever_pieces_it_comes() {
    let host = host_with(echo(), short().with_max_body_bytes(500)).await;
    for size in [1, 7, 250, 499, 500] {
        is_done(&Wire::send(host.addr, &chunked(&padded(500), size)).await.answer("POST").await);
        let answer = Wire::send(host.addr, &chunked(&padded(501), size)).await.answer("POST").await;
        assert_eq!(answer.status, 413, "{size}");
    }
    is_done(&host.http("POST", "/", &[], &padded(500)).await);
    assert_eq!(host.http("POST", "/", &[], &padded(501)).await.status, 413);
}

#[tokio::test]
async fn a_body_without_a_byte_is_no_call() {
    let host = host(echo()).await;
    for bytes in [request("POST", "/", &[], b""), chunked(b"", 1)] {
        let answer = Wire::send(host.addr, &bytes).await.answer("POST").await;
        assert_eq!((answer.status, code(&answer.json()).0), (200, -32700));
    }
}

#[tokio::test]
async fn a_body_is_not_read_behind_its_end() {
    // It panics if it is polled once more.
    let pieces = |pieces: Vec<Vec<u8>>| {
        stream::unfold(pieces.into_iter(), async |mut pieces| {
            let piece = pieces.next()?;
            Some((Ok::<_, std::convert::Infallible>(Bytes::from(piece)), pieces))
        })
    };
    let whole = envelope("SendMessage", &json!({ "message": says("hi") }));
    let halves = whole.chunks(whole.len().div_ceil(2)).map(<[u8]>::to_vec).collect();
    let mut answers = Vec::new();
    for body in [vec![], vec![whole.clone()], halves] {
        let mut router = Server::builder(card(), echo()).allow_anonymous().build().unwrap().into_router();
        let request = Request::post("/").header("content-type", "application/json");
        let answer = soon(router.call(request.body(Body::from_stream(pieces(body))).unwrap())).await.unwrap();
        let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        answers.push((answer["error"]["code"].clone(), answer["result"]["task"]["status"]["state"].clone()));
    }
    let done = (Value::Null, json!("TASK_STATE_COMPLETED"));
    assert_eq!(answers, [(json!(-32700), Value::Null), done.clone(), done]);
}

#[tokio::test]
async fn sends_that_come_at_once_on_a_connection_are_answered_in_their_order() {
    let host = host(echo()).await;
    let one = |n: usize| {
        request("POST", "/", &[], &envelope("SendMessage", &json!({ "message": says(&n.to_string()) })))
    };
    let bytes: Vec<u8> = (0..50).flat_map(one).collect();
    let mut wire = Wire::send(host.addr, &bytes).await;
    for n in 0..50 {
        wire.headers.clear();
        wire = wire.head().await;
        let answer: Value = serde_json::from_slice(&wire.chunk().await.unwrap()).unwrap();
        assert_eq!(answer["result"]["task"]["artifacts"][0]["parts"][0]["text"], n.to_string());
    }
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_unless_its_body_is_too_large() {
    let host = host_with(echo(), short().with_max_body_bytes(500)).await;
    let body = padded(500);
    let bytes = request("POST", "/", &[("expect", "100-continue")], &body);
    let (head, _) = bytes.split_at(bytes.len() - body.len());
    let asking = Wire::send(host.addr, head).await.head().await;
    assert_eq!(asking.status, 100);
    let bytes = request("POST", "/", &[("expect", "100-continue")], &padded(501));
    let refused = Wire::send(host.addr, &bytes[..bytes.len() - 501]).await.answer("POST").await;
    assert_eq!(refused.status, 413);
}
