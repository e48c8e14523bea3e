//! A server from the inside: calls without a wire, and its end.

use std::time::Duration;

use a2a_core::{
    CallParams, Caller, CancelTaskRequest, Error, ErrorKind, Events, GetTaskRequest, ListTasksRequest,
    ListTasksResponse, Operations, SendMessageRequest, SendMessageResponse, SubscribeToTaskRequest, Task, Version,
};
use async_trait::async_trait;

use crate::{
    Cancellation,
    operations::{CallContext, Drive, Service},
};

/// How long live runs may go on after a shutdown: 10 s.
pub const DRAIN: Duration = Duration::from_secs(10);

/// What goes on beside the network. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    service: Service,
    shutdown: Cancellation,
}

impl ServerHandle {
    pub(crate) fn new(service: Service, shutdown: Cancellation) -> Self {
        Self { service, shutdown }
    }

    /// The operations as this caller, without a wire: the in-process transport.
    pub fn operations(&self, caller: Caller) -> impl Operations + use<> {
        InProcess { service: self.service.clone(), caller }
    }

    /// Ends the server: no new connections, open streams end where they are, and live runs have [`DRAIN`] to end.
    pub fn shutdown(&self) {
        self.shutdown.cancel();
    }

    /// Waits until no run is live, for as long as [`DRAIN`] at most.
    pub async fn drain(&self) {
        for run in self.service.runs.registry.all() {
            run.queue.request_open();
        }
        if tokio::time::timeout(DRAIN, self.service.runs.registry.drained()).await.is_err() {
            tracing::warn!("runs were still live when the drain's time was up");
        }
    }
}

#[derive(Debug)]
struct InProcess {
    service: Service,
    caller: Caller,
}

impl InProcess {
    fn context(&self, with: CallParams) -> Result<CallContext, Error> {
        if with.version.major != Version::V1_0.major {
            let text = format!("This agent doesn't speak version {}", with.version);
            return Err(Error::new(ErrorKind::VersionNotSupported, text));
        }
        Ok(CallContext {
            caller: self.caller.clone(),
            extensions: self.service.active(&with.extensions),
            idempotency_key: with.idempotency_key,
            resume: with.resume,
        })
    }
}

#[async_trait]
impl Operations for InProcess {
    async fn send_message(&self, with: CallParams, request: SendMessageRequest) -> Result<SendMessageResponse, Error> {
        Ok(self.service.send(self.context(with)?, request, Drive::Spawned).await?.into())
    }

    async fn send_streaming_message(&self, with: CallParams, request: SendMessageRequest) -> Result<Events, Error> {
        Ok(self.service.stream(self.context(with)?, request).await?.into_events())
    }

    async fn get_task(&self, with: CallParams, request: GetTaskRequest) -> Result<Task, Error> {
        Ok(self.service.get_task(&self.context(with)?, request).await?.to_task())
    }

    async fn list_tasks(&self, with: CallParams, request: ListTasksRequest) -> Result<ListTasksResponse, Error> {
        Ok(self.service.list_tasks(&self.context(with)?, request).await?.into())
    }

    async fn cancel_task(&self, with: CallParams, request: CancelTaskRequest) -> Result<Task, Error> {
        Ok(self.service.cancel_task(&self.context(with)?, request).await?.to_task())
    }

    async fn subscribe_to_task(&self, with: CallParams, request: SubscribeToTaskRequest) -> Result<Events, Error> {
        Ok(self.service.subscribe(&self.context(with)?, request).await?.into_events())
    }
}
