//! What ADK's bridges were recorded to send, said again to our proxy.

mod difference;
mod expected;
mod item;
mod recording;
mod server;
mod told;

use std::collections::BTreeSet;

use adk_bridge::RemoteAgent;
use adk_bridge::adk::{Content, Event, PartData, Pending, Runner};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::Value;

use self::expected::Differences;
use self::item::{Item, without};
use self::recording::{Exchange, RecordedTurn, Recording};
use self::server::Server;
use self::told::Told;
use crate::bridge_fixture::{soon, stored};

#[tokio::test]
async fn whatever_adks_bridges_sent_is_heard_whole_and_once() {
    let mut found = Differences::new();
    for (_, recordings) in recording::all() {
        for recording in recordings {
            for kind in play(&recording).await {
                found.entry(kind.to_owned()).or_default().insert(recording.name.clone());
            }
        }
    }
    assert_eq!(expected::write(&found), expected::write(&expected::read()));
}

/// The first turn of a recording, with a connection that breaks behind any of its frames.
#[tokio::test]
async fn a_stream_that_breaks_off_keeps_all_that_was_said() {
    let cut = |answer: &Exchange| {
        let cuts = (1..=answer.frames()).map(|frames| answer.cut_behind(frames));
        cuts.map(|cut| (cut.results(), cut)).collect()
    };
    assert_eq!(not_heard_as_said(cut).await, expected::read()["lost"]);
}

/// The first turn of a recording, with the whole task once more behind any of its frames, and without some of those
/// before that: what somebody hears who was away and comes back.
#[tokio::test]
async fn a_task_that_is_shown_again_loses_nothing_and_repeats_nothing() {
    let back = |answer: &Exchange| {
        let places = (1..answer.frames()).flat_map(|at| [(at, 0), (at, at.div_ceil(2))]);
        let again = places.filter_map(|(at, missed)| answer.shown_again_behind(at, missed));
        again.map(|again| (answer.results(), again)).collect()
    };
    assert_eq!(not_heard_as_said(back).await, expected::read()["lost"]);
}

/// The recordings of which the session doesn't have what was said, when their first answer is changed: what is said
/// then, and the answer.
async fn not_heard_as_said(change: impl Fn(&Exchange) -> Vec<(Vec<Value>, Exchange)>) -> BTreeSet<String> {
    let mut changed = Vec::new();
    // What Go servers sent to Python clients is what they sent to Go's.
    let groups = recording::all().into_iter().filter(|(group, _)| !group.starts_with("python_from_go"));
    for recording in groups.flat_map(|(_, recordings)| recordings) {
        let RecordedTurn { message, wire, .. } = &recording.turns[0];
        let answers = wire.iter().filter(|exchange| !exchange.is_card()).take(1).flat_map(&change);
        changed.extend(answers.map(|(said, answer)| (recording.name.clone(), message.clone(), said, answer)));
    }
    assert!(changed.len() > 500);
    let played = futures_util::stream::iter(changed).map(async |(name, message, said, answer)| {
        let server = Server::new(true).await;
        server.load(&[answer]);
        let runner = Runner::new("demo", RemoteAgent::new("remote", &*server.url));
        soon(runner.run("ann", "s1", message).collect::<Vec<_>>()).await;
        let mut told = Told::default();
        for result in &said {
            told.hear(result);
        }
        let (said, has) = (told.all(), has(&runner).await);
        (!without(&said, &has).is_empty() || !without(&has, &said).is_empty()).then_some(name)
    });
    played.buffer_unordered(16).filter_map(async |name| name).collect().await
}

/// Plays a recording turn by turn, and says how what we made of it differs.
async fn play(recording: &Recording) -> BTreeSet<&'static str> {
    let server = Server::new(recording.streaming).await;
    let runner = Runner::new("demo", RemoteAgent::new("remote", &*server.url));
    let (mut told, mut kinds, mut asks) = (Told::default(), BTreeSet::new(), Vec::new());
    for turn in &recording.turns {
        server.load(&turn.wire);
        told.begin_turn();
        let before = has(&runner).await;
        let message = answering(turn.message.clone(), &asks);
        let events = runner.run("ann", "s1", message).filter_map(async |event| event.ok());
        let events: Vec<Event> = soon(events.collect()).await;
        asks = Pending::collect(&events);
        assert_eq!(server.message()["contextId"], *told.context(), "{}", recording.name);
        turn.wire.iter().flat_map(Exchange::results).for_each(|result| told.hear(&result));
        kinds.extend(difference::kinds(&events, &turn.events, &before));
        kinds.extend((server.left() > 0).then_some("not asked"));
    }
    kinds.extend((server.surplus() > 0).then_some("asked"));
    let (said, has) = (told.all(), has(&runner).await);
    kinds.extend((!without(&said, &has).is_empty()).then_some("lost"));
    kinds.extend((!without(&has, &said).is_empty()).then_some("invented"));
    kinds
}

/// What the session has of the remote.
async fn has(runner: &Runner) -> Vec<Item> {
    told::stored(stored(runner, "ann", "s1").await.iter().filter(|event| !event.is_from_user()))
}

/// The user's message. The recorded client made up calls of its own; an answer to one goes to what our proxy asked.
fn answering(mut message: Content, asks: &[Pending]) -> Content {
    for part in &mut message.parts {
        if let PartData::FunctionResponse(response) = &mut part.data
            && response.name.starts_with("mock_function_call_")
            && let Some(ask) = asks.first()
        {
            ask.id().clone_into(&mut response.id);
            response.name.clone_from(&ask.call().name);
        }
    }
    message
}
