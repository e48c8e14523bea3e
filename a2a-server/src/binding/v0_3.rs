//! What version 0.3 asks for that is no operation of its own in 1.0.

use a2a_core::{
    Error, ErrorKind, ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse,
};

use crate::operations::{Call, CallContext, Done, Drive, Service};

/// What a call of version 0.3 asks for.
#[derive(Debug)]
pub(super) enum Ask {
    /// An operation.
    Call(Call),
    /// A webhook of a task without saying which: the first.
    FirstWebhook(ListTaskPushNotificationConfigsRequest),
    /// All webhooks of a task, however many pages they are.
    Webhooks(ListTaskPushNotificationConfigsRequest),
}

impl From<Call> for Ask {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}

impl Service {
    pub(super) async fn ask(&self, cx: CallContext, ask: Ask, drive: Drive) -> Result<Done, Error> {
        match ask {
            Ask::Call(call) => self.call(cx, call, drive).await,
            Ask::FirstWebhook(request) => Box::pin(self.first_webhook(cx, request)).await,
            Ask::Webhooks(request) => {
                let all = Box::pin(self.all_webhooks(cx, request)).await?;
                Ok(Done::Webhooks(all))
            }
        }
    }

    async fn first_webhook(
        &self,
        cx: CallContext,
        mut request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<Done, Error> {
        request.page_size = Some(1);
        let task = request.task_id.clone();
        let first = self.webhooks(&cx, request).await?.configs.into_iter().next();
        first.map(|config| Done::Webhook(config.into())).ok_or_else(|| {
            Error::new(ErrorKind::TaskNotFound, "The task has no push notification config")
                .with_info("taskId", task.as_str())
        })
    }

    async fn all_webhooks(
        &self,
        cx: CallContext,
        mut request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        let mut all = Vec::new();
        loop {
            let page = self.webhooks(&cx, request.clone()).await?;
            all.extend(page.configs);
            if page.next_page_token.is_none() {
                return Ok(ListTaskPushNotificationConfigsResponse::new(all));
            }
            request.page_token = page.next_page_token;
        }
    }

    async fn webhooks(
        &self,
        cx: &CallContext,
        request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        match self.call(cx.clone(), Call::ListWebhooks(request), Drive::Inline).await? {
            Done::Webhooks(page) => Ok(page),
            _ => Ok(ListTaskPushNotificationConfigsResponse::default()),
        }
    }
}
