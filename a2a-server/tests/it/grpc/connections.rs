//! HTTP/1.1 and HTTP/2 on one port, and peers that mean no good.

use std::time::Duration;

use a2a_core::{Caller, CallerKind, TaskState, grpc::v1};
use a2a_server::{Credentials, Limits, Responder, Server, executor_fn};
use pretty_assertions::assert_eq;
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use super::{
    client::{Client, Nothing, V1, briefs, error, request},
    raw::{self, Frames, GOAWAY, SETTINGS, framed},
};
use crate::{
    agents::{Gate, asks, echo, patient},
    support::{Wire, card, host, host_with, id, request as http_request, says, serve, short, soon, state},
};

#[tokio::test]
async fn one_port_serves_both_and_gives_each_what_it_speaks() {
    let host = host(echo()).await;
    let client = host.v1().await;
    for _ in 0..3 {
        assert_eq!(state(&host.send(says("hi")).await), "COMPLETED");
        assert_eq!(client.send(says("hi")).await.status.state, TaskState::Completed);
    }
    let old = http_request("POST", "/lf.a2a.v1.A2AService/GetTask", &[], b"");
    assert_eq!(Wire::send(host.addr, &old).await.answer("POST").await.status, 505);
    // A method that begins as HTTP/2 does is still one of HTTP/1.1.
    let other = http_request("PROPFIND", "/", &[], b"");
    assert_eq!(Wire::send(host.addr, &other).await.answer("PROPFIND").await.status, 405);
}

#[tokio::test]
async fn a_server_listens_on_further_addresses_and_a_mounted_router_speaks_grpc_too() {
    let server = Server::builder(card(), asks()).allow_anonymous().limits(short()).build().unwrap();
    let mut bound = server.bind("127.0.0.1:0").await.unwrap();
    let (first, handle) = (bound.local_addr(), bound.handle());
    let second = bound.also("127.0.0.1:0").await.unwrap();
    let running = tokio::spawn(bound.run());
    let (one, two) = (Client::connect(first, V1).await, Client::connect(second, V1).await);
    let paused = one.send(says("one")).await;
    assert_eq!(two.get(paused.id.as_str()).await, paused);
    handle.shutdown();
    soon(running).await.unwrap().unwrap();

    let server = Server::builder(card(), echo()).allow_anonymous().limits(short());
    let router = server.public_url("http://localhost/").build().unwrap().into_router();
    let mut addresses = Vec::new();
    for _ in 0..2 {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        let router = router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    let (one, two) = (Client::connect(addresses[0], V1).await, Client::connect(addresses[1], V1).await);
    let sent = one.send(says("hi")).await;
    assert_eq!(two.get(sent.id.as_str()).await, sent);
    let card = http_request("GET", "/.well-known/agent-card.json", &[], b"");
    assert_eq!(Wire::send(addresses[1], &card).await.answer("GET").await.status, 200);
}

#[tokio::test]
async fn callers_are_known_by_their_metadata() {
    let user = |id: &str| Caller::new(CallerKind::User, id);
    let known = Credentials::new().with_bearer("a", user("ann")).with_bearer("b", user("bob"));
    let limits = short().with_max_body_bytes(1_000);
    let host = serve(Server::builder(card(), asks()).authenticator(known).limits(limits)).await;
    // Who it is counts before anything that the body is.
    for (token, status) in [("", "16"), ("Bearer x", "16"), ("Bearer a", "3")] {
        let headers = [("authorization", token)];
        let answer = raw::post(host.addr, "SendMessage", &headers, &[0; 1_001]).await;
        assert_eq!(answer.headers["grpc-status"], status, "{token}");
    }
    let stranger = host.v1().await;
    let refused = stranger.call::<_, Nothing>("SendMessage", request(says("hi"))).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    assert_eq!(refused.metadata().get("www-authenticate").unwrap(), "Bearer");
    let wrong = stranger.clone().with("authorization", "Bearer x");
    let refused = wrong.subscribe("any").await.map(drop).unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    let (ann, bob) = (
        stranger.clone().with("authorization", "Bearer a"),
        stranger.clone().with("authorization", "Bearer b"),
    );
    let task = ann.send(says("hi")).await;
    assert_eq!(ann.get(task.id.as_str()).await, task);
    let refused = bob.subscribe(task.id.as_str()).await.map(drop).unwrap_err();
    assert_eq!(error(&refused), a2a_core::Error::task_not_found(&task.id));
}

#[tokio::test]
async fn what_is_not_grpc_is_told_so() {
    let host = host(echo()).await;
    let get = framed(0, b"\x12\x06nobody");
    let answer = raw::post(host.addr, "GetTask", &[("content-type", "application/json")], &get).await;
    assert_eq!(answer.status, 415);
    for kind in ["application/grpc+proto", "application/grpc; charset=utf-8", "Application/gRPC"] {
        let answer = raw::post(host.addr, "GetTask", &[("content-type", kind)], &get).await;
        assert_eq!((answer.status.as_u16(), &answer.headers["grpc-status"]), (200, &"5".parse().unwrap()));
        // All that is said is in the head.
        assert_eq!(
            (answer.body.len(), answer.trailers, answer.headers.get("content-length")),
            (0, None, None)
        );
    }
    for (body, headers, status) in [
        (Vec::new(), vec![], "3"),
        (b"\0\0\0".to_vec(), vec![], "3"),
        (framed(1, b"\x12\x06nobody"), vec![("grpc-encoding", "gzip")], "12"),
        (framed(2, b""), vec![], "3"),
        ([get.clone(), get.clone()].concat(), vec![], "3"),
        (get[..8].to_vec(), vec![], "3"),
        (get.clone(), vec![("grpc-timeout", "soon")], "3"),
        (get.clone(), vec![("grpc-timeout", "99999999H")], "5"),
    ] {
        let answer = raw::post(host.addr, "GetTask", &headers, &body).await;
        assert_eq!(answer.headers["grpc-status"], status, "{body:?} {headers:?}");
        // What may be sent is said to whom sent something else.
        let accepted = answer.headers.get("grpc-accept-encoding").map(|names| names.to_str().unwrap());
        assert_eq!(accepted, (status == "12").then_some("identity"));
    }
}

#[tokio::test]
async fn an_answer_is_one_message_and_its_status_behind_it() {
    let host = host(echo()).await;
    let task = host.send(says("hi")).await;
    let get = [&[0x12, 36][..], id(&task).as_bytes()].concat();
    let answer = raw::post(host.addr, "GetTask", &[], &framed(0, &get)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (200, &"application/grpc".parse().unwrap())
    );
    assert_eq!(answer.trailers.unwrap()["grpc-status"], "0");
    let length = u32::from_be_bytes(answer.body[1..5].try_into().unwrap()) as usize;
    assert_eq!((answer.body[0], length), (0, answer.body.len() - 5));
    let read: v1::Task = prost::Message::decode(&answer.body[5..]).unwrap();
    assert_eq!(read.id, id(&task));
}

#[tokio::test]
async fn a_deadline_that_is_over_is_the_status_of_a_call_that_waits() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let send = prost::Message::encode_to_vec(&request(says("go")));
    let answer = raw::post(host.addr, "SendMessage", &[("grpc-timeout", "20m")], &framed(0, &send)).await;
    assert_eq!(answer.headers["grpc-status"], "4");
    gate.open();
}

fn hurried() -> Limits {
    let moment = Duration::from_millis(50);
    short().with_stalled_head(moment).with_keep_alive(moment).with_stalled_ping(moment)
}

#[tokio::test]
async fn a_connection_that_does_not_begin_is_closed() {
    let host = host_with(echo(), hurried()).await;
    for begun in ["", "P", "PRI", "PRI ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        assert_eq!(Wire::send(host.addr, begun.as_bytes()).await.rest().await, Vec::<u8>::new(), "{begun}");
    }
    assert_eq!(state(&host.send(says("hi")).await), "COMPLETED");
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_gone_and_one_that_does_may_be_silent() {
    let host = host_with(echo(), hurried()).await;
    let client = host.v1().await;
    client.send(says("hi")).await;
    for _ in 0..3 {
        let (kinds, _) = Frames::open(host.addr).await.rest().await;
        assert!(kinds.starts_with(&[SETTINGS]), "{kinds:?}");
    }
    // On the same connection, which was as silent for longer than each of the others.
    client.send(says("hi")).await;
}

#[tokio::test]
async fn a_flood_of_requests_that_are_taken_back_ends_its_connection() {
    const ENHANCE_YOUR_CALM: u8 = 11;
    let host = host(echo()).await;
    let mut flood = Frames::open(host.addr).await;
    flood.reset(5_000).await;
    let (kinds, last) = flood.rest().await;
    assert_eq!((kinds.last(), last.get(7)), (Some(&GOAWAY), Some(&ENHANCE_YOUR_CALM)), "{kinds:?}");
    assert_eq!(host.v1().await.send(says("hi")).await.status.state, TaskState::Completed);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_the_connection_goes_on() {
    let host = host_with(echo(), short().with_http2(10, 4_096)).await;
    let client = host.v1().await;
    let wordy = client.clone().with("a2a-extensions", "x".repeat(5_000));
    assert!(wordy.call::<_, Nothing>("SendMessage", request(says("hi"))).await.is_err());
    assert_eq!(client.send(says("hi")).await.status.state, TaskState::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_nobody_reads_holds_up_no_other_of_its_connection() {
    let agent = executor_fn(async |cx: a2a_server::RequestContext, out: Responder| {
        let task = out.task().await?;
        if cx.message.text() == "much" {
            let mut artifact = task.artifact("much");
            for _ in 0..48 {
                artifact.append("x".repeat(64 << 10)).await?;
            }
            artifact.finish().await?;
        }
        Ok(task.complete().await?)
    });
    let host = host(agent).await;
    let client = host.v1().await;
    let mut unread = client.open(says("much")).await;
    let mut also_unread = client.open(says("much")).await;
    for _ in 0..20 {
        assert_eq!(client.send(says("little")).await.status.state, TaskState::Completed);
        assert_eq!(client.open(says("little")).await.rest().await.len(), 2);
    }
    for stream in [&mut unread, &mut also_unread] {
        let read = briefs(&stream.rest().await);
        assert!(read.last().is_some_and(|last| last.ends_with("COMPLETED")), "it was cut");
    }
}

#[tokio::test]
async fn a_shutdown_sends_clients_away_and_waits_for_nobody_who_is_idle() {
    let host = host(echo()).await;
    let client = host.v1().await;
    client.send(says("hi")).await;
    let mut idle = TcpStream::connect(host.addr).await.unwrap();
    host.handle.shutdown();
    soon(host.ended).await.unwrap();
    assert_eq!(soon(idle.read(&mut [0; 1])).await.unwrap_or(0), 0);
}
