//! Streams of gRPC.

use a2a_core::{CURSOR_EXTENSION, ErrorKind, StreamEvent, TaskState, grpc::v1};
use a2a_server::{Responder, Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::client::{Events, brief, briefs, error, request};
use crate::{
    agents::{Gate, asks, echo, patient, signal},
    support::{card, host, id, says, says_to, serve, short, soon, task},
};

#[tokio::test]
async fn a_stream_is_the_task_its_updates_in_order_and_a_good_end_at_its_end() {
    let host = host(echo()).await;
    let client = host.v1().await;
    let events = client.open(says("hi")).await.rest().await;
    assert_eq!(briefs(&events), ["task SUBMITTED", "+hi", "COMPLETED"]);
    let ids: Vec<_> = events.iter().map(StreamEvent::task_id).collect();
    let same = ids[0].unwrap().as_str();
    assert_eq!(ids, [ids[0]; 3]);
    assert_eq!(client.get(same).await, task(&host.get(same).await));
    // A client that hasn't asked for cursors finds nothing in the metadata.
    assert!(matches!(&events[2], StreamEvent::StatusUpdate(update) if update.metadata.is_empty()));
}

#[tokio::test]
async fn a_direct_answer_is_a_stream_of_one_message() {
    let host = host(executor_fn(async |_, out: Responder| Ok(out.message("hello").await?))).await;
    let events = host.v1().await.open(says("hi")).await.rest().await;
    assert_eq!(briefs(&events), ["message hello"]);
}

#[tokio::test]
async fn a_stream_that_a_message_has_opened_ends_where_input_is_asked_for_and_a_subscription_goes_on() {
    let host = host(asks()).await;
    let client = host.v1().await;
    let events = client.open(says("one")).await.rest().await;
    assert_eq!(briefs(&events), ["task SUBMITTED", "INPUT_REQUIRED"]);
    let task = events[0].task_id().unwrap().as_str();
    let mut following = client.subscribe(task).await.unwrap();
    assert_eq!(brief(&following.event().await), "task INPUT_REQUIRED");
    let ended = client.send(says_to(task, "done")).await;
    assert_eq!(ended.status.state, TaskState::Completed);
    assert_eq!(briefs(&following.rest().await), ["WORKING", "COMPLETED"]);
}

#[tokio::test]
async fn cursors_come_to_those_who_ask_and_a_stream_goes_on_behind_one() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let client = host.v1().await.with("a2a-extensions", CURSOR_EXTENSION);
    let mut stream = client.open(says("go")).await;
    assert_eq!(stream.metadata.get("a2a-extensions").unwrap(), CURSOR_EXTENSION);
    let (first, second) = (stream.event().await, stream.event().await);
    let StreamEvent::Task(opened) = &first else { panic!("{first:?} is no task") };
    let StreamEvent::StatusUpdate(working) = &second else { panic!("{second:?} is no status") };
    let cursors = [&opened.metadata, &working.metadata].map(|metadata| metadata[CURSOR_EXTENSION].clone());
    assert_eq!(cursors, [json!("a2a-log:1"), json!("a2a-log:2")]);
    drop(stream);
    let resuming = client.clone().with("last-event-id", "a2a-log:1");
    let mut resumed = resuming.subscribe(opened.id.as_str()).await.unwrap();
    assert_eq!(resumed.event().await, second);
    gate.open();
    assert_eq!(briefs(&resumed.rest().await), ["COMPLETED"]);
    // What is kept of the task doesn't have them.
    assert_eq!(client.get(opened.id.as_str()).await, task(&host.get(opened.id.as_str()).await));
    assert!(client.get(opened.id.as_str()).await.metadata.is_empty());
}

#[tokio::test]
async fn an_error_before_the_first_event_is_the_status_of_the_call() {
    let host = host(asks()).await;
    let client = host.v1().await;
    let missing = client.subscribe("nobody").await.map(drop).unwrap_err();
    assert_eq!(error(&missing).kind(), ErrorKind::TaskNotFound);
    let ended = client.send(says("done")).await;
    let ended = client.subscribe(ended.id.as_str()).await.map(drop).unwrap_err();
    assert_eq!(error(&ended).kind(), ErrorKind::UnsupportedOperation);
    let lost: Result<Events<v1::StreamResponse>, _> =
        client.stream("SendStreamingMessage", request(says_to("nobody", "hi"))).await;
    assert_eq!(error(&lost.map(drop).unwrap_err()).kind(), ErrorKind::TaskNotFound);
}

#[tokio::test]
async fn an_event_that_protobuf_can_not_say_ends_the_stream_with_its_status_behind_what_was_said() {
    let agent = executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
        task.artifact("first").finish_with("readable").await?;
        task.artifact("deep").finish_with(a2a_core::Part::data(deep)).await?;
        Ok(task.complete().await?)
    });
    let host = host(agent).await;
    let client = host.v1().await;
    let mut stream = client.open(says("go")).await;
    assert_eq!(brief(&stream.event().await), "task SUBMITTED");
    assert_eq!(brief(&stream.event().await), "+readable");
    let status = stream.next().await.unwrap_err();
    assert_eq!(error(&status).kind(), ErrorKind::UnsupportedOperation);
    assert!(status.message().starts_with("artifactUpdate.artifact.parts[0].data: "), "{}", status.message());
}

/// §10 item 58.
#[tokio::test]
async fn a_client_that_cancels_its_stream_or_its_send_leaves_the_agent_at_work() {
    let gate = Gate::new();
    let (tell, mut told) = signal();
    let held = gate.clone();
    let agent = executor_fn(move |cx: a2a_server::RequestContext, out: Responder| {
        let (gate, tell) = (held.clone(), tell.clone());
        async move {
            let task = out.task().await?;
            task.working("at it").await?;
            let _ = tell.send(cx.task_id.to_string());
            gate.pass().await;
            Ok(task.complete_with("found").await?)
        }
    });
    let host = host(agent).await;
    let client = host.v1().await;
    let mut stream = client.open(says("go")).await;
    stream.event().await;
    let first = soon(told.recv()).await.unwrap();
    drop(stream);
    let waiting = client.clone();
    let waiting = tokio::spawn(async move { waiting.send(says("wait")).await });
    let second = soon(told.recv()).await.unwrap();
    waiting.abort();
    // Another call on the same connection goes out behind the cancellations.
    for task in [&first, &second] {
        assert_eq!(client.get(task).await.status.state, TaskState::Working);
    }
    let (mut one, mut two) =
        (client.subscribe(&first).await.unwrap(), client.subscribe(&second).await.unwrap());
    gate.open();
    gate.open();
    for following in [&mut one, &mut two] {
        assert_eq!(brief(following.rest().await.last().unwrap()), "COMPLETED");
    }
}

#[tokio::test]
async fn a_deadline_of_the_client_ends_its_call_and_never_the_run() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let client = host.v1().await;
    let hurried = client.clone().with("grpc-timeout", "60m");
    let mut stream = hurried.open(says("go")).await;
    let opened = stream.event().await;
    let late = loop {
        match stream.next().await {
            Ok(event) => assert!(event.is_some(), "the stream has ended well"),
            Err(status) => break status,
        }
    };
    assert_eq!(late.code(), tonic::Code::DeadlineExceeded);
    let late = hurried.call::<_, v1::SendMessageResponse>("SendMessage", request(says("wait"))).await;
    // The client's own clock may be the first.
    let code = late.unwrap_err().code();
    assert!(matches!(code, tonic::Code::DeadlineExceeded | tonic::Code::Cancelled), "{code}");
    let listed: v1::ListTasksResponse = client.answer("ListTasks", v1::ListTasksRequest::default()).await;
    assert_eq!(listed.tasks.len(), 2);
    gate.open();
    gate.open();
    let task = opened.task_id().unwrap().as_str();
    if let Ok(mut following) = client.subscribe(task).await {
        following.rest().await;
    }
    assert_eq!(client.get(task).await.status.state, TaskState::Completed);
}

#[tokio::test]
async fn a_shutdown_ends_the_streams_of_tasks_that_go_on() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let mut stream = host.v1().await.open(says("go")).await;
    stream.event().await;
    host.handle.shutdown();
    let status = loop {
        match stream.next().await {
            Ok(event) => assert!(event.is_some(), "the stream has ended well"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), tonic::Code::Unavailable);
    gate.open();
    soon(host.ended).await.unwrap();
}

#[tokio::test]
async fn an_agent_that_does_not_stream_says_so_by_the_status() {
    let mut quiet = card();
    quiet.capabilities.streaming = Some(false);
    let host = serve(Server::builder(quiet, echo()).allow_anonymous().limits(short())).await;
    let client = host.v1().await;
    let refused: Result<Events<v1::StreamResponse>, _> =
        client.stream("SendStreamingMessage", request(says("hi"))).await;
    assert_eq!(error(&refused.map(drop).unwrap_err()).kind(), ErrorKind::UnsupportedOperation);
    let started = host.start(says("hi")).await;
    let refused = client.subscribe(id(&started)).await.map(drop).unwrap_err();
    assert_eq!(error(&refused).kind(), ErrorKind::UnsupportedOperation);
}
