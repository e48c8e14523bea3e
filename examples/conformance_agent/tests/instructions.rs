//! The instruction protocol of the interop kit, between agents that are this one.

use std::net::SocketAddr;

use a2a_core::{Part, StreamEvent};
use axum::{
    Json, Router,
    http::{HeaderMap, Uri},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt as _;
use prost::Message as _;
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc};

use super::driver::{client, lines, message, shown, start, summary};
use crate::instruction::{
    Behavior, CallAgent, Instruction, PushNotification, Resubscribe, ReturnResponse, SendMessage,
    SeriesOfSteps, Step,
};

fn step(step: Step) -> Instruction {
    Instruction { step: Some(step) }
}

fn returns(text: &str) -> Instruction {
    step(Step::ReturnResponse(ReturnResponse { response: text.to_owned(), hold_task: false }))
}

fn held(text: &str) -> Instruction {
    step(Step::ReturnResponse(ReturnResponse { response: text.to_owned(), hold_task: true }))
}

fn all(instructions: impl Into<Vec<Instruction>>) -> Instruction {
    step(Step::Steps(SeriesOfSteps { instructions: instructions.into(), response_generator: 1 }))
}

fn calls(addr: SocketAddr, behavior: Behavior, streaming: bool, instruction: Instruction) -> Instruction {
    step(Step::CallAgent(Box::new(CallAgent {
        transport: "JSONRPC".to_owned(),
        agent_card_uri: format!("http://{addr}/jsonrpc/"),
        instruction: Some(Box::new(instruction)),
        streaming,
        behavior: Some(behavior),
    })))
}

fn over(transport: &str, addr: SocketAddr) -> Instruction {
    let mut instruction = calls(addr, Behavior::SendMessage(SendMessage {}), false, returns("a"));
    let Some(Step::CallAgent(call)) = &mut instruction.step else { panic!() };
    call.transport = transport.to_owned();
    instruction
}

async fn done(addr: SocketAddr, instruction: &Instruction) -> String {
    let answer = client(addr).await.send(message("m", instruction.to_part())).await.unwrap();
    summary(answer.task().unwrap())
}

#[tokio::test]
async fn what_the_steps_answer_is_joined_in_order() {
    let addr = start(&[]).await;
    let send = || Behavior::SendMessage(SendMessage {});
    let nested = all([
        returns("a"),
        all([returns("b"), calls(addr, send(), false, returns("c"))]),
        calls(addr, send(), true, all([returns("d"), calls(addr, send(), true, returns("e"))])),
    ]);
    assert_eq!(done(addr, &nested).await, "COMPLETED a\nb\nc\nd\ne");
    let stream = client(addr).await.stream(message("m", returns("a").to_part())).await.unwrap();
    assert_eq!(lines(stream).await, ["task SUBMITTED", "WORKING", "COMPLETED a"]);
}

#[tokio::test]
async fn an_instruction_is_found_in_any_part_that_can_hold_one() {
    let client = client(start(&[]).await).await;
    let bytes = returns("found").encode_to_vec();
    let text = STANDARD.encode(&bytes);
    for part in [
        Part::raw(bytes.clone()).with_media_type("application/x-protobuf"),
        Part::raw(bytes).with_filename("instruction.bin"),
        Part::text(&*text).with_filename("instruction.bin"),
        Part::text(&*text),
    ] {
        let answer = client.send(message("m", vec![Part::text("first"), part.clone()])).await.unwrap();
        assert_eq!(summary(answer.task().unwrap()), "COMPLETED found", "{part:?}");
    }
    // Base64 by chance, and no instruction.
    let answer = client.send(message("m", "test")).await.unwrap();
    assert_eq!(summary(answer.task().unwrap()), "COMPLETED [test]");
}

#[tokio::test]
async fn what_cant_be_followed_fails_and_says_why() {
    let addr = start(&[]).await;
    for (instruction, expected) in [
        (Instruction { step: None }, "an instruction has a step, this one has none"),
        (over("grpc", addr), "this client doesn't speak GRPC yet"),
        (over("http_json", addr), "this client doesn't speak HTTP+JSON yet"),
        (over("REST", addr), "this client doesn't speak HTTP+JSON yet"),
        (over("pigeon", addr), "no transport is named \"pigeon\""),
        (
            calls(
                addr,
                Behavior::PushNotification(PushNotification { url: String::new() }),
                false,
                returns("a"),
            ),
            "a webhook has a URL, this one has none",
        ),
    ] {
        assert_eq!(done(addr, &all([returns("a"), instruction])).await, format!("FAILED {expected}"));
    }
    let broken = Part::raw([0xff].as_slice()).with_filename("instruction.bin");
    let answer = client(addr).await.send(message("m", broken)).await.unwrap();
    let said = summary(answer.task().unwrap());
    assert!(said.starts_with("FAILED The instruction can't be read: "), "{said}");
}

#[tokio::test]
async fn a_held_task_says_so_and_lives_until_it_is_canceled() {
    let addr = start(&[]).await;
    let client = client(addr).await;
    let mut stream = client.stream(message("m", all([returns("a"), held("b")]).to_part())).await.unwrap();
    let mut id = None;
    while let Some(event) = stream.next().await {
        let event = event.unwrap();
        id = event.task_id().cloned();
        if let StreamEvent::StatusUpdate(update) = event
            && let Some(message) = update.status.message
        {
            assert_eq!(message.text(), "a\nb\ntask-finished");
            break;
        }
    }
    assert_eq!(summary(&client.cancel(&id.unwrap()).await.unwrap()), "CANCELED");
    assert_eq!(lines(stream).await, ["CANCELED"]);
}

#[tokio::test]
async fn a_dropped_stream_is_subscribed_to_and_its_task_canceled() {
    let addr = start(&[]).await;
    let instruction = calls(addr, Behavior::Resubscribe(Resubscribe {}), true, held("kept"));
    assert_eq!(done(addr, &instruction).await, "COMPLETED kept");
    let tasks = client(addr).await.list_tasks(a2a_core::ListTasksRequest::default()).await.unwrap().tasks;
    let mut states: Vec<_> = tasks.iter().map(|task| task.status.state.to_string()).collect();
    states.sort();
    assert_eq!(states, ["TASK_STATE_CANCELED", "TASK_STATE_COMPLETED"]);
}

#[tokio::test]
async fn a_call_that_names_a_webhook_has_it_told_with_the_token() {
    let addr = start(&[]).await;
    let (url, mut told) = webhook().await;
    let push = Behavior::PushNotification(PushNotification { url });
    assert_eq!(done(addr, &calls(addr, push, false, returns("a"))).await, "COMPLETED a");
    let mut statuses = Vec::new();
    while statuses.last().is_none_or(|status| status != "COMPLETED a") {
        let (path, token, event) = told.recv().await.unwrap();
        assert_eq!((&*path, token.as_deref()), ("/notifications", Some("itk-token")));
        match serde_json::from_value(event).unwrap() {
            StreamEvent::Task(task) => statuses.push(summary(&task)),
            StreamEvent::StatusUpdate(update) => statuses.push(shown(&update.status)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(statuses, ["SUBMITTED", "WORKING", "COMPLETED a"]);
}

type Told = (String, Option<String>, Value);

/// A webhook's address, and what it is told: path, token and event.
async fn webhook() -> (String, mpsc::UnboundedReceiver<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = listener.local_addr().unwrap().to_string();
    let (tell, told) = mpsc::unbounded_channel();
    let app = Router::new().fallback(async move |uri: Uri, headers: HeaderMap, Json(event): Json<Value>| {
        let token = headers.get("x-a2a-notification-token").map(|token| token.to_str().unwrap().to_owned());
        tell.send((uri.path().to_owned(), token, event)).unwrap();
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, told)
}
