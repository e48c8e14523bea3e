//! The eleven operations as values: what every binding makes of its bytes, and what it makes bytes of.

use a2a_core::{
    AgentCard, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest, Error,
    GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, GetTaskRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, ListTasksRequest,
    SendMessageRequest, SubscribeToTaskRequest, TaskPushNotificationConfig, Tenant,
};

use super::{CallContext, Drive, Reply, Service, TaskPage};
use crate::{log::Snapshot, reader::Reader};

/// An operation with its parameters.
#[derive(Debug)]
pub(crate) enum Call {
    SendMessage(Box<SendMessageRequest>),
    SendStreamingMessage(Box<SendMessageRequest>),
    GetTask(GetTaskRequest),
    ListTasks(ListTasksRequest),
    CancelTask(CancelTaskRequest),
    SubscribeToTask(SubscribeToTaskRequest),
    CreateWebhook(Box<TaskPushNotificationConfig>),
    GetWebhook(GetTaskPushNotificationConfigRequest),
    ListWebhooks(ListTaskPushNotificationConfigsRequest),
    DeleteWebhook(DeleteTaskPushNotificationConfigRequest),
    GetExtendedAgentCard(GetExtendedAgentCardRequest),
}

/// What an operation answers.
#[derive(Debug)]
pub(crate) enum Done {
    Reply(Reply),
    Stream(Box<Reader>),
    Task(Snapshot),
    Tasks(TaskPage),
    Webhook(Box<TaskPushNotificationConfig>),
    Webhooks(ListTaskPushNotificationConfigsResponse),
    Deleted,
    Card(Box<AgentCard>),
}

impl Call {
    /// The tenant that the request names.
    pub(crate) fn tenant(&mut self) -> &mut Option<Tenant> {
        match self {
            Self::SendMessage(request) | Self::SendStreamingMessage(request) => &mut request.tenant,
            Self::GetTask(request) => &mut request.tenant,
            Self::ListTasks(request) => &mut request.tenant,
            Self::CancelTask(request) => &mut request.tenant,
            Self::SubscribeToTask(request) => &mut request.tenant,
            Self::CreateWebhook(config) => &mut config.tenant,
            Self::GetWebhook(request) => &mut request.tenant,
            Self::ListWebhooks(request) => &mut request.tenant,
            Self::DeleteWebhook(request) => &mut request.tenant,
            Self::GetExtendedAgentCard(request) => &mut request.tenant,
        }
    }
}

impl Service {
    /// Does what is asked, in the scope of the caller and of the tenant that the call names.
    ///
    /// What is rare is boxed: every call is an allocation as large as its largest operation.
    pub(crate) async fn call(
        &self,
        mut cx: CallContext,
        mut call: Call,
        drive: Drive,
    ) -> Result<Done, Error> {
        self.admit(&mut cx, call.tenant().as_ref())?;
        match call {
            Call::SendMessage(request) => self.send(cx, request, drive).await.map(Done::Reply),
            Call::SendStreamingMessage(request) => {
                Box::pin(self.stream(cx, request)).await.map(|reader| Done::Stream(reader.into()))
            }
            Call::GetTask(request) => Box::pin(self.get_task(&cx, request)).await.map(Done::Task),
            Call::ListTasks(request) => Box::pin(self.list_tasks(&cx, request)).await.map(Done::Tasks),
            Call::CancelTask(request) => Box::pin(self.cancel_task(&cx, request)).await.map(Done::Task),
            Call::SubscribeToTask(request) => {
                Box::pin(self.subscribe(&cx, request)).await.map(|reader| Done::Stream(reader.into()))
            }
            Call::CreateWebhook(config) => {
                Box::pin(self.create_webhook(&cx, *config)).await.map(|config| Done::Webhook(config.into()))
            }
            Call::GetWebhook(request) => {
                Box::pin(self.get_webhook(&cx, request)).await.map(|config| Done::Webhook(config.into()))
            }
            Call::ListWebhooks(request) => {
                Box::pin(self.list_webhooks(&cx, request)).await.map(Done::Webhooks)
            }
            Call::DeleteWebhook(request) => {
                Box::pin(self.delete_webhook(&cx, request)).await.map(|()| Done::Deleted)
            }
            Call::GetExtendedAgentCard(_) => {
                Box::pin(self.extended_card(&cx)).await.map(|card| Done::Card(card.into()))
            }
        }
    }
}
