//! The agent: does what it is asked for by name.

use std::time::Duration;

use a2a_core::{Message, Part};
use a2a_server::{
    AgentExecutor, Cancellation, ExecutorError, RequestContext, Responder, StatusSpec, Stopped, TaskHandle,
    Updates,
};
use serde_json::json;

use crate::{
    behavior::{Behavior, TEXT},
    client_parse,
    instruction::Instruction,
    itk,
    options::Options,
};

/// How long a task works that is said to be long.
const LONG: Duration = Duration::from_secs(1);

/// What the suites talk to.
#[derive(Debug)]
pub(crate) struct Conformance {
    /// How long a task takes that must outlast what a suite waits for an event.
    patience: Duration,
}

impl Conformance {
    pub(crate) fn new(options: &Options) -> Self {
        Self { patience: options.streaming_timeout * 2 }
    }
}

impl AgentExecutor for Conformance {
    async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        let behavior = Behavior::of(&cx.message, cx.task.as_deref());
        if behavior == Some(Behavior::Message) {
            return Ok(out.message("Direct message response").await?);
        }
        let task = out.task().await?;
        match behavior {
            Some(behavior) => Ok(self.act(behavior, &cx, task).await?),
            None => match Instruction::find(&cx.message) {
                Some(Ok(instruction)) => Ok(itk::follow(&instruction, task, &cx.cancel).await?),
                Some(Err(error)) => Ok(task.fail(format!("The instruction can't be read: {error}")).await?),
                None => Ok(echo(task, cx.message).await?),
            },
        }
    }
}

impl Conformance {
    async fn act(&self, behavior: Behavior, cx: &RequestContext, task: TaskHandle) -> Result<(), Stopped> {
        match behavior {
            Behavior::Complete | Behavior::Message => task.complete_with("Hello from TCK").await,
            Behavior::ArtifactText => artifact(task, Part::text(TEXT)).await,
            Behavior::ArtifactFile => artifact(task, file(Part::raw("tck"))).await,
            Behavior::ArtifactFileUrl => {
                artifact(task, file(Part::url("https://example.com/output.txt"))).await
            }
            Behavior::ArtifactData => {
                artifact(task, Part::data(json!({ "key": "value", "count": 42 }))).await
            }
            Behavior::InputRequired => task.input_required("More input, please").await,
            Behavior::Reject => task.reject("Rejected, as asked").await,
            Behavior::Stream(text) => {
                task.working(StatusSpec::none()).await?;
                artifact(task, Part::text(text)).await
            }
            Behavior::StreamFile => {
                task.working(StatusSpec::none()).await?;
                artifact(task, file(Part::raw("tck"))).await
            }
            Behavior::StreamChunks => {
                task.working(StatusSpec::none()).await?;
                let mut chunks = task.artifact("chunks");
                chunks.append("chunk-1 ").await?;
                chunks.finish_with("chunk-2").await?;
                task.complete().await
            }
            Behavior::StreamEnd => task.complete().await,
            Behavior::Outlast => work(task, self.patience, &cx.cancel).await,
            Behavior::LongRunning => work(task, LONG, &cx.cancel).await,
            Behavior::MultiTurn => match cx.message.text().trim() {
                "done" => task.complete_with("Done").await,
                _ => task.input_required("Go on, or say done").await,
            },
            Behavior::AwaitCancel => {
                task.working("Working until it is canceled").await?;
                cx.cancel.canceled().await;
                task.canceled("Canceled, as asked").await
            }
            Behavior::Fail => task.fail("Failed, as asked").await,
            // The run is over then; the next message goes on.
            Behavior::AuthRequired => task.auth_required("A credential is needed").await,
            Behavior::ClientParse => match client_parse::parse(&cx.message).await {
                Ok(parsed) => artifact(task, Part::data(parsed)).await,
                Err(error) => task.fail(itk::explain(&*error)).await,
            },
            Behavior::Tokens(count) => tokens(task, count).await,
        }
    }
}

/// Waits, but not for longer than the task is wanted.
pub(crate) async fn rest(time: Duration, cancel: &Cancellation) -> Result<(), Stopped> {
    tokio::select! {
        () = tokio::time::sleep(time) => Ok(()),
        () = cancel.canceled() => Err(Stopped::Canceled),
    }
}

async fn work(task: TaskHandle, time: Duration, cancel: &Cancellation) -> Result<(), Stopped> {
    task.working("Working").await?;
    rest(time, cancel).await?;
    task.complete_with("Done").await
}

async fn artifact(task: TaskHandle, part: Part) -> Result<(), Stopped> {
    write(&task, "output", vec![part]).await?;
    task.complete().await
}

async fn write(task: &Updates, name: &str, parts: Vec<Part>) -> Result<(), Stopped> {
    task.artifact(name).finish_with(parts).await
}

fn file(part: Part) -> Part {
    part.with_filename("output.txt").with_media_type("text/plain")
}

async fn echo(task: TaskHandle, message: Message) -> Result<(), Stopped> {
    write(&task, "echo", message.parts).await?;
    task.complete().await
}

async fn tokens(task: TaskHandle, count: u64) -> Result<(), Stopped> {
    let mut artifact = task.artifact("tokens");
    let token = |index: u64| format!("token-{index} lorem ipsum");
    for index in 1..count {
        artifact.append(token(index - 1)).await?;
    }
    if let Some(last) = count.checked_sub(1) {
        artifact.finish_with(token(last)).await?;
    }
    task.complete().await
}
