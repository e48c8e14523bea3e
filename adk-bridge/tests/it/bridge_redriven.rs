//! A run of the server that died is made again: its task gets what its session has, once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use adk_bridge::a2a_client::Client;
use adk_bridge::a2a_core::{
    Artifact, ArtifactId, ContextId, Message, Part as WirePart, SendMessageResponse, Task, TaskId, TaskState,
};
use adk_bridge::a2a_server::{AgentExecutor, ExecutorError, Reason, RequestContext, Responder, Server};
use adk_bridge::adk::{
    Agent, Event, EventStream, FunctionCall, FunctionResponse, InMemorySessions, Runner, SessionService,
    ToolReply, TurnRequest, Turns, agent_fn, tool_fn,
};
use adk_bridge::convert::{keys, part};
use adk_bridge::{AdkExecutor, Decision, OnDrop, RemoteAgent, Trust};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::sync::Notify;

use crate::bridge_fixture::{bind, foreign_card, serve, shared_sessions, stored, user_message};

/// Turns that tell of so many events and die with the next one, which is stored by then.
struct Dying {
    runner: Runner,
    left: AtomicUsize,
    died: Arc<Notify>,
}

impl Turns for Dying {
    fn turn(&self, request: TurnRequest) -> EventStream<'_> {
        EventStream::new(async |mut out| {
            let mut events = self.runner.turn(request);
            while let Some(event) = events.next().await {
                let event = event?;
                if self
                    .left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                    .is_err()
                {
                    self.died.notify_one();
                    std::future::pending::<()>().await;
                }
                out.emit(event).await?;
            }
            Ok(())
        })
    }

    fn app(&self) -> Option<&adk_bridge::adk::AppName> {
        self.runner.app()
    }

    fn sessions(&self) -> Option<&dyn SessionService> {
        Turns::sessions(&self.runner)
    }
}

/// What the first attempt was asked.
#[derive(Clone)]
struct Asked {
    message: Message,
    place: u64,
    task_id: TaskId,
    context_id: ContextId,
}

/// An executor that dies in its first run, and makes that run again when it gets another message: with the context
/// that the server gives to such a run, and into a task of its own, so that what it writes shows.
struct Mortal {
    dying: AdkExecutor,
    again: AdkExecutor,
    died: Arc<Notify>,
    asked: Mutex<Option<Asked>>,
    before: Mutex<Option<Task>>,
}

impl AgentExecutor for Mortal {
    async fn execute(&self, mut cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        let asked = self.asked.lock().unwrap().clone();
        let Some(Asked { message, place, task_id, context_id }) = asked else {
            *self.asked.lock().unwrap() = Some(Asked {
                message: cx.message.clone(),
                place: cx.place,
                task_id: cx.task_id.clone(),
                context_id: cx.context_id.clone(),
            });
            return tokio::select! {
                ended = self.dying.execute(cx, out) => ended,
                () = self.died.notified() => Err(ExecutorError::failed("the process died")),
            };
        };
        (cx.message, cx.place, cx.task_id, cx.context_id) = (message, place, task_id, context_id);
        cx.reason = Reason::Redriven { attempt: 2 };
        cx.task = self.before.lock().unwrap().clone().map(Arc::new);
        self.again.execute(cx, out).await
    }
}

struct Story {
    /// The task as the first attempt left it.
    first: Task,
    /// What the second one wrote.
    second: Task,
    session: Vec<Event>,
}

/// One message to an agent that dies behind so many events, and is run again.
async fn story<A: Agent>(make: impl Fn() -> A, sessions: &Arc<InMemorySessions>, after: usize) -> Story {
    let runner = || Runner::new("far", make()).sessions(Arc::clone(sessions));
    let died = Arc::new(Notify::new());
    let dying = Dying { runner: runner(), left: AtomicUsize::new(after), died: Arc::clone(&died) };
    let mortal = Arc::new(Mortal {
        dying: AdkExecutor::new(dying),
        again: AdkExecutor::new(runner()),
        died,
        asked: Mutex::new(None),
        before: Mutex::new(None),
    });
    assert!(mortal.again.redrives());
    let (url, _) = bind(Server::builder(foreign_card(true), Arc::clone(&mortal))).await;
    let client = Client::connect(&*url).await.unwrap();
    let SendMessageResponse::Task(first) = client.send_text("go").await.unwrap() else { panic!() };
    let mut before = first.clone();
    if before.status.state == TaskState::Failed {
        (before.status.state, before.status.message) = (TaskState::Working, None);
    }
    *mortal.before.lock().unwrap() = Some(before);
    let SendMessageResponse::Task(second) = client.send_text("again").await.unwrap() else { panic!() };
    let context = mortal.asked.lock().unwrap().as_ref().unwrap().context_id.to_string();
    let session = stored(&runner(), &format!("A2A_USER_{context}"), &context).await;
    Story { first, second, session }
}

/// The task when both attempts have written to it.
fn fold(first: &[Artifact], second: &[Artifact]) -> Vec<(ArtifactId, Vec<WirePart>)> {
    let mut all: Vec<(ArtifactId, Vec<WirePart>)> = Vec::new();
    for artifact in first.iter().chain(second) {
        let (id, parts) = (artifact.artifact_id.clone(), artifact.parts.clone());
        match all.iter_mut().find(|(known, _)| *known == id) {
            Some((_, before)) => *before = parts,
            None => all.push((id, parts)),
        }
    }
    all
}

/// The artifacts that the events of a session are.
fn artifacts(session: &[Event]) -> Vec<(ArtifactId, Vec<WirePart>)> {
    let said = session.iter().filter(|event| !event.is_from_user());
    let said = said.filter_map(|event| Some((event, event.content.as_ref()?)));
    said.map(|(event, content)| (event.id.parse().unwrap(), part::all_to_a2a(&content.parts, &[]))).collect()
}

fn worker(calls: &Arc<Mutex<Vec<String>>>) -> impl Agent + use<> {
    let calls = Arc::clone(calls);
    let tool = tool_fn("work", "", async move |_, cx: adk_bridge::adk::ToolContext| {
        calls.lock().unwrap().push(cx.call_id().to_owned());
        Ok(json!({"done": true}))
    });
    agent_fn("worker", "", async move |cx, mut out| {
        out.delta("one ").await?;
        out.delta("two").await?;
        out.say("three").await?;
        out.call(&cx, &tool, json!({"n": 1})).await?;
        out.delta("four").await?;
        out.call(&cx, &tool, json!({"n": 2})).await?;
        out.say("five").await
    })
}

#[tokio::test]
async fn a_run_that_dies_anywhere_leaves_its_task_with_each_event_of_the_session_once() {
    // Three chunks and eight events.
    for after in 0..=10 {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let Story { first, second, session } = story(|| worker(&calls), &shared_sessions(), after).await;
        assert_eq!((&first.status.state, &second.status.state), (&TaskState::Failed, &TaskState::Completed));
        assert_eq!(fold(&first.artifacts, &second.artifacts), artifacts(&session), "after {after}");
        let texts: Vec<String> = session.iter().map(Event::text).filter(|text| !text.is_empty()).collect();
        assert_eq!(texts, ["go", "one two", "three", "four", "five"], "after {after}");
        for artifact in &second.artifacts {
            assert!(!first.artifacts.contains(artifact), "{artifact:?} was written again after {after}");
        }
        let calls = calls.lock().unwrap().clone();
        assert_eq!(calls.len(), 2, "no call is made again whose response is stored: {calls:?}");
    }
}

#[tokio::test]
async fn a_run_that_dies_between_two_others_joins_the_one_behind_it() {
    for trust in [Trust::Own, Trust::Peer] {
        for after in 0..=10 {
            let calls = Arc::new(Mutex::new(Vec::new()));
            let far = serve(worker(&calls)).await;
            let middle = || RemoteAgent::new("worker", &*far.url).trust(trust).on_drop(OnDrop::Keep);
            let Story { first, second, session } = story(middle, &shared_sessions(), after).await;
            assert_eq!(second.status.state, TaskState::Completed);
            assert_eq!(fold(&first.artifacts, &second.artifacts), artifacts(&session), "{trust:?} {after}");
            let texts: Vec<String> =
                session.iter().map(Event::text).filter(|text| !text.is_empty()).collect();
            assert_eq!(texts, ["go", "one two", "three", "four", "five"], "{trust:?} after {after}");
            assert_eq!(calls.lock().unwrap().len(), 2, "{trust:?} after {after}");
        }
    }
}

/// Waits for a credential, for a result, or for a decision.
fn asker(how: &'static str) -> impl Agent {
    let slow = tool_fn("slow", "", async |_, _| Ok(ToolReply::Pending(json!({"ticket": 7}))));
    agent_fn("asker", "", async move |cx, mut out| {
        out.say("wait").await?;
        match how {
            "result" => out.call(&cx, &slow, json!({"x": 1})).await.map(drop),
            "decision" => match cx.decision(&FunctionCall::new("pay", json!({}))) {
                Decision::NotAsked => out.ask(FunctionCall::new("pay", json!({}))).await,
                _ => out.say("paid").await,
            },
            _ => {
                let call = FunctionCall::new("adk_request_credential", json!({})).with_id("c-1");
                let mut event = Event::default().with_content(adk_bridge::adk::Part::from(call));
                event.long_running_tool_ids = vec!["c-1".into()];
                out.emit(event).await
            }
        }
    })
}

#[tokio::test]
async fn a_run_that_has_asked_before_it_died_asks_the_same_once() {
    for (how, events, state) in [
        ("result", 3, TaskState::InputRequired),
        ("decision", 2, TaskState::InputRequired),
        ("credential", 2, TaskState::AuthRequired),
    ] {
        // At last it dies behind the question.
        for after in 0..=events {
            let Story { second, session, .. } = story(|| asker(how), &shared_sessions(), after).await;
            assert_eq!(second.status.state, state, "{how} after {after}");
            let asked: Vec<String> =
                session.iter().flat_map(|event| event.long_running_tool_ids.clone()).collect();
            assert_eq!(asked.len(), 1, "{how} after {after}");
            let question = second.status.message.unwrap().parts;
            let calls: Vec<String> = question
                .iter()
                .filter_map(|part| Some(part::from_a2a(part).as_function_call()?.id.clone()))
                .collect();
            assert_eq!(calls, asked, "{how} after {after}");
            assert!(question.iter().all(|part| !part.metadata.contains_key(keys::VALIDATION_ERROR)));
        }
    }
}

#[tokio::test]
async fn a_run_whose_sessions_died_too_begins_from_the_top_under_the_same_ids() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let (one, two) = (shared_sessions(), shared_sessions());
    let runner =
        |sessions: &Arc<InMemorySessions>| Runner::new("far", worker(&calls)).sessions(Arc::clone(sessions));
    let died = Arc::new(Notify::new());
    let dying = Dying { runner: runner(&one), left: AtomicUsize::new(7), died: Arc::clone(&died) };
    let mortal = Arc::new(Mortal {
        dying: AdkExecutor::new(dying),
        again: AdkExecutor::new(runner(&two)),
        died,
        asked: Mutex::new(None),
        before: Mutex::new(None),
    });
    let (url, _) = bind(Server::builder(foreign_card(true), Arc::clone(&mortal))).await;
    let client = Client::connect(&*url).await.unwrap();
    let SendMessageResponse::Task(first) = client.send_text("go").await.unwrap() else { panic!() };
    *mortal.before.lock().unwrap() = Some(first.clone());
    let SendMessageResponse::Task(second) = client.send_text("again").await.unwrap() else { panic!() };
    let context = mortal.asked.lock().unwrap().as_ref().unwrap().context_id.to_string();
    let session = stored(&runner(&two), &format!("A2A_USER_{context}"), &context).await;
    assert_eq!(fold(&first.artifacts, &second.artifacts), artifacts(&session));
    let calls = calls.lock().unwrap().clone();
    assert_eq!((calls.len(), &calls[0], calls[1] == calls[2]), (3, &calls[1], false));
}

#[tokio::test]
async fn messages_that_use_one_id_twice_are_two_messages() {
    let repeats = agent_fn("repeats", "", async |cx, mut out| {
        let said = cx.history().iter().filter(|event| event.is_from_user()).count();
        out.say(format!("{} {said}", cx.text())).await
    });
    let (url, _) =
        bind(Server::builder(foreign_card(true), AdkExecutor::new(Runner::new("far", repeats)))).await;
    let client = Client::connect(&*url).await.unwrap();
    let mut context = None;
    for expected in ["hi 1", "hi 2"] {
        let mut message = user_message("m-1", vec![WirePart::text("hi")]);
        message.context_id = context.clone();
        let SendMessageResponse::Task(task) = client.send(message).await.unwrap() else { panic!() };
        assert_eq!(task.text(), expected);
        context.clone_from(&task.context_id);
    }
}

#[tokio::test]
async fn answers_that_use_one_id_twice_are_two_answers() {
    let clerk = agent_fn("clerk", "", async |cx, mut out| {
        for amount in [1, 2] {
            let pay = FunctionCall::new("pay", json!({"amount": amount}));
            if cx.decision(&pay) == Decision::NotAsked {
                return out.ask(pay).await;
            }
        }
        out.say("paid").await
    });
    let executor = AdkExecutor::new(Runner::new("far", clerk));
    let (url, _) = bind(Server::builder(foreign_card(true), executor)).await;
    let client = Client::connect(&*url).await.unwrap();
    let SendMessageResponse::Task(mut task) = client.send_text("go").await.unwrap() else { panic!() };
    for state in [TaskState::InputRequired, TaskState::Completed] {
        let question = task.status.message.unwrap();
        let call = question.parts.iter().find_map(|part| part::from_a2a(part).as_function_call().cloned());
        let call = call.unwrap();
        let answer = FunctionResponse::new(&call.id, &call.name, json!({"confirmed": true}));
        let mut message = user_message("m-1", vec![part::to_a2a(&answer.into(), &[])]);
        message.task_id = Some(task.id.clone());
        let SendMessageResponse::Task(next) = client.send(message).await.unwrap() else { panic!() };
        assert_eq!(next.status.state, state);
        task = next;
    }
    assert_eq!(task.text(), "paid");
}
