//! An agent behind a real socket, and those who call it.

use std::sync::Arc;
use std::time::Duration;

use adk_bridge::a2a_core::{
    AgentCapabilities, AgentCard, AgentExtension, Caller, Message, Part as WirePart, Task, TaskId,
};
use adk_bridge::a2a_server::{AgentExecutor, Server, ServerBuilder, ServerHandle};
use adk_bridge::adk::{
    Agent, Cancellation, Event, InMemorySessions, Outcome, Pending, Reply, RunError, Runner, Turn,
};
use adk_bridge::{AdkExecutor, RemoteAgent, Trust, card, convert::keys, timeline};
use futures_util::StreamExt as _;

/// An agent and its server.
pub(crate) struct Served {
    pub(crate) runner: Runner,
    pub(crate) url: String,
    pub(crate) handle: ServerHandle,
}

impl Served {
    /// The proxy of an agent of our own.
    pub(crate) fn own(&self, name: &str) -> RemoteAgent {
        RemoteAgent::new(name, &*self.url).trust(Trust::Own)
    }

    /// The proxy of somebody else's.
    pub(crate) fn peer(&self, name: &str) -> RemoteAgent {
        RemoteAgent::new(name, &*self.url)
    }

    /// What the serving side has of the conversation that these events are from.
    pub(crate) async fn stored(&self, events: &[Event]) -> Vec<Event> {
        let context = note(events, keys::A2A_CONTEXT_ID).unwrap();
        stored(&self.runner, &format!("A2A_USER_{context}"), &context).await
    }
}

/// Serves an agent whose callers are our own.
pub(crate) async fn serve(agent: impl Agent) -> Served {
    serve_runner(Runner::new("far", agent), |_| true).await
}

pub(crate) async fn serve_runner(
    runner: Runner,
    own: impl Fn(&Caller) -> bool + Send + Sync + 'static,
) -> Served {
    let agent = adk_bridge::adk::Turns::agent(&runner).unwrap();
    let executor = AdkExecutor::new(runner.clone()).own_peers(own);
    let (url, handle) = bind(Server::builder(card::of(agent), executor)).await;
    Served { runner, url, handle }
}

pub(crate) async fn bind(server: ServerBuilder) -> (String, ServerHandle) {
    let bound = server.allow_anonymous().build().unwrap().bind("127.0.0.1:0").await.unwrap();
    let (url, handle) = (bound.url().to_owned(), bound.handle());
    tokio::spawn(bound.run());
    (url, handle)
}

/// Serves an agent that isn't ADK's.
pub(crate) async fn foreign(executor: impl AgentExecutor) -> String {
    bind(Server::builder(foreign_card(true), executor)).await.0
}

pub(crate) fn foreign_card(streaming: bool) -> AgentCard {
    let capabilities = AgentCapabilities::new()
        .with_streaming(streaming)
        .with_extension(AgentExtension::new(keys::EVENTS_EXTENSION));
    AgentCard::new("foreign", "Somebody else's", "1").with_capabilities(capabilities)
}

/// All events of a turn, chunks too.
pub(crate) async fn collect(turn: Turn) -> Vec<Event> {
    turn.map(Result::unwrap).collect().await
}

pub(crate) async fn stored(runner: &Runner, user: &str, session: &str) -> Vec<Event> {
    let session = runner.session(user, session).await.unwrap();
    session.map(|session| session.events.iter().map(|event| (**event).clone()).collect()).unwrap_or_default()
}

pub(crate) fn note(events: &[Event], key: &str) -> Option<String> {
    events.iter().find_map(|event| Some(event.custom_metadata.get(key)?.as_str()?.to_owned()))
}

pub(crate) fn task_of(events: &[Event]) -> TaskId {
    note(events, keys::A2A_TASK_ID).unwrap().parse().unwrap()
}

pub(crate) async fn done(turn: Turn) -> Reply {
    match turn.outcome().await.unwrap() {
        Outcome::Done(reply) => reply,
        Outcome::Paused(asks) => panic!("paused: {asks:?}"),
    }
}

pub(crate) async fn paused(turn: Turn) -> Vec<Pending> {
    match turn.outcome().await.unwrap() {
        Outcome::Paused(asks) => asks,
        Outcome::Done(reply) => panic!("done: {}", reply.text()),
    }
}

pub(crate) async fn failed(turn: Turn) -> RunError {
    turn.outcome().await.map(|outcome| panic!("{outcome:?}")).unwrap_err()
}

/// Chunks and complete events as a short text each: `~` is a chunk, `?` waits, `!` failed.
pub(crate) fn sketch(events: &[Event]) -> Vec<String> {
    events.iter().map(line).collect()
}

fn line(event: &Event) -> String {
    let parts = event.content.iter().flat_map(|content| &content.parts).map(|part| {
        let thought = if part.is_thought() { "thought:" } else { "" };
        match (part.as_text(), part.as_function_call(), part.as_function_response()) {
            (Some(text), ..) => format!("[{thought}{text}]"),
            (_, Some(call), _) => format!("[→{}]", call.name),
            (_, _, Some(response)) => format!("[←{}]", response.name),
            _ => "[…]".to_owned(),
        }
    });
    let partial = if event.is_partial() { "~" } else { "" };
    let waits = if event.long_running_tool_ids.is_empty() { "" } else { "?" };
    let error = event.error_message.iter().map(|message| format!("!{message}"));
    [partial.to_owned()].into_iter().chain(parts).chain([waits.to_owned()]).chain(error).collect()
}

/// Runs an agent in process and behind a socket, with what the caller sends as a function of what was asked, and
/// holds all three records against each other.
pub(crate) async fn assert_same<A, I>(make: impl Fn() -> A, inputs: impl Fn(usize, &[Pending]) -> Option<I>)
where
    A: Agent,
    I: Into<adk_bridge::adk::Input>,
{
    let served = serve(make()).await;
    let local = Runner::new("near", make());
    let name = make().name().to_owned();
    let remote = Runner::new("near", served.own(&name));
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (runner, events) in [(&local, &mut here), (&remote, &mut there)] {
        let mut asks = Vec::new();
        for round in 0.. {
            let Some(input) = inputs(round, &asks) else { break };
            let turn = collect(runner.run("ann", "s1", input)).await;
            asks = Pending::collect(&turn);
            events.extend(turn);
        }
    }
    assert_eq!(timeline::diff_runs(&here, &there).to_string(), "", "with chunks");
    let caller = stored(&remote, "ann", "s1").await;
    let far = served.stored(&there).await;
    assert_eq!(timeline::diff(&far, &caller).to_string(), "", "what both sides stored");
    let near = stored(&local, "ann", "s1").await;
    assert_eq!(timeline::diff_runs(&near, &caller).to_string(), "", "what was stored in process");
    let states = [runner_state(&local, "ann", "s1").await, runner_state(&remote, "ann", "s1").await];
    assert_eq!(states[0], states[1], "the state");
}

pub(crate) async fn runner_state(runner: &Runner, user: &str, session: &str) -> adk_bridge::adk::State {
    runner.session(user, session).await.unwrap().unwrap().state
}

/// One message and nothing else.
pub(crate) fn once(text: &'static str) -> impl Fn(usize, &[Pending]) -> Option<&'static str> {
    move |round, _| (round == 0).then_some(text)
}

/// Waits for ever, and tells when it is dropped.
pub(crate) struct Stuck(pub(crate) Cancellation);

impl Drop for Stuck {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

pub(crate) fn user_message(id: &str, parts: Vec<WirePart>) -> Message {
    Message::user(id.parse().unwrap(), parts)
}

pub(crate) fn shared_sessions() -> Arc<InMemorySessions> {
    Arc::new(InMemorySessions::new())
}

/// Reads a task until it is in a state; nothing is waited for but the server.
pub(crate) async fn task(served: &Served, id: &TaskId) -> Task {
    let client = adk_bridge::a2a_client::Client::connect(&*served.url).await.unwrap();
    client.get_task(id).await.unwrap()
}

/// What should have happened by now, or the test hangs.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.unwrap()
}
