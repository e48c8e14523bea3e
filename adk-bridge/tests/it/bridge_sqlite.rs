//! Turns and questions that outlive their process, with their sessions in a file.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::adk::{
    Agent, Event, FunctionCall, Pending, Runner, SqliteSessions, TurnRequest, agent_fn, tool_fn,
};
use adk_bridge::{Decision, RemoteAgent, Trust};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::adk_sqlite::open;
use crate::bridge_fixture::{done, paused, serve_runner, sketch, stored, task_of};

fn clerk(paid: &Arc<AtomicUsize>) -> impl Agent + use<> {
    let paid = Arc::clone(paid);
    let tool = tool_fn("pay", "", async move |_: Value, _| {
        paid.fetch_add(1, Ordering::SeqCst);
        Ok(json!({"paid": true}))
    });
    agent_fn("clerk", "", async move |cx, mut out| {
        let call = FunctionCall::new("pay", json!({"order": cx.text()}));
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            Decision::Approved(_) => {
                out.delta("paying ").await?;
                out.delta("now").await?;
                out.call(&cx, &tool, json!({"order": cx.text()})).await?;
                out.say("paid").await
            }
            Decision::Refused(_) => out.say("not paid").await,
        }
    })
}

#[tokio::test]
async fn a_question_outlives_both_processes() {
    for trust in [Trust::Own, Trust::Peer] {
        let (folder, paid) = (tempfile::tempdir().unwrap(), Arc::default());
        let (far, near) = (folder.path().join("far.db"), folder.path().join("near.db"));
        let sessions = (open(&far).await, open(&near).await);
        let serving = |sessions: &SqliteSessions| {
            serve_runner(Runner::new("far", clerk(&paid)).sessions(sessions.clone()), |_| true)
        };
        let served = serving(&sessions.0).await;
        let caller = |url: &str, sessions: &SqliteSessions| {
            Runner::new("near", RemoteAgent::new("clerk", url).trust(trust)).sessions(sessions.clone())
        };
        let asks = paused(caller(&served.url, &sessions.1).run("ann", "s1", "900")).await;
        sessions.1.close().await;

        // The calling process first: the task still waits.
        let near = open(&near).await;
        let runner = caller(&served.url, &near);
        let task = task_of(&stored(&runner, "ann", "s1").await);
        let again = Pending::collect(&stored(&runner, "ann", "s1").await);
        assert_eq!(again, asks);
        let reply = done(runner.run("ann", "s1", again[0].approve())).await;
        assert_eq!((reply.text(), task_of(&reply.events)), ("paid".into(), task));

        // Then the remote: its session still knows what was asked.
        let asks = paused(runner.run("ann", "s1", "901")).await;
        drop(served);
        sessions.0.close().await;
        let served = serving(&*open(&far).await).await;
        let reply = done(caller(&served.url, &near).run("ann", "s1", asks[0].approve())).await;
        assert_eq!((reply.text(), paid.load(Ordering::SeqCst)), ("paid".into(), 2));
    }
}

#[tokio::test]
async fn a_turn_goes_on_in_the_next_process() {
    let (folder, paid) = (tempfile::tempdir().unwrap(), Arc::default());
    for after in 0..=5 {
        let path = folder.path().join(format!("{after}.db"));
        let process = async || {
            let sessions = open(&path).await;
            (Runner::new("demo", clerk(&paid)).sessions(SqliteSessions::clone(&sessions)), sessions)
        };
        let request =
            |event: &Event| TurnRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), event.clone());
        let (runner, sessions) = process().await;
        let asks = paused(runner.run("ann", "s1", "900")).await;
        let mut answer = Event::new("user").with_content(vec![asks[0].approve()]);
        "m-2".clone_into(&mut answer.id);
        let mut turn = runner.start(request(&answer));
        for _ in 0..after {
            turn.next().await.unwrap().unwrap();
        }
        drop(turn);
        sessions.close().await;

        paid.store(0, Ordering::SeqCst);
        let (runner, sessions) = process().await;
        let told: Vec<Event> = runner.start(request(&answer)).map(Result::unwrap).collect().await;
        let told: Vec<Event> = told.into_iter().filter(|event| !event.is_partial()).collect();
        assert_eq!(sketch(&told), ["[paying now]", "[→pay]", "[←pay]", "[paid]"]);
        let events = stored(&runner, "ann", "s1").await;
        assert_eq!((events.len(), &events[3..]), (7, &told[..]));
        assert_eq!(paid.load(Ordering::SeqCst), usize::from(after < 5), "after {after}");
        sessions.close().await;
    }
}
