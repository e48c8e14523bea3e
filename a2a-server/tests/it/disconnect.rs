//! Clients that leave.

use a2a_server::{RequestContext, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, signal},
    support::{Host, Wire, envelope, host, request, said, says, soon},
};

/// Tells its task and waits for the gate before and behind opening it.
async fn watched(gate: &Gate) -> (Host, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (tell, told) = signal();
    let gate = gate.clone();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send(cx.task_id.to_string());
        if cx.message.text() == "undecided" {
            gate.pass().await;
            return Ok(out.message("found").await?);
        }
        let task = out.task().await?;
        task.working("at it").await?;
        gate.pass().await;
        Ok(task.complete_with("found").await?)
    });
    (host(agent).await, told)
}

async fn send(host: &Host, method: &str, text: &str) -> Wire {
    let body = envelope(method, &json!({ "message": says(text) }));
    Wire::send(host.addr, &request("POST", "/", &[], &body)).await
}

/// Follows the task to its end.
async fn ended(host: &Host, task: &str) -> Value {
    let mut stream = host.resume(task, "a2a-log:0").await;
    soon(stream.rest()).await;
    host.get(task).await
}

#[tokio::test]
async fn a_client_that_leaves_its_blocking_send_finds_the_task_done_later() {
    let gate = Gate::new();
    let (host, mut told) = watched(&gate).await;
    let wire = send(&host, "SendMessage", "go").await;
    let task = soon(told.recv()).await.unwrap();
    drop(wire);
    gate.open();
    assert_eq!(said(&ended(&host, &task).await), "found");
}

#[tokio::test]
async fn a_run_that_has_not_chosen_when_its_client_leaves_has_a_task() {
    let gate = Gate::new();
    let (host, mut told) = watched(&gate).await;
    for method in ["SendMessage", "SendStreamingMessage"] {
        let wire = send(&host, method, "undecided").await;
        let task = soon(told.recv()).await.unwrap();
        drop(wire);
        assert_eq!(host.get(&task).await["status"]["state"], "TASK_STATE_SUBMITTED");
        gate.open();
        assert_eq!(said(&ended(&host, &task).await), "found");
    }
}

#[tokio::test]
async fn a_client_that_leaves_its_stream_leaves_the_agent_at_work() {
    let gate = Gate::new();
    let (host, mut told) = watched(&gate).await;
    let mut stream = host.stream(says("go")).await;
    stream.next().await;
    let task = soon(told.recv()).await.unwrap();
    drop(stream);
    gate.open();
    assert_eq!(said(&ended(&host, &task).await), "found");
}

#[tokio::test]
async fn a_request_that_never_ends_bothers_nobody() {
    let gate = Gate::new();
    let (host, mut told) = watched(&gate).await;
    let half = b"POST / HTTP/1.1\r\nhost: t\r\ncontent-length: 100\r\n\r\n{\"jsonrpc\"";
    let wire = Wire::send(host.addr, half).await;
    let cut = Wire::send(host.addr, half).await;
    drop(cut);
    gate.open();
    assert_eq!(said(&host.send(says("go")).await), "found");
    soon(told.recv()).await.unwrap();
    drop(wire);
}

#[tokio::test]
async fn looking_at_an_undecided_run_opens_its_task() {
    let gate = Gate::new();
    let (host, mut told) = watched(&gate).await;
    let wire = send(&host, "SendMessage", "undecided").await;
    let task = soon(told.recv()).await.unwrap();
    assert_eq!(host.get(&task).await["status"]["state"], "TASK_STATE_SUBMITTED");
    gate.open();
    let answer = wire.answer("POST").await.json();
    assert_eq!(said(&answer["result"]["task"]), "found");
}
