//! One call, ready to be made more than once, and what follows it.

use std::{sync::Arc, time::Duration};

use a2a_core::{
    CallParams, Cursor, Error, ErrorKind, Events, GetTaskRequest, SendMessageRequest, SendMessageResponse,
    SubscribeToTaskRequest, Task, TaskId,
};
use tokio::time::Instant;

use crate::{Client, FailureKind, Phase, Retry, failure::Failure};

/// What all attempts of a call share.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) params: CallParams,
    pub(crate) history_length: Option<i32>,
    pub(crate) retry: Retry,
    deadline: Option<Instant>,
}

/// How a stream begins.
#[derive(Clone, Debug)]
pub(crate) enum Begin {
    Send(Box<SendMessageRequest>),
    Subscribe(TaskId),
}

impl Link {
    pub(crate) fn new(
        client: Client,
        params: CallParams,
        retry: Option<Retry>,
        history_length: Option<i32>,
    ) -> Self {
        let limit = params.timeout.or(client.defaults().timeout);
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let retry = retry.unwrap_or(client.defaults().retry);
        Self { client, params, history_length, retry, deadline }
    }

    /// Whether the call that failed so may be made again before anything was heard of it.
    pub(crate) fn may_repeat(&self, is_send: bool, error: &Error) -> bool {
        let kind = Failure::of(error).map(|failure| failure.kind);
        let is_unseen = matches!(kind, Some(FailureKind::Unreachable | FailureKind::ConnectTimeout));
        is_unseen || (is_transient(error) && (!is_send || self.client.is_idempotent()))
    }

    pub(crate) async fn send(&self, request: SendMessageRequest) -> Result<SendMessageResponse, Error> {
        self.client.operations().send_message(self.params()?, request).await
    }

    pub(crate) async fn begin(self: Arc<Self>, begin: Begin, delay: Duration) -> Result<Events, Error> {
        self.sleep(delay).await?;
        let (operations, params) = (self.client.operations(), self.params()?);
        match begin {
            Begin::Send(request) => operations.send_streaming_message(params, *request).await,
            Begin::Subscribe(id) => {
                operations.subscribe_to_task(params, SubscribeToTaskRequest::new(id)).await
            }
        }
    }

    pub(crate) async fn resume(
        self: Arc<Self>,
        id: TaskId,
        cursor: Option<Cursor>,
        delay: Duration,
    ) -> Result<Events, Error> {
        self.sleep(delay).await?;
        let mut params = self.params()?;
        (params.resume, params.idempotency_key) = (cursor, None);
        self.client.operations().subscribe_to_task(params, SubscribeToTaskRequest::new(id)).await
    }

    pub(crate) async fn read(self: Arc<Self>, id: TaskId, delay: Duration) -> Result<Task, Error> {
        self.sleep(delay).await?;
        let mut params = self.params()?;
        (params.resume, params.idempotency_key) = (None, None);
        let mut request = GetTaskRequest::new(id);
        request.history_length = self.history_length;
        self.client.operations().get_task(params, request).await
    }

    /// Waits, but not past the end of the call.
    pub(crate) async fn sleep(&self, delay: Duration) -> Result<(), Error> {
        if delay.is_zero() {
            return Ok(());
        }
        let sleep = tokio::time::sleep(delay);
        let Some(deadline) = self.deadline else {
            sleep.await;
            return Ok(());
        };
        tokio::time::timeout_at(deadline, sleep).await.map_err(|_| late())
    }

    /// The parameters of a call that is made now.
    fn params(&self) -> Result<CallParams, Error> {
        let mut params = self.params.clone();
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(late());
            }
            params.timeout = Some(left);
        }
        Ok(params)
    }
}

fn late() -> Error {
    Failure::new(FailureKind::DeadlineExceeded, Phase::Prepare).into()
}

/// Whether it was the way to the agent that failed, or the agent for the moment.
pub(crate) fn is_transient(error: &Error) -> bool {
    let Some(failure) = Failure::of(error) else { return error.kind().is_retryable() };
    let is_gateway = failure.kind == FailureKind::Agent(ErrorKind::Internal) && failure.status.is_some();
    failure.kind.is_retryable() || failure.kind == FailureKind::Empty || is_gateway
}

/// Whether an answer to a subscription says that there is nothing to subscribe to, or no subscribing.
pub(crate) fn refuses(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TaskNotFound | ErrorKind::UnsupportedOperation | ErrorKind::MethodNotFound
    )
}
