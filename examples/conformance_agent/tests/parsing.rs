//! What our client makes of the answers that a suite has written.

use a2a_core::{Part, PartContent};
use serde_json::{Value, json};

use super::driver::{client, message, start, summary};

async fn parsed(operation: &str, payload: Value) -> Value {
    let asked = json!({ "operation": operation, "wire_payload": payload });
    let parts = vec![Part::text("tck-client-parse"), Part::data(asked)];
    let answer = client(start(&[]).await).await.send(message("m", parts)).await.unwrap();
    let task = answer.task().unwrap();
    match task.artifacts.first().map(|artifact| &artifact.parts[0].content) {
        Some(PartContent::Data(data)) => data.clone(),
        _ => summary(task).into(),
    }
}

#[tokio::test]
async fn an_answer_comes_back_as_the_client_understood_it() {
    let said = json!({ "messageId": "m1", "role": "ROLE_AGENT", "parts": [{ "text": "hi" }] });
    let task = json!({
        "id": "t1",
        "contextId": "c1",
        "status": { "state": "TASK_STATE_INPUT_REQUIRED", "timestamp": "2025-05-25T20:10:00Z", "message": said },
        "artifacts": [{ "artifactId": "a1", "parts": [{ "data": { "key": null } }] }],
        "history": [said],
    });
    for (operation, result) in [
        ("send_message", json!({ "task": task })),
        ("send_message", json!({ "message": said })),
        ("get_task", task.clone()),
        ("cancel_task", task.clone()),
    ] {
        let payload = json!({ "jsonrpc": "2.0", "id": "req-1", "result": result });
        let mut understood = parsed(operation, payload).await;
        if let Some(status) = understood.pointer_mut("/task/status").or(None) {
            status["timestamp"] = "2025-05-25T20:10:00Z".into();
        } else if let Some(status) = understood.get_mut("status") {
            status["timestamp"] = "2025-05-25T20:10:00Z".into();
        }
        assert_eq!(understood, result, "{operation}");
    }
}

#[tokio::test]
async fn an_error_comes_back_with_its_code() {
    let error = json!({ "code": -32001, "message": "Task not found", "data": { "taskId": "t1" } });
    let payload = json!({ "jsonrpc": "2.0", "id": "req-1", "error": error });
    assert_eq!(
        parsed("get_task", payload).await,
        json!({ "error": { "code": -32001, "message": "Task not found" } })
    );
}

#[tokio::test]
async fn an_operation_that_nobody_knows_fails() {
    let said = "FAILED \"fly\" isn't an operation that this can show";
    assert_eq!(parsed("fly", json!({})).await, json!(said));
}
