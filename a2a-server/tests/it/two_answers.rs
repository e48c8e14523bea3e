//! Two answers to one question: each is taken, by one run at a time, and each sender learns what came of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use a2a_server::{RequestContext, Responder, SharedExecutor, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    stores::over_each_log,
    support::{id, said, says, says_to, soon, state, task},
};

/// Asks, and goes by the answer: `end` completes, anything else is asked about. Counts runs that overlap.
fn asker() -> (SharedExecutor, Arc<AtomicUsize>) {
    let (live, overlaps) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&overlaps);
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        counted.fetch_add(live.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
        task.working("on it").await?;
        tokio::task::yield_now().await;
        live.fetch_sub(1, Ordering::SeqCst);
        match cx.message.text() {
            text if text.starts_with("end") => Ok(task.complete_with(text).await?),
            text => Ok(task.input_required(format!("{text}?")).await?),
        }
    });
    (SharedExecutor::new(agent), overlaps)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_answers_to_one_pause_are_both_taken_one_after_the_other() {
    let (agent, overlaps) = asker();
    for (host, _folder) in over_each_log(agent).await {
        for _ in 0..25 {
            let asking = host.send(says("what")).await;
            let answers = ["red", "blue"].map(|text| host.send(says_to(id(&asking), text)));
            let answered = soon(futures_util::future::join_all(answers)).await;
            assert_eq!(answered.iter().map(state).collect::<Vec<_>>(), ["INPUT_REQUIRED"; 2]);
            let task = task(&host.get(id(&asking)).await);
            let mut said: Vec<_> = task.history.iter().map(a2a_core::Message::text).collect();
            said.push(task.status.message.unwrap().text());
            said.retain(|text| text != "on it");
            said.sort_unstable();
            assert_eq!(said, ["blue", "blue?", "red", "red?", "what", "what?"]);
        }
        assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_beside_one_that_ends_the_task_gets_the_ended_task_or_reads_that_it_came_too_late() {
    let (agent, overlaps) = asker();
    for (host, _folder) in over_each_log(agent).await {
        for _ in 0..25 {
            let asking = host.send(says("what")).await;
            let answers = ["end one", "end two"].map(|text| {
                host.call_with(&[], "SendMessage", json!({ "message": says_to(id(&asking), text) }))
            });
            let answered = soon(futures_util::future::join_all(answers)).await;
            let ended = host.get(id(&asking)).await;
            assert_eq!(state(&ended), "COMPLETED");
            let mut taken = 0;
            for answer in &answered {
                if answer["error"].is_null() {
                    taken += 1;
                    assert_eq!(said(&answer["result"]["task"]), said(&ended));
                } else {
                    assert_eq!(answer["error"]["code"], -32004, "{answer}");
                }
            }
            assert!(taken > 0, "{answered:?}");
        }
        assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    }
}
