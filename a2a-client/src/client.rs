use std::{fmt, sync::Arc, time::Duration};

use a2a_core::{
    AgentCard, Extensions, IDEMPOTENCY_EXTENSION, ListTasksRequest, ListTasksResponse, Operations,
    SendMessageRequest, Task, TaskId,
};

use crate::{Answer, Call, CallError, ClientBuilder, ConnectError, Retry, Target, TaskStream};

/// One agent, ready to be called. Cheap to clone; clones share connections.
///
/// Every method here is a [`Call`] with the defaults. Dropping what one returns gives up on the answer and never
/// stops the task; [`cancel`](Self::cancel) does.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    operations: Arc<dyn Operations>,
    card: Option<AgentCard>,
    defaults: Defaults,
    authenticated: bool,
}

/// What every call begins with.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub(crate) extensions: Extensions,
    pub(crate) retry: Retry,
    pub(crate) timeout: Option<Duration>,
}

impl Client {
    /// Connects with the defaults: reads the agent's card and picks the interface to call.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::connect`].
    pub async fn connect(target: impl Into<Target>) -> Result<Self, ConnectError> {
        Self::builder().connect(target).await
    }

    /// For credentials, headers and limits.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Calls an agent in the same process, or through a transport of your own.
    pub fn over(operations: impl Operations) -> Self {
        Self::builder().over(operations)
    }

    pub(crate) fn new(
        operations: Arc<dyn Operations>,
        card: Option<AgentCard>,
        defaults: Defaults,
        authenticated: bool,
    ) -> Self {
        Self { inner: Arc::new(Inner { operations, card, defaults, authenticated }) }
    }

    /// What the agent says about itself; `None` for [`over`](Self::over), which reads no card.
    pub fn card(&self) -> Option<&AgentCard> {
        self.inner.card.as_ref()
    }

    /// Whether what answers is proven to be what was asked for: the interface is HTTPS, or on this machine.
    pub fn is_authenticated(&self) -> bool {
        self.inner.authenticated
    }

    /// The eleven operations as they are, for those that have no method here.
    ///
    /// Nothing is added to these calls but the tenant of the interface: no extensions, no idempotency key, and nothing
    /// is tried again.
    pub fn operations(&self) -> &Arc<dyn Operations> {
        &self.inner.operations
    }

    pub(crate) fn defaults(&self) -> &Defaults {
        &self.inner.defaults
    }

    /// Whether the agent promises to answer the key of a send only once.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.card().is_none_or(|card| {
            card.capabilities.extensions.iter().any(|extension| extension.uri == IDEMPOTENCY_EXTENSION)
        })
    }

    /// Whether the agent may have streams: it hasn't said that it has none.
    pub(crate) fn may_stream(&self) -> bool {
        self.card().is_none_or(|card| card.capabilities.streaming != Some(false))
    }

    /// One call with more to it than its parameters: headers, extensions, a limit, a conversation.
    pub fn call(&self) -> Call {
        Call::new(self.clone())
    }

    /// Sends a message and waits until its task ends or pauses, or the agent answers without one (§3.1.1).
    pub async fn send(&self, request: impl Into<SendMessageRequest>) -> Result<Answer, CallError> {
        self.call().send(request).await
    }

    /// Sends a text and waits, as [`send`](Self::send) does.
    pub async fn send_text(&self, text: impl Into<String>) -> Result<Answer, CallError> {
        self.call().send_text(text).await
    }

    /// Sends a message and follows what happens (§3.1.2).
    pub async fn stream(&self, request: impl Into<SendMessageRequest>) -> Result<TaskStream, CallError> {
        self.call().stream(request).await
    }

    /// Sends a text and follows what happens.
    pub async fn stream_text(&self, text: impl Into<String>) -> Result<TaskStream, CallError> {
        self.call().stream_text(text).await
    }

    /// Reads a task (§3.1.3).
    pub async fn get_task(&self, id: &TaskId) -> Result<Task, CallError> {
        self.call().get_task(id).await
    }

    /// Lists tasks, latest status first (§3.1.4).
    pub async fn list_tasks(&self, request: ListTasksRequest) -> Result<ListTasksResponse, CallError> {
        self.call().list_tasks(request).await
    }

    /// Asks a task to stop and answers it as it stands then, which may be another end (§3.1.5).
    pub async fn cancel(&self, id: &TaskId) -> Result<Task, CallError> {
        self.call().cancel(id).await
    }

    /// Follows a task that runs: the task as it stands, then its updates (§3.1.6).
    pub async fn subscribe(&self, id: &TaskId) -> Result<TaskStream, CallError> {
        self.call().subscribe(id).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let agent = self.card().map(|card| &card.name);
        f.debug_struct("Client").field("agent", &agent).finish_non_exhaustive()
    }
}
