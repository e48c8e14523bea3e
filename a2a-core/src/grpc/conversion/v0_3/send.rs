use crate::{
    Error,
    grpc::{
        field::{At as _, invalid, maybe, present},
        v0_3::{self, send_message_response::Payload},
        value,
    },
    v0_3::{MessageSendConfiguration, MessageSendParams, SendMessageResult},
};

/// No configuration stays none, which waits, where one without `blocking` doesn't.
impl TryFrom<v0_3::SendMessageRequest> for MessageSendParams {
    type Error = Error;

    fn try_from(request: v0_3::SendMessageRequest) -> Result<Self, Error> {
        let v0_3::SendMessageRequest { request: message, configuration, metadata } = request;
        Ok(Self {
            message: present(message, "message")?,
            configuration: maybe(configuration, "configuration")?,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
        })
    }
}

/// There always is a configuration that says whether to block: deployed servers don't agree about none.
impl TryFrom<MessageSendParams> for v0_3::SendMessageRequest {
    type Error = Error;

    fn try_from(params: MessageSendParams) -> Result<Self, Error> {
        let MessageSendParams { message, configuration, metadata } = params;
        Ok(Self {
            request: maybe(Some(message), "message")?,
            configuration: Some(configuration.unwrap_or_default().into()),
            metadata: value::to_optional_struct(metadata).at("metadata")?,
        })
    }
}

/// Here 0 messages are no limit, and `blocking` is always said.
impl TryFrom<v0_3::SendMessageConfiguration> for MessageSendConfiguration {
    type Error = Error;

    fn try_from(configuration: v0_3::SendMessageConfiguration) -> Result<Self, Error> {
        let v0_3::SendMessageConfiguration {
            accepted_output_modes,
            push_notification,
            history_length,
            blocking,
        } = configuration;
        Ok(Self {
            accepted_output_modes,
            history_length: limit(history_length),
            push_notification_config: maybe(push_notification, "pushNotification")?.map(Box::new),
            blocking: Some(blocking),
        })
    }
}

impl From<MessageSendConfiguration> for v0_3::SendMessageConfiguration {
    fn from(configuration: MessageSendConfiguration) -> Self {
        let MessageSendConfiguration {
            accepted_output_modes,
            history_length,
            push_notification_config,
            blocking,
        } = configuration;
        Self {
            accepted_output_modes,
            push_notification: push_notification_config.map(|config| (*config).into()),
            history_length: history_length.unwrap_or_default(),
            blocking: blocking.unwrap_or(true),
        }
    }
}

/// In this package 0 is no limit. Nothing asks for no history at all: who wants none leaves out what comes.
pub(super) fn limit(history_length: i32) -> Option<i32> {
    Some(history_length).filter(|length| *length != 0)
}

impl TryFrom<v0_3::SendMessageResponse> for SendMessageResult {
    type Error = Error;

    fn try_from(response: v0_3::SendMessageResponse) -> Result<Self, Error> {
        match response.payload {
            Some(Payload::Task(task)) => Ok(Self::Task(task.try_into().at("task")?)),
            Some(Payload::Msg(message)) => Ok(Self::Message(message.try_into().at("message")?)),
            None => Err(invalid("the answer to a send must have a task or a message")),
        }
    }
}

impl TryFrom<SendMessageResult> for v0_3::SendMessageResponse {
    type Error = Error;

    fn try_from(result: SendMessageResult) -> Result<Self, Error> {
        let payload = match result {
            SendMessageResult::Task(task) => Payload::Task(task.try_into().at("task")?),
            SendMessageResult::Message(message) => Payload::Msg(message.try_into().at("message")?),
        };
        Ok(Self { payload: Some(payload) })
    }
}
