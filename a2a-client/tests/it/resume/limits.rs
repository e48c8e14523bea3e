//! What a stream that is cut costs, and what ends it. The clock only moves when nobody has anything to do.

use std::time::Duration;

use a2a_client::{
    Client, FailureKind, HEAD_TIMEOUT, IDLE_TIMEOUT, MAX_RESUMES, Phase, RETRY_DELAY, Timeouts,
};
use a2a_core::ErrorKind;
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use tokio::time::Instant;

use super::{
    fixture::{connect, cut, id, open, parsed, read, running},
    refusal,
};
use crate::peer::{COMPLETED, DONE, HELLO, Peer, SUBMITTED, Step, WORLD, events, http, result};

#[tokio::test(start_paused = true)]
async fn a_peer_that_cuts_for_ever_is_given_up_and_the_error_tells_why_it_began() {
    // It tells the task as it stands, tells everything again, or cuts before it says anything.
    for again in 0..3 {
        let (client, _peer) = connect(move |method, call| match (method, again, call) {
            ("SendStreamingMessage", ..) | (_, 1, _) => cut(&[SUBMITTED, HELLO]),
            (_, 0, _) => cut(&[&running(&["hello "])]),
            _ => vec![],
        })
        .await;
        let start = Instant::now();
        let mut stream = client.stream_text("hello").await.unwrap();
        let (events, error) = read(&mut stream).await;
        assert_eq!(events, parsed(&[SUBMITTED, HELLO]));
        let error = error.unwrap();
        assert_eq!((error.kind(), error.attempts()), (FailureKind::Disconnected, MAX_RESUMES));
        assert_eq!(error.task_id(), Some(&id()));
        assert_eq!(error.context_id().map(|id| id.as_str().to_owned()), Some("c1".to_owned()));
        assert!(error.is_retryable());
        let first = error.interruption().unwrap();
        assert_eq!((first.kind(), first.phase()), (FailureKind::Disconnected, Phase::Stream));
        assert_eq!(first.task_id(), Some(&id()));
        assert_eq!(
            error.to_string(),
            "SendStreamingMessage broke off: the connection was lost (tried again 10 times, first after: \
             the connection was lost)"
        );
        // 0, 250 and 500 ms, 1, 2, 4, 8 and three times 10 s.
        assert_eq!(start.elapsed().as_secs(), 45);
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_new_gives_a_stream_all_its_attempts_again() {
    let (client, _peer) = connect(|method, call| {
        let words: Vec<_> = (0..=call).map(|n| if n % 2 == 0 { "tick " } else { "tock " }).collect();
        match (method, call) {
            ("SendStreamingMessage", _) => cut(&[SUBMITTED]),
            (_, 30) => events(&[&running(&words), COMPLETED]),
            _ => cut(&[&running(&words)]),
        }
    })
    .await;
    let start = Instant::now();
    let answer = client.stream_text("hello").await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text(), "tick tock ".repeat(15) + "tick ");
    // Each comes at once, but not closer to the one before than that.
    assert!(start.elapsed() >= RETRY_DELAY * 30 && start.elapsed() < RETRY_DELAY * 32);
}

#[tokio::test(start_paused = true)]
async fn a_busy_gateway_is_given_the_time_that_it_asks_for() {
    for status in [429, 503] {
        let (client, _peer) = connect(move |method, call| match (method, call) {
            ("SendStreamingMessage", _) => cut(&[SUBMITTED]),
            (_, 0) => http(status, "Retry-After: 7\r\n", ""),
            _ => events(&[SUBMITTED, COMPLETED]),
        })
        .await;
        let start = Instant::now();
        client.stream_text("hello").await.unwrap().finish().await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 7);
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_asks_for_an_hour_is_an_error_that_says_so() {
    let (client, _peer) = connect(|method, _| match method {
        "SendStreamingMessage" => cut(&[SUBMITTED]),
        _ => http(503, "Retry-After: 3600\r\n", ""),
    })
    .await;
    let start = Instant::now();
    let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::Unavailable));
    assert_eq!((error.http_status(), error.attempts()), (Some(503), 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(start.elapsed() < RETRY_DELAY);
}

#[tokio::test(start_paused = true)]
async fn a_broken_gateway_is_tried_again() {
    for status in [500, 502, 504] {
        let (client, _peer) = connect(move |method, call| match (method, call) {
            ("SendStreamingMessage", _) => cut(&[SUBMITTED]),
            (_, 0..3) => http(status, "Content-Type: text/html\r\n", "<h1>Oh</h1>"),
            _ => events(&[SUBMITTED, COMPLETED]),
        })
        .await;
        client.stream_text("hello").await.unwrap().finish().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_no_attempt_can_change_is_the_error() {
    for (status, kind) in [(401, ErrorKind::Unauthenticated), (403, ErrorKind::PermissionDenied)] {
        let (client, _peer) = connect(move |method, _| match method {
            "SendStreamingMessage" => cut(&[SUBMITTED]),
            _ => http(status, "", ""),
        })
        .await;
        let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (FailureKind::Agent(kind), 1));
        assert_eq!((error.http_status(), error.is_retryable()), (Some(status), false));
        assert_eq!(error.interruption().map(|first| first.kind()), Some(FailureKind::Disconnected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_gone_is_an_error_that_names_it() {
    let (client, _peer) = connect(|method, _| match method {
        "SendStreamingMessage" => cut(&[SUBMITTED]),
        _ => refusal(-32001),
    })
    .await;
    let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::TaskNotFound));
    assert_eq!((error.task_id(), error.is_retryable()), (Some(&id()), false));
    assert_eq!(error.interruption().map(|first| first.kind()), Some(FailureKind::Disconnected));
}

#[tokio::test(start_paused = true)]
async fn a_task_over_the_limit_of_an_event_is_read_and_over_that_of_a_body_an_error() {
    let long = "x".repeat(3000);
    let peer = Peer::agent(move |request| match request.body["method"].as_str().unwrap() {
        "SendStreamingMessage" => cut(&[SUBMITTED]),
        "SubscribeToTask" => open(&[&running(&[&long])]),
        _ => result(&DONE.replace("hello ", &long)),
    })
    .await;
    let limited = Client::builder().max_event_bytes(2000);
    let client = limited.clone().connect(&peer.url).await.unwrap();
    let answer = client.stream_text("hello").await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text().len(), 3005);

    let client = limited.max_body_bytes(2000).connect(&peer.url).await.unwrap();
    let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!((error.kind(), error.task_id()), (FailureKind::TooLarge, Some(&id())));
    assert_eq!(error.interruption().map(|first| first.kind()), Some(FailureKind::Disconnected));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_goes_on_with_another_task_is_an_error() {
    let other = |text: &str| text.replace("t1", "t2");
    for place in 0..5 {
        let (client, _peer) = connect(move |method, _| match (method, place) {
            ("SendStreamingMessage", 0) => open(&[SUBMITTED, &other(HELLO)]),
            ("SendStreamingMessage", 1) => open(&[SUBMITTED, &other(SUBMITTED)]),
            ("SendStreamingMessage", _) => cut(&[SUBMITTED]),
            ("SubscribeToTask", 2) => open(&[&other(SUBMITTED)]),
            ("SubscribeToTask", 3) => open(&[&other(HELLO)]),
            ("SubscribeToTask", _) => refusal(-32601),
            _ => result(&other(DONE)),
        })
        .await;
        let mut stream = client.stream_text("hello").await.unwrap();
        let (events, error) = read(&mut stream).await;
        let error = error.unwrap();
        assert_eq!(events, parsed(&[SUBMITTED]));
        assert_eq!((error.kind(), error.task_id()), (FailureKind::InvalidAnswer, Some(&id())), "{place}");
        assert_eq!(stream.task().map(|task| task.id.clone()), Some(id()));
    }
    let (client, _peer) = connect(move |_, _| open(&[&other(SUBMITTED)])).await;
    let (events, error) = read(&mut client.subscribe(&id()).await.unwrap()).await;
    assert_eq!((events, error.unwrap().kind()), (vec![], FailureKind::InvalidAnswer));
}

#[tokio::test(start_paused = true)]
async fn silence_and_a_head_that_does_not_come_are_survived() {
    let (client, _peer) = connect(|method, call| match (method, call) {
        ("SendStreamingMessage", _) => open(&[SUBMITTED, HELLO]),
        (_, 0) => vec![Step::Hang],
        _ => events(&[&running(&["hello ", "world"]), COMPLETED]),
    })
    .await;
    let start = Instant::now();
    let answer = client.stream_text("hello").await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text(), "hello world");
    let waited = (IDLE_TIMEOUT + HEAD_TIMEOUT).as_secs();
    assert_eq!(start.elapsed().as_secs(), waited);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_is_silent_for_hours_is_waited_for() {
    const HOURS: u64 = 3;
    let begun = Instant::now();
    let (client, _peer) = connect(move |method, _| match method {
        "GetTask" if begun.elapsed().as_secs() > HOURS * 3600 => result(DONE),
        "GetTask" => result(&running(&[]).replace("{\"task\":", "").replace("}}}", "}}")),
        _ => open(&[SUBMITTED]),
    })
    .await;
    let answer = client.stream_text("hello").await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text(), "hello world");
    assert!(begun.elapsed().as_secs() < HOURS * 3600 + 11);
}

#[tokio::test(start_paused = true)]
async fn a_limit_on_the_whole_call_bounds_all_attempts_together() {
    let (client, _peer) = connect(|method, _| match method {
        "SendStreamingMessage" => cut(&[SUBMITTED]),
        _ => cut(&[]),
    })
    .await;
    let limit = Duration::from_secs(5);
    let start = Instant::now();
    let error = client.call().timeout(limit).stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!((error.kind(), error.task_id()), (FailureKind::DeadlineExceeded, Some(&id())));
    assert_eq!(error.interruption().map(|first| first.kind()), Some(FailureKind::Disconnected));
    assert_eq!(start.elapsed().as_secs(), 5);
    let peer = Peer::agent(|_| open(&[SUBMITTED])).await;
    let timeouts = Timeouts::new().idle(Duration::from_secs(2)).overall(limit);
    let client = Client::builder().timeouts(timeouts).connect(&peer.url).await.unwrap();
    let start = Instant::now();
    let error = client.stream_text("hello").await.unwrap().finish().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed().as_secs()), (FailureKind::DeadlineExceeded, 5));
}

#[tokio::test(start_paused = true)]
async fn a_next_that_is_dropped_leaves_the_attempt_to_the_following_one() {
    let (client, mut peer) = connect(|method, _| {
        if method == "SendStreamingMessage" {
            return cut(&[SUBMITTED]);
        }
        let mut reply = vec![Step::Wait(Duration::from_secs(5))];
        reply.extend(events(&[&running(&["hello ", "world"]), COMPLETED]));
        reply
    })
    .await;
    let mut stream = client.stream_text("hello").await.unwrap();
    let mut events = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(70), stream.next()).await {
            Ok(Some(event)) => events.push(event.unwrap()),
            Ok(None) => break,
            Err(_) => {}
        }
    }
    assert_eq!(events.len(), 3);
    let methods = [peer.request().await, peer.request().await].map(|request| request.body["method"].clone());
    assert_eq!(methods, ["SendStreamingMessage", "SubscribeToTask"]);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_has_not_begun_is_repeated() {
    let (client, mut peer) = connect(|_, call| match call {
        0 => vec![],
        1 => http(503, "", ""),
        _ => events(&[SUBMITTED, HELLO, WORLD, COMPLETED]),
    })
    .await;
    let answer = client.subscribe(&id()).await.unwrap().finish().await.unwrap();
    assert_eq!(answer.task(), serde_json::from_str(DONE).ok().as_ref());
    for _ in 0..3 {
        assert_eq!(peer.request().await.header("last-event-id"), None);
    }
    // That the task has ended is an answer, not a failure.
    let (client, _peer) = connect(|_, _| refusal(-32004)).await;
    let error = client.subscribe(&id()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::UnsupportedOperation));
}
