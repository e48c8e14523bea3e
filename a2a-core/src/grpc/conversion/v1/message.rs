use crate::{
    Error, Message, Role, TaskId,
    grpc::{
        field::{At as _, list, optional, or_empty, required},
        v1, value,
    },
};

impl TryFrom<v1::Message> for Message {
    type Error = Error;

    fn try_from(message: v1::Message) -> Result<Self, Error> {
        let v1::Message {
            message_id,
            context_id,
            task_id,
            role,
            parts,
            metadata,
            extensions,
            reference_task_ids,
        } = message;
        Ok(Self {
            message_id: required(message_id, "messageId")?,
            context_id: optional(context_id),
            task_id: optional(task_id),
            role: Role::from_number(role),
            parts: list(parts, "parts")?,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
            extensions,
            reference_task_ids: task_ids(reference_task_ids)?,
        })
    }
}

fn task_ids(ids: Vec<String>) -> Result<Vec<TaskId>, Error> {
    ids.into_iter().map(|id| required(id, "referenceTaskIds")).collect()
}

impl TryFrom<Message> for v1::Message {
    type Error = Error;

    fn try_from(message: Message) -> Result<Self, Error> {
        let Message {
            message_id,
            context_id,
            task_id,
            role,
            parts,
            metadata,
            extensions,
            reference_task_ids,
        } = message;
        Ok(Self {
            message_id: message_id.to_string(),
            context_id: or_empty(context_id),
            task_id: or_empty(task_id),
            role: role.number(),
            parts: list(parts, "parts")?,
            metadata: value::to_optional_struct(metadata).at("metadata")?,
            extensions,
            reference_task_ids: reference_task_ids.iter().map(ToString::to_string).collect(),
        })
    }
}
