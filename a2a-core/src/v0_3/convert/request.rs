use crate::{
    CancelTaskRequest, GetTaskRequest, Metadata, SendMessageConfiguration, SendMessageRequest,
    SubscribeToTaskRequest, TaskPushNotificationConfig,
    v0_3::{MessageSendConfiguration, MessageSendParams, TaskIdParams, TaskQueryParams},
};

impl From<SendMessageRequest> for MessageSendParams {
    fn from(request: SendMessageRequest) -> Self {
        Self {
            message: request.message.into(),
            configuration: Some(request.configuration.into()),
            metadata: request.metadata,
        }
    }
}

impl From<MessageSendParams> for SendMessageRequest {
    fn from(params: MessageSendParams) -> Self {
        Self {
            tenant: None,
            message: params.message.into(),
            configuration: params.configuration.map(Into::into).unwrap_or_default(),
            metadata: params.metadata,
        }
    }
}

impl From<SendMessageConfiguration> for MessageSendConfiguration {
    fn from(configuration: SendMessageConfiguration) -> Self {
        let webhook = configuration.task_push_notification_config;
        Self {
            accepted_output_modes: configuration.accepted_output_modes,
            history_length: configuration.history_length,
            push_notification_config: webhook.map(|webhook| Box::new((*webhook).into())),
            // Said in any case: peers differ in what its absence means to them.
            blocking: Some(!configuration.return_immediately),
        }
    }
}

impl From<MessageSendConfiguration> for SendMessageConfiguration {
    fn from(configuration: MessageSendConfiguration) -> Self {
        let webhook = configuration.push_notification_config;
        Self {
            accepted_output_modes: configuration.accepted_output_modes,
            task_push_notification_config: webhook
                .map(|webhook| Box::new(TaskPushNotificationConfig::from(*webhook))),
            history_length: configuration.history_length,
            return_immediately: configuration.blocking == Some(false),
        }
    }
}

impl From<GetTaskRequest> for TaskQueryParams {
    fn from(request: GetTaskRequest) -> Self {
        Self { id: request.id, history_length: request.history_length, metadata: Metadata::new() }
    }
}

impl From<TaskQueryParams> for GetTaskRequest {
    fn from(params: TaskQueryParams) -> Self {
        Self { tenant: None, id: params.id, history_length: params.history_length }
    }
}

impl From<CancelTaskRequest> for TaskIdParams {
    fn from(request: CancelTaskRequest) -> Self {
        Self { id: request.id, metadata: request.metadata }
    }
}

impl From<TaskIdParams> for CancelTaskRequest {
    fn from(params: TaskIdParams) -> Self {
        Self { tenant: None, id: params.id, metadata: params.metadata }
    }
}

impl From<SubscribeToTaskRequest> for TaskIdParams {
    fn from(request: SubscribeToTaskRequest) -> Self {
        Self::new(request.id)
    }
}

impl From<TaskIdParams> for SubscribeToTaskRequest {
    fn from(params: TaskIdParams) -> Self {
        Self::new(params.id)
    }
}
