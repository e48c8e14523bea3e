use crate::{
    AuthenticationInfo, DeleteTaskPushNotificationConfigRequest, Error, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse,
    TaskPushNotificationConfig,
    grpc::{
        field::{each, list, maybe, optional, optional_text, or_empty, required, required_text},
        v1,
    },
};

impl TryFrom<v1::TaskPushNotificationConfig> for TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(config: v1::TaskPushNotificationConfig) -> Result<Self, Error> {
        let v1::TaskPushNotificationConfig { tenant, id, task_id, url, token, authentication } = config;
        Ok(Self {
            tenant: optional(tenant),
            id: optional_text(id),
            task_id: optional(task_id),
            url: required_text(url, "url")?,
            token: optional_text(token),
            authentication: maybe(authentication, "authentication")?,
        })
    }
}

impl From<TaskPushNotificationConfig> for v1::TaskPushNotificationConfig {
    fn from(config: TaskPushNotificationConfig) -> Self {
        let TaskPushNotificationConfig { tenant, id, task_id, url, token, authentication } = config;
        Self {
            tenant: or_empty(tenant),
            id: or_empty(id),
            task_id: or_empty(task_id),
            url,
            token: or_empty(token),
            authentication: authentication.map(Into::into),
        }
    }
}

impl TryFrom<v1::AuthenticationInfo> for AuthenticationInfo {
    type Error = Error;

    fn try_from(authentication: v1::AuthenticationInfo) -> Result<Self, Error> {
        let v1::AuthenticationInfo { scheme, credentials } = authentication;
        Ok(Self { scheme: required_text(scheme, "scheme")?, credentials: optional_text(credentials) })
    }
}

impl From<AuthenticationInfo> for v1::AuthenticationInfo {
    fn from(authentication: AuthenticationInfo) -> Self {
        let AuthenticationInfo { scheme, credentials } = authentication;
        Self { scheme, credentials: or_empty(credentials) }
    }
}

impl TryFrom<v1::GetTaskPushNotificationConfigRequest> for GetTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(request: v1::GetTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        let v1::GetTaskPushNotificationConfigRequest { tenant, task_id, id } = request;
        Ok(Self {
            tenant: optional(tenant),
            task_id: required(task_id, "taskId")?,
            id: required_text(id, "id")?,
        })
    }
}

impl From<GetTaskPushNotificationConfigRequest> for v1::GetTaskPushNotificationConfigRequest {
    fn from(request: GetTaskPushNotificationConfigRequest) -> Self {
        let GetTaskPushNotificationConfigRequest { tenant, task_id, id } = request;
        Self { tenant: or_empty(tenant), task_id: task_id.to_string(), id }
    }
}

impl TryFrom<v1::ListTaskPushNotificationConfigsRequest> for ListTaskPushNotificationConfigsRequest {
    type Error = Error;

    fn try_from(request: v1::ListTaskPushNotificationConfigsRequest) -> Result<Self, Error> {
        let v1::ListTaskPushNotificationConfigsRequest { task_id, page_size, page_token, tenant } = request;
        Ok(Self {
            tenant: optional(tenant),
            task_id: required(task_id, "taskId")?,
            page_size: Some(page_size).filter(|size| *size != 0),
            page_token: optional_text(page_token),
        })
    }
}

impl From<ListTaskPushNotificationConfigsRequest> for v1::ListTaskPushNotificationConfigsRequest {
    fn from(request: ListTaskPushNotificationConfigsRequest) -> Self {
        let ListTaskPushNotificationConfigsRequest { tenant, task_id, page_size, page_token } = request;
        Self {
            task_id: task_id.to_string(),
            page_size: page_size.unwrap_or_default(),
            page_token: or_empty(page_token),
            tenant: or_empty(tenant),
        }
    }
}

impl TryFrom<v1::ListTaskPushNotificationConfigsResponse> for ListTaskPushNotificationConfigsResponse {
    type Error = Error;

    fn try_from(response: v1::ListTaskPushNotificationConfigsResponse) -> Result<Self, Error> {
        let v1::ListTaskPushNotificationConfigsResponse { configs, next_page_token } = response;
        Ok(Self { configs: list(configs, "configs")?, next_page_token: optional_text(next_page_token) })
    }
}

impl From<ListTaskPushNotificationConfigsResponse> for v1::ListTaskPushNotificationConfigsResponse {
    fn from(response: ListTaskPushNotificationConfigsResponse) -> Self {
        let ListTaskPushNotificationConfigsResponse { configs, next_page_token } = response;
        Self { configs: each(configs), next_page_token: or_empty(next_page_token) }
    }
}

impl TryFrom<v1::DeleteTaskPushNotificationConfigRequest> for DeleteTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(request: v1::DeleteTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        let v1::DeleteTaskPushNotificationConfigRequest { tenant, task_id, id } = request;
        Ok(Self {
            tenant: optional(tenant),
            task_id: required(task_id, "taskId")?,
            id: required_text(id, "id")?,
        })
    }
}

impl From<DeleteTaskPushNotificationConfigRequest> for v1::DeleteTaskPushNotificationConfigRequest {
    fn from(request: DeleteTaskPushNotificationConfigRequest) -> Self {
        let DeleteTaskPushNotificationConfigRequest { tenant, task_id, id } = request;
        Self { tenant: or_empty(tenant), task_id: task_id.to_string(), id }
    }
}
