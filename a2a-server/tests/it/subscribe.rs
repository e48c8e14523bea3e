//! Following a task that is under way.

use a2a_server::{Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{Gate, asks, patient},
    support::{Host, folded, host, id, says, says_to, soon, task},
};

/// Writes `count` chunks, each when the gate lets it.
async fn gated(count: usize, gate: &Gate) -> Host {
    let gate = gate.clone();
    host(executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        let mut artifact = task.artifact("numbers");
        for n in 0..count {
            gate.pass().await;
            artifact.append(format!("{n} ")).await?;
        }
        gate.pass().await;
        Ok(task.complete().await?)
    }))
    .await
}

#[tokio::test]
async fn a_subscription_is_the_task_as_it_stands_and_what_follows() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let started = host.start(says("go")).await;
    let mut stream = host.subscribe(id(&started)).await;
    assert!(stream.brief().await.starts_with("task "));
    gate.open();
    assert_eq!(stream.briefs().await.last().unwrap(), "COMPLETED");
    assert_eq!(host.subscribe(id(&started)).await.next().await.unwrap().answer["error"]["code"], -32004);
    assert_eq!(host.subscribe("nobody").await.next().await.unwrap().answer["error"]["code"], -32001);
}

#[tokio::test]
async fn a_subscription_goes_on_over_pauses() {
    let host = host(asks()).await;
    let paused = host.send(says("one")).await;
    let mut stream = host.subscribe(id(&paused)).await;
    assert_eq!(stream.brief().await, "task INPUT_REQUIRED");
    host.send(says_to(id(&paused), "two")).await;
    host.send(says_to(id(&paused), "done")).await;
    assert_eq!(stream.briefs().await, ["WORKING", "INPUT_REQUIRED", "WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn two_subscribers_see_the_same_and_neither_minds_the_other() {
    let gate = Gate::new();
    let host = gated(20, &gate).await;
    let started = host.start(says("go")).await;
    let mut first = host.subscribe(id(&started)).await;
    let mut second = host.subscribe(id(&started)).await;
    let mut gone = host.subscribe(id(&started)).await;
    assert_eq!(first.next().await, second.next().await);
    gone.next().await;
    gate.open();
    gone.next().await;
    drop(gone);
    (0..20).for_each(|_| gate.open());
    let (first, second) = (first.rest().await, second.rest().await);
    assert_eq!(first, second);
    assert_eq!(first.len(), 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_joins_at_any_point_folds_the_same_task() {
    let gate = Gate::new();
    let host = gated(60, &gate).await;
    let started = host.start(says("go")).await;
    let mut readers = Vec::new();
    for _ in 0..60 {
        let mut stream = host.subscribe(id(&started)).await;
        readers.push(tokio::spawn(async move { stream.rest().await }));
        gate.open();
    }
    gate.open();
    let mut all = Vec::new();
    for reader in readers {
        all.push(folded(&soon(reader).await.unwrap()));
    }
    let stored = task(&host.get(id(&started)).await);
    for folded in all {
        assert_eq!(folded, stored);
    }
    let expected = (0..60).map(|n| format!("{n} ")).collect::<Vec<_>>().concat();
    assert_eq!(stored.text(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_is_cut_off_again_and_again_misses_nothing() {
    let gate = Gate::new();
    let host = gated(40, &gate).await;
    let started = host.start(says("go")).await;
    (0..41).for_each(|_| gate.open());
    let mut frames = Vec::new();
    let mut cursor = "a2a-log:0".to_owned();
    while frames.last().is_none_or(|last: &crate::support::Frame| last.brief() != "COMPLETED") {
        let mut stream = host.resume(id(&started), &cursor).await;
        for _ in 0..3 {
            let Some(frame) = stream.next().await else { break };
            cursor = frame.id.clone().unwrap();
            frames.push(frame);
        }
    }
    assert_eq!(folded(&frames), task(&host.get(id(&started)).await));
    assert_eq!(frames.len(), 42);
}

#[tokio::test]
async fn a_client_that_stops_reading_holds_nobody_up() {
    let host = host(executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        let mut artifact = task.artifact("much");
        for _ in 0..4_000 {
            artifact.append("x".repeat(1_000)).await?;
        }
        Ok(task.complete().await?)
    }))
    .await;
    let mut stalled = host.stream(says("go")).await;
    let first = stalled.next().await.unwrap();
    let task = first.answer["result"]["task"]["id"].as_str().unwrap().to_owned();
    let seen = host.resume(&task, "a2a-log:0").await.rest().await;
    assert_eq!(seen.last().unwrap().brief(), "COMPLETED");
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 1);
    let late = [vec![first], stalled.rest().await].concat();
    assert_eq!(late.len(), 4_002);
    assert!(folded(&late) == folded(&seen));
}
