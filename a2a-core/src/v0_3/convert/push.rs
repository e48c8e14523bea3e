use super::each;
use crate::{
    AuthenticationInfo, DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, Metadata,
    v0_3::{
        DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, PushNotificationAuthenticationInfo, PushNotificationConfig,
        TaskPushNotificationConfig,
    },
};

/// What credentials without a scheme are.
const BEARER: &str = "Bearer";

impl From<crate::TaskPushNotificationConfig> for PushNotificationConfig {
    fn from(config: crate::TaskPushNotificationConfig) -> Self {
        Self {
            id: config.id,
            url: config.url,
            token: config.token,
            authentication: config.authentication.map(Into::into),
        }
    }
}

impl From<PushNotificationConfig> for crate::TaskPushNotificationConfig {
    fn from(config: PushNotificationConfig) -> Self {
        Self {
            tenant: None,
            id: config.id,
            task_id: None,
            url: config.url,
            token: config.token,
            authentication: config.authentication.and_then(one_scheme),
        }
    }
}

impl From<AuthenticationInfo> for PushNotificationAuthenticationInfo {
    fn from(authentication: AuthenticationInfo) -> Self {
        Self { schemes: vec![authentication.scheme], credentials: authentication.credentials }
    }
}

/// The first scheme, for v1.0 has one; nothing of what says nothing.
fn one_scheme(authentication: PushNotificationAuthenticationInfo) -> Option<AuthenticationInfo> {
    let PushNotificationAuthenticationInfo { schemes, credentials } = authentication;
    let said = schemes.into_iter().find(|scheme| !scheme.is_empty());
    let scheme = said.or_else(|| credentials.is_some().then(|| BEARER.to_owned()))?;
    Some(AuthenticationInfo { scheme, credentials })
}

impl From<crate::TaskPushNotificationConfig> for TaskPushNotificationConfig {
    fn from(mut config: crate::TaskPushNotificationConfig) -> Self {
        Self { task_id: config.task_id.take(), push_notification_config: config.into() }
    }
}

impl From<TaskPushNotificationConfig> for crate::TaskPushNotificationConfig {
    fn from(config: TaskPushNotificationConfig) -> Self {
        Self { task_id: config.task_id, ..config.push_notification_config.into() }
    }
}

impl From<GetTaskPushNotificationConfigRequest> for GetTaskPushNotificationConfigParams {
    fn from(request: GetTaskPushNotificationConfigRequest) -> Self {
        Self { id: request.task_id, push_notification_config_id: Some(request.id), metadata: Metadata::new() }
    }
}

/// Without the id of a webhook there is no such request: the first of what the list has is meant.
impl TryFrom<GetTaskPushNotificationConfigParams> for GetTaskPushNotificationConfigRequest {
    type Error = ListTaskPushNotificationConfigsRequest;

    fn try_from(params: GetTaskPushNotificationConfigParams) -> Result<Self, Self::Error> {
        match params.push_notification_config_id {
            Some(id) => Ok(Self::new(params.id, id)),
            None => Err(ListTaskPushNotificationConfigsRequest::new(params.id)),
        }
    }
}

impl From<ListTaskPushNotificationConfigsRequest> for ListTaskPushNotificationConfigParams {
    fn from(request: ListTaskPushNotificationConfigsRequest) -> Self {
        Self::new(request.task_id)
    }
}

impl From<ListTaskPushNotificationConfigParams> for ListTaskPushNotificationConfigsRequest {
    fn from(params: ListTaskPushNotificationConfigParams) -> Self {
        Self::new(params.id)
    }
}

/// One page; v0.3 has but one, so its list is that of all pages.
impl From<ListTaskPushNotificationConfigsResponse> for Vec<TaskPushNotificationConfig> {
    fn from(response: ListTaskPushNotificationConfigsResponse) -> Self {
        each(response.configs)
    }
}

impl From<Vec<TaskPushNotificationConfig>> for ListTaskPushNotificationConfigsResponse {
    fn from(configs: Vec<TaskPushNotificationConfig>) -> Self {
        Self::new(each(configs))
    }
}

impl From<DeleteTaskPushNotificationConfigRequest> for DeleteTaskPushNotificationConfigParams {
    fn from(request: DeleteTaskPushNotificationConfigRequest) -> Self {
        Self::new(request.task_id, request.id)
    }
}

impl From<DeleteTaskPushNotificationConfigParams> for DeleteTaskPushNotificationConfigRequest {
    fn from(params: DeleteTaskPushNotificationConfigParams) -> Self {
        Self::new(params.id, params.push_notification_config_id)
    }
}
