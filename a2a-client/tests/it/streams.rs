use a2a_client::{Answer, Client, FailureKind, Phase, Retry, StreamEvent, TaskStream};
use a2a_core::{Cursor, Task, TaskId};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;

use crate::peer::{
    ASKS, COMPLETED, DIRECT, DONE, HELLO, Peer, Reply, SUBMITTED, Step, WORLD, events, frame, http, json,
    result, stream,
};

fn event(json: &str) -> StreamEvent {
    serde_json::from_str(json).unwrap()
}

fn task(json: &str) -> Task {
    serde_json::from_str(json).unwrap()
}

fn whole() -> Vec<StreamEvent> {
    [SUBMITTED, HELLO, WORLD, COMPLETED].map(event).to_vec()
}

/// A stream that isn't resumed: what one connection gives.
async fn open(reply: impl Fn() -> Reply + Send + Sync + 'static) -> TaskStream {
    let (client, _) = Peer::connect(move |_| reply()).await;
    client.call().retry(Retry::off()).stream_text("hello").await.unwrap()
}

async fn read(stream: &mut TaskStream) -> Vec<StreamEvent> {
    stream.map(Result::unwrap).collect().await
}

fn body() -> String {
    [SUBMITTED, HELLO, WORLD, COMPLETED].map(frame).concat()
}

/// An HTTP chunk for each byte, so that each byte is a read of its own.
fn byte_by_byte(body: &str) -> Reply {
    let mut reply = http(200, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n", "");
    let mut chunks = Vec::new();
    for byte in body.replace("$ID", "1").bytes() {
        chunks.extend_from_slice(b"1\r\n");
        chunks.push(byte);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    reply.push(Step::Bytes(chunks));
    reply
}

#[tokio::test]
async fn a_stream_yields_its_events_and_folds_them() {
    let mut stream = open(|| stream(&body())).await;
    assert_eq!(read(&mut stream).await, whole());
    assert_eq!(stream.task(), Some(&task(DONE)));
    assert_eq!(stream.into_task(), Some(task(DONE)));
}

#[tokio::test]
async fn the_task_is_folded_while_events_pass() {
    let mut stream = open(|| stream(&body())).await;
    assert_eq!(stream.task(), None);
    let mut texts = Vec::new();
    while let Some(event) = stream.next().await {
        event.unwrap();
        texts.push(stream.task().map(Task::text).unwrap_or_default());
    }
    assert_eq!(texts, ["", "hello ", "hello world", "hello world"]);
}

#[tokio::test]
async fn a_stream_split_at_every_byte_is_the_same_stream() {
    let umbrella = HELLO.replace("hello", "\u{2602} für Zoë");
    let text = [SUBMITTED, &umbrella, COMPLETED].map(frame).concat();
    let mut stream = open(move || byte_by_byte(&text)).await;
    assert_eq!(read(&mut stream).await, [SUBMITTED, &umbrella, COMPLETED].map(event));
}

#[tokio::test]
async fn line_ends_comments_and_several_lines_of_data_make_no_difference() {
    let spread = |result: &str| {
        let (front, back) = result.split_at(result.find(',').unwrap() + 1);
        let front = format!("data:{{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{front}");
        format!(": keep-alive\r\n\r\nevent: message\r\n{front}\r\ndata: {back}}}\r\n\r\n:\r\n")
    };
    let text = [SUBMITTED, HELLO, WORLD, COMPLETED].map(spread).concat();
    let mut stream = open(move || stream(&text)).await;
    assert_eq!(read(&mut stream).await, whole());
}

#[tokio::test]
async fn the_last_event_counts_without_the_empty_line_behind_it() {
    let mut stream = open(|| stream(body().trim_end())).await;
    assert_eq!(read(&mut stream).await, whole());
}

#[tokio::test]
async fn nothing_behind_the_end_of_the_task_is_waited_for() {
    let mut stream = open(|| {
        let mut reply = stream(&body());
        reply.push(Step::Hang);
        reply
    })
    .await;
    assert_eq!(read(&mut stream).await, whole());
}

#[tokio::test]
async fn a_message_alone_ends_the_stream_and_is_the_answer() {
    let reply = || {
        let mut reply = events(&[DIRECT]);
        reply.push(Step::Hang);
        reply
    };
    let mut stream = open(reply).await;
    assert_eq!(read(&mut stream).await, [event(DIRECT)]);
    let answer = open(reply).await.finish().await.unwrap();
    let StreamEvent::Message(message) = event(DIRECT) else { panic!("a message") };
    assert_eq!(answer, Answer::Message(message));
}

#[tokio::test]
async fn finish_answers_what_a_send_would_have() {
    let answer = open(|| stream(&body())).await.finish().await.unwrap();
    assert_eq!(answer, Answer::Task(task(DONE)));
    assert_eq!(answer.text(), "hello world");
}

#[tokio::test]
async fn an_end_in_a_paused_state_is_in_order() {
    let mut stream = open(|| events(&[SUBMITTED, ASKS])).await;
    assert_eq!(read(&mut stream).await, [event(SUBMITTED), event(ASKS)]);
    assert!(stream.task().is_some_and(|task| task.status.state.is_interrupted()));
}

#[tokio::test]
async fn an_end_in_a_running_state_is_an_error_that_names_the_task() {
    let mut stream = open(|| events(&[SUBMITTED, HELLO])).await;
    let first: Vec<_> = (&mut stream).take(2).map(Result::unwrap).collect().await;
    assert_eq!(first, [event(SUBMITTED), event(HELLO)]);
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), FailureKind::CutShort);
    assert_eq!(error.phase(), Phase::Stream);
    assert_eq!(error.task_id().map(TaskId::as_str), Some("t1"));
    assert_eq!(error.context_id().map(|id| id.as_str().to_owned()), Some("c1".to_owned()));
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "SendStreamingMessage broke off: the stream ended before the task ended or paused"
    );
    assert!(stream.next().await.is_none());
    assert_eq!(stream.task().map(Task::text), Some("hello ".to_owned()));
}

#[tokio::test]
async fn a_connection_cut_within_a_response_is_an_error_that_names_the_task() {
    let mut stream = open(|| {
        let head = "Content-Type: text/event-stream\r\nContent-Length: 9999\r\n";
        http(200, head, &[SUBMITTED, HELLO].map(frame).concat())
    })
    .await;
    let items: Vec<_> = (&mut stream).collect().await;
    let error = items[2].as_ref().unwrap_err();
    assert_eq!(items.len(), 3);
    assert_eq!(error.kind(), FailureKind::Disconnected);
    assert_eq!(error.task_id().map(TaskId::as_str), Some("t1"));
}

#[tokio::test]
async fn an_event_cut_in_its_middle_is_an_error() {
    let text = frame(SUBMITTED) + &frame(HELLO)[..60];
    let items: Vec<_> = open(move || stream(&text)).await.collect().await;
    assert_eq!(items.len(), 2);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!((error.kind(), error.phase()), (FailureKind::Disconnected, Phase::Stream));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_an_error() {
    let items: Vec<_> = open(|| {
        let mut reply = events(&[SUBMITTED]);
        reply.push(Step::Bytes(b"data: \xff\n\n".to_vec()));
        reply
    })
    .await
    .collect()
    .await;
    assert_eq!(items.len(), 2);
    assert_eq!(items[1].as_ref().unwrap_err().kind(), FailureKind::InvalidAnswer);
}

#[tokio::test]
async fn an_empty_stream_is_an_error() {
    for text in ["", ": keep-alive\n\n"] {
        let items: Vec<_> = open(move || stream(text)).await.collect().await;
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].as_ref().unwrap_err().kind(), FailureKind::Empty);
    }
}

#[tokio::test]
async fn a_snapshot_in_the_middle_replaces_what_was_folded() {
    let snapshot = r#"{"task":{"id":"t1","contextId":"c1","status":{"state":"TASK_STATE_WORKING"},"artifacts":[{"artifactId":"a2","parts":[{"text":"again"}]}]}}"#;
    let mut stream = open(move || events(&[SUBMITTED, HELLO, snapshot, COMPLETED])).await;
    assert_eq!(read(&mut stream).await, [SUBMITTED, HELLO, snapshot, COMPLETED].map(event));
    assert_eq!(stream.task().map(Task::text), Some("again".to_owned()));
}

#[tokio::test]
async fn events_and_states_of_a_newer_peer_survive() {
    let odd = r#"{"progress":{"percent":7,"taskId":"t1"}}"#;
    let state =
        r#"{"statusUpdate":{"taskId":"t1","contextId":"c1","status":{"state":"TASK_STATE_DREAMING"}}}"#;
    let mut stream = open(move || events(&[SUBMITTED, odd, state, COMPLETED])).await;
    let seen = read(&mut stream).await;
    let again: Vec<_> = seen.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    assert_eq!(again, [SUBMITTED, odd, state, COMPLETED]);
}

#[tokio::test]
async fn a_stream_that_begins_with_an_update_is_folded_all_the_same() {
    let mut stream = open(|| events(&[HELLO, WORLD, COMPLETED])).await;
    assert_eq!(read(&mut stream).await, [HELLO, WORLD, COMPLETED].map(event));
    assert_eq!(stream.task(), Some(&task(DONE)));
}

#[tokio::test]
async fn an_error_in_the_middle_is_the_last_item() {
    let failed =
        "data: {\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":-32603,\"message\":\"broken\"}}\n\n";
    let text = frame(SUBMITTED) + failed + &frame(HELLO);
    let items: Vec<_> = open(move || stream(&text)).await.collect().await;
    assert_eq!(items.len(), 2);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(a2a_core::ErrorKind::Internal));
    assert_eq!(error.agent_error().map(a2a_core::Error::message), Some("broken"));
    assert_eq!(error.task_id().map(TaskId::as_str), Some("t1"));
}

#[tokio::test]
async fn an_event_that_answers_another_call_is_an_error() {
    let text = frame(SUBMITTED) + &frame(HELLO).replace("$ID", "99");
    let items: Vec<_> = open(move || stream(&text)).await.collect().await;
    assert_eq!(items.len(), 2);
    assert_eq!(items[1].as_ref().unwrap_err().kind(), FailureKind::InvalidAnswer);
}

#[tokio::test]
async fn an_event_or_a_line_above_the_limit_is_an_error_before_it_ends() {
    let endless = format!("data: {}", "x".repeat(5000));
    let oversized = "data: xxxxxxxxx\n".repeat(600);
    for text in [endless, oversized] {
        let peer = Peer::agent(move |_| {
            let mut reply = stream(&(frame(SUBMITTED) + &text));
            reply.push(Step::Hang);
            reply
        })
        .await;
        let client = Client::builder().max_event_bytes(4000).connect(&peer.url).await.unwrap();
        let items: Vec<_> = client.stream_text("hello").await.unwrap().collect().await;
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].as_ref().unwrap_err().kind(), FailureKind::TooLarge);
    }
}

#[tokio::test]
async fn a_plain_answer_to_a_stream_is_a_stream_of_one() {
    let done = format!("{{\"task\":{DONE}}}");
    for answered in [DIRECT.to_owned(), done] {
        let expected = event(&answered);
        let mut stream = open(move || result(&answered)).await;
        assert_eq!(read(&mut stream).await, [expected]);
    }
}

#[tokio::test]
async fn the_cursor_follows_the_ids_of_events() {
    let text = format!("id: a2a-log:7\n{}id: other\n{}{}", frame(SUBMITTED), frame(HELLO), frame(COMPLETED));
    let mut stream = open(move || stream(&text)).await;
    let mut cursors = Vec::new();
    while let Some(event) = stream.next().await {
        event.unwrap();
        cursors.push(stream.cursor().cloned());
    }
    assert_eq!(cursors, [Some(Cursor::after(7)), Cursor::parse("other"), Cursor::parse("other")]);
}

#[tokio::test]
async fn a_subscription_goes_on_behind_its_cursor() {
    let (client, mut peer) = Peer::connect(|_| events(&[SUBMITTED, COMPLETED])).await;
    let id = TaskId::new("t1").unwrap();
    let stream = client.call().resume(Cursor::after(7)).subscribe(&id).await.unwrap();
    stream.finish().await.unwrap();
    let request = peer.request().await;
    assert_eq!(request.header("last-event-id"), Some("a2a-log:7"));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.body["method"], "SubscribeToTask");
    assert_eq!(request.body["params"], serde_json::json!({"id": "t1"}));
}

#[tokio::test]
async fn a_success_that_is_neither_stream_nor_answer_shows_what_it_was() {
    let (client, _) = Peer::connect(|_| http(200, "Content-Type: text/html\r\n", "<h1>Welcome</h1>")).await;
    let error = client.stream_text("hello").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidAnswer);
    assert_eq!(error.http_status(), Some(200));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "HTTP 200, text/html: <h1>Welcome</h1>");
}

#[tokio::test]
async fn an_error_as_plain_json_on_a_stream_is_that_error() {
    let text = r#"{"jsonrpc":"2.0","id":$ID,"error":{"code":-32004,"message":"no streams here"}}"#;
    let (client, _) = Peer::connect(|_| json(200, text)).await;
    let error = client.stream_text("hello").await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(a2a_core::ErrorKind::UnsupportedOperation));
    assert_eq!(error.agent_error().map(a2a_core::Error::message), Some("no streams here"));
}
