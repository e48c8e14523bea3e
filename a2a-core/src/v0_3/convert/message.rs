use super::each;
use crate::v0_3::{Artifact, Message, Role};

impl From<crate::Role> for Role {
    fn from(role: crate::Role) -> Self {
        match role {
            crate::Role::User => Self::User,
            crate::Role::Unknown(other) if other.is_name_without("ROLE_") => Self::from_unknown(&other),
            crate::Role::Agent | crate::Role::Unspecified | crate::Role::Unknown(_) => Self::Agent,
        }
    }
}

impl From<Role> for crate::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Unspecified => Self::Unspecified,
            Role::User => Self::User,
            Role::Agent => Self::Agent,
            Role::Other(other) => Self::from_unknown(&other),
        }
    }
}

impl From<crate::Message> for Message {
    fn from(message: crate::Message) -> Self {
        Self {
            message_id: message.message_id,
            context_id: message.context_id,
            task_id: message.task_id,
            role: message.role.into(),
            parts: each(message.parts),
            metadata: message.metadata,
            extensions: message.extensions,
            reference_task_ids: message.reference_task_ids,
        }
    }
}

impl From<Message> for crate::Message {
    fn from(message: Message) -> Self {
        Self {
            message_id: message.message_id,
            context_id: message.context_id,
            task_id: message.task_id,
            role: message.role.into(),
            parts: each(message.parts),
            metadata: message.metadata,
            extensions: message.extensions,
            reference_task_ids: message.reference_task_ids,
        }
    }
}

impl From<crate::Artifact> for Artifact {
    fn from(artifact: crate::Artifact) -> Self {
        Self {
            artifact_id: artifact.artifact_id,
            name: artifact.name,
            description: artifact.description,
            parts: each(artifact.parts),
            metadata: artifact.metadata,
            extensions: artifact.extensions,
        }
    }
}

impl From<Artifact> for crate::Artifact {
    fn from(artifact: Artifact) -> Self {
        Self {
            artifact_id: artifact.artifact_id,
            name: artifact.name,
            description: artifact.description,
            parts: each(artifact.parts),
            metadata: artifact.metadata,
            extensions: artifact.extensions,
        }
    }
}
