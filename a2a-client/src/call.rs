use std::{fmt, sync::Arc, time::Duration};

use a2a_core::{
    CallParams, CancelTaskRequest, ContextId, Cursor, Error, GetTaskRequest, ListTasksRequest,
    ListTasksResponse, Message, MessageId, Metadata, Method, Part, SendMessageRequest, Task, TaskId,
};
use tracing::{Instrument as _, Span, field};
use uuid::Uuid;

use crate::{
    Answer, CallError, Client, Retry, TaskStream,
    link::{Begin, Link},
    retry::Backoff,
};

/// One call and what goes with it; ends with the operation.
///
/// ```no_run
/// # async fn run(client: a2a_client::Client, asked: a2a_core::Task) -> Result<(), a2a_client::CallError> {
/// let answer = client.call().task(&asked.id).header("x-request-id", "7").send_text("Yes, pay it").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before an operation is called"]
pub struct Call {
    client: Client,
    params: CallParams,
    metadata: Metadata,
    history_length: Option<i32>,
    return_immediately: bool,
    task_id: Option<TaskId>,
    context_id: Option<ContextId>,
    retry: Option<Retry>,
}

impl Call {
    pub(crate) fn new(client: Client) -> Self {
        let mut params = CallParams::default();
        params.extensions = client.defaults().extensions.clone();
        Self {
            client,
            params,
            metadata: Metadata::new(),
            history_length: None,
            return_immediately: false,
            task_id: None,
            context_id: None,
            retry: None,
        }
    }

    /// Sends a header with this call. Credentials belong in [`ClientBuilder`](crate::ClientBuilder).
    pub fn header(mut self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        self.params.headers.push((name.as_ref().to_ascii_lowercase(), value.into()));
        self
    }

    /// Asks for an extension in this call, beside those of the client (§4.6.1).
    pub fn extension(mut self, uri: impl AsRef<str>) -> Self {
        self.params.extensions.add(uri.as_ref());
        self
    }

    /// Makes sends with this key one: a server that knows the header answers later ones what the first one got.
    ///
    /// Without it every send has a key of its own, which the client repeats it under by itself (see [`Retry`]).
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.params.idempotency_key = Some(key.into());
        self
    }

    /// How long the call may take as a whole, a stream and all that is tried again included.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.params.timeout = Some(limit);
        self
    }

    /// Replaces how this call is tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Goes on behind this place of the stream, if the server keeps it; else it begins with the whole task.
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.params.resume = Some(cursor);
        self
    }

    /// Data of extensions and applications about the request, for sends and cancels.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// At most this many of the latest messages in the answer, for sends and reads; 0 for none.
    pub fn history_length(mut self, messages: u16) -> Self {
        self.history_length = Some(messages.into());
        self
    }

    /// Answers a send as soon as its task exists instead of when it ends or pauses.
    pub fn return_immediately(mut self) -> Self {
        self.return_immediately = true;
        self
    }

    /// Sends the message to this task, which answers its question or adds to it.
    pub fn task(mut self, id: &TaskId) -> Self {
        self.task_id = Some(id.clone());
        self
    }

    /// Sends the message in this conversation.
    pub fn context(mut self, id: &ContextId) -> Self {
        self.context_id = Some(id.clone());
        self
    }

    /// Sends a message and waits until its task ends or pauses, or the agent answers without one (§3.1.1).
    pub async fn send(self, request: impl Into<SendMessageRequest>) -> Result<Answer, CallError> {
        let (known, request, call) = self.prepare(Method::SendMessage, request.into());
        let link = call.link();
        let mut backoff = Backoff::new(link.retry);
        let answer = async {
            loop {
                let error = match link.send(request.clone()).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                let may_repeat = link.may_repeat(true, &error);
                let wait = may_repeat.then(|| backoff.next(link.retry.repeats, &error)).flatten();
                let Some(wait) = wait else { return Err(error) };
                tracing::debug!(?wait, "a send is repeated");
                link.sleep(wait).await?;
            }
        };
        let answer = answer.instrument(known.span.clone()).await;
        known.fails(answer).map_err(|error| error.after(backoff.history()))
    }

    /// Sends a text and waits, as [`send`](Self::send) does.
    pub async fn send_text(self, text: impl Into<String>) -> Result<Answer, CallError> {
        self.send(text_message(text)).await
    }

    /// Sends a message and follows what happens (§3.1.2).
    pub async fn stream(self, request: impl Into<SendMessageRequest>) -> Result<TaskStream, CallError> {
        let (known, request, call) = self.prepare(Method::SendStreamingMessage, request.into());
        TaskStream::open(call.link(), Begin::Send(Box::new(request)), known).await
    }

    /// Sends a text and follows what happens.
    pub async fn stream_text(self, text: impl Into<String>) -> Result<TaskStream, CallError> {
        self.stream(text_message(text)).await
    }

    /// Reads a task (§3.1.3).
    pub async fn get_task(self, id: &TaskId) -> Result<Task, CallError> {
        let known = Known::new(Method::GetTask, Some(id.clone()), None);
        let mut request = GetTaskRequest::new(id.clone());
        request.history_length = self.history_length;
        let task = self.client.operations().get_task(self.params, request);
        known.fails(task.instrument(known.span.clone()).await)
    }

    /// Lists tasks, latest status first (§3.1.4).
    pub async fn list_tasks(self, request: ListTasksRequest) -> Result<ListTasksResponse, CallError> {
        let known = Known::new(Method::ListTasks, None, request.context_id.clone());
        let tasks = self.client.operations().list_tasks(self.params, request);
        known.fails(tasks.instrument(known.span.clone()).await)
    }

    /// Asks a task to stop and answers it as it stands then, which may be another end (§3.1.5).
    pub async fn cancel(self, id: &TaskId) -> Result<Task, CallError> {
        let known = Known::new(Method::CancelTask, Some(id.clone()), None);
        let mut request = CancelTaskRequest::new(id.clone());
        request.metadata = self.metadata;
        let task = self.client.operations().cancel_task(self.params, request);
        known.fails(task.instrument(known.span.clone()).await)
    }

    /// Follows a task that runs: the task as it stands, then its updates (§3.1.6).
    pub async fn subscribe(self, id: &TaskId) -> Result<TaskStream, CallError> {
        let known = Known::new(Method::SubscribeToTask, Some(id.clone()), None);
        TaskStream::open(self.link(), Begin::Subscribe(id.clone()), known).await
    }

    /// What is left of the call once it is known which one it is.
    fn link(self) -> Arc<Link> {
        Arc::new(Link::new(self.client, self.params, self.retry, self.history_length))
    }

    /// Puts the options into the request.
    fn prepare(
        mut self,
        method: Method,
        mut request: SendMessageRequest,
    ) -> (Known, SendMessageRequest, Self) {
        let message = &mut request.message;
        message.task_id = self.task_id.take().or(message.task_id.take());
        message.context_id = self.context_id.take().or(message.context_id.take());
        request.metadata.extend(std::mem::take(&mut self.metadata));
        self.history_length = self.history_length.or(request.configuration.history_length);
        request.configuration.history_length = self.history_length;
        request.configuration.return_immediately |= self.return_immediately;
        self.params.idempotency_key.get_or_insert_with(|| Uuid::new_v4().to_string());
        let known = Known::new(method, request.message.task_id.clone(), request.message.context_id.clone());
        (known, request, self)
    }
}

/// Without the values of headers and metadata.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("client", &self.client)
            .field("extensions", &self.params.extensions)
            .field("timeout", &self.params.timeout)
            .field("retry", &self.retry)
            .field("task_id", &self.task_id)
            .field("context_id", &self.context_id)
            .finish_non_exhaustive()
    }
}

fn text_message(text: impl Into<String>) -> Message {
    let id = MessageId::new(Uuid::new_v4().to_string()).expect("a UUID isn't empty");
    Message::user(id, Part::text(text))
}

/// What is known of a call beside its answer.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) method: Method,
    pub(crate) task_id: Option<TaskId>,
    pub(crate) context_id: Option<ContextId>,
    pub(crate) span: Span,
}

impl Known {
    fn new(method: Method, task_id: Option<TaskId>, context_id: Option<ContextId>) -> Self {
        let span = tracing::info_span!(
            "a2a.call",
            method = method.name(),
            task_id = field::Empty,
            context_id = field::Empty
        );
        if let Some(id) = &task_id {
            span.record("task_id", id.as_str());
        }
        if let Some(id) = &context_id {
            span.record("context_id", id.as_str());
        }
        Self { method, task_id, context_id, span }
    }

    fn fails<T>(&self, result: Result<T, Error>) -> Result<T, CallError> {
        result.map_err(|error| {
            let error = CallError::new(error, self.method, self.task_id.clone(), self.context_id.clone());
            self.span.in_scope(|| tracing::debug!(kind = ?error.kind(), "call failed"));
            error
        })
    }
}
