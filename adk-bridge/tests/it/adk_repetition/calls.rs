//! What tools did before their process died isn't done again.

use std::collections::HashSet;
use std::sync::Arc;

use adk_bridge::adk::{Agent, Event, ParallelAgent, Runner, agent_fn, tool_fn};
use futures_util::{StreamExt as _, future};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Calls, World, all, die, message, request, session, tool, worker};
use crate::bridge_fixture::{shared_sessions, sketch};

#[tokio::test]
async fn a_call_is_made_once_more_at_most_and_under_the_same_id() {
    let calls = Calls::default();
    let calm = World::new(|| worker(&calls));
    let told = all(&calm.process(), &message("go")).await;
    let expected = std::mem::take(&mut *calls.lock().unwrap());
    assert_eq!(expected.len(), 5);
    for after in 0..=told.len() {
        let world = World::new(|| worker(&calls));
        die(&world.process(), &message("go"), after).await;
        let acknowledged: HashSet<String> = session(&world.process())
            .await
            .iter()
            .flat_map(Event::function_responses)
            .map(|response| response.id.clone())
            .collect();
        all(&world.process(), &message("go")).await;
        let made = std::mem::take(&mut *calls.lock().unwrap());
        assert_eq!(made.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "after {after}");
        for (id, made) in made {
            let most = if acknowledged.contains(&id) { 1 } else { 2 };
            assert!(made.len() <= most, "{id} was made {} times after {after}", made.len());
            assert!(made.iter().all(|args| [args] == expected[&id][..].iter().collect::<Vec<_>>()[..]));
        }
    }
}

#[tokio::test]
async fn a_call_that_died_with_its_process_is_made_again_under_its_id() {
    let (ids, started) = (Calls::default(), Arc::new(tokio::sync::Notify::new()));
    let make = |stuck: bool| {
        let (ids, started) = (Arc::clone(&ids), Arc::clone(&started));
        let tool = tool_fn("pay", "", async move |args: Value, cx: adk_bridge::adk::ToolContext| {
            ids.lock().unwrap().entry(cx.call_id().to_owned()).or_default().push(args);
            started.notify_one();
            if stuck { future::pending().await } else { Ok(json!({"paid": true})) }
        });
        agent_fn("clerk", "", async move |cx, mut out| {
            let paid = out.call(&cx, &tool, json!({"amount": 900})).await?;
            out.say(paid.into_value().to_string()).await
        })
    };
    let sessions = shared_sessions();
    let runner = |stuck| Runner::new("demo", make(stuck)).sessions(Arc::clone(&sessions));
    let dying = all_in_background(&runner(true), &message("pay"));
    started.notified().await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let told = all(&runner(false), &message("pay")).await;
    assert_eq!(sketch(&told), ["[→pay]", "[←pay]", r#"[{"paid":true}]"#]);
    assert_eq!(ids.lock().unwrap().values().cloned().collect::<Vec<_>>(), [vec![json!({"amount": 900}); 2]]);
}

fn all_in_background(runner: &Runner, event: &Event) -> tokio::task::JoinHandle<usize> {
    tokio::spawn(runner.start(request(event)).count())
}

/// Says some words, and lets others go first so often.
fn speaker(name: &'static str, waits: usize, calls: &Calls) -> impl Agent + use<> {
    let tool = tool(calls);
    agent_fn(name, "", async move |cx, mut out| {
        for n in 0..3 {
            for _ in 0..waits {
                tokio::task::yield_now().await;
            }
            out.call(&cx, &tool, json!({"n": n, "by": name})).await?;
            out.delta(format!("{name} ")).await?;
            out.delta(n.to_string()).await?;
            out.close().await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn agents_that_run_at_once_keep_their_events_whoever_is_faster_this_time() {
    let calls = Calls::default();
    let make = |a: usize, b: usize| {
        ParallelAgent::new("both").then(speaker("a", a, &calls)).then(speaker("b", b, &calls))
    };
    let by = |events: &[Event], author: &str| -> Vec<Event> {
        events.iter().filter(|event| event.author == author).cloned().collect()
    };
    let calm = World::new(|| make(0, 0));
    let count = all(&calm.process(), &message("go")).await.len();
    let expected = session(&calm.process()).await;
    for after in 0..=count {
        let sessions = shared_sessions();
        let runner = |a, b| Runner::new("demo", make(a, b)).sessions(Arc::clone(&sessions));
        die(&runner(0, 5), &message("go"), after).await;
        all(&runner(7, 0), &message("go")).await;
        let events = session(&runner(0, 0)).await;
        for author in ["user", "a", "b"] {
            assert_eq!(by(&events, author), by(&expected, author), "{author} after {after}");
        }
        assert_eq!(events.len(), expected.len());
    }
    let most = calls.lock().unwrap().values().map(Vec::len).max();
    assert_eq!(calls.lock().unwrap().len(), 6, "{most:?}");
}
