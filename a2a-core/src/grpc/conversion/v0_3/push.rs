use super::name;
use crate::{
    Error, Metadata,
    grpc::{
        field::{At as _, invalid, list, optional_text, or_empty, present, required_text, unsayable},
        v0_3,
    },
    v0_3::{
        DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, PushNotificationAuthenticationInfo, PushNotificationConfig,
        TaskPushNotificationConfig,
    },
};

impl TryFrom<v0_3::PushNotificationConfig> for PushNotificationConfig {
    type Error = Error;

    fn try_from(config: v0_3::PushNotificationConfig) -> Result<Self, Error> {
        let v0_3::PushNotificationConfig { id, url, token, authentication } = config;
        Ok(Self {
            id: optional_text(id),
            url: required_text(url, "url")?,
            token: optional_text(token),
            authentication: authentication.map(Into::into),
        })
    }
}

impl From<PushNotificationConfig> for v0_3::PushNotificationConfig {
    fn from(config: PushNotificationConfig) -> Self {
        let PushNotificationConfig { id, url, token, authentication } = config;
        Self { id: or_empty(id), url, token: or_empty(token), authentication: authentication.map(Into::into) }
    }
}

impl From<v0_3::AuthenticationInfo> for PushNotificationAuthenticationInfo {
    fn from(authentication: v0_3::AuthenticationInfo) -> Self {
        let v0_3::AuthenticationInfo { schemes, credentials } = authentication;
        Self { schemes, credentials: optional_text(credentials) }
    }
}

impl From<PushNotificationAuthenticationInfo> for v0_3::AuthenticationInfo {
    fn from(authentication: PushNotificationAuthenticationInfo) -> Self {
        let PushNotificationAuthenticationInfo { schemes, credentials } = authentication;
        Self { schemes, credentials: or_empty(credentials) }
    }
}

/// The id of the webhook is the config's own, or, without one, that of the name.
impl TryFrom<v0_3::TaskPushNotificationConfig> for TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(config: v0_3::TaskPushNotificationConfig) -> Result<Self, Error> {
        let v0_3::TaskPushNotificationConfig { name, push_notification_config } = config;
        let mut config: PushNotificationConfig = present(push_notification_config, "pushNotificationConfig")?;
        let mut task_id = None;
        if !name.is_empty() {
            let (task, id) = name::config(&name, "name")?;
            (task_id, config.id) = (Some(task), config.id.or(id));
        }
        Ok(Self { task_id, push_notification_config: config })
    }
}

/// Without a task it has no name.
impl TryFrom<TaskPushNotificationConfig> for v0_3::TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(config: TaskPushNotificationConfig) -> Result<Self, Error> {
        let TaskPushNotificationConfig { task_id, push_notification_config } = config;
        let id = push_notification_config.id.as_deref();
        let name = task_id.map(|task| name::of_config(&task, id)).transpose()?;
        Ok(Self { name: or_empty(name), push_notification_config: Some(push_notification_config.into()) })
    }
}

/// The task is the one of `parent`, the id of the webhook the config's own or else `config_id`.
impl TryFrom<v0_3::CreateTaskPushNotificationConfigRequest> for TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(request: v0_3::CreateTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        let v0_3::CreateTaskPushNotificationConfigRequest { parent, config_id, config } = request;
        let task_id = name::task(&parent, "parent")?;
        let config = config.and_then(|config| config.push_notification_config);
        let config = config.ok_or_else(|| invalid("must be set")).and_then(PushNotificationConfig::try_from);
        let mut config = config.at("pushNotificationConfig").at("config")?;
        config.id = config.id.or(optional_text(config_id));
        Ok(Self { task_id: Some(task_id), push_notification_config: config })
    }
}

impl TryFrom<TaskPushNotificationConfig> for v0_3::CreateTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(config: TaskPushNotificationConfig) -> Result<Self, Error> {
        let task_id = config.task_id.as_ref();
        let parent = task_id.map_or_else(|| Err(unsayable("has to be set")), name::of_task).at("taskId")?;
        let config_id = config.push_notification_config.id.clone();
        Ok(Self { parent, config_id: or_empty(config_id), config: Some(config.try_into()?) })
    }
}

impl TryFrom<v0_3::GetTaskPushNotificationConfigRequest> for GetTaskPushNotificationConfigParams {
    type Error = Error;

    fn try_from(request: v0_3::GetTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        let (id, push_notification_config_id) = name::config(&request.name, "name")?;
        Ok(Self { id, push_notification_config_id, metadata: Metadata::new() })
    }
}

/// Its metadata is left out.
impl TryFrom<GetTaskPushNotificationConfigParams> for v0_3::GetTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(params: GetTaskPushNotificationConfigParams) -> Result<Self, Error> {
        let config = params.push_notification_config_id.as_deref();
        Ok(Self { name: name::of_config(&params.id, config)? })
    }
}

/// The page is left out: in 0.3 the whole list is asked for.
impl TryFrom<v0_3::ListTaskPushNotificationConfigRequest> for ListTaskPushNotificationConfigParams {
    type Error = Error;

    fn try_from(request: v0_3::ListTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        name::task(&request.parent, "parent").map(Self::new)
    }
}

/// Its metadata is left out.
impl TryFrom<ListTaskPushNotificationConfigParams> for v0_3::ListTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(params: ListTaskPushNotificationConfigParams) -> Result<Self, Error> {
        Ok(Self { parent: name::of_task(&params.id)?, page_size: 0, page_token: String::new() })
    }
}

/// One page: a client looks at `next_page_token` before.
impl TryFrom<v0_3::ListTaskPushNotificationConfigResponse> for Vec<TaskPushNotificationConfig> {
    type Error = Error;

    fn try_from(response: v0_3::ListTaskPushNotificationConfigResponse) -> Result<Self, Error> {
        list(response.configs, "configs")
    }
}

impl TryFrom<Vec<TaskPushNotificationConfig>> for v0_3::ListTaskPushNotificationConfigResponse {
    type Error = Error;

    fn try_from(configs: Vec<TaskPushNotificationConfig>) -> Result<Self, Error> {
        Ok(Self { configs: list(configs, "configs")?, next_page_token: String::new() })
    }
}

impl TryFrom<v0_3::DeleteTaskPushNotificationConfigRequest> for DeleteTaskPushNotificationConfigParams {
    type Error = Error;

    fn try_from(request: v0_3::DeleteTaskPushNotificationConfigRequest) -> Result<Self, Error> {
        let (id, config) = name::config(&request.name, "name")?;
        Ok(Self::new(id, required_text(config.unwrap_or_default(), "name")?))
    }
}

/// Its metadata is left out.
impl TryFrom<DeleteTaskPushNotificationConfigParams> for v0_3::DeleteTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(params: DeleteTaskPushNotificationConfigParams) -> Result<Self, Error> {
        Ok(Self { name: name::of_config(&params.id, Some(&params.push_notification_config_id))? })
    }
}
