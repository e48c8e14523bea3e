use crate::{
    Error,
    grpc::{
        field::{At as _, list, optional, or_empty, required},
        v0_3, value,
    },
    v0_3::{Message, Role},
};

impl TryFrom<v0_3::Message> for Message {
    type Error = Error;

    fn try_from(message: v0_3::Message) -> Result<Self, Error> {
        let v0_3::Message { message_id, context_id, task_id, role, content, metadata, extensions } = message;
        Ok(Self {
            message_id: required(message_id, "messageId")?,
            context_id: optional(context_id),
            task_id: optional(task_id),
            role: Role::from_number(role),
            parts: list(content, "content")?,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
            extensions,
            reference_task_ids: Vec::new(),
        })
    }
}

/// The tasks that it refers to are left out: there is no field for them.
impl TryFrom<Message> for v0_3::Message {
    type Error = Error;

    fn try_from(message: Message) -> Result<Self, Error> {
        Ok(Self {
            message_id: message.message_id.to_string(),
            context_id: or_empty(message.context_id),
            task_id: or_empty(message.task_id),
            role: message.role.number(),
            content: list(message.parts, "content")?,
            metadata: value::to_optional_struct(message.metadata).at("metadata")?,
            extensions: message.extensions,
        })
    }
}
