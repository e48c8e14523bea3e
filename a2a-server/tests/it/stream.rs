//! Sending and following what happens.

use std::time::Duration;

use a2a_server::{RequestContext, Responder, Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{Gate, asks, echo, silent},
    support::{Frame, Host, card, folded, host, host_with, id, says, says_to, serve, short, task},
};

async fn worker() -> Host {
    host(executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        task.working("one").await?;
        let mut poem = task.artifact("poem");
        poem.append("a").await?;
        task.flush().await?;
        poem.append("b").await?;
        poem.finish_with("c").await?;
        Ok(task.complete_with("done").await?)
    }))
    .await
}

#[tokio::test]
async fn a_stream_is_the_task_and_then_its_updates_with_dense_cursors() {
    let host = worker().await;
    let mut stream = host.stream(says("go")).await;
    assert_eq!(stream.wire.header("content-type"), Some("text/event-stream"));
    let frames = stream.rest().await;
    let briefs = frames.iter().map(Frame::brief).collect::<Vec<_>>();
    assert_eq!(briefs, ["task SUBMITTED", "WORKING", "artifact a", "artifact b", "artifact c", "COMPLETED"]);
    let cursors = (1..=6).map(|seq| Some(format!("a2a-log:{seq}"))).collect::<Vec<_>>();
    assert_eq!(frames.iter().map(|frame| frame.id.clone()).collect::<Vec<_>>(), cursors);
    for frame in &frames {
        assert_eq!((&frame.answer["jsonrpc"], &frame.answer["id"]), (&json!("2.0"), &json!(1)));
    }
    let folded = folded(&frames);
    assert_eq!(folded, task(&host.get(folded.id.as_str()).await));
}

#[tokio::test]
async fn each_frame_has_the_id_of_the_call_as_it_was_sent() {
    let host = worker().await;
    for (message, frames) in [(says("go"), 6), (says_to("nobody", "hi"), 1)] {
        for id in [r#""text""#, "null", "1.50", r#""\u0041\n""#] {
            let params = json!({ "message": message });
            let body =
                format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"SendStreamingMessage","params":{params}}}"#);
            let answer = host.http("POST", "/", &[], body.as_bytes()).await;
            let answer = String::from_utf8(answer.body).unwrap();
            let data = answer.lines().filter_map(|line| line.strip_prefix("data: ")).collect::<Vec<_>>();
            let head = format!(r#"{{"jsonrpc":"2.0","id":{id},"#);
            assert!(data.iter().all(|data| data.starts_with(&head)), "{id}: {answer}");
            assert_eq!(data.len(), frames, "{id}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_message_is_a_stream_of_its_own() {
    let host = host(executor_fn(async |_, out: Responder| Ok(out.message("hi").await?))).await;
    let frames = host.stream(says("go")).await.rest().await;
    assert_eq!(frames.iter().map(Frame::brief).collect::<Vec<_>>(), ["message hi"]);
    assert_eq!(frames[0].id, None);
}

#[tokio::test]
async fn a_stream_ends_when_the_agent_asks_for_input() {
    let host = host(asks()).await;
    assert_eq!(host.stream(says("who")).await.briefs().await, ["task SUBMITTED", "INPUT_REQUIRED"]);
}

#[tokio::test]
async fn a_stream_stays_open_while_a_credential_is_awaited() {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.auth_required("sign in").await?;
        passed.pass().await;
        Ok(task.complete().await?)
    }))
    .await;
    let mut stream = host.stream(says("go")).await;
    assert_eq!(stream.brief().await, "task SUBMITTED");
    assert_eq!(stream.brief().await, "AUTH_REQUIRED");
    gate.open();
    assert_eq!(stream.briefs().await, ["COMPLETED"]);
}

#[tokio::test]
async fn the_tasks_in_a_stream_have_no_more_history_than_was_asked_for() {
    let host = worker().await;
    let params = json!({ "message": says("go"), "configuration": { "historyLength": 0 } });
    let frames = host.open(&[], "SendStreamingMessage", params).await.rest().await;
    assert_eq!((frames.len(), frames[0].brief().as_str()), (6, "task SUBMITTED"));
    assert!(frames[0].answer["result"]["task"].get("history").is_none(), "{frames:?}");
}

#[tokio::test]
async fn an_agent_that_takes_its_time_to_choose_has_a_task_chosen_for_it() {
    let host = host(silent()).await;
    let mut stream = host.stream(says("go")).await;
    assert_eq!(stream.brief().await, "task SUBMITTED");
}

#[tokio::test]
async fn silence_is_filled_with_comments() {
    let host = host_with(silent(), short().with_keep_alive(Duration::from_millis(5))).await;
    let mut stream = host.stream(says("go")).await;
    stream.next().await;
    for _ in 0..3 {
        assert_eq!(stream.raw().await, ": keep-alive\n\n");
    }
}

#[tokio::test]
async fn a_cursor_replays_exactly_the_rest_of_a_task_that_has_ended() {
    let host = worker().await;
    let frames = host.stream(says("go")).await.rest().await;
    let task = folded(&frames).id;
    for (place, frame) in frames.iter().enumerate() {
        let rest = host.resume(task.as_str(), frame.id.as_ref().unwrap()).await.rest().await;
        assert_eq!(rest, frames[place + 1..]);
    }
    assert_eq!(host.resume(task.as_str(), "a2a-log:0").await.rest().await, frames);
}

#[tokio::test]
async fn a_cursor_that_nobody_gave_out_is_none() {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.working("one").await?;
        task.flush().await?;
        passed.pass().await;
        Ok(task.complete().await?)
    }))
    .await;
    let nobodys =
        ["a2a-log:3", "a2a-log:99", "a2a-log:18446744073709551615", "a2a-log:-1", "a2a-log:01", "7"];
    let mut stream = host.stream(says("go")).await;
    let first = stream.next().await.unwrap();
    assert_eq!(stream.brief().await, "WORKING");
    let task = first.answer["result"]["task"]["id"].as_str().unwrap();
    let mut streams = Vec::new();
    for cursor in nobodys {
        let mut stream = host.resume(task, cursor).await;
        assert_eq!(stream.brief().await, "task WORKING", "{cursor}");
        streams.push(stream);
    }
    // The last one that there is has nothing behind it yet.
    streams.push(host.resume(task, "a2a-log:2").await);
    gate.open();
    for mut stream in streams {
        assert_eq!(stream.briefs().await, ["COMPLETED"]);
    }
    for cursor in nobodys.into_iter().skip(1) {
        let refused = host.resume(task, cursor).await.rest().await;
        assert_eq!((refused.len(), &refused[0].answer["error"]["code"]), (1, &json!(-32004)), "{cursor}");
    }
    assert_eq!(host.resume(task, "a2a-log:3").await.briefs().await, [""; 0]);
}

#[tokio::test]
async fn an_error_before_the_first_event_is_the_only_frame() {
    let host = worker().await;
    let mut stream = host.stream(says_to("nobody", "hi")).await;
    let frames = stream.rest().await;
    assert_eq!((frames.len(), &frames[0].answer["error"]["code"]), (1, &json!(-32001)));
}

#[tokio::test]
async fn an_agent_that_does_not_stream_says_so() {
    let mut card = card();
    card.capabilities.streaming = Some(false);
    let host = serve(Server::builder(card, echo()).allow_anonymous()).await;
    let refused = host.stream(says("go")).await.rest().await;
    assert_eq!(refused[0].answer["error"]["code"], -32004);
    let ended = host.send(says("go")).await;
    let refused = host.subscribe(id(&ended)).await.rest().await;
    assert_eq!(refused[0].answer["error"]["message"], "This agent doesn't stream");
}

#[tokio::test]
async fn an_artifact_that_finishes_while_its_last_chunk_is_here_is_marked_complete() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        let (mut a, mut b) = (task.artifact("a"), task.artifact("b"));
        a.append(cx.message.text()).await?;
        b.append("other").await?;
        a.append("").await?;
        a.finish().await?;
        b.replace("new").await?;
        Ok(task.complete().await?)
    }))
    .await;
    let frames = host.stream(says("x")).await.rest().await;
    let updates = frames[1..4].iter().map(|frame| frame.answer["result"]["artifactUpdate"].clone());
    let marks =
        updates.map(|update| (update["append"] == true, update["lastChunk"] == true)).collect::<Vec<_>>();
    assert_eq!(marks, [(false, true), (false, false), (false, true)]);
}
