//! Both ends share a runtime whose clock only moves when neither has anything to do.

use std::time::Duration;

use a2a_client::{
    CONNECT_TIMEOUT, Client, ConnectErrorKind, FailureKind, HEAD_TIMEOUT, IDLE_TIMEOUT, Phase, Retry,
    Timeouts,
};
use a2a_core::TaskId;
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use tokio::time::Instant;

use crate::peer::{COMPLETED, DIRECT, Peer, SUBMITTED, Step, events, frame, result};

const MINUTE: Duration = Duration::from_secs(60);

fn id() -> TaskId {
    TaskId::new("t1").unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_end_counts_as_not_reached() {
    let peer = Peer::start(|_| vec![Step::Hang]).await;
    let start = Instant::now();
    let error = Client::connect(peer.url.replace("http:", "https:")).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::Fetch(FailureKind::ConnectTimeout));
    assert_eq!(start.elapsed().as_secs(), CONNECT_TIMEOUT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_is_given_up() {
    let (client, _peer) = Peer::connect(|_| vec![Step::Hang]).await;
    let start = Instant::now();
    let error = client.get_task(&id()).await.unwrap_err();
    assert_eq!((error.kind(), error.phase()), (FailureKind::HeadTimeout, Phase::Head));
    assert_eq!(start.elapsed().as_secs(), HEAD_TIMEOUT.as_secs());
    assert_eq!(client.stream_text("hello").await.unwrap_err().kind(), FailureKind::HeadTimeout);
    let quick = client.call().return_immediately().send_text("hello").await.unwrap_err();
    assert_eq!(quick.kind(), FailureKind::HeadTimeout);
}

#[tokio::test(start_paused = true)]
async fn a_send_that_waits_for_its_answer_waits_as_long_as_it_takes() {
    let (client, _peer) = Peer::connect(|_| {
        let mut reply = vec![Step::Wait(60 * MINUTE)];
        reply.extend(result(DIRECT));
        reply
    })
    .await;
    let start = Instant::now();
    assert_eq!(client.send_text("hello").await.unwrap().text(), "hi");
    assert!(start.elapsed() >= 60 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_given_up_and_names_its_task() {
    let (client, _peer) = Peer::connect(|_| {
        let mut reply = events(&[SUBMITTED]);
        reply.push(Step::Hang);
        reply
    })
    .await;
    let mut stream = client.call().retry(Retry::off()).stream_text("hello").await.unwrap();
    stream.next().await.unwrap().unwrap();
    let start = Instant::now();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.phase()), (FailureKind::IdleTimeout, Phase::Stream));
    assert_eq!(error.task_id(), Some(&id()));
    assert_eq!(start.elapsed().as_secs(), IDLE_TIMEOUT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn any_byte_keeps_a_stream_alive() {
    let (client, _peer) = Peer::connect(|_| {
        let mut reply = events(&[SUBMITTED]);
        for byte in ": alive\n".chars() {
            reply.push(Step::Wait(4 * MINUTE));
            reply.push(Step::Write(byte.to_string()));
        }
        reply.push(Step::Write(frame(COMPLETED)));
        reply
    })
    .await;
    let start = Instant::now();
    let answer =
        client.call().retry(Retry::off()).stream_text("hello").await.unwrap().finish().await.unwrap();
    assert!(answer.task().is_some_and(|task| task.status.state.is_terminal()));
    assert!(start.elapsed() >= 32 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn a_limit_on_the_whole_call_counts_for_sends_and_streams() {
    let peer = Peer::agent(|request| {
        if request.body["method"] == "SendMessage" {
            return vec![Step::Hang];
        }
        let mut reply = events(&[SUBMITTED]);
        for _ in 0..100 {
            reply.push(Step::Wait(MINUTE));
            reply.push(Step::Write(":\n".to_owned()));
        }
        reply
    })
    .await;
    let timeouts = Timeouts::new().overall(10 * MINUTE);
    let client = Client::builder().timeouts(timeouts).connect(&peer.url).await.unwrap();
    let start = Instant::now();
    assert_eq!(client.send_text("hello").await.unwrap_err().kind(), FailureKind::DeadlineExceeded);
    assert_eq!(start.elapsed().as_secs(), 600);
    let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!((error.kind(), error.task_id()), (FailureKind::DeadlineExceeded, Some(&id())));
    assert_eq!(start.elapsed().as_secs(), 1200);
    let error = client.call().timeout(MINUTE).send_text("hello").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::DeadlineExceeded);
    assert_eq!(start.elapsed().as_secs(), 1260);
}

#[tokio::test(start_paused = true)]
async fn a_limit_can_be_turned_off() {
    let peer = Peer::agent(|_| {
        let mut reply = vec![Step::Wait(60 * MINUTE)];
        reply.extend(events(&[SUBMITTED]));
        reply.push(Step::Wait(60 * MINUTE));
        reply.push(Step::Write(frame(COMPLETED)));
        reply
    })
    .await;
    let timeouts = Timeouts::new().head(None).idle(None);
    let client = Client::builder().timeouts(timeouts).connect(&peer.url).await.unwrap();
    client.stream_text("hello").await.unwrap().finish().await.unwrap();
}
