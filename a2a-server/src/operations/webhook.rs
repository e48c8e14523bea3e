//! Webhooks of tasks.

use a2a_core::{
    DeleteTaskPushNotificationConfigRequest, Error, ErrorKind, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse,
    TaskPushNotificationConfig,
};

use super::{CallContext, Service};

#[expect(clippy::unused_async, reason = "the log doesn't keep webhooks yet")]
impl Service {
    pub(crate) async fn create_webhook(
        &self,
        _cx: &CallContext,
        _config: TaskPushNotificationConfig,
    ) -> Result<TaskPushNotificationConfig, Error> {
        Err(unsupported())
    }

    pub(crate) async fn get_webhook(
        &self,
        _cx: &CallContext,
        _request: GetTaskPushNotificationConfigRequest,
    ) -> Result<TaskPushNotificationConfig, Error> {
        Err(unsupported())
    }

    pub(crate) async fn list_webhooks(
        &self,
        _cx: &CallContext,
        _request: ListTaskPushNotificationConfigsRequest,
    ) -> Result<ListTaskPushNotificationConfigsResponse, Error> {
        Err(unsupported())
    }

    pub(crate) async fn delete_webhook(
        &self,
        _cx: &CallContext,
        _request: DeleteTaskPushNotificationConfigRequest,
    ) -> Result<(), Error> {
        Err(unsupported())
    }
}

pub(super) fn unsupported() -> Error {
    Error::new(ErrorKind::PushNotificationNotSupported, "Push notifications aren't supported")
}
