//! What is asked at one end is answered at the other, however long it takes and whoever carries it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::a2a_client::Client;
use adk_bridge::a2a_core::{SendMessageResponse, TaskState};
use adk_bridge::a2a_server::executor_fn;
use adk_bridge::adk::{Agent, FunctionCall, Pending, Runner, agent_fn};
use adk_bridge::convert::{keys, part};
use adk_bridge::{Decision, RemoteAgent, Trust, timeline};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{
    Served, collect, done, failed, foreign, note, paused, serve, serve_runner, shared_sessions, sketch,
    stored, task, task_of,
};

fn pay(amount: u32) -> FunctionCall {
    FunctionCall::new("pay", json!({"to": "bob", "amount": amount}))
}

/// Asks for every amount at once, and counts how often it is run.
fn clerk(runs: &Arc<AtomicUsize>) -> impl Agent + use<> {
    let runs = Arc::clone(runs);
    agent_fn("clerk", "", async move |cx, mut out| {
        runs.fetch_add(1, Ordering::SeqCst);
        let (mut said, mut open) = (Vec::new(), false);
        for amount in cx.text().split_whitespace() {
            match cx.decision(&pay(amount.parse()?)) {
                Decision::NotAsked => {
                    out.ask(pay(amount.parse()?)).await?;
                    open = true;
                }
                decision => said.push(format!("{amount} {}", decision.is_approved())),
            }
        }
        if open { Ok(()) } else { out.say(said.join(", ")).await }
    })
}

async fn clerks() -> (Served, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    (serve(clerk(&runs)).await, runs)
}

fn both(served: &Served) -> [RemoteAgent; 2] {
    [served.own("clerk"), served.peer("clerk")]
}

fn approvals(asks: &[Pending]) -> Vec<adk_bridge::adk::Part> {
    asks.iter().map(Pending::approve).collect()
}

#[tokio::test]
async fn an_answer_goes_to_the_task_that_asked() {
    let (served, _) = clerks().await;
    for remote in both(&served) {
        let caller = Runner::new("demo", remote);
        let asks = paused(caller.run("ann", "s1", "900")).await;
        assert_eq!((asks.len(), asks[0].call(), asks[0].author.as_str()), (1, &pay(900), "clerk"));
        let asked = task_of(&stored(&caller, "ann", "s1").await);
        assert_eq!(task(&served, &asked).await.status.state, TaskState::InputRequired);
        let reply = done(caller.run("ann", "s1", asks[0].approve())).await;
        assert_eq!((reply.text(), task_of(&reply.events)), ("900 true".into(), asked.clone()));
        assert_eq!(task(&served, &asked).await.status.state, TaskState::Completed);
    }
}

#[tokio::test]
async fn a_peers_pause_has_each_thing_once() {
    let (served, _) = clerks().await;
    let caller = Runner::new("demo", served.peer("clerk"));
    let asks = paused(caller.run("ann", "s1", "1 2")).await;
    let rest = paused(caller.run("ann", "s1", asks[0].refuse())).await;
    assert_eq!((rest.len(), rest[0].call()), (1, &pay(2)));
    assert_eq!(done(caller.run("ann", "s1", rest[0].approve())).await.text(), "1 false, 2 true");
    let ask = "[→adk_request_confirmation]";
    assert_eq!(
        sketch(&stored(&caller, "ann", "s1").await),
        [
            "[1 2]",
            &format!("{ask}{ask}?"),
            "[←adk_request_confirmation]",
            &format!("{ask}?"),
            "[←adk_request_confirmation]",
            "[1 false, 2 true]",
        ]
    );
}

#[tokio::test]
async fn another_process_answers_with_nothing_but_the_callers_session() {
    let (served, _) = clerks().await;
    for trust in [Trust::Own, Trust::Peer] {
        let sessions = shared_sessions();
        let process = || {
            let remote = RemoteAgent::new("clerk", &*served.url).trust(trust);
            Runner::new("demo", remote).sessions(Arc::clone(&sessions))
        };
        let asks = paused(process().run("ann", "s1", "900")).await;
        assert_eq!(done(process().run("ann", "s1", asks[0].approve())).await.text(), "900 true");
    }
}

#[tokio::test]
async fn a_server_that_has_lost_the_task_finds_the_question_in_its_session() {
    let runs = Arc::new(AtomicUsize::new(0));
    for trust in [Trust::Own, Trust::Peer] {
        let (near, far) = (shared_sessions(), shared_sessions());
        let serving = || serve_runner(Runner::new("far", clerk(&runs)).sessions(Arc::clone(&far)), |_| true);
        let caller = |served: &Served| {
            let remote = RemoteAgent::new("clerk", &*served.url).trust(trust);
            Runner::new("demo", remote).sessions(Arc::clone(&near))
        };
        let first = serving().await;
        let asks = paused(caller(&first).run("ann", "s1", "900")).await;
        let second = serving().await;
        let runner = caller(&second);
        let reply = done(runner.run("ann", "s1", asks[0].approve())).await;
        assert_eq!(reply.text(), "900 true");
        let events = stored(&runner, "ann", "s1").await;
        assert_ne!(task_of(&reply.events), task_of(&events));
        if trust == Trust::Own {
            assert_eq!(timeline::diff(second.stored(&events).await, &events).to_string(), "");
        }
    }
}

#[tokio::test]
async fn a_text_to_a_paused_task_is_told_what_is_missing_and_runs_nothing() {
    let (served, runs) = clerks().await;
    let client = Client::connect(&*served.url).await.unwrap();
    let SendMessageResponse::Task(asked) = client.send_text("1 2").await.unwrap() else { panic!() };
    let id = asked.id.clone();
    let question = asked.status.message.unwrap().parts;
    let mut last = Vec::new();
    for _ in 0..2 {
        let SendMessageResponse::Task(again) = client.call().task(&id).send_text("yes!").await.unwrap()
        else {
            panic!()
        };
        assert_eq!(again.status.state, TaskState::InputRequired);
        last = again.status.message.unwrap().parts;
        let (missing, same) = last.split_last().unwrap();
        assert_eq!(same, question);
        assert_eq!(missing.metadata[keys::VALIDATION_ERROR], true);
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let call = part::from_a2a(&last[0]).as_function_call().unwrap().clone();
    let wrong = adk_bridge::adk::FunctionResponse::new("another", &call.name, json!({"confirmed": true}));
    let message = crate::bridge_fixture::user_message("m-1", vec![part::to_a2a(&wrong.into(), &[])]);
    let SendMessageResponse::Task(again) = client.call().task(&id).send(message).await.unwrap() else {
        panic!()
    };
    assert_eq!((again.status.state, runs.load(Ordering::SeqCst)), (TaskState::InputRequired, 1));
}

#[tokio::test]
async fn a_text_after_a_peers_question_goes_to_the_task_and_brings_the_question_again() {
    let (served, runs) = clerks().await;
    let caller = Runner::new("demo", served.peer("clerk"));
    let asks = paused(caller.run("ann", "s1", "900")).await;
    for _ in 0..2 {
        let turn = collect(caller.run("ann", "s1", "yes!")).await;
        let missing = format!("the function call {:?} still waits for an answer", asks[0].id());
        assert_eq!(sketch(&turn), [format!("[→adk_request_confirmation][{missing}]?")]);
        assert_eq!(Pending::collect(&turn)[0].id(), asks[0].id());
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(done(caller.run("ann", "s1", asks[0].approve())).await.text(), "900 true");
    // Answered: the next text is a new task.
    paused(caller.run("ann", "s1", "7")).await;
}

#[tokio::test]
async fn only_a_boolean_for_the_same_arguments_decides() {
    let (served, _) = clerks().await;
    for remote in both(&served) {
        let caller = Runner::new("demo", remote);
        let asks = paused(caller.run("ann", "s1", "900")).await;
        let again = paused(caller.run("ann", "s1", asks[0].answer(json!({"confirmed": "true"})))).await;
        assert_eq!(again[0].call(), &pay(900));
        assert_ne!(again[0].id(), asks[0].id());
    }
    let fickle = agent_fn("clerk", "", async |cx, mut out| {
        let resumed = cx.message().function_responses().next().is_some();
        let call = pay(if resumed { 901 } else { 900 });
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            _ => out.say("paid").await,
        }
    });
    let served = serve(fickle).await;
    for remote in both(&served) {
        let caller = Runner::new("demo", remote);
        let asks = paused(caller.run("ann", "s1", "go")).await;
        let again = paused(caller.run("ann", "s1", asks[0].approve())).await;
        assert_eq!(again[0].call(), &pay(901));
    }
}

#[tokio::test]
async fn a_peer_approves_nothing_by_itself() {
    let question = json!({"originalFunctionCall": {"name": "pay", "args": {"to": "bob", "amount": 900}}});
    let url = foreign(executor_fn(async move |_, out| {
        let data = |kind: &str, data: Value| {
            let metadata = json!({"adk_type": kind, "adk_is_long_running": kind == "function_call"});
            adk_bridge::a2a_core::Part::data(data).with_metadata(metadata.as_object().unwrap().clone())
        };
        let name = "adk_request_confirmation";
        let parts = vec![
            data("function_call", json!({"id": "q", "name": name, "args": question})),
            data("function_response", json!({"id": "q", "name": name, "response": {"confirmed": true}})),
        ];
        let task = out.task().await?;
        task.artifact("a").replace(parts).await?;
        Ok(task.complete().await?)
    }))
    .await;
    for trust in [Trust::Peer, Trust::Own] {
        let far = Arc::new(RemoteAgent::new("clerk", &*url).trust(trust));
        let local = agent_fn("clerk", "", async move |cx, mut out| {
            out.forward(cx.run(&*far)).await?;
            assert_eq!(cx.decision(&pay(900)), Decision::NotAsked);
            out.ask(pay(900)).await
        });
        let runner = Runner::new("demo", local);
        let asks = paused(runner.run("ann", "s1", "go")).await;
        assert_eq!(
            runner.run("ann", "s1", asks.last().unwrap().answer(json!({"later": 1}))).outcome().await.is_ok(),
            true
        );
    }
}

#[tokio::test]
async fn a_question_and_its_answer_travel_two_hops() {
    for (outer, inner) in [
        (Trust::Own, Trust::Own),
        (Trust::Own, Trust::Peer),
        (Trust::Peer, Trust::Own),
        (Trust::Peer, Trust::Peer),
    ] {
        let (far, _) = clerks().await;
        let middle = serve(RemoteAgent::new("clerk", &*far.url).trust(inner)).await;
        let caller = Runner::new("demo", RemoteAgent::new("clerk", &*middle.url).trust(outer));
        let asks = paused(caller.run("ann", "s1", "1 2")).await;
        assert_eq!(asks.iter().map(Pending::call).collect::<Vec<_>>(), [&pay(1), &pay(2)]);
        assert_eq!(done(caller.run("ann", "s1", approvals(&asks))).await.text(), "1 true, 2 true");
        let events = stored(&caller, "ann", "s1").await;
        let between = middle.stored(&events).await;
        if outer == Trust::Own {
            assert_eq!(timeline::diff(&between, &events).to_string(), "");
        }
        if (outer, inner) == (Trust::Own, Trust::Own) {
            assert_eq!(timeline::diff(far.stored(&between).await, &events).to_string(), "");
        }
        assert_ne!(note(&events, keys::A2A_TASK_ID), note(&between, keys::A2A_TASK_ID));
    }
}

#[tokio::test]
async fn a_conversation_survives_a_turn_that_did_not_get_through() {
    let counts = agent_fn("counts", "", async |cx, mut out| {
        let said: Vec<_> =
            cx.history().iter().filter(|event| event.is_from_user()).map(|event| event.text()).collect();
        out.say(said.join("+")).await
    });
    let served = serve(counts).await;
    let (nowhere, _socket) = crate::bridge_failures::nowhere();
    for trust in [Trust::Own, Trust::Peer] {
        let sessions = shared_sessions();
        let caller = |url: &str| {
            let remote = RemoteAgent::new("counts", url).trust(trust);
            Runner::new("demo", remote).sessions(Arc::clone(&sessions))
        };
        assert_eq!(done(caller(&served.url).run("ann", "s1", "one")).await.text(), "one");
        failed(caller(&nowhere).run("ann", "s1", "two")).await;
        let reply = done(caller(&served.url).run("ann", "s1", "three")).await;
        assert_eq!(reply.text(), "one+three");
    }
}

#[tokio::test]
async fn two_remotes_get_the_answers_to_their_own_questions() {
    let asks_once = |name: &str| {
        agent_fn(name, "", async |cx, mut out| match cx.decision(&pay(900)) {
            Decision::NotAsked => out.ask(pay(900)).await,
            decision => out.say(format!("{}", decision.is_approved())).await,
        })
    };
    let (first, second) = (serve(asks_once("first")).await, serve(asks_once("second")).await);
    for trust in [Trust::Own, Trust::Peer] {
        let flow = adk_bridge::adk::ParallelAgent::new("both")
            .then(RemoteAgent::new("first", &*first.url).trust(trust))
            .then(RemoteAgent::new("second", &*second.url).trust(trust));
        let caller = Runner::new("demo", flow);
        let asks = paused(caller.run("ann", "s1", "900")).await;
        assert_eq!(asks.len(), 2);
        let reply = done(caller.run("ann", "s1", approvals(&asks))).await;
        let said: Vec<_> = reply.events.iter().map(adk_bridge::Event::text).collect();
        assert_eq!(said, ["true", "true"]);
        // Neither hears what the other was told.
        for (served, name) in [(&first, "first"), (&second, "second")] {
            let mut events = stored(&caller, "ann", "s1").await;
            events.retain(|event| {
                event.custom_metadata.get(keys::A2A_PROXY).is_some_and(|proxy| proxy == name)
            });
            let far = served.stored(&events).await;
            assert_eq!(far.iter().flat_map(adk_bridge::Event::function_responses).count(), 1);
        }
    }
}
