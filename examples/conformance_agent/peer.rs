//! Calls another agent, as an instruction says.

use std::sync::atomic::{AtomicU64, Ordering};

use a2a_client::{Answer, Client, StreamEvent};
use a2a_core::{
    Message, MessageId, ProtocolBinding, Role, SendMessageRequest, Task, TaskPushNotificationConfig,
    TaskStatus,
};
use futures_util::StreamExt as _;

use crate::{
    Failure,
    instruction::{Behavior, CallAgent, PushNotification},
    itk::FINISHED,
};

/// Sends the instruction and collects what the agent says.
pub(crate) async fn call(call: &CallAgent) -> Result<Vec<String>, Failure> {
    let client = connect(&call.transport, &call.agent_card_uri).await?;
    let instruction =
        call.instruction.as_ref().ok_or("a call of an agent has an instruction, this one has none")?;
    let mut request = SendMessageRequest::new(Message::user(message_id()?, instruction.to_part()));
    match &call.behavior {
        Some(Behavior::Resubscribe(_)) => return resubscribe(&client, request).await,
        Some(Behavior::PushNotification(push)) => {
            request.configuration.task_push_notification_config = Some(webhook(push)?.into());
        }
        Some(Behavior::SendMessage(_)) | None => {}
    }
    if !call.streaming {
        return Ok(answered(&client.send(request).await?));
    }
    let (mut stream, mut texts) = (client.stream(request).await?, Vec::new());
    while let Some(event) = stream.next().await {
        texts.extend(said(&event?));
    }
    Ok(texts)
}

/// Our client speaks JSON-RPC and finds the interface for it on the card.
async fn connect(transport: &str, card: &str) -> Result<Client, Failure> {
    let binding = match &*transport.to_ascii_lowercase() {
        "jsonrpc" => ProtocolBinding::JsonRpc,
        "grpc" => ProtocolBinding::Grpc,
        "http_json" | "http+json" | "rest" => ProtocolBinding::HttpJson,
        other => return Err(format!("no transport is named {other:?}").into()),
    };
    match binding {
        ProtocolBinding::JsonRpc => Ok(Client::connect(card).await?),
        other => Err(format!("this client doesn't speak {other} yet").into()),
    }
}

fn webhook(push: &PushNotification) -> Result<TaskPushNotificationConfig, Failure> {
    let base = push.url.trim_end_matches('/');
    if base.is_empty() {
        return Err("a webhook has a URL, this one has none".into());
    }
    let scheme = if base.contains("://") { "" } else { "http://" };
    Ok(TaskPushNotificationConfig::new(format!("{scheme}{base}/notifications")).with_token("itk-token"))
}

/// Begins a stream, drops it, goes on by a subscription up to the sign of the end, and cancels the task.
async fn resubscribe(client: &Client, request: SendMessageRequest) -> Result<Vec<String>, Failure> {
    let mut stream = client.stream(request).await?;
    let first = stream.next().await.ok_or("the stream ended before it began")??;
    let id = first.task_id().ok_or("the stream began without a task")?.clone();
    drop(stream);
    let (mut stream, mut texts) = (client.subscribe(&id).await?, Vec::<String>::new());
    while !texts.iter().any(|text| text.contains(FINISHED)) {
        let event = stream.next().await.ok_or("the stream ended before the task was finished")??;
        texts.extend(said(&event));
    }
    drop(stream);
    client.cancel(&id).await?;
    let texts = texts.iter().map(|text| text.replace(FINISHED, "").trim_end().to_owned());
    Ok(texts.filter(|text| !text.is_empty()).collect())
}

fn answered(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Message(message) => text(message).into_iter().collect(),
        Answer::Task(task) => told(task),
        _ => Vec::new(),
    }
}

fn said(event: &StreamEvent) -> Vec<String> {
    match event {
        StreamEvent::Message(message) => text(message).into_iter().collect(),
        StreamEvent::Task(task) => told(task),
        StreamEvent::StatusUpdate(update) => status(&update.status).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What the agent has said in a task: before, and now.
fn told(task: &Task) -> Vec<String> {
    let before = task.history.iter().filter(|message| message.role == Role::Agent).filter_map(text);
    before.chain(status(&task.status)).collect()
}

fn status(status: &TaskStatus) -> Option<String> {
    status.message.as_deref().and_then(text)
}

fn text(message: &Message) -> Option<String> {
    Some(message.text()).filter(|text| !text.is_empty())
}

fn message_id() -> Result<MessageId, Failure> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Ok(MessageId::new(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))?)
}
