//! A remote task while its turn is read.

use std::time::Duration;

use a2a_client::{Client, StreamError, StreamEvent, TaskStream};
use a2a_core::TaskId;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;

use super::OnDrop;

/// How long a dropped turn looks for the id of the task that it is to cancel.
const LOOK: Duration = Duration::from_secs(5);

/// A stream that cancels its task when it is dropped before the end, if it should.
#[derive(Debug)]
pub(super) struct Running {
    client: Client,
    stream: Option<TaskStream>,
    on_drop: OnDrop,
    /// Kept, for a drop may happen outside of the runtime.
    runtime: Handle,
}

impl Running {
    pub(super) fn new(client: Client, stream: TaskStream, on_drop: OnDrop) -> Self {
        Self { client, stream: Some(stream), on_drop, runtime: Handle::current() }
    }

    pub(super) async fn next(&mut self) -> Option<Result<StreamEvent, StreamError>> {
        let stream = self.stream.as_mut()?;
        let next = stream.next().await;
        if next.is_none() {
            self.stream = None;
        }
        next
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take().filter(|stream| self.on_drop == OnDrop::Cancel && !is_over(stream)) else {
            return;
        };
        let client = self.client.clone();
        self.runtime.spawn(async move {
            let Ok(Some(id)) = tokio::time::timeout(LOOK, task_id(stream)).await else { return };
            if let Err(error) = client.cancel(&id).await {
                tracing::debug!(error = &error as &dyn std::error::Error, task_id = %id, "a task wasn't canceled");
            }
        });
    }
}

fn is_over(stream: &TaskStream) -> bool {
    let state = stream.task().map(|task| &task.status.state);
    state.is_some_and(|state| state.is_terminal() || state.is_interrupted())
}

/// The task's id, which the first event tells.
async fn task_id(mut stream: TaskStream) -> Option<TaskId> {
    while stream.task().is_none() {
        stream.next().await?.ok()?;
    }
    stream.task().filter(|_| !is_over(&stream)).map(|task| task.id.clone())
}
