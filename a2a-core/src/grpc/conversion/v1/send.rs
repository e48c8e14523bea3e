use crate::{
    Error, SendMessageConfiguration, SendMessageRequest, SendMessageResponse,
    grpc::{
        field::{At as _, invalid, maybe, optional, or_empty, present},
        v1::{self, send_message_response::Payload},
        value,
    },
};

impl TryFrom<v1::SendMessageRequest> for SendMessageRequest {
    type Error = Error;

    fn try_from(request: v1::SendMessageRequest) -> Result<Self, Error> {
        let v1::SendMessageRequest { tenant, message, configuration, metadata } = request;
        Ok(Self {
            tenant: optional(tenant),
            message: present(message, "message")?,
            configuration: maybe(configuration, "configuration")?.unwrap_or_default(),
            metadata: value::from_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<SendMessageRequest> for v1::SendMessageRequest {
    type Error = Error;

    fn try_from(request: SendMessageRequest) -> Result<Self, Error> {
        let SendMessageRequest { tenant, message, configuration, metadata } = request;
        let configuration = v1::SendMessageConfiguration::from(configuration);
        Ok(Self {
            tenant: or_empty(tenant),
            message: maybe(Some(message), "message")?,
            configuration: Some(configuration)
                .filter(|said| *said != v1::SendMessageConfiguration::default()),
            metadata: value::to_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<v1::SendMessageConfiguration> for SendMessageConfiguration {
    type Error = Error;

    fn try_from(configuration: v1::SendMessageConfiguration) -> Result<Self, Error> {
        let v1::SendMessageConfiguration {
            accepted_output_modes,
            task_push_notification_config,
            history_length,
            return_immediately,
        } = configuration;
        let config = maybe(task_push_notification_config, "taskPushNotificationConfig")?;
        Ok(Self {
            accepted_output_modes,
            task_push_notification_config: config.map(Box::new),
            history_length,
            return_immediately,
        })
    }
}

impl From<SendMessageConfiguration> for v1::SendMessageConfiguration {
    fn from(configuration: SendMessageConfiguration) -> Self {
        let SendMessageConfiguration {
            accepted_output_modes,
            task_push_notification_config,
            history_length,
            return_immediately,
        } = configuration;
        Self {
            accepted_output_modes,
            task_push_notification_config: task_push_notification_config.map(|config| (*config).into()),
            history_length,
            return_immediately,
        }
    }
}

impl TryFrom<v1::SendMessageResponse> for SendMessageResponse {
    type Error = Error;

    fn try_from(response: v1::SendMessageResponse) -> Result<Self, Error> {
        match response.payload {
            Some(Payload::Task(task)) => Ok(Self::Task(task.try_into().at("task")?)),
            Some(Payload::Message(message)) => Ok(Self::Message(message.try_into().at("message")?)),
            None => Err(invalid("the answer to a send must have a task or a message")),
        }
    }
}

impl TryFrom<SendMessageResponse> for v1::SendMessageResponse {
    type Error = Error;

    fn try_from(response: SendMessageResponse) -> Result<Self, Error> {
        let payload = match response {
            SendMessageResponse::Task(task) => Payload::Task(task.try_into().at("task")?),
            SendMessageResponse::Message(message) => Payload::Message(message.try_into().at("message")?),
        };
        Ok(Self { payload: Some(payload) })
    }
}
