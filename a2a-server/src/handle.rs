//! A server from the inside: calls without a wire, and its end.

use a2a_core::{
    AgentCard, CallParams, Caller, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest, Error, Events,
    GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, GetTaskRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, ListTasksRequest,
    ListTasksResponse, Operations, SendMessageRequest, SendMessageResponse, SubscribeToTaskRequest, Task,
    TaskId, TaskPushNotificationConfig, Tenant, Version,
};
use async_trait::async_trait;

use crate::operations::{CallContext, Drive, Service};

/// What goes on beside the network. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    service: Service,
}

impl ServerHandle {
    pub(crate) fn new(service: Service) -> Self {
        Self { service }
    }

    /// The operations as this caller, without a wire: the in-process transport.
    ///
    /// Inside a runtime this sees to the runs that the process before left in the log; elsewhere the first call does.
    pub fn operations(&self, caller: Caller) -> impl Operations + use<> {
        self.service.runs.recover();
        InProcess { service: self.service.clone(), caller }
    }

    /// Lets a task go on that waits in `AUTH_REQUIRED`: what it waited for has arrived by another way than a message.
    ///
    /// Its next run begins as ever, with [`Reason::Resumed`](crate::Reason::Resumed) and the last message that the user
    /// said, which isn't said again: the history stays as it is, and the task is WORKING. That it is to go on is in the
    /// log before this answers, so with a log that outlives its process the run comes even if the process dies.
    ///
    /// `caller` is whose task it is, with the tenant within which, if there is one; it is the caller of the run. What
    /// else was asked for with the message (metadata, output modes, extensions) the run hasn't got.
    ///
    /// On a task that is at work nothing happens, so it does no harm twice. Where a run is still live in
    /// `AUTH_REQUIRED` the task is WORKING at once, and the next run begins only if that one leaves it so.
    ///
    /// # Errors
    ///
    /// `TaskNotFound`; `UnsupportedOperation` where the task has ended or waits for input, which only a message brings.
    pub async fn resume(&self, caller: Caller, task: &TaskId) -> Result<(), Error> {
        self.service.resume(caller, task).await
    }

    /// Ends the server: no new connections, open streams end where they are, and live runs have
    /// [`Limits::drain`](crate::Limits::drain) to end. Runs that the process before left and that nobody has taken over
    /// yet are left to the next one.
    pub fn shutdown(&self) {
        self.service.runs.shutdown.cancel();
    }

    /// Waits until no run is live, for as long as [`Limits::drain`](crate::Limits::drain) at most.
    pub async fn drain(&self) {
        let limit = self.service.runs.limits.drain;
        if tokio::time::timeout(limit, self.drained()).await.is_err() {
            tracing::warn!("runs were still live when the drain's time was up");
        }
    }

    /// The same without a limit. Who is undecided gets a task, for nobody will wait for a message.
    pub(crate) async fn drained(&self) {
        let registry = &self.service.runs.registry;
        for run in registry.all() {
            run.queue.request_open();
        }
        registry.drained().await;
        self.service.runs.push.drained(&self.service.runs.shutdown).await;
    }
}

#[derive(Debug)]
struct InProcess {
    service: Service,
    caller: Caller,
}

impl InProcess {
    fn context(&self, with: CallParams, tenant: Option<&Tenant>) -> Result<CallContext, Error> {
        // The types are those of 1.0, so nothing else can be meant.
        if with.version != Version::V1_0 {
            return Err(Error::version_not_supported(&with.version.to_string(), &[Version::V1_0]));
        }
        let mut cx = CallContext {
            caller: self.caller.clone(),
            version: with.version,
            tenant: None,
            extensions: with.extensions.active(&self.service.card.capabilities.extensions),
            idempotency_key: with.idempotency_key,
            resume: with.resume,
            base: None,
        };
        self.service.admit(&mut cx, tenant)?;
        Ok(cx)
    }
}

#[async_trait]
impl Operations for InProcess {
    async fn send_message(
        &self,
        with: CallParams,
        request: SendMessageRequest,
    ) -> Result<SendMessageResponse, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.send(cx, Box::new(request), Drive::Spawned).await?.into())
    }

    async fn send_streaming_message(
        &self,
        with: CallParams,
        request: SendMessageRequest,
    ) -> Result<Events, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.stream(cx, Box::new(request)).await?.into_events())
    }

    async fn get_task(&self, with: CallParams, request: GetTaskRequest) -> Result<Task, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.get_task(&cx, request).await?.to_task())
    }

    async fn list_tasks(
        &self,
        with: CallParams,
        request: ListTasksRequest,
    ) -> Result<ListTasksResponse, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.list_tasks(&cx, request).await?.into())
    }

    async fn cancel_task(&self, with: CallParams, request: CancelTaskRequest) -> Result<Task, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.cancel_task(&cx, request).await?.to_task())
    }

    async fn subscribe_to_task(
        &self,
        with: CallParams,
        request: SubscribeToTaskRequest,
    ) -> Result<Events, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        Ok(self.service.subscribe(&cx, request).await?.into_events())
    }

    async fn create_task_push_notification_config(
        &self,
        with: CallParams,
        request: TaskPushNotificationConfig,
    ) -> Result<TaskPushNotificationConfig, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        self.service.create_webhook(&cx, request).await
    }

    async fn get_task_push_notification_config(
        &self,
        with: CallParams,
        request: GetTaskPushNotificationConfigRequest,
    ) -> Result<TaskPushNotificationConfig, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        self.service.get_webhook(&cx, request).await
    }

    async fn list_task_push_notification_configs(
        &self,
        with: CallParams,
        request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        self.service.list_webhooks(&cx, request).await
    }

    async fn delete_task_push_notification_config(
        &self,
        with: CallParams,
        request: DeleteTaskPushNotificationConfigRequest,
    ) -> Result<(), Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        self.service.delete_webhook(&cx, request).await
    }

    async fn get_extended_agent_card(
        &self,
        with: CallParams,
        request: GetExtendedAgentCardRequest,
    ) -> Result<AgentCard, Error> {
        let cx = self.context(with, request.tenant.as_ref())?;
        self.service.extended_card(&cx).await
    }
}
