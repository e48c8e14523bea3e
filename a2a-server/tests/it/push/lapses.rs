//! Webhooks that are further behind than the log reaches back.

use a2a_server::{
    AgentExecutor, Responder, executor_fn,
    log::{MemoryLog, Retention},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    pushing, quick,
    webhook::{Answer, Called, Hook},
};
use crate::{
    agents::{Gate, signal},
    support::{serve, short, soon},
};

/// Opens a task; says much once the gate opens, and tells that it is in the log; completes when it opens again.
fn talks(gate: &Gate, said: UnboundedSender<()>) -> impl AgentExecutor {
    let gate = gate.clone();
    executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.flush().await?;
        gate.pass().await;
        let mut artifact = task.artifact("numbers");
        for n in 0..100 {
            artifact.append(format!("{n:0>200}")).await?;
        }
        task.working("so far").await?;
        task.flush().await?;
        let _ = said.send(());
        gate.pass().await;
        Ok(task.complete().await?)
    })
}

/// What a webhook is told that takes its first call when nothing else of the task is kept any more, and the task as it
/// can be read by then. Sent and read by the methods of one version.
async fn told(send: &str, params: impl FnOnce(&str) -> Value, read: &str) -> (Vec<Called>, Value) {
    let (gate, held, (tell, mut said)) = (Gate::new(), Gate::new(), signal());
    let keep = Retention::new().checkpoint_bytes(1_000).tail_bytes(2_000).pinned_task_bytes(0);
    let builder = pushing(talks(&gate, tell), quick(), short()).store(MemoryLog::with(keep));
    let host = serve(builder).await;
    let mut hook = Hook::answering([Answer::Behind(held.clone())]).await;
    let begun = host.call(send, params(&hook.url)).await;
    let begun = begun.get("task").unwrap_or(&begun).clone();
    let mut called = vec![hook.next().await];
    gate.open();
    soon(said.recv()).await.unwrap();
    let task = host.call(read, json!({ "id": begun["id"] })).await;
    held.open();
    called.push(hook.next().await);
    gate.open();
    called.extend(hook.rest().await);
    soon(host.handle.drain()).await;
    assert!(!hook.was_called());
    (called, task)
}

fn briefs(called: &[Called]) -> Vec<String> {
    called.iter().map(Called::brief).collect()
}

#[tokio::test]
async fn a_webhook_that_fell_behind_is_told_the_task_and_then_exactly_the_rest() {
    let params = |url: &str| {
        let configuration =
            json!({ "returnImmediately": true, "taskPushNotificationConfig": { "url": url } });
        json!({ "message": crate::support::says("go"), "configuration": configuration })
    };
    let (called, task) = told("SendMessage", params, "GetTask").await;
    assert_eq!(briefs(&called), ["task SUBMITTED", "task WORKING", "COMPLETED"]);
    assert_eq!(called[1].body, json!({ "task": task }));
    let names = ["content-type", "a2a-version"];
    assert_eq!(names.map(|name| called[1].header(name)), [Some("application/a2a+json"), Some("1.0")]);
}

#[tokio::test]
async fn a_webhook_of_v0_3_that_fell_behind_is_told_the_task_and_then_its_end() {
    let params = |url: &str| {
        let configuration = json!({ "blocking": false, "pushNotificationConfig": { "url": url } });
        json!({ "message": crate::v0_3_jsonrpc::old("go"), "configuration": configuration })
    };
    let (called, task) = told("message/send", params, "tasks/get").await;
    assert_eq!(briefs(&called), ["task submitted", "task working", "task completed"]);
    assert_eq!(called[1].body, task);
    assert_eq!(task["artifacts"][0]["parts"].as_array().unwrap().len(), 100);
    let names = ["content-type", "a2a-version"];
    assert_eq!(names.map(|name| called[1].header(name)), [Some("application/json"), None]);
}
