//! Agents that write more than anybody can read.

use std::{sync::Arc, time::Duration};

use a2a_server::{RequestContext, Responder, Stopped, executor_fn};
use pretty_assertions::assert_eq;
use tokio::sync::Barrier;

use crate::{
    agents::signal,
    support::{folded, host, host_with, id, said, says, short, soon, state, task},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_read_in_order_while_others_are_served() {
    const FLOOD: usize = 200_000;
    let begun = Arc::new(Barrier::new(2));
    let wait = Arc::clone(&begun);
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        if cx.message.text() == "hi" {
            return Ok(task.complete_with("hello").await?);
        }
        wait.wait().await;
        let mut artifact = task.artifact("flood");
        for n in 0..FLOOD {
            artifact.append(format!("{n}")).await?;
            if n % 1_000 == 999 {
                // It begins anew, or the task itself would grow without end.
                artifact = task.artifact(a2a_server::ArtifactSpec::with_id(artifact.id().clone()));
            }
        }
        Ok(task.complete().await?)
    }))
    .await;
    let mut stream = host.stream(says("flood")).await;
    assert_eq!(stream.brief().await, "task SUBMITTED");
    begun.wait().await;
    let reading = tokio::spawn(async move {
        let number = |part: &serde_json::Value| part["text"].as_str().unwrap().parse::<usize>().unwrap();
        let mut next = 0;
        while let Some(frame) = stream.next().await {
            let event = &frame.answer["result"];
            if let Some(parts) = event["artifactUpdate"]["artifact"]["parts"].as_array() {
                assert_eq!(parts.iter().map(number).collect::<Vec<_>>(), [next]);
                next += 1;
            } else if let Some(parts) = event["task"]["artifacts"][0]["parts"].as_array() {
                // It was further behind than anything is kept for: a task has it all.
                let last = number(parts.last().unwrap());
                assert!(last >= next, "{last} was read before {next}");
                next = last + 1;
            }
        }
        next
    });
    for _ in 0..20 {
        assert_eq!(said(&host.send(says("hi")).await), "hello");
    }
    let read = tokio::time::timeout(Duration::from_secs(120), reading).await.unwrap().unwrap();
    assert_eq!(read, FLOOD);
}

#[tokio::test]
async fn an_agent_that_stores_each_write_leaves_its_thread_to_others() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        if cx.message.text() == "hi" {
            return Ok(task.complete().await?);
        }
        loop {
            task.working("busy").await?;
            task.flush().await?;
        }
    }))
    .await;
    let busy = host.start(says("loop")).await;
    assert_eq!(state(&host.send(says("hi")).await), "COMPLETED");
    assert_eq!(state(&host.cancel(id(&busy)).await), "CANCELED");
}

#[tokio::test]
async fn a_task_that_grows_over_the_limit_fails_and_says_so() {
    let (tell, mut told) = signal();
    let agent = executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        let mut artifact = task.artifact("large");
        loop {
            if let Err(stopped) = artifact.append("x".repeat(1_000)).await {
                let _ = tell.send(stopped);
                return Err(stopped.into());
            }
        }
    });
    let log = a2a_server::log::MemoryLog::with(a2a_server::log::Retention::new().task_bytes(100_000));
    let builder = a2a_server::Server::builder(crate::support::card(), agent).allow_anonymous().store(log);
    let host = crate::support::serve(builder.limits(short().with_queue(4, 1_000_000))).await;
    let task = host.send(says("go")).await;
    assert_eq!(state(&task), "FAILED");
    assert!(said(&task).contains("100000 bytes"), "{}", said(&task));
    assert_eq!(soon(told.recv()).await, Some(Stopped::Limit));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tools_on_other_threads_write_through_a_small_queue_without_loss() {
    let agent = executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        let mut tools = tokio::task::JoinSet::new();
        for tool in 0..8 {
            let mut artifact = task.artifact(format!("tool {tool}"));
            tools.spawn(async move {
                for n in 0..200 {
                    artifact.append(format!("{n} ")).await?;
                }
                Ok::<_, Stopped>(())
            });
        }
        while let Some(done) = tools.join_next().await {
            done??;
        }
        Ok(task.complete().await?)
    });
    let host = host_with(agent, short().with_queue(3, 1_000)).await;
    let expected = (0..200).map(|n| format!("{n} ")).collect::<Vec<_>>().concat();
    for _ in 0..10 {
        let frames = host.stream(says("go")).await.rest().await;
        let ended = folded(&frames);
        assert_eq!(frames.len(), 1 + 8 * 200 + 1);
        assert!(
            ended.artifacts.iter().all(|artifact| a2a_core::Part::join_text(&artifact.parts) == expected)
        );
        assert_eq!(task(&host.get(ended.id.as_str()).await), ended);
    }
}
