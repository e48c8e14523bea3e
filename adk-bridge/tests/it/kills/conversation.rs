//! What the client does, whatever dies meanwhile.

use std::time::Duration;

use adk_bridge::{
    Pending,
    a2a_client::{Client, ClientBuilder, Retry, TaskStream},
    a2a_core::{Message, StreamEvent, Task, TaskState},
    adk::{Content, Event},
    convert::part,
};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;

/// Tries again for as long as it takes.
pub(super) fn patient(settings: ClientBuilder) -> ClientBuilder {
    let retry = Retry::new().repeats(100).resumes(100).delay(Duration::from_millis(5));
    settings.retry(retry.max_delay(Duration::from_millis(50)))
}

pub(super) async fn connect(url: &str) -> Client {
    let client = patient(Client::builder());
    loop {
        // The server may die before it has shown its card.
        if let Ok(client) = client.clone().connect(url).await {
            return client;
        }
    }
}

/// What a client was told of a task.
pub(super) struct Told {
    pub(super) task: Task,
    /// What came by each of its streams, behind the task that a stream begins with.
    pub(super) streams: Vec<Vec<StreamEvent>>,
}

/// Pays, and stops what would never end.
pub(super) async fn talk(url: &str) -> (Told, Told) {
    let client = connect(url).await;
    (pay(&client).await, stop(&client).await)
}

/// Asks for a payment and approves it.
async fn pay(client: &Client) -> Told {
    let context = "paying".parse().unwrap();
    let (asked, asking) = read(client.call().context(&context).stream_text("pay bob").await.unwrap()).await;
    assert_eq!(asked.status.state, TaskState::InputRequired, "{asked:?}");
    let call = client.call().task(&asked.id);
    let (task, answering) = read(call.stream(approval(&asked)).await.unwrap()).await;
    assert_eq!(task.id, asked.id);
    Told { task, streams: vec![asking, answering] }
}

/// Begins something endless and stops it, as often as it takes to hear that it has ended.
async fn stop(client: &Client) -> Told {
    let context = "waiting".parse().unwrap();
    let mut stream = client.call().context(&context).stream_text("wait").await.unwrap();
    let mut heard = Vec::new();
    while stream.task().is_none_or(|task| task.artifacts.is_empty()) {
        heard.push(stream.next().await.expect("the agent waits").unwrap());
    }
    let id = stream.task().unwrap().id.clone();
    let ((task, rest), ()) = tokio::join!(read(stream), async {
        while client.cancel(&id).await.is_err() {
            let task = client.get_task(&id).await;
            if task.is_ok_and(|task| task.status.state.is_terminal()) {
                break;
            }
        }
    });
    heard.extend(rest);
    Told { task, streams: vec![heard] }
}

async fn read(mut stream: TaskStream) -> (Task, Vec<StreamEvent>) {
    let mut heard = Vec::new();
    while let Some(event) = stream.next().await {
        heard.push(event.unwrap());
    }
    (stream.into_task().unwrap(), heard)
}

/// The answer that approves what the task waits for.
fn approval(task: &Task) -> Message {
    let question = task.status.message.as_ref().unwrap();
    let mut asked = question.parts.iter().map(part::from_a2a);
    let call = asked.find_map(|part| part.as_function_call().cloned()).unwrap();
    let mut event = Event::new("clerk");
    event.long_running_tool_ids.push(call.id.clone());
    let event = event.with_content(Content::model([call.into()]));
    let approved = Pending::collect(&[event])[0].approve();
    Message::user(format!("answer-{}", task.id).parse().unwrap(), vec![part::to_a2a(&approved, &[])])
}
