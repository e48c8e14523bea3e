//! What a peer does behind the cut. Most have gone on by an event meanwhile.

use std::sync::Arc;

use a2a_client::{Client, FailureKind, MAX_REPEATS, Retry};
use a2a_core::AgentCard;
use pretty_assertions::assert_eq;

use super::{CARD, Cut, EVENTS, Framing, Script, body, client, every, frames, quick, refusal, snapshot};
use crate::peer::{Reply, Request, nowhere, result};

/// Cuts so far apart meet every part of a frame, since no frame is as long as another.
const FEW: usize = 13;

fn method(request: &Request) -> &str {
    request.body["method"].as_str().unwrap()
}

fn script(script: impl Fn(&Request, usize, usize) -> Reply + Send + Sync + 'static) -> Script {
    Arc::new(script)
}

/// The whole stream, to a send that is repeated.
fn again(ids: bool, from: usize) -> Reply {
    body(Framing::Closed, &frames(ids, from..EVENTS.len()).concat())
}

fn told(framing: Framing, snapshot: &str, rest: &[String]) -> Reply {
    let first = format!(
        "data: {{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{{\"task\":{snapshot}}}}}\n\n{}",
        rest.concat()
    );
    body(framing, &first)
}

#[tokio::test]
async fn a_task_that_is_told_whole_makes_up_for_what_was_missed() {
    let script = script(|request, sent, _| match method(request) {
        "SendStreamingMessage" => again(false, 0),
        "SubscribeToTask" => {
            assert_eq!(request.header("last-event-id"), None);
            assert_eq!(request.header("idempotency-key"), None);
            let now = (sent + 1).min(EVENTS.len());
            told(Framing::Closed, &snapshot(now), &frames(false, now..EVENTS.len()))
        }
        other => panic!("nobody asked for {other}"),
    });
    every(1, false, 0, script).await;
}

#[tokio::test]
async fn a_stream_that_is_told_again_from_its_beginning_tells_nothing_twice() {
    let script = script(|request, _, _| match method(request) {
        "SendStreamingMessage" | "SubscribeToTask" => again(false, 0),
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, false, 0, script).await;
}

#[tokio::test]
async fn a_stream_that_is_told_again_without_the_task_tells_nothing_twice() {
    let script = script(|request, _, _| match method(request) {
        "SendStreamingMessage" | "SubscribeToTask" => again(false, 1),
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, false, 1, script).await;
}

#[tokio::test]
async fn a_stream_that_goes_on_where_it_happens_to_be_leaves_no_gap() {
    let script = script(|request, sent, _| match method(request) {
        "SendStreamingMessage" => again(false, 0),
        "SubscribeToTask" => body(Framing::Closed, &frames(false, (sent + 2).min(7)..EVENTS.len()).concat()),
        "GetTask" => result(&snapshot(EVENTS.len())),
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, false, 0, script).await;
}

#[tokio::test]
async fn the_ids_of_another_server_are_sent_back_to_it() {
    let script = script(|request, sent, _| match method(request) {
        "SendStreamingMessage" => again(true, 0),
        "SubscribeToTask" => {
            assert_eq!(request.header("last-event-id"), Some(&*format!("e{}", sent - 1)));
            body(Framing::Closed, &frames(true, sent..EVENTS.len()).concat())
        }
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, true, 0, script).await;
}

#[tokio::test]
async fn events_that_have_come_by_are_known_by_their_ids() {
    // From the last one on, from the middle, without the task at the beginning, and with it.
    for back in [1, 3, 7] {
        let script = script(move |request, sent, _| match method(request) {
            "SendStreamingMessage" => again(true, 0),
            "SubscribeToTask" => {
                let from = sent.saturating_sub(back).max(usize::from(sent > 1));
                body(Framing::Closed, &frames(true, from..EVENTS.len()).concat())
            }
            other => panic!("nobody asked for {other}"),
        });
        every(FEW, true, 0, script).await;
    }
}

#[tokio::test]
async fn a_task_that_has_ended_meanwhile_is_read() {
    // Not found is what peers say that forget the tasks they no longer run.
    for code in [-32004, -32001, -32601] {
        for in_stream in [false, true] {
            let script = script(move |request, _, _| match method(request) {
                "SendStreamingMessage" => again(false, 0),
                "SubscribeToTask" if in_stream => {
                    let said = format!(
                        "{{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{{\"code\":{code},\"message\":\"no\"}}}}"
                    );
                    body(Framing::Closed, &format!("data: {said}\n\n"))
                }
                "SubscribeToTask" => refusal(code),
                "GetTask" => result(&snapshot(EVENTS.len())),
                other => panic!("nobody asked for {other}"),
            });
            every(FEW, false, 0, script).await;
        }
    }
}

#[tokio::test]
async fn a_task_that_cannot_be_subscribed_to_is_read_until_it_ends() {
    let script = script(|request, sent, call| match method(request) {
        "SendStreamingMessage" => again(false, 0),
        "SubscribeToTask" => refusal(-32601),
        // Every other look shows nothing new.
        "GetTask" => result(&snapshot((sent + (call - 2) / 2 * 3).min(EVENTS.len()))),
        other => panic!("nobody asked for {other}"),
    });
    every(1, false, 0, script).await;
}

#[tokio::test]
async fn a_subscription_that_closes_at_once_is_looked_after_by_reading() {
    let script = script(|request, sent, call| match method(request) {
        "SendStreamingMessage" => again(false, 0),
        "SubscribeToTask" => told(Framing::Closed, &snapshot((sent + call / 3).min(EVENTS.len())), &[]),
        "GetTask" => result(&snapshot((sent + call / 3).min(EVENTS.len()))),
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, false, 0, script).await;
}

#[tokio::test]
async fn a_peer_without_streams_is_not_asked_for_a_subscription() {
    let card = CARD.replace("\"streaming\":true", "\"streaming\":false");
    let script = script(|request, _, _| {
        assert_eq!(method(request), "GetTask");
        result(&snapshot(EVENTS.len()))
    });
    let (client, _peer) = client(Cut::behind(400), &card, script).await;
    let answer = client.stream_text("go").await.unwrap().finish().await.unwrap();
    assert_eq!(answer.text(), super::task_behind(EVENTS.len()).text());
}

#[tokio::test]
async fn a_send_is_repeated_with_its_key_and_only_if_it_was_not_heard() {
    for promises in [true, false] {
        let text = if promises { CARD.to_owned() } else { CARD.replace("urn:a2a-rust", "urn:other") };
        for cut in [0, 20] {
            let script = script(|_, _, _| again(false, 0));
            let (client, mut peer) = client(Cut::behind(cut), &text, script).await;
            let stream = client.call().idempotency_key("k7").stream_text("go").await;
            let answer = match stream {
                Ok(stream) => stream.finish().await.map_err(|error| (error.kind(), error.attempts())),
                Err(error) => Err((error.kind(), error.attempts())),
            };
            let first = peer.request().await;
            assert_eq!(first.header("idempotency-key"), Some("k7"));
            if promises {
                assert!(answer.is_ok());
                let second = peer.request().await;
                assert_eq!(second.header("idempotency-key"), Some("k7"));
                assert_eq!(second.body["params"], first.body["params"]);
            } else {
                assert_eq!(answer, Err((FailureKind::Disconnected, 0)));
            }
        }
    }
}

#[tokio::test]
async fn a_peer_that_is_down_is_tried_again_whatever_it_promises() {
    let (url, _socket) = nowhere();
    let card: AgentCard =
        serde_json::from_str(&CARD.replace("$URL", &url).replace("urn:a2a", "urn:other")).unwrap();
    let client = Client::builder().retry(quick()).connect(card).await.unwrap();
    for error in [client.send_text("go").await.unwrap_err(), client.stream_text("go").await.unwrap_err()] {
        assert_eq!((error.kind(), error.attempts()), (FailureKind::Unreachable, MAX_REPEATS));
        assert_eq!(error.interruption().map(|first| first.kind()), Some(FailureKind::Unreachable));
    }
    let off = client.call().retry(Retry::off()).send_text("go").await.unwrap_err();
    assert_eq!((off.attempts(), off.interruption().map(|first| first.kind())), (0, None));
}

#[tokio::test]
async fn a_server_that_begins_with_the_task_of_the_beginning_and_goes_on_from_now_leaves_no_gap() {
    let script = script(|request, sent, _| match method(request) {
        "SendStreamingMessage" => again(false, 0),
        // That an artifact was heard is what shows the gap.
        "SubscribeToTask" if sent < 3 => again(false, 0),
        "SubscribeToTask" => {
            let now = (sent + 1).min(EVENTS.len());
            told(Framing::Closed, &snapshot(1), &frames(false, now..EVENTS.len()))
        }
        "GetTask" => result(&snapshot(EVENTS.len())),
        other => panic!("nobody asked for {other}"),
    });
    every(FEW, false, 0, script).await;
}
