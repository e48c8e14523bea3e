//! Streams of peers that know nothing of our cursors, cut behind every byte.

mod fixture;
mod limits;
mod pauses;
mod scripts;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use a2a_client::{Client, Retry, StreamEvent};
use a2a_core::{AgentCard, Artifact, Fold, Task};
use futures_util::{StreamExt as _, stream};
use pretty_assertions::assert_eq;

use crate::peer::{Peer, Reply, Request, Step, http, json};

/// What happens, in order. An update is told as it is, and the task between them is what they fold to.
const EVENTS: [&str; 8] = [
    r#"{"task":{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_SUBMITTED"},"history":[{"messageId":"m0","role":"ROLE_USER","parts":[{"text":"go"}]}]}}"#,
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_WORKING"}}}"#,
    r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a1","parts":[{"text":"one "}]}}}"#,
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_WORKING","message":{"messageId":"m1","role":"ROLE_AGENT","parts":[{"text":"half way"}]}}}}"#,
    r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a1","parts":[{"text":"zwölf "}]},"append":true}}"#,
    r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a2","parts":[{"text":"aside"}]},"lastChunk":true}}"#,
    r#"{"artifactUpdate":{"taskId":"t1","contextId":"c1","artifact":{"artifactId":"a1","parts":[{"text":"three"}]},"append":true,"lastChunk":true}}"#,
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_COMPLETED"}}}"#,
];

fn event(text: &str) -> StreamEvent {
    serde_json::from_str(text).unwrap()
}

/// The task behind so many of the events.
fn task_behind(events: usize) -> Task {
    let StreamEvent::Task(first) = event(EVENTS[0]) else { panic!("a task comes first") };
    let mut fold = Fold::new(*first);
    for text in &EVENTS[1..events] {
        fold.apply(&event(text));
    }
    fold.into_task()
}

fn snapshot(events: usize) -> String {
    serde_json::to_string(&task_behind(events)).unwrap()
}

fn frames(ids: bool, range: std::ops::Range<usize>) -> Vec<String> {
    let frame = |n: usize| {
        let id = if ids { format!("id: e{n}\n") } else { String::new() };
        format!("{id}data: {{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{}}}\n\n", EVENTS[n])
    };
    range.map(frame).collect()
}

fn refusal(code: i64) -> Reply {
    json(200, &format!(r#"{{"jsonrpc":"2.0","id":$ID,"error":{{"code":{code},"message":"no"}}}}"#))
}

/// How a body ends: with the connection, or by a cut that shows.
#[derive(Clone, Copy, Debug)]
enum Framing {
    Closed,
    Cut,
}

fn body(framing: Framing, text: &str) -> Reply {
    let length = match framing {
        Framing::Closed => "",
        Framing::Cut => "Content-Length: 99999\r\n",
    };
    http(200, &format!("Content-Type: text/event-stream\r\n{length}"), text)
}

/// The waits are as short as they can be.
fn quick() -> Retry {
    Retry::new().delay(Duration::from_millis(1)).max_delay(Duration::from_millis(2))
}

/// A client of a peer whose first stream is cut; what comes then is the script's, which gets the number of events
/// that were sent whole and the number of the call behind the cut.
async fn client(cut: Cut, card: &str, script: Script) -> (Client, Peer) {
    let frames = frames(cut.ids, cut.from..EVENTS.len()).into_iter().map(|frame| frame.replace("$ID", "1"));
    let frames: Vec<_> = frames.collect();
    // A stream that is closed needs no empty line at its end.
    let missing = if matches!(cut.framing, Framing::Closed) { 2 } else { 0 };
    let ends = frames.iter().scan(0, |end, frame| {
        *end += frame.len();
        Some(*end)
    });
    let told = cut.from + ends.filter(|end| *end <= cut.behind + missing).count();
    let bytes = frames.concat().into_bytes()[..cut.behind].to_vec();
    let calls = AtomicUsize::new(0);
    let peer = Peer::start(move |request: &Request| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => {
            let mut reply = body(cut.framing, "");
            reply.push(Step::Bytes(bytes.clone()));
            reply
        }
        call => script(request, told, call),
    })
    .await;
    let card: AgentCard = serde_json::from_str(&card.replace("$URL", &peer.url)).unwrap();
    (Client::builder().retry(quick()).connect(card).await.unwrap(), peer)
}

/// Where the first stream is cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    ids: bool,
    /// The first event of it.
    from: usize,
    framing: Framing,
    /// After so many bytes.
    behind: usize,
}

impl Cut {
    /// A stream of all events without ids.
    fn behind(behind: usize) -> Self {
        Self { ids: false, from: 0, framing: Framing::Cut, behind }
    }
}

type Script = Arc<dyn Fn(&Request, usize, usize) -> Reply + Send + Sync>;

const CARD: &str = r#"{"name":"Other","supportedInterfaces":[{"url":"$URL","protocolBinding":"JSONRPC","protocolVersion":"1.0"}],"capabilities":{"streaming":true,"extensions":[{"uri":"urn:a2a-rust:idempotency:1"}]}}"#;

/// Cuts the stream again and again, `step` bytes on, and checks what the reader gets.
async fn every(step: usize, ids: bool, from: usize, script: Script) {
    let length = frames(ids, from..EVENTS.len()).concat().replace("$ID", "1").len();
    let cuts = (0..length).step_by(step).enumerate().map(|(n, behind)| {
        let framing = if n % 2 == 0 { Framing::Closed } else { Framing::Cut };
        let (at, script) = (Cut { ids, from, framing, behind }, Arc::clone(&script));
        async move {
            let (client, _peer) = client(at, CARD, script).await;
            let mut stream =
                client.stream_text("go").await.unwrap_or_else(|error| panic!("{at:?}: {error:?}"));
            let mut events = Vec::new();
            while let Some(event) = stream.next().await {
                events.push(event.unwrap_or_else(|error| panic!("{at:?}: {error:?}")));
            }
            check(&events, stream.task().unwrap(), at);
        }
    });
    stream::iter(cuts).buffer_unordered(16).collect::<Vec<_>>().await;
}

/// The events fold to the whole task, and no text came twice.
fn check(events: &[StreamEvent], task: &Task, at: Cut) {
    let mut expected = task_behind(EVENTS.len());
    if at.from > 0 {
        expected.history.remove(0);
    }
    let mut heard = Vec::new();
    for (n, event) in events.iter().enumerate() {
        match event {
            StreamEvent::ArtifactUpdate(update) => heard.push(update.artifact.text()),
            StreamEvent::Task(task) => {
                assert_eq!(n, 0, "{at:?}: {events:?}");
                heard.extend(task.artifacts.iter().map(Artifact::text));
            }
            _ => {}
        }
    }
    let heard = heard.join(" ");
    let mut words: Vec<_> = heard.split_whitespace().collect();
    words.sort_unstable();
    assert_eq!(words, ["aside", "one", "three", "zwölf"], "{at:?}");
    let mut fold: Option<Fold> = None;
    for event in events {
        match (&mut fold, event) {
            (Some(fold), event) => drop(fold.apply(event)),
            (None, StreamEvent::Task(task)) => fold = Some(Fold::new((**task).clone())),
            (None, _) => {}
        }
    }
    if let Some(fold) = fold {
        assert_eq!(fold.task(), task, "{at:?}");
    }
    assert_eq!(task, &expected, "{at:?}");
}
