//! Peers that stand still.

use std::time::Duration;

use a2a_core::{Caller, CallerKind};
use a2a_server::{Credentials, Limits, Responder, Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{echo, signal},
    support::{Wire, card, code, envelope, host_with, request, says, serve, short, soon, state},
};

/// Not reached in any test.
const FOR_EVER: Duration = Duration::from_secs(600);

fn stalled() -> Limits {
    let moment = Duration::from_millis(50);
    short()
        .with_stalled_body(moment)
        .with_stalled_head(moment)
        .with_stalled_write(moment)
        .with_drain(FOR_EVER)
        .with_keep_alive(FOR_EVER)
}

#[tokio::test]
async fn a_body_that_stands_still_is_refused() {
    let host = host_with(echo(), stalled()).await;
    let half = b"POST / HTTP/1.1\r\nhost: t\r\ncontent-length: 100\r\n\r\n{\"jsonrpc\"";
    let answer = Wire::send(host.addr, half).await.answer("POST").await;
    assert_eq!(answer.status, 408);
    assert_eq!(code(&answer.json()), (-32600, "The request's body stood still for 50ms".to_owned()));
}

#[tokio::test]
async fn a_head_that_stands_still_ends_its_connection() {
    let host = host_with(echo(), stalled()).await;
    for half in ["", "POST / HTTP/1.1\r\nhost"] {
        let mut wire = Wire::send(host.addr, half.as_bytes()).await;
        assert_eq!(wire.rest().await, Vec::<u8>::new());
    }
    assert_eq!(state(&host.send(says("hi")).await), "COMPLETED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_for_ever_is_cut_off_and_the_writer_does_not_mind() {
    const LARGE: usize = 32 << 20;
    let (tell, mut told) = signal();
    let agent = executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.artifact("much").append("x".repeat(LARGE)).await?;
        task.complete().await?;
        let _ = tell.send(());
        Ok(())
    });
    let host = host_with(agent, stalled()).await;
    let body = envelope("SendStreamingMessage", &json!({ "message": says("go") }));
    let mut wire = Wire::send(host.addr, &request("POST", "/", &[], &body)).await;
    soon(told.recv()).await.unwrap();
    // The large chunk has begun, so its connection has to get rid of the rest before it looks at anything else.
    let begun = wire.bytes(100_000).await;
    assert!(begun.ends_with(b"xxx"), "{}", String::from_utf8_lossy(&begun));
    // The server ends when the last connection has, and this one is given up by nobody else.
    host.handle.shutdown();
    soon(host.ended).await.unwrap();
    let read = wire.rest().await.len();
    assert!(read < LARGE, "{read} bytes were read");
}

/// What was written fits into what the system buffers, so nobody here waits to write: the system has to give the peer up,
/// as it does one that has vanished.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_peer_whose_machine_takes_nothing_is_gone_though_nothing_more_is_to_be_written() {
    let agent = executor_fn(async |_, out: Responder| {
        out.task().await?.artifact("some").append("x".repeat(24 << 10)).await?;
        std::future::pending().await
    });
    let known = Credentials::new().with_bearer("a", Caller::new(CallerKind::User, "ann"));
    let limits = stalled().with_streams_per_caller(1);
    let host = serve(Server::builder(card(), agent).authenticator(known).limits(limits)).await;
    let body = envelope("SendStreamingMessage", &json!({ "message": says("go") }));
    let ann = [("authorization", "Bearer a")];
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let socket = socket.connect(host.addr).await.unwrap();
    let _unread = Wire::send_on(socket, &request("POST", "/", &ann, &body)).await.head().await;
    // The only stream that ann may have is free again.
    let again = async {
        while host
            .http("POST", "/", &ann, &envelope("SubscribeToTask", &json!({ "id": "none" })))
            .await
            .body
            .windows(17)
            .any(|text| text == b"streamsPerCaller\"")
        {}
    };
    soon(again).await;
}
