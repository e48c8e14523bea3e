//! The line to a server of ours is cut behind every byte of its answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use a2a_client::{Client, ClientBuilder, FailureKind, StreamEvent};
use a2a_core::{
    AgentCapabilities, AgentCard, AgentExtension, AgentInterface, Fold, IDEMPOTENCY_EXTENSION, Part,
    ProtocolBinding, Task,
};
use a2a_server::{AgentExecutor, Server, executor_fn};
use futures_util::{StreamExt as _, stream};
use pretty_assertions::assert_eq;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::proxy::{Cut, Proxy};

/// How many cuts are under way at once.
const AT_ONCE: usize = 8;

const SAID: &str = "Once upon a time, and so on. The end.";

/// What the agent is asked.
#[derive(Clone, Default)]
struct Turns(Arc<Mutex<HashMap<String, Turn>>>);

#[derive(Clone)]
struct Turn {
    runs: usize,
    gate: Arc<Semaphore>,
}

impl Turns {
    fn of<R>(&self, text: &str, see: impl FnOnce(&mut Turn) -> R) -> R {
        let mut turns = self.0.lock().unwrap();
        let turn = turns.entry(text.to_owned());
        see(turn.or_insert_with(|| Turn { runs: 0, gate: Arc::new(Semaphore::new(0)) }))
    }

    fn gate(&self, text: &str) -> Arc<Semaphore> {
        self.of(text, |turn| Arc::clone(&turn.gate))
    }

    fn runs(&self, text: &str) -> usize {
        self.of(text, |turn| turn.runs)
    }
}

/// Tells a story in pieces; in the middle it waits for its gate, if it is asked to.
fn teller(turns: &Turns) -> impl AgentExecutor {
    let turns = turns.clone();
    executor_fn(move |cx, out| async move {
        let text = cx.message.text();
        turns.of(&text, |turn| turn.runs += 1);
        if text.starts_with("greet") {
            return Ok(out.message("hello").await?);
        }
        let task = out.task().await?;
        task.working("thinking").await?;
        let mut story = task.artifact("story");
        story.append("Once upon ").await?;
        story.append("a time, ").await?;
        task.working("writing").await?;
        if text.starts_with("wait") {
            turns.gate(&text).acquire().await?.forget();
        }
        let mut rest = task.artifact("rest");
        rest.append("The end.").await?;
        story.finish_with("and so on. ").await?;
        rest.finish().await?;
        Ok(task.complete_with("told").await?)
    })
}

struct Host {
    address: String,
    turns: Turns,
}

async fn host() -> Host {
    let turns = Turns::default();
    let server = Server::builder(card(""), teller(&turns)).allow_anonymous().build().unwrap();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().to_string();
    tokio::spawn(bound.run());
    Host { address, turns }
}

fn card(url: &str) -> AgentCard {
    let idempotency = AgentExtension::new(IDEMPOTENCY_EXTENSION);
    let capabilities = AgentCapabilities::new().with_streaming(true).with_extension(idempotency);
    AgentCard::new("teller", "Tells a story", "1")
        .with_capabilities(capabilities)
        .with_interface(AgentInterface::new(url, ProtocolBinding::JsonRpc, "1.0"))
}

/// A client whose first connection is cut so, and the line.
async fn client(host: &Host, cut: Cut, gate: Arc<Semaphore>) -> (Client, Proxy) {
    let proxy = Proxy::start(host.address.clone(), cut, gate).await;
    (ClientBuilder::connect(Client::builder(), card(&proxy.url)).await.unwrap(), proxy)
}

/// The task without what differs from run to run.
fn plain(task: &Task) -> Value {
    fn blank(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for key in ["id", "contextId", "taskId", "messageId", "artifactId", "timestamp"] {
                    object.remove(key);
                }
                object.values_mut().for_each(blank);
            }
            Value::Array(array) => array.iter_mut().for_each(blank),
            _ => {}
        }
    }
    let mut task = task.clone();
    task.history.iter_mut().take(1).for_each(|asked| asked.parts.clear());
    let mut value = serde_json::to_value(task).unwrap();
    blank(&mut value);
    value
}

/// Everything that a reader hears in artifacts, and the task that it folds.
fn heard(events: &[StreamEvent]) -> (String, Task) {
    let mut told = Vec::new();
    for event in events {
        match event {
            StreamEvent::Task(task) => told.extend(task.artifacts.clone()),
            StreamEvent::ArtifactUpdate(update) => told.push(update.artifact.clone()),
            _ => {}
        }
    }
    told.sort_by_key(|artifact| Part::join_text(&artifact.parts).contains("end"));
    let text = told.iter().map(|artifact| Part::join_text(&artifact.parts)).collect();
    let StreamEvent::Task(first) = &events[0] else { panic!("a task comes first, not {:?}", events[0]) };
    let mut fold = Fold::new((**first).clone());
    for event in &events[1..] {
        assert!(!matches!(event, StreamEvent::Task(_)), "a task in the middle: {events:?}");
        fold.apply(event);
    }
    (text, fold.into_task())
}

/// What a stream comes to whose line is cut so, and how many bytes there were.
async fn stream(host: &Host, asked: &str, cut: Cut) -> (Task, Proxy) {
    let gate = host.turns.gate(asked);
    let (client, line) = client(host, cut, Arc::clone(&gate)).await;
    let mut stream = client.stream_text(asked).await.unwrap_or_else(|error| panic!("{cut:?}: {error:?}"));
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        events.push(event.unwrap_or_else(|error| panic!("{cut:?}: {error:?}")));
        if stream.task().is_some_and(|task| task.text().ends_with("a time, ")) {
            gate.add_permits(1);
        }
    }
    let (text, folded) = heard(&events);
    assert_eq!(text, SAID, "{cut:?}");
    assert_eq!(stream.task(), Some(&folded), "{cut:?}");
    assert_eq!(host.turns.runs(asked), 1, "{cut:?}");
    (folded, line)
}

/// Cuts of a stream that is asked for so, behind every byte or every few, against the one that isn't cut.
async fn streams(kind: &str, step: usize) {
    let host = host().await;
    let (whole, line) = stream(&host, &format!("{kind} never"), Cut::Never).await;
    let (whole, length) = (plain(&whole), line.bytes());
    assert!(length > 1000, "there is something to cut");
    let cuts = std::iter::once(Cut::Unsent).chain((0..=length).step_by(step).map(Cut::Behind));
    let cuts = stream::iter(cuts).map(|cut| {
        let (host, whole) = (&host, &whole);
        async move {
            let (task, line) = stream(host, &format!("{kind} {cut:?}"), cut).await;
            assert_eq!(&plain(&task), whole, "{cut:?}");
            // Where the last bytes are the end of the response, nobody misses them.
            usize::from(line.connections() > 1)
        }
    });
    let resumed: Vec<_> = cuts.buffer_unordered(AT_ONCE).collect().await;
    assert!(resumed.iter().sum::<usize>() > length / step * 9 / 10, "most were cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_cut_behind_any_byte_comes_to_the_same_task_and_the_agent_runs_once() {
    streams("tell", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_cut_while_the_agent_works_comes_to_the_same_task() {
    streams("wait", 3).await;
}

/// Every cut of a send that is asked for so.
async fn sends(kind: &str) {
    let host = host().await;
    let gate = Arc::new(Semaphore::new(0));
    let (client_, line) = client(&host, Cut::Never, gate).await;
    let whole = client_.send_text(format!("{kind} never")).await.unwrap();
    let length = line.bytes();
    let cuts = std::iter::once(Cut::Unsent).chain((0..length).map(Cut::Behind));
    let cuts = stream::iter(cuts).map(|cut| {
        let (host, whole) = (&host, &whole);
        async move {
            let (client, line) = client(host, cut, Arc::new(Semaphore::new(0))).await;
            let asked = format!("{kind} {cut:?}");
            let answer = client.send_text(&asked).await.unwrap_or_else(|error| panic!("{cut:?}: {error:?}"));
            assert_eq!(answer.text(), whole.text(), "{cut:?}");
            assert_eq!(answer.task().map(plain), whole.task().map(plain), "{cut:?}");
            assert_eq!((host.turns.runs(&asked), line.connections()), (1, 2), "{cut:?}");
        }
    });
    cuts.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_that_is_cut_behind_any_byte_is_answered_and_the_agent_runs_once() {
    sends("tell").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_a_task_that_is_cut_behind_any_byte_is_answered_once() {
    sends("greet").await;
}

#[tokio::test]
async fn a_send_that_is_cut_is_an_error_where_nobody_promises_to_run_it_once() {
    let host = host().await;
    let line = Proxy::start(host.address.clone(), Cut::Behind(0), Arc::new(Semaphore::new(0))).await;
    let mut card = card(&line.url);
    card.capabilities.extensions.clear();
    let client = Client::connect(card).await.unwrap();
    let error = client.send_text("tell").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (FailureKind::Disconnected, 0));
    assert_eq!(line.connections(), 1);
}
