//! The end of a server.

use std::time::Duration;

use a2a_server::{Limits, ServeError, serve};
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::net::TcpStream;

use crate::{
    agents::{Gate, echo, patient, silent},
    support::{Wire, card, envelope, host, host_with, request, said, says, short, soon},
};

#[tokio::test]
async fn streams_end_where_they_are_and_runs_go_on_to_their_end() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let mut stream = host.stream(says("one")).await;
    assert_eq!([stream.brief().await, stream.brief().await], ["task SUBMITTED", "WORKING"]);
    let body = envelope("SendMessage", &json!({ "message": says("two") }));
    let blocking = Wire::send(host.addr, &request("POST", "/", &[], &body)).await;
    while host.call("ListTasks", json!({})).await["totalSize"] != 2 {}
    host.handle.shutdown();
    assert_eq!(soon(stream.briefs()).await, Vec::<String>::new());
    gate.open();
    gate.open();
    let answer = blocking.answer("POST").await.json();
    assert_eq!(said(&answer["result"]["task"]), "done");
    soon(host.ended).await.unwrap();
    assert!(TcpStream::connect(host.addr).await.is_err());
}

#[tokio::test]
async fn an_agent_or_a_client_that_never_ends_is_not_waited_for_for_ever() {
    let host = host_with(silent(), Limits::new().with_drain(Duration::from_millis(50))).await;
    let body = envelope("SendMessage", &json!({ "message": says("go") }));
    let _blocking = Wire::send(host.addr, &request("POST", "/", &[], &body)).await;
    let _half = Wire::send(host.addr, b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n").await;
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 0);
    host.handle.shutdown();
    soon(host.ended).await.unwrap();
}

#[tokio::test]
async fn only_loopback_is_served_without_a_word_about_callers() {
    let error = soon(serve("0.0.0.0:0", card(), echo())).await.unwrap_err();
    assert!(matches!(error, ServeError::NotLoopback(_)), "{error}");
}

#[tokio::test]
async fn connections_on_which_nothing_is_under_way_are_not_waited_for() {
    let host = host_with(echo(), short().with_drain(Duration::from_secs(3600))).await;
    let fresh = TcpStream::connect(host.addr).await.unwrap();
    let body = envelope("SendMessage", &json!({ "message": says("hi") }));
    let mut used = Wire::send(host.addr, &request("POST", "/", &[], &body)).await.head().await;
    used.chunk().await.unwrap();
    host.handle.shutdown();
    soon(host.ended).await.unwrap();
    drop((fresh, used));
}
