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

/// The id of the webhook is the config's own, or, without one, that of the name. A name of the task alone will do, too:
/// it is one whose id the server makes.
impl TryFrom<v0_3::TaskPushNotificationConfig> for TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(config: v0_3::TaskPushNotificationConfig) -> Result<Self, Error> {
        let v0_3::TaskPushNotificationConfig { name, push_notification_config } = config;
        let mut config: PushNotificationConfig = present(push_notification_config, "pushNotificationConfig")?;
        let task_id = match name::task(&name, "name") {
            Ok(task_id) => Some(task_id),
            Err(_) if name.is_empty() => None,
            Err(_) => {
                let (task_id, id) = name::config(&name, "name")?;
                config.id.get_or_insert(id);
                Some(task_id)
            }
        };
        Ok(Self { task_id, push_notification_config: config })
    }
}

/// Without an id its name is that of its task, and without a task it has none.
impl TryFrom<TaskPushNotificationConfig> for v0_3::TaskPushNotificationConfig {
    type Error = Error;

    fn try_from(config: TaskPushNotificationConfig) -> Result<Self, Error> {
        let TaskPushNotificationConfig { task_id, push_notification_config } = config;
        let name = match (&task_id, &push_notification_config.id) {
            (None, _) => String::new(),
            (Some(task), None) => name::of_task(task)?,
            (Some(task), Some(id)) => name::of_config(task, id)?,
        };
        Ok(Self { name, push_notification_config: Some(push_notification_config.into()) })
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
        let (id, config) = name::config(&request.name, "name")?;
        Ok(Self { id, push_notification_config_id: Some(config), metadata: Metadata::new() })
    }
}

/// Only with the id of the webhook, for a name needs one; its metadata is left out.
impl TryFrom<GetTaskPushNotificationConfigParams> for v0_3::GetTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(params: GetTaskPushNotificationConfigParams) -> Result<Self, Error> {
        let config = params.push_notification_config_id.unwrap_or_default();
        Ok(Self { name: name::of_config(&params.id, &config)? })
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
        Ok(Self::new(id, config))
    }
}

/// Its metadata is left out.
impl TryFrom<DeleteTaskPushNotificationConfigParams> for v0_3::DeleteTaskPushNotificationConfigRequest {
    type Error = Error;

    fn try_from(params: DeleteTaskPushNotificationConfigParams) -> Result<Self, Error> {
        Ok(Self { name: name::of_config(&params.id, &params.push_notification_config_id)? })
    }
}
