//! Webhooks of tasks: registered with a message or by themselves, read, listed, removed.

use a2a_core::{
    DeleteTaskPushNotificationConfigRequest, Error, ErrorKind, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, SendMessageRequest,
    TaskId, TaskPushNotificationConfig,
};

use super::{CallContext, Service, from_log};
use crate::{id, log::Webhook, push::unsupported};

/// Webhooks of one page. A task has seldom more, and v0.3 knows no pages.
const PAGE: usize = 100;

impl Service {
    /// A task that has ended takes webhooks too: the protocol knows no error for that, and clients register at a task
    /// without knowing whether it goes on.
    pub(crate) async fn create_webhook(
        &self,
        cx: &CallContext,
        mut config: TaskPushNotificationConfig,
    ) -> Result<TaskPushNotificationConfig, Error> {
        self.check_webhooks()?;
        let Some(task) = config.task_id.clone() else {
            return Err(Error::invalid_params("taskId", "must be the task that the webhook is about"));
        };
        self.runs.push.check(&config)?;
        config.id.get_or_insert_with(id::webhook);
        let scope = cx.scope();
        self.open_undecided(&scope, &task).await;
        let lost = |error| from_log(error, &task);
        let ended = self.runs.log.header(&scope, &task).await.map_err(lost)?.head.state.is_terminal();
        let put = self.runs.log.put_webhook(&scope, &task, Webhook::new(config, cx.version)).await;
        let webhook = put.map_err(lost)?;
        if ended {
            self.runs.push.renew(&task, webhook.id());
        } else {
            self.runs.push.tell(&self.runs, &scope, &task, webhook.id());
        }
        Ok(webhook.config)
    }

    pub(crate) async fn get_webhook(
        &self,
        cx: &CallContext,
        request: GetTaskPushNotificationConfigRequest,
    ) -> Result<TaskPushNotificationConfig, Error> {
        self.check_webhooks()?;
        let (scope, task) = (cx.scope(), request.task_id);
        self.open_undecided(&scope, &task).await;
        let found = self.runs.log.webhook(&scope, &task, &request.id).await;
        found.map_err(|error| from_log(error, &task))?.map(|webhook| webhook.config).ok_or_else(|| {
            Error::new(ErrorKind::TaskNotFound, "The task has no webhook of this id")
                .with_info("taskId", task.as_str())
                .with_info("id", request.id)
        })
    }

    pub(crate) async fn list_webhooks(
        &self,
        cx: &CallContext,
        request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        self.check_webhooks()?;
        let size = match request.page_size {
            None | Some(0) => PAGE,
            Some(size) => usize::try_from(size)
                .map_err(|_| Error::invalid_params("pageSize", format!("must be 0 or more, not {size}")))?,
        };
        let after = match request.page_token.as_deref() {
            None => 0,
            Some(token) => u64::from_str_radix(token, 16).map_err(|_| {
                Error::invalid_params("pageToken", "must be a nextPageToken of an earlier answer")
            })?,
        };
        let (scope, task) = (cx.scope(), request.task_id);
        self.open_undecided(&scope, &task).await;
        let page = self.runs.log.webhooks(&scope, &task, after, size.min(PAGE)).await;
        let page = page.map_err(|error| from_log(error, &task))?;
        let next = page.webhooks.last().filter(|_| page.more).map(|last| format!("{:x}", last.number));
        let configs = page.webhooks.into_iter().map(|webhook| webhook.config).collect();
        let mut response = ListTaskPushNotificationConfigsResponse::new(configs);
        response.next_page_token = next;
        Ok(response)
    }

    pub(crate) async fn delete_webhook(
        &self,
        cx: &CallContext,
        request: DeleteTaskPushNotificationConfigRequest,
    ) -> Result<(), Error> {
        self.check_webhooks()?;
        let (scope, task) = (cx.scope(), request.task_id);
        self.open_undecided(&scope, &task).await;
        let deleted = self.runs.log.delete_webhook(&scope, &task, &request.id).await;
        deleted.map_err(|error| from_log(error, &task))?;
        self.runs.push.forget(&task, &request.id);
        // Whoever has registered it anew meanwhile meant another one, which is told if it is there.
        self.runs.push.tell(&self.runs, &scope, &task, &request.id);
        Ok(())
    }

    /// The webhook that comes with a message, for a task that is yet to be named.
    pub(super) fn take_webhook(
        &self,
        cx: &CallContext,
        request: &mut SendMessageRequest,
    ) -> Result<Option<Box<Webhook>>, Error> {
        let Some(mut config) = request.configuration.task_push_notification_config.take() else {
            return Ok(None);
        };
        self.check_webhooks()?;
        self.runs.push.check(&config)?;
        config.id.get_or_insert_with(id::webhook);
        Ok(Some(Box::new(Webhook::new(*config, cx.version))))
    }

    fn check_webhooks(&self) -> Result<(), Error> {
        let declared = self.card.capabilities.push_notifications == Some(true);
        if declared && self.runs.push.is_on() { Ok(()) } else { Err(unsupported()) }
    }
}

/// The same webhook, of this task.
pub(super) fn of_task(webhook: Option<Box<Webhook>>, task: &TaskId) -> Option<Box<Webhook>> {
    let mut webhook = webhook?;
    webhook.config.task_id = Some(task.clone());
    Some(webhook)
}
