//! `a2a-server-lf`, the official SDK.

use std::{collections::HashMap, io, sync::Arc};

use a2a::{
    A2AError, AgentCapabilities, Artifact, Message, Part, StreamResponse, Task, TaskArtifactUpdateEvent,
    TaskState, TaskStatus, TaskStatusUpdateEvent,
};
use a2a_server::{
    AgentExecutor, DefaultRequestHandler, ExecutorContext, InMemoryTaskStore, jsonrpc::jsonrpc_router,
};
use axum::serve::ListenerExt as _;
use futures::{StreamExt as _, stream, stream::BoxStream};
use tokio::net::TcpListener;

type Events = BoxStream<'static, Result<StreamResponse, A2AError>>;

struct Agent;

/// A task of which events tell.
#[derive(Clone)]
struct Place {
    task: String,
    context: String,
    artifact: String,
}

impl AgentExecutor for Agent {
    fn execute(&self, cx: ExecutorContext) -> Events {
        let place =
            Place { task: cx.task_id, context: cx.context_id, artifact: a2a::types::new_artifact_id() };
        let text = cx.message.as_ref().and_then(Message::text).unwrap_or_default().to_owned();
        let opened = place.opened(cx.message);
        let chunks = peers::chunks(&text);
        let end = place.end(TaskState::Completed);
        let updates = (0..chunks.unwrap_or(1)).map(move |index| {
            let last = index + 1 == chunks.unwrap_or(1);
            let said = if chunks.is_some() { peers::token(index) } else { text.clone() };
            place.chunk(said, index > 0, last)
        });
        stream::iter([opened].into_iter().chain(updates).chain([end]).map(Ok)).boxed()
    }

    fn cancel(&self, cx: ExecutorContext) -> Events {
        let place = Place { task: cx.task_id, context: cx.context_id, artifact: String::new() };
        let canceled = place.end(TaskState::Canceled);
        stream::iter([Ok(canceled)]).boxed()
    }
}

impl Place {
    fn opened(&self, message: Option<Message>) -> StreamResponse {
        StreamResponse::Task(Task {
            id: self.task.clone(),
            context_id: self.context.clone(),
            status: status(TaskState::Submitted),
            artifacts: None,
            history: message.map(|message| vec![message]),
            metadata: None,
        })
    }

    fn chunk(&self, text: String, append: bool, last: bool) -> StreamResponse {
        StreamResponse::ArtifactUpdate(TaskArtifactUpdateEvent {
            task_id: self.task.clone(),
            context_id: self.context.clone(),
            artifact: Artifact {
                artifact_id: self.artifact.clone(),
                name: Some("answer".to_owned()).filter(|_| !append),
                description: None,
                parts: vec![Part::text(text)],
                metadata: None,
                extensions: None,
            },
            append: Some(append),
            last_chunk: Some(last),
            metadata: None::<HashMap<_, _>>,
        })
    }

    fn end(&self, state: TaskState) -> StreamResponse {
        StreamResponse::StatusUpdate(TaskStatusUpdateEvent {
            task_id: self.task.clone(),
            context_id: self.context.clone(),
            status: status(state),
            metadata: None,
        })
    }
}

fn status(state: TaskState) -> TaskStatus {
    TaskStatus { state, message: None, timestamp: None }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let capabilities = AgentCapabilities { streaming: Some(true), ..AgentCapabilities::default() };
    let handler = DefaultRequestHandler::new(Agent, InMemoryTaskStore::new()).with_capabilities(capabilities);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, jsonrpc_router(Arc::new(handler))).await
}
