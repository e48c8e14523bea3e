//! The protocol as a trait: what a server is to its caller, with or without a wire between them.

use std::time::Duration;

use async_trait::async_trait;
use futures_core::stream::BoxStream;

use crate::{
    AgentCard, CancelTaskRequest, Cursor, Cursored, DeleteTaskPushNotificationConfigRequest, Error,
    ErrorKind, Extensions, GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, GetTaskRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, ListTasksRequest,
    ListTasksResponse, SendMessageRequest, SendMessageResponse, StreamEvent, SubscribeToTaskRequest, Task,
    TaskPushNotificationConfig, Version,
};

/// The events of a task, each with its cursor, if the peer has one.
///
/// An `Err` is the last item. Dropping the stream ends the reading, never the task.
pub type Events = BoxStream<'static, Result<Cursored<StreamEvent>, Error>>;

/// What goes with a call beside its parameters; on HTTP these are headers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallParams {
    /// The version that the parameters are meant in.
    pub version: Version,
    /// The extensions that the client asks for.
    pub extensions: Extensions,
    /// Further headers, by lower-case name. Credentials don't belong here.
    pub headers: Vec<(String, String)>,
    /// How long the call may take; `None` for no limit.
    pub timeout: Option<Duration>,
    /// Makes a send safe to repeat.
    pub idempotency_key: Option<String>,
    /// Where a stream goes on.
    pub resume: Option<Cursor>,
}

impl Default for CallParams {
    /// Version 1.0 and nothing else.
    fn default() -> Self {
        Self {
            version: Version::V1_0,
            extensions: Extensions::new(),
            headers: Vec::new(),
            timeout: None,
            idempotency_key: None,
            resume: None,
        }
    }
}

/// The eleven operations (§3.1).
///
/// Every client transport implements it, and so does a server in the same process. An error is either the peer's
/// answer or [`ErrorKind::Transport`], with its cause, when there was no readable answer. Dropping a future gives
/// up on the answer; it never stops the task.
#[async_trait]
pub trait Operations: Send + Sync + 'static {
    /// Sends a message and waits until the task ends or pauses, or until it exists, as the request says.
    async fn send_message(
        &self,
        with: CallParams,
        request: SendMessageRequest,
    ) -> Result<SendMessageResponse, Error>;

    /// Sends a message and follows what happens: one message, or a task and then its updates.
    async fn send_streaming_message(
        &self,
        with: CallParams,
        request: SendMessageRequest,
    ) -> Result<Events, Error>;

    /// Reads a task.
    async fn get_task(&self, with: CallParams, request: GetTaskRequest) -> Result<Task, Error>;

    /// Lists tasks, latest status first.
    async fn list_tasks(
        &self,
        with: CallParams,
        request: ListTasksRequest,
    ) -> Result<ListTasksResponse, Error>;

    /// Asks a task to stop and answers it as it stands then, which may be another end.
    async fn cancel_task(&self, with: CallParams, request: CancelTaskRequest) -> Result<Task, Error>;

    /// Follows a task: the task as it stands, then its updates until it ends.
    async fn subscribe_to_task(
        &self,
        with: CallParams,
        request: SubscribeToTaskRequest,
    ) -> Result<Events, Error>;

    /// Registers a webhook; not supported unless implemented.
    async fn create_task_push_notification_config(
        &self,
        _with: CallParams,
        _request: TaskPushNotificationConfig,
    ) -> Result<TaskPushNotificationConfig, Error> {
        Err(no_push())
    }

    /// Reads a webhook's registration; not supported unless implemented.
    async fn get_task_push_notification_config(
        &self,
        _with: CallParams,
        _request: GetTaskPushNotificationConfigRequest,
    ) -> Result<TaskPushNotificationConfig, Error> {
        Err(no_push())
    }

    /// Lists a task's webhooks; not supported unless implemented.
    async fn list_task_push_notification_configs(
        &self,
        _with: CallParams,
        _request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        Err(no_push())
    }

    /// Removes a webhook; not supported unless implemented.
    async fn delete_task_push_notification_config(
        &self,
        _with: CallParams,
        _request: DeleteTaskPushNotificationConfigRequest,
    ) -> Result<(), Error> {
        Err(no_push())
    }

    /// Reads the card for callers who are known; not supported unless implemented.
    async fn get_extended_agent_card(
        &self,
        _with: CallParams,
        _request: GetExtendedAgentCardRequest,
    ) -> Result<AgentCard, Error> {
        Err(Error::unsupported("This agent has no extended card"))
    }
}

fn no_push() -> Error {
    Error::new(ErrorKind::PushNotificationNotSupported, "Push notifications aren't supported")
}
