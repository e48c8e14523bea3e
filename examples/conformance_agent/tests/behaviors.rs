//! Each name does what its row says.

use a2a_core::{Message, Part, StreamEvent};
use futures_util::StreamExt as _;
use serde_json::json;

use super::driver::{client, lines, message, start, summary};

const FILE: &str = "artifact output last: b\"tck\" (output.txt) (text/plain)";

/// What a stream says behind SUBMITTED, by the name that a message's id or its text begins with.
const BOTH: [(&str, &[&str]); 18] = [
    ("tck-complete-task", &["COMPLETED Hello from TCK"]),
    ("tck-artifact-text", &["artifact output last: Generated text content", "COMPLETED"]),
    ("tck-artifact-file", &[FILE, "COMPLETED"]),
    (
        "tck-artifact-file-url",
        &["artifact output last: https://example.com/output.txt (output.txt) (text/plain)", "COMPLETED"],
    ),
    ("tck-artifact-data", &[r#"artifact output last: {"count":42,"key":"value"}"#, "COMPLETED"]),
    ("tck-message-response", &["message Direct message response"]),
    ("tck-input-required", &["INPUT_REQUIRED More input, please"]),
    ("tck-reject-task", &["REJECTED Rejected, as asked"]),
    ("tck-stream-001", &["WORKING", "artifact output last: Stream hello from TCK", "COMPLETED"]),
    ("tck-stream-002", &["COMPLETED"]),
    ("tck-stream-003", &["WORKING", "artifact output last: Stream task lifecycle", "COMPLETED"]),
    ("tck-stream-ordering-001", &["WORKING", "artifact output last: Ordered output", "COMPLETED"]),
    ("tck-stream-artifact-text", &["WORKING", "artifact output last: Generated text content", "COMPLETED"]),
    ("tck-stream-artifact-file", &["WORKING", FILE, "COMPLETED"]),
    (
        "tck-stream-artifact-chunked",
        &["WORKING", "artifact chunks: chunk-1 ", "artifact … append last: chunk-2", "COMPLETED"],
    ),
    ("test-resubscribe-message-id", &["WORKING Working", "COMPLETED Done"]),
    (
        "bench-3",
        &[
            "artifact tokens: token-0 lorem ipsum",
            "artifact … append: token-1 lorem ipsum",
            "artifact … append last: token-2 lorem ipsum",
            "COMPLETED",
        ],
    ),
    ("bench-0", &["COMPLETED"]),
];

/// … by its text alone.
const TEXTS: [(&str, &[&str]); 7] = [
    ("tck-stream-basic", &["WORKING", "artifact output last: Generated text content", "COMPLETED"]),
    (
        "tck-stream-chunked",
        &["WORKING", "artifact chunks: chunk-1 ", "artifact … append last: chunk-2", "COMPLETED"],
    ),
    ("tck-long-running", &["WORKING Working", "COMPLETED Done"]),
    ("tck-multi-turn", &["INPUT_REQUIRED Go on, or say done"]),
    ("tck-task-failure", &["FAILED Failed, as asked"]),
    ("1", &["artifact tokens last: token-0 lorem ipsum", "COMPLETED"]),
    ("hello", &["artifact echo last: hello, please", "COMPLETED"]),
];

async fn streamed(client: &a2a_client::Client, message: Message) -> Vec<String> {
    let mut lines = lines(client.stream(message).await.unwrap()).await;
    if lines.first().is_some_and(|line| line == "task SUBMITTED") {
        lines.remove(0);
    }
    lines
}

#[tokio::test]
async fn a_name_chooses_what_is_done_in_the_id_before_the_text() {
    let client = client(start(&[]).await).await;
    for (name, expected) in BOTH {
        let by_id = streamed(&client, message(&format!("{name}-7f"), "tck-task-failure")).await;
        assert_eq!(by_id, expected, "{name} in the id");
        let by_text = streamed(&client, message("m", format!("{name}, please"))).await;
        assert_eq!(by_text, expected, "{name} in the text");
    }
    for (name, expected) in TEXTS {
        let separator = if name == "1" { " " } else { ", " };
        let by_text = streamed(&client, message("m", format!("{name}{separator}please"))).await;
        assert_eq!(by_text, expected, "{name} in the text");
    }
}

#[tokio::test]
async fn names_of_texts_mean_nothing_in_an_id() {
    let client = client(start(&[]).await).await;
    let echoed = ["artifact echo last: hi", "COMPLETED"];
    for id in ["tck-send-003", "tck-multi-turn", "tck-cancel-001", "tck-task-failure", "bench-", "2 m"] {
        assert_eq!(streamed(&client, message(id, "hi")).await, echoed, "{id}");
    }
}

#[tokio::test]
async fn anything_else_comes_back_as_it_came() {
    let client = client(start(&[]).await).await;
    let parts = vec![
        Part::text("a text"),
        Part::raw("bytes").with_filename("a.bin").with_media_type("application/octet-stream"),
        Part::url("https://example.com/a"),
        Part::data(json!({ "big": 9_007_199_254_740_992_i64, "less": -3, "none": null, "list": [[1], []] })),
    ];
    let answer = client.send(message("m", parts.clone())).await.unwrap();
    let task = answer.task().unwrap();
    assert_eq!(task.artifacts[0].parts, parts);
    assert_eq!(task.artifacts[0].name.as_deref(), Some("echo"));
}

#[tokio::test]
async fn a_pause_is_answered_by_what_the_next_message_asks_for() {
    let client = client(start(&[]).await).await;
    for turns in [
        &[
            ("tck-input-required-1", "a", "INPUT_REQUIRED More input, please"),
            ("tck-input-required-2", "b", "INPUT_REQUIRED More input, please"),
            ("m", "c", "COMPLETED [c]"),
        ][..],
        &[
            ("m1", "tck-multi-turn begin", "INPUT_REQUIRED Go on, or say done"),
            ("m2", "something", "INPUT_REQUIRED Go on, or say done"),
            ("m3", "done", "COMPLETED Done"),
        ],
        &[
            ("m1", "tck-auth-required", "AUTH_REQUIRED A credential is needed"),
            ("m2", "here", "COMPLETED [here]"),
        ],
    ] {
        let mut call = client.call();
        for (id, text, expected) in turns {
            let answer = call.send(message(id, *text)).await.unwrap();
            let task = answer.task().unwrap();
            assert_eq!(summary(task), *expected);
            call = client.call().task(&task.id);
        }
    }
}

#[tokio::test]
async fn a_task_that_waits_for_its_cancel_is_canceled() {
    let client = client(start(&[]).await).await;
    let mut stream = client.stream(message("m", "tck-cancel")).await.unwrap();
    let id = stream.next().await.unwrap().unwrap().task_id().unwrap().clone();
    let StreamEvent::StatusUpdate(working) = stream.next().await.unwrap().unwrap() else { panic!() };
    assert_eq!(working.status.state.to_string(), "TASK_STATE_WORKING");
    assert_eq!(summary(&client.cancel(&id).await.unwrap()), "CANCELED Canceled, as asked");
    assert_eq!(lines(stream).await, ["CANCELED Canceled, as asked"]);
}
