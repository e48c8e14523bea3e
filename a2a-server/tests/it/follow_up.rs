//! Messages to tasks that exist.

use a2a_server::{RequestContext, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    agents::{Gate, asks, picky, signal},
    support::{Frame, Host, host, host_with, id, said, says, says_to, soon, state, task},
};

fn to(task: &Value, text: &str) -> Value {
    says_to(id(task), text)
}

#[tokio::test]
async fn a_paused_task_goes_on_with_each_message() {
    let host = host(asks()).await;
    let first = host.send(says("one")).await;
    let second = host.send(to(&first, "two")).await;
    assert_eq!((state(&second), said(&second)), ("INPUT_REQUIRED", "two?"));
    let last = host.send(to(&first, "done")).await;
    assert_eq!((state(&last), said(&last)), ("COMPLETED", "thanks"));
    let history = task(&last).history.iter().map(a2a_core::Message::text).collect::<Vec<_>>();
    assert_eq!(history, ["one", "one?", "two", "two?", "done"]);
}

#[tokio::test]
async fn a_follow_up_streams_from_the_task_with_the_message_in_it() {
    let host = host(asks()).await;
    let first = host.send(says("one")).await;
    let frames = host.stream(to(&first, "two")).await.rest().await;
    assert_eq!(frames.iter().map(Frame::brief).collect::<Vec<_>>(), ["task WORKING", "INPUT_REQUIRED"]);
    assert_eq!(frames[0].event().task_id().unwrap().as_str(), id(&first));
    assert_eq!(crate::support::folded(&frames), task(&host.get(id(&first)).await));
}

#[tokio::test]
async fn a_follow_up_that_returns_immediately_shows_the_task_at_work() {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let again = cx.task.is_some();
        let task = out.task().await?;
        if again {
            passed.pass().await;
        }
        Ok(task.input_required("more?").await?)
    }))
    .await;
    let first = host.send(says("one")).await;
    let second = host.start(to(&first, "two")).await;
    assert_eq!(state(&second), "WORKING");
    gate.open();
    let third = host.send(to(&first, "three"));
    gate.open();
    assert_eq!(state(&soon(third).await), "INPUT_REQUIRED");
}

/// Takes its second message from the inbox if the first one says so.
async fn listener() -> (Host, Gate) {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        match cx.message.text().as_str() {
            "listen" => {
                task.working("listening").await?;
                let heard = cx.inbox.next().await.text();
                Ok(task.input_required(format!("heard {heard}")).await?)
            }
            "ignore" => {
                task.working("deaf").await?;
                passed.pass().await;
                Ok(task.input_required("ignored it").await?)
            }
            "finish" => {
                task.working("deaf").await?;
                passed.pass().await;
                Ok(task.complete_with("finished").await?)
            }
            other => Ok(task.input_required(format!("began {other}")).await?),
        }
    }))
    .await;
    (host, gate)
}

#[tokio::test]
async fn a_message_that_the_run_takes_is_answered_by_that_run() {
    let (host, _) = listener().await;
    let running = host.start(says("listen")).await;
    let answered = soon(host.send(to(&running, "more"))).await;
    assert_eq!((state(&answered), said(&answered)), ("INPUT_REQUIRED", "heard more"));
}

#[tokio::test]
async fn a_message_that_no_run_takes_begins_the_next_one() {
    let (host, gate) = listener().await;
    let running = host.start(says("ignore")).await;
    let mut stream = host.stream(to(&running, "more")).await;
    assert!(stream.brief().await.starts_with("task "));
    gate.open();
    let briefs = stream.briefs().await;
    assert_eq!(briefs[briefs.len() - 2..], ["INPUT_REQUIRED", "INPUT_REQUIRED"]);
    let task = host.get(id(&running)).await;
    assert_eq!(said(&task), "began more");
}

#[tokio::test]
async fn a_message_to_a_run_that_ends_the_task_gets_the_ended_task() {
    let (host, gate) = listener().await;
    let running = host.start(says("finish")).await;
    let mut stream = host.stream(to(&running, "more")).await;
    stream.next().await;
    gate.open();
    assert_eq!(stream.briefs().await.last().unwrap(), "COMPLETED");
    let ended = host.get(id(&running)).await;
    assert!(task(&ended).history.iter().any(|message| message.text() == "more"), "{ended}");
}

#[tokio::test]
async fn a_message_between_a_pause_and_the_return_begins_the_next_run() {
    let (gate, take) = (Gate::new(), Gate::new());
    let (passed, taken) = (gate.clone(), take.clone());
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let again = cx.task.is_some();
        out.task().await?.input_required(cx.message.text()).await?;
        if !again {
            passed.pass().await;
            // Too late for this run to say anything to it.
            let _ = cx.inbox.try_next();
            taken.open();
        }
        Ok(())
    });
    let host = host_with(agent, a2a_server::Limits::new()).await;
    let first = host.send(says("one")).await;
    let mut stream = host.stream(to(&first, "two")).await;
    assert_eq!(stream.brief().await, "task WORKING");
    gate.open();
    take.pass().await;
    assert_eq!(stream.briefs().await, ["INPUT_REQUIRED"]);
    assert_eq!(said(&host.get(id(&first)).await), "two");
}

#[tokio::test]
async fn a_message_that_is_taken_when_all_is_said_is_not_lost() {
    let (tell, mut told) = signal();
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let again = cx.task.is_some();
        let task = out.task().await?;
        if again {
            return Ok(task.complete_with(cx.message.text()).await?);
        }
        passed.pass().await;
        task.input_required("well?").await?;
        let _ = tell.send(cx.inbox.try_next().map(|message| message.text()));
        Ok(())
    }))
    .await;
    let first = host.start(says("one")).await;
    let mut stream = host.stream(to(&first, "two")).await;
    stream.next().await;
    gate.open();
    assert_eq!(soon(told.recv()).await, Some(Some("two".to_owned())));
    assert_eq!(stream.briefs().await.last().unwrap(), "COMPLETED");
    assert_eq!(said(&host.get(id(&first)).await), "two");
}

#[tokio::test]
async fn a_task_that_waits_for_a_credential_without_a_run_goes_on_with_a_message() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let again = cx.task.is_some();
        let task = out.task().await?;
        if again {
            return Ok(task.complete_with("signed in").await?);
        }
        Ok(task.auth_required("sign in").await?)
    }))
    .await;
    let first = host.send(says("one")).await;
    assert_eq!(state(&first), "AUTH_REQUIRED");
    assert_eq!(said(&soon(host.send(to(&first, "here"))).await), "signed in");
}

#[tokio::test]
async fn a_refused_follow_up_leaves_the_task_as_it_was_and_its_sender_with_the_error() {
    let host = host(picky()).await;
    let first = host.send(says("one")).await;
    let refused = host.call_with(&[], "SendMessage", json!({ "message": to(&first, "bad") })).await;
    assert_eq!(
        (&refused["error"]["code"], &refused["error"]["message"]),
        (&json!(-32005), &json!("not that"))
    );
    assert_eq!(refused["error"]["data"][0]["metadata"]["mine"], "yes");
    let frames = host.stream(to(&first, "bad")).await.rest().await;
    assert_eq!((frames.len(), frames[0].brief().as_str()), (2, "task WORKING"));
    let answer = json!({ "jsonrpc": "2.0", "id": 1, "error": refused["error"] });
    assert_eq!(frames[1].answer, answer);
    assert_eq!(state(&soon(host.send(to(&first, "good"))).await), "INPUT_REQUIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sends_to_one_task_at_once_are_all_answered_and_their_runs_never_overlap() {
    let busy = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        use std::sync::atomic::Ordering::SeqCst;
        assert!(!busy.swap(true, SeqCst), "two runs of one task at once");
        let task = out.task().await?;
        task.working(cx.message.text()).await?;
        tokio::task::yield_now().await;
        while let Some(more) = cx.inbox.try_next() {
            task.working(more.text()).await?;
        }
        busy.store(false, SeqCst);
        Ok(task.input_required("more?").await?)
    }))
    .await;
    let first = host.send(says("begin")).await;
    for round in 0..30 {
        let texts = (0..6).map(|n| format!("{round}-{n}")).collect::<Vec<_>>();
        let sends = texts.iter().map(|text| host.send(to(&first, text)));
        for answer in soon(futures_util::future::join_all(sends)).await {
            assert!(["INPUT_REQUIRED", "WORKING"].contains(&state(&answer)), "{answer}");
        }
        let task = task(&host.get(id(&first)).await);
        for text in &texts {
            let heard = task.history.iter().filter(|message| message.text() == *text).count();
            assert_eq!(heard, 2, "each message is heard and then answered: {text}");
        }
    }
}

#[tokio::test]
async fn the_next_run_is_woken_by_what_is_posted_to_it() {
    let (tell, mut told) = signal();
    let release = std::sync::Arc::new(Notify::new());
    let end_first = std::sync::Arc::clone(&release);
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let again = cx.task.is_some();
        let task = out.task().await?;
        let _ = tell.send(again);
        if again {
            let heard = cx.inbox.next().await.text();
            return Ok(task.complete_with(heard).await?);
        }
        end_first.notified().await;
        Ok(task.input_required("next").await?)
    }))
    .await;
    let first = host.start(says("one")).await;
    soon(told.recv()).await;
    host.start(to(&first, "two")).await;
    release.notify_one();
    soon(told.recv()).await;
    assert_eq!(said(&soon(host.send(to(&first, "three"))).await), "three");
}

#[tokio::test]
async fn a_repeated_follow_up_is_posted_once() {
    let host = host(asks()).await;
    let first = host.send(says("one")).await;
    let params = json!({ "message": to(&first, "two") });
    let again = async || {
        host.call_with(&[("idempotency-key", "k")], "SendMessage", params.clone()).await["result"].clone()
    };
    let answer = soon(again()).await;
    assert_eq!(soon(again()).await, answer);
    let mut stream = host.open(&[("idempotency-key", "k")], "SendStreamingMessage", params.clone()).await;
    assert_eq!(soon(stream.briefs()).await, ["task INPUT_REQUIRED"]);
    assert_eq!(task(&host.get(id(&first)).await).history.len(), 3);
}
