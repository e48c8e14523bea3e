//! Which pauses of a task end its stream.

use std::time::Duration;

use a2a_core::{Cursor, Task, TaskState};
use pretty_assertions::assert_eq;

use super::{
    Framing, body,
    fixture::{connect, cut, id, open, parsed, read, running},
    refusal,
};
use crate::peer::{ASKS, COMPLETED, HELLO, SUBMITTED, events, frame, result};

const AUTH: &str =
    r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_AUTH_REQUIRED"}}}"#;

#[tokio::test(start_paused = true)]
async fn a_stream_of_a_send_that_was_resumed_ends_where_the_agent_asks() {
    let (client, _peer) = connect(|method, _| match method {
        "SendStreamingMessage" => cut(&[SUBMITTED, HELLO]),
        _ => open(&[&running(&["hello "]), ASKS]),
    })
    .await;
    let mut stream = client.stream_text("hello").await.unwrap();
    let (events, error) = read(&mut stream).await;
    assert_eq!((events, error.map(|error| error.kind())), (parsed(&[SUBMITTED, HELLO, ASKS]), None));

    // A cut right behind the question loses nothing.
    let (client, mut peer) = connect(|_, _| cut(&[SUBMITTED, ASKS])).await;
    let (events, error) = read(&mut client.stream_text("hello").await.unwrap()).await;
    assert_eq!((events, error.map(|error| error.kind())), (parsed(&[SUBMITTED, ASKS]), None));
    assert_eq!(peer.request().await.body["method"], "SendStreamingMessage");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_credential_goes_on_while_there_is_a_stream_and_ends_where_there_is_none() {
    let (client, _peer) = connect(|method, call| match (method, call) {
        ("SendStreamingMessage", _) => cut(&[SUBMITTED, AUTH]),
        (_, 0) => cut(&[]),
        _ => events(&[&running(&[]).replace("SUBMITTED", "AUTH_REQUIRED"), COMPLETED]),
    })
    .await;
    let (events, error) = read(&mut client.stream_text("hello").await.unwrap()).await;
    assert_eq!((events, error.map(|error| error.kind())), (parsed(&[SUBMITTED, AUTH, COMPLETED]), None));

    let (client, _peer) = connect(|method, _| match method {
        "SendStreamingMessage" => cut(&[SUBMITTED]),
        "SubscribeToTask" => refusal(-32601),
        _ => result(r#"{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_AUTH_REQUIRED"}}"#),
    })
    .await;
    let (events, error) = read(&mut client.stream_text("hello").await.unwrap()).await;
    assert_eq!((events, error.map(|error| error.kind())), (parsed(&[SUBMITTED, AUTH]), None));
}

#[tokio::test(start_paused = true)]
async fn a_subscription_follows_a_task_through_its_pauses_and_cuts() {
    let paused = running(&[]).replace("SUBMITTED", "INPUT_REQUIRED");
    let (client, _peer) = connect(move |_, call| match call {
        0 => cut(&[SUBMITTED, ASKS]),
        1 => cut(&[&paused]),
        _ => events(&[&running(&["hello ", "world"]), COMPLETED]),
    })
    .await;
    let mut stream = client.subscribe(&id()).await.unwrap();
    let (events, error) = read(&mut stream).await;
    assert_eq!((events.len(), error.map(|error| error.kind())), (5, None));
    assert_eq!(stream.task().map(Task::text), Some("hello world".to_owned()));
    assert_eq!(stream.task().map(|task| &task.status.state), Some(&TaskState::Completed));
}

#[tokio::test(start_paused = true)]
async fn the_pause_that_a_message_answers_is_not_its_answer() {
    let paused = running(&[]).replace("SUBMITTED", "INPUT_REQUIRED");
    let working = running(&[]).replace("SUBMITTED", "WORKING");
    let (client, _peer) = connect(move |method, call| match (method, call) {
        ("SendStreamingMessage", _) | (_, 0) => cut(&[&paused]),
        _ => open(&[&working, HELLO, ASKS]),
    })
    .await;
    let mut stream = client.call().task(&id()).stream_text("yes").await.unwrap();
    let (events, error) = read(&mut stream).await;
    assert_eq!((events.len(), error.map(|error| error.kind())), (4, None));
    assert_eq!(stream.task().map(Task::text), Some("hello ".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_our_server_begins_with_is_the_answer_of_a_message_that_was_repeated() {
    let paused = running(&[]).replace("SUBMITTED", "INPUT_REQUIRED");
    let told = format!("id: {}\n{}", Cursor::after(7), frame(&paused));
    let (client, mut peer) = connect(move |method, _| match method {
        "SendStreamingMessage" => body(Framing::Cut, &told),
        _ => open(&[]),
    })
    .await;
    let mut stream = client.call().task(&id()).stream_text("yes").await.unwrap();
    let reading = tokio::time::timeout(Duration::from_secs(3600), read(&mut stream));
    let (events, error) = reading.await.expect("nobody else goes on with the task");
    assert_eq!((events.len(), error.map(|error| error.kind())), (1, None));
    assert_eq!(peer.request().await.body["method"], "SendStreamingMessage");
}
