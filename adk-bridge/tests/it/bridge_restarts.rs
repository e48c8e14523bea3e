//! The calling process dies and is started again; the remote is where it was.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::a2a_client::Client;
use adk_bridge::a2a_core::{ListTasksRequest, TaskState};
use adk_bridge::adk::{
    Agent, Event, FunctionCall, InMemorySessions, LoopAgent, Pending, Revision, Runner, SequentialAgent,
    Session, SessionError, SessionKey, SessionService, Timestamp, TurnRequest, Window, agent_fn,
};
use adk_bridge::{Decision, OnDrop, RemoteAgent, Trust, timeline};
use async_trait::async_trait;
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::sync::Notify;

use crate::bridge_fixture::{Served, serve, shared_sessions, sketch, soon, stored};

const BOTH: [Trust; 2] = [Trust::Own, Trust::Peer];

fn request(event: &Event) -> TurnRequest {
    TurnRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), event.clone())
}

fn message(id: &str, text: &str) -> Event {
    let mut event = Event::new("user").with_content(text);
    id.clone_into(&mut event.id);
    event
}

fn approval(id: &str, asked: &[Event]) -> Event {
    let mut event = Event::new("user").with_content(vec![Pending::collect(asked)[0].approve()]);
    id.clone_into(&mut event.id);
    event
}

async fn all(runner: &Runner, event: &Event) -> Vec<Event> {
    runner
        .start(request(event))
        .map(Result::unwrap)
        .filter(|event| {
            let whole = !event.is_partial();
            async move { whole }
        })
        .collect()
        .await
}

/// Runs a turn up to an event; its process dies with it, so nobody cancels anything.
async fn die(runner: &Runner, event: &Event, after: usize) {
    let mut turn = runner.start(request(event));
    for _ in 0..after {
        turn.next().await;
    }
}

async fn session(sessions: &Arc<InMemorySessions>) -> Vec<Event> {
    let reader =
        Runner::new("demo", agent_fn("reads", "", async |_, _| Ok(()))).sessions(Arc::clone(sessions));
    let mut events = stored(&reader, "ann", "s1").await;
    for event in &mut events {
        event.timestamp = Timestamp::UNSET;
    }
    events
}

fn remote(served: &Served, name: &str, trust: Trust) -> RemoteAgent {
    RemoteAgent::new(name, &*served.url).trust(trust).on_drop(OnDrop::Keep)
}

async fn states(served: &Served) -> Vec<TaskState> {
    let client = Client::connect(&*served.url).await.unwrap();
    let tasks = client.list_tasks(ListTasksRequest::default()).await.unwrap().tasks;
    tasks.into_iter().map(|task| task.status.state).collect()
}

fn teller(runs: &Arc<AtomicUsize>) -> impl Agent + use<> {
    let runs = Arc::clone(runs);
    agent_fn("teller", "", async move |cx, mut out| {
        runs.fetch_add(1, Ordering::SeqCst);
        out.delta("Once ").await?;
        out.delta(cx.text()).await?;
        out.say("The end").await?;
        out.thought("phew").await
    })
}

/// Kills the caller behind each event of its turn, and holds its session against one that nobody killed.
async fn assert_joins<A: Agent>(make: impl Fn(&Served, Trust) -> A, most: usize, tasks: usize) {
    for trust in BOTH {
        let runs = Arc::new(AtomicUsize::new(0));
        let calm = shared_sessions();
        let served = serve(teller(&runs)).await;
        let told = all(
            &Runner::new("demo", make(&served, trust)).sessions(Arc::clone(&calm)),
            &message("m-1", "go"),
        )
        .await;
        let expected = session(&calm).await;
        let count = runs.load(Ordering::SeqCst);
        for after in 0..=most {
            let runs = Arc::new(AtomicUsize::new(0));
            let served = serve(teller(&runs)).await;
            let sessions = shared_sessions();
            let process = || Runner::new("demo", make(&served, trust)).sessions(Arc::clone(&sessions));
            die(&process(), &message("m-1", "go"), after).await;
            let again = all(&process(), &message("m-1", "go")).await;
            assert_eq!(timeline::diff_runs(&told, &again).to_string(), "", "{trust:?} told after {after}");
            let events = session(&sessions).await;
            assert_eq!(timeline::diff_runs(&expected, &events).to_string(), "", "{trust:?} after {after}");
            assert_eq!(runs.load(Ordering::SeqCst), count, "{trust:?} after {after}");
            assert_eq!(states(&served).await, vec![TaskState::Completed; tasks], "{trust:?} after {after}");
        }
    }
}

#[tokio::test]
async fn a_caller_that_dies_in_the_middle_joins_the_task_that_it_began() {
    assert_joins(|served, trust| remote(served, "teller", trust), 7, 1).await;
}

#[tokio::test]
async fn a_caller_that_dies_in_a_workflow_joins_every_task_of_it() {
    let make = |served: &Served, trust| {
        let local = agent_fn("local", "", async |cx, mut out| {
            let heard = cx.history().iter().filter(|event| event.author == "teller").count();
            out.say(format!("heard {heard}")).await
        });
        let around = LoopAgent::new("loop").max_iterations(2).then(remote(served, "teller", trust));
        SequentialAgent::new("flow").then(around).then(local).then(remote(served, "teller", trust))
    };
    assert_joins(make, 22, 3).await;
}

fn clerk(runs: &Arc<AtomicUsize>) -> impl Agent + use<> {
    let runs = Arc::clone(runs);
    agent_fn("clerk", "", async move |cx, mut out| {
        runs.fetch_add(1, Ordering::SeqCst);
        let pay = FunctionCall::new("pay", json!({"amount": 900}));
        match cx.decision(&pay) {
            Decision::NotAsked => out.ask(pay).await,
            decision => {
                out.delta("paid ").await?;
                out.delta(decision.is_approved().to_string()).await
            }
        }
    })
}

#[tokio::test]
async fn an_answer_survives_the_caller_that_gave_it_and_is_given_once() {
    for trust in BOTH {
        for (asking, answering) in
            (0..=2).flat_map(|asking| (0..=4).map(move |answering| (asking, answering)))
        {
            let runs = Arc::new(AtomicUsize::new(0));
            let served = serve(clerk(&runs)).await;
            let sessions = shared_sessions();
            let process =
                || Runner::new("demo", remote(&served, "clerk", trust)).sessions(Arc::clone(&sessions));
            die(&process(), &message("m-1", "go"), asking).await;
            let asked = all(&process(), &message("m-1", "go")).await;
            assert_eq!(Pending::collect(&asked).len(), 1, "{trust:?}");
            assert_eq!(states(&served).await, [TaskState::InputRequired]);
            let answer = approval("m-2", &asked);
            die(&process(), &answer, answering).await;
            let told = all(&process(), &answer).await;
            let told: Vec<String> = told.iter().map(Event::text).collect();
            assert_eq!(told, ["paid true"], "{trust:?} after {asking}, {answering}");
            assert_eq!(states(&served).await, [TaskState::Completed]);
            assert_eq!(runs.load(Ordering::SeqCst), 2, "{trust:?} after {asking}, {answering}");
            assert_eq!(session(&sessions).await.len(), 4);
        }
    }
}

/// Sessions of a process that dies before it has stored anything that an agent says.
struct Dying(Arc<InMemorySessions>);

#[async_trait]
impl SessionService for Dying {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        self.0.load(key, window).await
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        if events.iter().any(|event| !event.is_from_user()) {
            future::pending::<()>().await;
        }
        self.0.append(key, expected, events).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        self.0.delete(key).await
    }
}

#[tokio::test]
async fn a_caller_that_joins_a_task_shows_what_it_has_though_it_goes_on() {
    for trust in BOTH {
        let gate = Arc::new(Notify::new());
        let opens = Arc::clone(&gate);
        let teller = agent_fn("teller", "", async move |_, mut out| {
            out.say("one").await?;
            opens.notified().await;
            out.say("two").await
        });
        let served = serve(teller).await;
        let sessions = shared_sessions();
        let process = || Runner::new("demo", remote(&served, "teller", trust));
        let dying = process().sessions(Dying(Arc::clone(&sessions)));
        let dying = tokio::spawn(async move { all(&dying, &message("m-1", "go")).await });
        let client = Client::connect(&*served.url).await.unwrap();
        soon(async {
            let mut tasks = ListTasksRequest::default();
            tasks.include_artifacts = Some(true);
            while client
                .list_tasks(tasks.clone())
                .await
                .unwrap()
                .tasks
                .iter()
                .all(|task| task.text() != "one")
            {}
        })
        .await;
        dying.abort();
        let again = process().sessions(Arc::clone(&sessions));
        let mut turn = again.start(request(&message("m-1", "go")));
        assert_eq!(soon(turn.next()).await.unwrap().unwrap().text(), "one", "{trust:?}");
        gate.notify_one();
        let told: Vec<String> = soon(turn.map(|event| event.unwrap().text()).collect()).await;
        assert!(told.ends_with(&["two".into()]), "{told:?}");
        let texts: Vec<String> = session(&sessions).await.iter().map(Event::text).collect();
        assert_eq!(texts, ["go", "one", "two"], "{trust:?}");
    }
}

#[tokio::test]
async fn a_remote_that_was_lost_stays_so_though_it_is_back() {
    for trust in BOTH {
        let runs = Arc::new(AtomicUsize::new(0));
        let served = serve(teller(&runs)).await;
        let sessions = shared_sessions();
        let process = |url: &str| {
            let far = RemoteAgent::new("teller", url).trust(trust);
            let paid = agent_fn("payer", "", async |_, mut out| out.say("paid").await);
            let flow = SequentialAgent::new("flow").then(far).then(paid);
            Runner::new("demo", flow).sessions(Arc::clone(&sessions))
        };
        // Nobody listens there.
        die(&process("http://127.0.0.1:1"), &message("m-1", "go"), 1).await;
        let expected = session(&sessions).await;
        assert_eq!(sketch(&expected), ["[go]", "!the remote agent teller can't be reached"], "{trust:?}");
        let told = all(&process(&served.url), &message("m-1", "go")).await;
        assert_eq!(sketch(&told), sketch(&expected[1..]), "{trust:?}");
        assert_eq!((session(&sessions).await, runs.load(Ordering::SeqCst)), (expected, 0), "{trust:?}");
    }
}
