//! What peers are known to do wrong, or differently: the right answer, or a clear error.

use a2a_client::{Answer, Client, FailureKind, Phase, Retry, StreamEvent};
use a2a_core::{ErrorKind, ListTasksRequest, Part, PartContent, Role, Task, TaskId, TaskState};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::peer::{
    COMPLETED, DIRECT, DONE, HELLO, Peer, Reply, SUBMITTED, card, events, http, json, result, stream,
};

fn id() -> TaskId {
    TaskId::new("t1").unwrap()
}

/// The task that `GetTask` gives for this result.
async fn task(said: &str) -> Result<Task, FailureKind> {
    let said = said.to_owned();
    let (client, _peer) = Peer::connect(move |_| result(&said)).await;
    client.get_task(&id()).await.map_err(|error| error.kind())
}

/// The one part of the artifact in a task with it.
async fn part(part: &str) -> Result<Part, FailureKind> {
    let said = format!(r#"{{"id":"t1","artifacts":[{{"artifactId":"a1","parts":[{part}]}}]}}"#);
    let mut task = task(&said).await?;
    Ok(task.artifacts.remove(0).parts.remove(0))
}

async fn heard(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Vec<Result<StreamEvent, FailureKind>> {
    let (client, _peer) = Peer::connect(move |_| reply()).await;
    let stream = client.call().retry(Retry::off()).stream_text("hello").await.unwrap();
    stream.map(|item| item.map_err(|error| error.kind())).collect().await
}

fn parsed(texts: &[&str]) -> Vec<Result<StreamEvent, FailureKind>> {
    texts.iter().map(|text| Ok(serde_json::from_str(text).unwrap())).collect()
}

#[tokio::test]
async fn integers_stay_integers_above_2_to_the_53_too() {
    for number in ["9007199254740993", "18446744073709551615", "-9223372036854775808", "5", "5.0", "1e3"] {
        let data: Value = serde_json::from_str(&format!(r#"{{"n":{number}}}"#)).unwrap();
        let read = part(&format!(r#"{{"data":{data},"metadata":{data}}}"#)).await.unwrap();
        assert_eq!(read.content, PartContent::Data(data.clone()));
        assert_eq!(serde_json::to_string(&read.metadata).unwrap(), data.to_string());
    }
}

#[tokio::test]
async fn data_is_any_json_value_and_keeps_its_nulls() {
    for data in [json!(null), json!([null]), json!({"a": null}), json!("text"), json!(true), json!(1)] {
        let read = part(&format!(r#"{{"data":{data}}}"#)).await.unwrap();
        assert_eq!(read.content, PartContent::Data(data));
    }
}

#[tokio::test]
async fn a_part_has_one_content_and_nulls_beside_it_are_none() {
    for said in [r#"{"text":"x"}"#, r#"{"text":"x","raw":null,"url":null,"filename":null,"metadata":null}"#] {
        assert_eq!(part(said).await, Ok(Part::text("x")));
    }
    assert_eq!(part(r#"{"text":"x","url":"http://y"}"#).await, Err(FailureKind::InvalidAnswer));
    let unknown = part(r#"{"hologram":{"depth":3}}"#).await.unwrap();
    assert_eq!(serde_json::to_value(unknown).unwrap(), json!({"hologram": {"depth": 3}}));
}

#[tokio::test]
async fn unknown_fields_are_ignored_and_unknown_values_kept() {
    let read = task(r#"{"id":"t1","kind":"task","status":{"state":"TASK_STATE_LATER","mood":1},"history":[{"messageId":"m1","role":"ROLE_JUDGE","parts":[{"text":"x","more":[1]}]}],"final":true}"#).await.unwrap();
    assert!(!read.status.state.is_terminal());
    assert_eq!(serde_json::to_value(&read.status.state).unwrap(), "TASK_STATE_LATER");
    assert_eq!(serde_json::to_value(&read.history[0].role).unwrap(), "ROLE_JUDGE");
    assert_eq!(read.history[0].text(), "x");
}

#[tokio::test]
async fn enums_may_come_as_numbers() {
    let read = task(r#"{"id":"t1","status":{"state":3,"message":{"messageId":"m1","role":2,"parts":[]}}}"#)
        .await
        .unwrap();
    assert_eq!(read.status.state, TaskState::Completed);
    assert_eq!(read.status.message.map(|message| message.role), Some(Role::Agent));
}

#[tokio::test]
async fn null_is_absent_and_absent_is_empty() {
    let empty =
        task(r#"{"id":"t1","contextId":null,"status":null,"artifacts":null,"history":null,"metadata":null}"#)
            .await;
    assert_eq!(empty, task(r#"{"id":"t1"}"#).await);
    assert!(empty.is_ok());
    let (client, _peer) = Peer::connect(|_| result(r#"{"tasks":null}"#)).await;
    let tasks = client.list_tasks(ListTasksRequest::default()).await.unwrap();
    assert_eq!((tasks.tasks, tasks.next_page_token), (vec![], String::new()));
    let said = format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{DONE},"error":null}}"#);
    let (client, _peer) = Peer::connect(move |_| json(200, &said)).await;
    assert_eq!(client.get_task(&id()).await.unwrap().text(), "hello world");
}

#[tokio::test]
async fn times_come_with_any_offset_or_not_at_all() {
    for (said, read) in [
        (r#""2026-01-31T10:30:00.123456+01:00""#, Some("2026-01-31T09:30:00.123Z")),
        (r#""2026-01-31T09:30:00Z""#, Some("2026-01-31T09:30:00.000Z")),
        ("null", None),
    ] {
        let said = format!(r#"{{"id":"t1","status":{{"state":"TASK_STATE_WORKING","timestamp":{said}}}}}"#);
        let time = task(&said).await.unwrap().status.timestamp;
        assert_eq!(time.map(|time| time.to_string()).as_deref(), read);
    }
}

#[tokio::test]
async fn text_is_the_same_however_it_was_escaped() {
    for said in ["\u{2602}<b>", r"\u2602\u003cb\u003e"] {
        assert_eq!(part(&format!(r#"{{"text":"{said}"}}"#)).await, Ok(Part::text("\u{2602}<b>")));
    }
    assert_eq!(part(r#"{"text":"\ud83d"}"#).await, Err(FailureKind::InvalidAnswer));
}

#[tokio::test]
async fn an_id_that_is_not_the_one_of_the_call_is_no_answer() {
    for answered in [r#""$ID""#, "1.5", "9007199254740993", "null", "[]"] {
        let said = format!(r#"{{"jsonrpc":"2.0","id":{answered},"result":{DONE}}}"#);
        let (client, _peer) = Peer::connect(move |_| json(200, &said)).await;
        let error = client.get_task(&id()).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (FailureKind::InvalidAnswer, false));
    }
}

#[tokio::test]
async fn an_error_is_told_by_its_reason_then_its_code_then_the_status() {
    let info = r#"[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"TASK_NOT_CANCELABLE","domain":"a2a-protocol.org"}]"#;
    let rpc = |code: i64, data: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":$ID,"error":{{"code":{code},"message":"no","data":{data}}}}}"#)
    };
    let problem = r#"{"type":"https://a2a-protocol.org/errors/x","title":"No","status":403}"#.to_owned();
    for (status, said, kind) in [
        (200, rpc(-32603, info), ErrorKind::TaskNotCancelable),
        (200, rpc(-32009, "null"), ErrorKind::VersionNotSupported),
        (200, rpc(-39999, "[]"), ErrorKind::Other(-39999)),
        (404, rpc(-32001, "{}"), ErrorKind::TaskNotFound),
        (400, rpc(-32004, "\"?\""), ErrorKind::UnsupportedOperation),
        (415, "<html>".to_owned(), ErrorKind::ContentTypeNotSupported),
        (403, problem, ErrorKind::PermissionDenied),
        (500, String::new(), ErrorKind::Internal),
    ] {
        let (client, _peer) = Peer::connect(move |_| json(status, &said)).await;
        let error = client.get_task(&id()).await.unwrap_err();
        assert_eq!((error.kind(), error.task_id()), (FailureKind::Agent(kind), Some(&id())));
        assert_eq!(error.http_status(), Some(status).filter(|status| *status != 200));
    }
}

#[tokio::test]
async fn an_error_status_on_a_stream_is_an_error_before_the_stream() {
    for (status, kind) in [(500, ErrorKind::Internal), (404, ErrorKind::MethodNotFound)] {
        let (client, _peer) =
            Peer::connect(move |_| http(status, "Content-Type: text/event-stream\r\n", "")).await;
        let error = client.stream_text("hello").await.unwrap_err();
        assert_eq!((error.kind(), error.phase()), (FailureKind::Agent(kind), Phase::Head));
        assert_eq!(error.http_status(), Some(status));
    }
}

#[tokio::test]
async fn an_error_as_the_first_event_is_that_error() {
    let said = "event: error\ndata: {\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":{\"code\":-32602,\"message\":\"no\"}}\n\n";
    assert_eq!(heard(move || stream(said)).await, [Err(FailureKind::Agent(ErrorKind::InvalidParams))]);
}

#[tokio::test]
async fn media_types_may_have_parameters_and_another_name() {
    for name in ["application/a2a+json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        let head = format!("Content-Type: {name}\r\n");
        let said = format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{DONE}}}"#);
        let (client, _peer) = Peer::connect(move |_| http(200, &head, &said)).await;
        assert_eq!(client.get_task(&id()).await.unwrap().text(), "hello world");
    }
    let frames = [SUBMITTED, HELLO, COMPLETED].map(crate::peer::frame).concat();
    for name in ["text/event-stream; charset=utf-8", "Text/Event-Stream"] {
        let (head, frames) = (format!("Content-Type: {name}\r\n"), frames.clone());
        assert_eq!(heard(move || http(200, &head, &frames)).await, parsed(&[SUBMITTED, HELLO, COMPLETED]));
    }
}

#[tokio::test]
async fn a_stream_is_framed_as_the_standard_says() {
    let frame = |text: &str| format!("data:{{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{text}}}");
    let [first, second, third] = [SUBMITTED, HELLO, COMPLETED].map(frame);
    for body in [
        // A byte order mark, a wish for the time to reconnect, and line ends of each kind.
        format!("\u{feff}retry: 10\n\n{first}\r\r{second}\n\n{third}\r\n\r\n"),
        format!(":\n:\n\n{first}\n\nevent: ping\n\nid\nnonsense\n{second}\n\ndata\n\n{third}\n\n"),
        format!("{first}\n\ndata:\n\n: {{\"not\": \"data\"}}\n\n{second}\n\n{third}"),
    ] {
        assert_eq!(heard(move || stream(&body)).await, parsed(&[SUBMITTED, HELLO, COMPLETED]));
    }
}

#[tokio::test]
async fn messages_within_the_stream_of_a_task_are_handed_out_in_their_order() {
    let about = DIRECT.replace("\"messageId\"", "\"taskId\":\"t1\",\"messageId\"");
    let expected = parsed(&[SUBMITTED, &about, DIRECT, HELLO, COMPLETED]);
    let (client, _peer) =
        Peer::connect(move |_| events(&[SUBMITTED, &about, DIRECT, HELLO, COMPLETED])).await;
    let mut stream = client.stream_text("hello").await.unwrap();
    let heard: Vec<_> = (&mut stream).map(|item| item.map_err(|error| error.kind())).collect().await;
    assert_eq!(heard, expected);
    assert_eq!(stream.task().map(Task::text), Some("hello ".to_owned()));
}

#[tokio::test]
async fn an_answer_without_a_task_has_none() {
    let (client, _peer) = Peer::connect(|_| result(DIRECT)).await;
    let answer = client.send_text("hello").await.unwrap();
    assert!(matches!(&answer, Answer::Message(message) if message.text() == "hi"));
    assert_eq!(answer.task(), None);
    for said in
        ["{}", r#"{"task":null}"#, r#"{"task":{"id":"t1"},"message":{"messageId":"m1"}}"#, r#"{"odd":1}"#]
    {
        let (client, _peer) = Peer::connect(move |_| result(said)).await;
        assert_eq!(client.send_text("hello").await.unwrap_err().kind(), FailureKind::InvalidAnswer, "{said}");
    }
}

#[tokio::test]
async fn the_card_is_fetched_once_however_many_calls_follow() {
    let (client, mut peer) = Peer::connect(|_| result(DONE)).await;
    for _ in 0..3 {
        client.clone().get_task(&id()).await.unwrap();
        assert!(peer.request().await.line.starts_with("POST "));
    }
}

#[tokio::test]
async fn one_odd_thing_on_a_card_does_not_spoil_it() {
    let odd = |card: &str| {
        let mut card: Value = serde_json::from_str(card).unwrap();
        let more = json!({
            "securitySchemes": {
                "wrapped": {"httpAuthSecurityScheme": {"scheme": "bearer"}},
                "old": {"type": "http", "scheme": "bearer"},
                "flat": {"scheme": "bearer"},
                "unknown": {"quantumSecurityScheme": {"bits": 7}},
                "none": {},
            },
            "skills": null, "defaultInputModes": null, "capabilities": {"streaming": true, "extensions": null},
            "provider": null, "signatures": null, "preferredTransport": "HTTP+JSON", "url": "http://elsewhere",
        });
        card.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        card.to_string()
    };
    let peer = Peer::start(move |request| {
        if request.line.starts_with("GET ") { json(200, &odd(&card(request))) } else { result(DONE) }
    })
    .await;
    let client = Client::connect(&peer.url).await.unwrap();
    assert_eq!(client.card().map(|card| card.security_schemes.len()), Some(5));
    assert_eq!(client.get_task(&id()).await.unwrap().text(), "hello world");
}

#[tokio::test]
async fn a_text_that_nests_without_end_is_no_answer_and_no_harm() {
    for said in [
        "[".repeat(100_000),
        format!("{{\"id\":\"t1\",\"metadata\":{}1{}}}", "{\"a\":".repeat(5000), "}".repeat(5000)),
    ] {
        assert_eq!(task(&said).await, Err(FailureKind::InvalidAnswer));
    }
}
