//! Webhooks, over real sockets.

mod deliveries;
mod failures;
mod lapses;
mod registered_again;
mod registration;
#[cfg(feature = "sqlite")]
mod restarts;
mod secrets;
mod v0_3;
mod webhook;

use a2a_server::{AgentExecutor, Limits, Server, ServerBuilder, Webhooks};
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{Host, card, says, serve, short};

/// Webhooks by which a test needn't wait.
fn quick() -> Webhooks {
    Webhooks::unguarded().retry(Duration::ZERO, Duration::ZERO)
}

/// An agent whose webhooks are told.
fn pushing(agent: impl AgentExecutor, webhooks: Webhooks, limits: Limits) -> ServerBuilder {
    Server::builder(card(), agent).allow_anonymous().limits(limits).webhooks(webhooks)
}

async fn host(agent: impl AgentExecutor) -> Host {
    serve(pushing(agent, quick(), short())).await
}

/// A send that brings its webhook and doesn't wait.
async fn start_with(host: &Host, text: &str, config: &Value) -> Value {
    start(host, says(text), config).await
}

async fn start(host: &Host, message: Value, config: &Value) -> Value {
    let configuration = json!({ "returnImmediately": true, "taskPushNotificationConfig": config });
    let params = json!({ "message": message, "configuration": configuration });
    host.call("SendMessage", params).await["task"].clone()
}

/// Registers a webhook for a task.
async fn register(host: &Host, task: &str, id: &str, url: &str) -> Value {
    let config = json!({ "taskId": task, "id": id, "url": url });
    host.call("CreateTaskPushNotificationConfig", config).await
}
