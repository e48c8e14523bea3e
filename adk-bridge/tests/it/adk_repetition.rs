//! A turn whose process died is run again, and ends up as if nothing had happened.

mod calls;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use adk_bridge::adk::{
    Agent, AgentError, Event, FunctionCall, InMemorySessions, LoopAgent, Pending, Runner, SequentialAgent,
    Timestamp, ToolReply, TurnRequest, agent_fn, tool_fn,
};
use adk_bridge::{Decision, timeline};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{shared_sessions, sketch, stored};

fn request(event: &Event) -> TurnRequest {
    TurnRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), event.clone())
}

fn message(text: &str) -> Event {
    let mut event = Event::new("user").with_content(text);
    (event.id, event.invocation_id) = ("m-1".into(), "e-1".into());
    event
}

/// An answer to what these events ask.
fn approval(asked: &[Event]) -> Event {
    let answers: Vec<_> = Pending::collect(asked).iter().map(Pending::approve).collect();
    let mut event = Event::new("user").with_content(answers);
    event.id = "m-2".into();
    event
}

/// What is the same in every attempt.
fn timeless(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        event.timestamp = Timestamp::UNSET;
    }
    events
}

async fn session(runner: &Runner) -> Vec<Event> {
    timeless(stored(runner, "ann", "s1").await)
}

async fn all(runner: &Runner, event: &Event) -> Vec<Event> {
    timeless(runner.start(request(event)).map(Result::unwrap).collect().await)
}

/// Runs a turn up to an event, or to its end, and lets go of it.
async fn die(runner: &Runner, event: &Event, after: usize) {
    let mut turn = runner.start(request(event));
    for _ in 0..after {
        turn.next().await;
    }
}

/// Each attempt is another process with the same sessions.
struct World<A> {
    make: A,
    sessions: Arc<InMemorySessions>,
}

impl<A: Agent, F: Fn() -> A> World<F> {
    fn new(make: F) -> Self {
        Self { make, sessions: shared_sessions() }
    }

    fn process(&self) -> Runner {
        Runner::new("demo", (self.make)()).sessions(Arc::clone(&self.sessions))
    }
}

/// Kills a run behind each of its events, once and twice, and holds the session and what the last attempt told
/// against those of a run that nobody killed.
async fn assert_survives<A: Agent>(make: impl Fn() -> A, before: &[Event], run: &Event) {
    let prepare = async || {
        let world = World::new(&make);
        for event in before {
            all(&world.process(), event).await;
        }
        world
    };
    let calm = prepare().await;
    let told = all(&calm.process(), run).await;
    let expected = session(&calm.process()).await;
    let whole: Vec<Event> = told.iter().filter(|event| !event.is_partial()).cloned().collect();
    for after in 0..=told.len() {
        for times in 1..=2 {
            let world = prepare().await;
            for _ in 0..times {
                die(&world.process(), run, after).await;
            }
            let again = all(&world.process(), run).await;
            let again: Vec<Event> = again.into_iter().filter(|event| !event.is_partial()).collect();
            assert_eq!(again, whole, "told after {after} of {}, {times} times", told.len());
            assert_eq!(session(&world.process()).await, expected, "stored after {after}, {times} times");
        }
    }
}

/// A tool that counts what it did under which id, and replies what it is told to.
fn tool(calls: &Calls) -> impl adk_bridge::Tool + Clone + use<> {
    let calls = Arc::clone(calls);
    tool_fn("work", "", async move |args: Value, cx: adk_bridge::adk::ToolContext| {
        calls.lock().unwrap().entry(cx.call_id().to_owned()).or_default().push(args.clone());
        cx.set_state("last", args["n"].clone());
        match args["how"].as_str() {
            Some("bare") => Ok(ToolReply::Done(json!(7))),
            Some("nothing") => Ok(ToolReply::Done(Value::Null)),
            Some("fails") => Err(AgentError::public("broken").with_code("BROKEN")),
            Some("later") => Ok(ToolReply::Pending(json!({"ticket": 1}))),
            _ => Ok(ToolReply::Done(json!({"result": 7}))),
        }
    })
}

type Calls = Arc<Mutex<BTreeMap<String, Vec<Value>>>>;

/// Chunks, thoughts, and every reply that a tool can give; what it says depends on what it knows.
fn worker(calls: &Calls) -> impl Agent + use<> {
    let tool = tool(calls);
    agent_fn("worker", "", async move |cx, mut out| {
        out.thought("let me ").await?;
        out.thought("see").await?;
        out.delta("first ").await?;
        out.delta("this").await?;
        for (n, how) in ["whole", "bare", "nothing", "fails", "later"].into_iter().enumerate() {
            let reply = out.call(&cx, &tool, json!({"n": n, "how": how})).await;
            let reply = reply.map_err(|error| (error.to_string(), error.code().map(str::to_owned)));
            let (known, last) = (cx.history().len(), cx.state().get("last").cloned());
            out.say(format!("{reply:?} of {known} after {last:?}")).await?;
        }
        out.delta("and the ").await?;
        out.delta("end").await
    })
}

#[tokio::test]
async fn a_turn_that_dies_behind_any_event_goes_on_as_if_it_had_not() {
    let calls = Calls::default();
    assert_survives(|| worker(&calls), &[], &message("go")).await;
}

/// Asks before it pays, then calls its tool.
fn clerk(calls: &Calls) -> impl Agent + use<> {
    let tool = tool(calls);
    agent_fn("clerk", "", async move |cx, mut out| {
        out.delta(cx.text()).await?;
        for amount in [1, 2] {
            let pay = FunctionCall::new("pay", json!({"amount": amount}));
            match cx.decision(&pay) {
                Decision::NotAsked => out.ask(pay).await?,
                decision => {
                    let paid = out.call(&cx, &tool, json!({"n": amount})).await?;
                    out.say(format!("{} {paid:?}", decision.is_approved())).await?;
                }
            }
        }
        Ok(())
    })
}

#[tokio::test]
async fn a_turn_that_asks_asks_the_same_again_and_its_answer_survives_too() {
    let calls = Calls::default();
    let make = || clerk(&calls);
    assert_survives(make, &[], &message("go")).await;
    let world = World::new(make);
    let asked = all(&world.process(), &message("go")).await;
    assert_survives(make, &[message("go")], &approval(&asked)).await;
}

#[tokio::test]
async fn runs_of_one_turn_give_ids_that_never_meet() {
    let calls = Calls::default();
    let world = World::new(|| clerk(&calls));
    let asked = all(&world.process(), &message("go")).await;
    all(&world.process(), &approval(&asked)).await;
    let events = session(&world.process()).await;
    let ids: HashSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), events.len());
    // The first run again, though the second has been: nothing new, and nothing of the second is told.
    let again = all(&world.process(), &message("go")).await;
    assert_eq!(again, asked.into_iter().filter(|event| !event.is_partial()).collect::<Vec<_>>());
    assert_eq!(session(&world.process()).await, events);
}

#[tokio::test]
async fn workflows_go_on_where_they_were() {
    let calls = Calls::default();
    let until = || {
        agent_fn("until", "", async |cx, mut out| {
            let mut event = Event::default();
            let rounds = cx.history().iter().filter(|event| event.author == "worker").count();
            event.actions.escalate = (rounds > 30).then_some(true);
            out.emit(event).await
        })
    };
    let make = || {
        SequentialAgent::new("flow")
            .then(LoopAgent::new("loop").then(worker(&calls)).then(until()))
            .then(agent_fn("after", "", async |cx, mut out| out.say(cx.history().len().to_string()).await))
    };
    assert_survives(make, &[], &message("go")).await;
}

#[tokio::test]
async fn what_is_stored_wins_over_an_agent_that_has_changed_its_mind() {
    let mood = Arc::new(AtomicUsize::new(0));
    let make = || {
        let mood = Arc::clone(&mood);
        agent_fn("moody", "", async move |cx, mut out| {
            let mood = mood.load(Ordering::SeqCst);
            out.delta(format!("mood {mood}, ")).await?;
            out.delta("part two").await?;
            out.close().await?;
            out.say(cx.history().last().unwrap().text()).await?;
            out.say(format!("mood {mood}")).await
        })
    };
    let world = World::new(make);
    // Two chunks, their whole, and what is said then.
    die(&world.process(), &message("go"), 4).await;
    mood.store(1, Ordering::SeqCst);
    let again = all(&world.process(), &message("go")).await;
    let said = ["[mood 0, part two]", "[mood 0, part two]", "[mood 1]"];
    assert_eq!(sketch(&again), said);
    assert_eq!(sketch(&session(&world.process()).await)[1..], said);
}

#[tokio::test]
async fn what_the_agent_sees_is_the_session_as_it_was() {
    let make = || {
        agent_fn("looks", "", async |cx, mut out| {
            for n in 0..3 {
                let seen: Vec<String> =
                    cx.state().iter().map(|(key, value)| format!("{key}={value}")).collect();
                let mut event =
                    Event::default().with_content(format!("{} {}", cx.history().len(), seen.join(" ")));
                event.actions.state_delta = json!({"n": n, "temp:n": n}).as_object().unwrap().clone();
                out.emit(event).await?;
            }
            Ok(())
        })
    };
    let first = || {
        let mut event = message("first");
        (event.id, event.invocation_id) = ("m-0".into(), "e-0".into());
        event
    };
    assert_survives(make, &[first()], &message("go")).await;
    let world = World::new(make);
    all(&world.process(), &first()).await;
    die(&world.process(), &message("go"), 2).await;
    let again = all(&world.process(), &message("go")).await;
    assert_eq!(sketch(&again), ["[5 n=2]", "[6 n=0 temp:n=0]", "[7 n=1 temp:n=1]"]);
}

#[tokio::test]
async fn what_others_did_meanwhile_stays_where_it_is() {
    let make = || {
        agent_fn("echo", "", async |cx, mut out| {
            for n in 0..2 {
                out.say(format!("{} {n} {}", cx.text(), cx.history().len())).await?;
            }
            Ok(())
        })
    };
    let mut other = message("other");
    (other.id, other.invocation_id) = ("m-9".into(), "e-9".into());
    let world = World::new(make);
    die(&world.process(), &message("go"), 1).await;
    all(&world.process(), &other).await;
    let again = all(&world.process(), &message("go")).await;
    assert_eq!(sketch(&again), ["[go 0 1]", "[go 1 5]"]);
    let expected = ["[go]", "[go 0 1]", "[other]", "[other 0 3]", "[other 1 4]", "[go 1 5]"];
    assert_eq!(sketch(&session(&world.process()).await), expected);
}

#[tokio::test]
async fn a_turn_that_failed_stays_so_and_is_not_run_again() {
    let runs = Arc::new(AtomicUsize::new(0));
    let make = || {
        let runs = Arc::clone(&runs);
        agent_fn("fails", "", async move |_, mut out| {
            runs.fetch_add(1, Ordering::SeqCst);
            out.say("first").await?;
            out.delta("half").await?;
            Err(AgentError::public("no").with_code("NO"))
        })
    };
    assert_survives(make, &[], &message("go")).await;
    let world = World::new(make);
    let told = all(&world.process(), &message("go")).await;
    runs.store(0, Ordering::SeqCst);
    let again = world.process().start(request(&message("go"))).outcome().await.unwrap_err();
    assert_eq!((again.to_string().as_str(), again.code()), ("no", Some("NO")));
    assert_eq!(
        (runs.load(Ordering::SeqCst), sketch(&told)),
        (0, vec!["[first]".into(), "~[half]".into(), "!no".into()])
    );
}

/// Gives ids to some of its events, which begin with this.
fn proxy(prefix: &'static str) -> impl Agent {
    agent_fn("proxy", "", async move |_, mut out| {
        for (id, text, partial) in
            [("a", "1", true), ("a", "12", false), ("", "3", false), ("b", "4", false), ("", "5", false)]
        {
            let mut event = Event::new("far").with_content(text);
            event.id = if id.is_empty() { String::new() } else { format!("{prefix}{id}") };
            event.partial = partial.then_some(true);
            out.emit(event).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn ids_that_an_agent_gives_itself_are_told_once() {
    assert_survives(|| proxy("x"), &[], &message("go")).await;
    for after in 0..=5 {
        let sessions = shared_sessions();
        let runner = |prefix| Runner::new("demo", proxy(prefix)).sessions(Arc::clone(&sessions));
        let second = || {
            let mut request = request(&message("go"));
            "second".clone_into(&mut request.run);
            request
        };
        all(&runner("x"), &message("go")).await;
        let mut dying = runner("y").start(second());
        for _ in 0..after {
            dying.next().await.unwrap().unwrap();
        }
        drop(dying);
        let told: Vec<Event> = runner("y").start(second()).map(Result::unwrap).collect().await;
        let mut told: Vec<String> = sketch(&told).into_iter().filter(|text| !text.starts_with('~')).collect();
        told.sort();
        assert_eq!(told, ["[12]", "[3]", "[4]", "[5]"], "after {after}");
        assert_eq!(session(&runner("y")).await.len(), 9);
    }
}

#[tokio::test]
async fn an_agent_that_speaks_for_the_user_begins_no_other_run() {
    let make = || {
        agent_fn("actor", "", async |cx, mut out| {
            for at in 0..3 {
                out.say(format!("line {at}")).await?;
                out.emit(Event::new("user").with_content(format!("cue {at}"))).await?;
            }
            out.say(cx.history().len().to_string()).await
        })
    };
    assert_survives(make, &[], &message("go")).await;
}

#[tokio::test]
async fn another_run_of_the_same_message_is_another_run() {
    let calls = Calls::default();
    let make = || worker(&calls);
    let world = World::new(make);
    let named = |name: &str| {
        let mut request = request(&message("go"));
        name.clone_into(&mut request.run);
        request
    };
    all(&world.process(), &message("go")).await;
    let one = session(&world.process()).await;
    let mut dying = world.process().start(named("second"));
    for _ in 0..9 {
        dying.next().await.unwrap().unwrap();
    }
    drop(dying);
    let second: Vec<Event> = world.process().start(named("second")).map(Result::unwrap).collect().await;
    let second: Vec<Event> = timeless(second).into_iter().filter(|event| !event.is_partial()).collect();
    let both = session(&world.process()).await;
    assert_eq!([&one[..], &second[..]].concat(), both);
    assert_eq!(timeline::diff_runs(&one[1..2], &second[..1]).to_string(), "");
    let ids: HashSet<&str> = both.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), both.len());
}
