//! What can be asked.

use std::sync::atomic::{AtomicU64, Ordering};

use a2a_core::{
    CancelTaskRequest, ContextId, DeleteTaskPushNotificationConfigRequest, GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest, GetTaskRequest, ListTaskPushNotificationConfigsRequest,
    ListTasksRequest, Message, Method, Part, SendMessageRequest, SubscribeToTaskRequest, TaskId,
    TaskPushNotificationConfig,
};

/// An operation and its parameters.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Send(SendMessageRequest),
    Stream(SendMessageRequest),
    Get(GetTaskRequest),
    List(ListTasksRequest),
    Cancel(CancelTaskRequest),
    Subscribe(SubscribeToTaskRequest),
    CreateWebhook(TaskPushNotificationConfig),
    GetWebhook(GetTaskPushNotificationConfigRequest),
    ListWebhooks(ListTaskPushNotificationConfigsRequest),
    DeleteWebhook(DeleteTaskPushNotificationConfigRequest),
    ExtendedCard(GetExtendedAgentCardRequest),
}

impl Ask {
    pub(crate) fn send(message: Message) -> Self {
        Self::Send(message.into())
    }

    /// Sends and doesn't wait for the end.
    pub(crate) fn start(message: Message) -> Self {
        let mut request = SendMessageRequest::new(message);
        request.configuration.return_immediately = true;
        Self::Send(request)
    }

    pub(crate) fn stream(message: Message) -> Self {
        Self::Stream(message.into())
    }

    pub(crate) fn get(task: &TaskId) -> Self {
        Self::Get(GetTaskRequest::new(task.clone()))
    }

    /// Lists what is in a conversation.
    pub(crate) fn list(context: &ContextId) -> Self {
        let mut request = ListTasksRequest::default();
        request.context_id = Some(context.clone());
        Self::List(request)
    }

    pub(crate) fn cancel(task: &TaskId) -> Self {
        Self::Cancel(CancelTaskRequest::new(task.clone()))
    }

    pub(crate) fn subscribe(task: &TaskId) -> Self {
        Self::Subscribe(SubscribeToTaskRequest::new(task.clone()))
    }

    pub(crate) fn create_webhook(task: &TaskId, id: Option<&str>, url: &str) -> Self {
        let mut config = TaskPushNotificationConfig::new(url).with_task_id(task.clone());
        config.id = id.map(str::to_owned);
        Self::CreateWebhook(config)
    }

    pub(crate) fn get_webhook(task: &TaskId, id: &str) -> Self {
        Self::GetWebhook(GetTaskPushNotificationConfigRequest::new(task.clone(), id))
    }

    pub(crate) fn list_webhooks(task: &TaskId) -> Self {
        Self::ListWebhooks(ListTaskPushNotificationConfigsRequest::new(task.clone()))
    }

    pub(crate) fn delete_webhook(task: &TaskId, id: &str) -> Self {
        Self::DeleteWebhook(DeleteTaskPushNotificationConfigRequest::new(task.clone(), id))
    }

    pub(crate) fn extended_card() -> Self {
        Self::ExtendedCard(GetExtendedAgentCardRequest::default())
    }

    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Send(_) => Method::SendMessage,
            Self::Stream(_) => Method::SendStreamingMessage,
            Self::Get(_) => Method::GetTask,
            Self::List(_) => Method::ListTasks,
            Self::Cancel(_) => Method::CancelTask,
            Self::Subscribe(_) => Method::SubscribeToTask,
            Self::CreateWebhook(_) => Method::CreateTaskPushNotificationConfig,
            Self::GetWebhook(_) => Method::GetTaskPushNotificationConfig,
            Self::ListWebhooks(_) => Method::ListTaskPushNotificationConfigs,
            Self::DeleteWebhook(_) => Method::DeleteTaskPushNotificationConfig,
            Self::ExtendedCard(_) => Method::GetExtendedAgentCard,
        }
    }

    /// The task that a path over REST names.
    pub(super) fn task(&self) -> Option<&TaskId> {
        match self {
            Self::Get(request) => Some(&request.id),
            Self::Cancel(request) => Some(&request.id),
            Self::Subscribe(request) => Some(&request.id),
            Self::CreateWebhook(config) => config.task_id.as_ref(),
            Self::GetWebhook(request) => Some(&request.task_id),
            Self::ListWebhooks(request) => Some(&request.task_id),
            Self::DeleteWebhook(request) => Some(&request.task_id),
            Self::Send(_) | Self::Stream(_) | Self::List(_) | Self::ExtendedCard(_) => None,
        }
    }

    /// The webhook that a path over REST names.
    pub(super) fn webhook(&self) -> Option<&str> {
        match self {
            Self::GetWebhook(request) => Some(&request.id),
            Self::DeleteWebhook(request) => Some(&request.id),
            _ => None,
        }
    }
}

/// A message of a client, to a task or for a new one. No two are the same, for a send that is repeated is none.
pub(crate) fn message(task: Option<&TaskId>, text: &str) -> Message {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("m{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut message = Message::user(id.parse().unwrap(), Part::text(text));
    message.task_id = task.cloned();
    message
}
