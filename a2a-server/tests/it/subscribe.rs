//! Following a task that is under way.

use std::sync::Arc;

use a2a_server::{Responder, contract::fixture::Numbers, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{Gate, asks, patient, signal},
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
async fn a_hundred_who_join_at_random_points_miss_nothing_and_fold_the_same_task() {
    const CHUNKS: usize = 300;
    for seed in 1..=2 {
        let (tell, mut joined) = signal();
        let gate = Gate::new();
        let host = Arc::new(gated(CHUNKS, &gate).await);
        let started = host.start(says("go")).await;
        let mut numbers = Numbers::from(seed);
        let mut readers = Vec::new();
        let mut opened = 0;
        for _ in 0..100 {
            // They join while the agent writes: nobody waits for anybody here.
            let (host, task, tell) = (Arc::clone(&host), id(&started).to_owned(), tell.clone());
            readers.push(tokio::spawn(async move {
                let mut stream = host.subscribe(&task).await;
                let first = stream.next().await.unwrap();
                let _ = tell.send(());
                [vec![first], stream.rest().await].concat()
            }));
            for _ in 0..numbers.below(5).min((CHUNKS - 1 - opened) as u64) {
                gate.open();
                opened += 1;
            }
            if numbers.below(4) == 0 {
                tokio::task::yield_now().await;
            }
        }
        // The last chunk is for all of them, and the end, to which nobody could subscribe.
        (opened + 1..CHUNKS).for_each(|_| gate.open());
        for _ in 0..100 {
            soon(joined.recv()).await.unwrap();
        }
        gate.open();
        gate.open();
        let expected = (0..CHUNKS).map(|n| format!("{n} ")).collect::<Vec<_>>().concat();
        for reader in readers {
            let frames = soon(reader).await.unwrap();
            let read = folded(&frames);
            assert!(read.text() == expected && read == task(&host.get(id(&started)).await), "seed {seed}");
            let seqs =
                frames.iter().map(|frame| frame.id.as_deref().unwrap()["a2a-log:".len()..].parse::<u64>());
            let seqs = seqs.map(Result::unwrap).collect::<Vec<_>>();
            assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "seed {seed}: {seqs:?}");
            assert_eq!(*seqs.last().unwrap(), CHUNKS as u64 + 2);
        }
    }
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
