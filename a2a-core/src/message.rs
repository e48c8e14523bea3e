//! What client and agent say to each other.

use serde::{Deserialize, Serialize};

use crate::{ContextId, MessageId, Metadata, Part, Parts, TaskId, json, open_enum::open_enum};

open_enum! {
    /// Who sent a message (§4.1.5).
    #[derive(Default)]
    pub enum Role {
        /// Not said; never valid in a request.
        #[default]
        Unspecified = "ROLE_UNSPECIFIED" = 0,
        /// From the client to the server.
        User = "ROLE_USER" = 1,
        /// From the server to the client.
        Agent = "ROLE_AGENT" = 2,
    }
    else Unknown
}

/// One turn of the conversation (§4.1.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Message {
    /// Made by the sender.
    #[serde(alias = "message_id")]
    pub message_id: MessageId,
    /// The conversation it belongs to.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<ContextId>,
    /// The task it is about; from a client it must name an existing one.
    #[serde(alias = "task_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// Who sent it.
    #[serde(default, deserialize_with = "json::or_default")]
    pub role: Role,
    /// What it says; a request needs at least one. The list is written though it is empty.
    #[serde(default, deserialize_with = "json::or_default")]
    pub parts: Vec<Part>,
    /// Data of extensions and applications.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// URIs of the extensions that added to it.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
    /// Other tasks that it refers to.
    #[serde(alias = "reference_task_ids", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reference_task_ids: Vec<TaskId>,
}

impl Message {
    /// A message of the client.
    pub fn user(message_id: MessageId, parts: impl Into<Parts>) -> Self {
        Self::new(message_id, Role::User, parts)
    }

    /// A message of the agent.
    pub fn agent(message_id: MessageId, parts: impl Into<Parts>) -> Self {
        Self::new(message_id, Role::Agent, parts)
    }

    fn new(message_id: MessageId, role: Role, parts: impl Into<Parts>) -> Self {
        Self {
            message_id,
            context_id: None,
            task_id: None,
            role,
            parts: parts.into().into_vec(),
            metadata: Metadata::new(),
            extensions: Vec::new(),
            reference_task_ids: Vec::new(),
        }
    }

    /// All its text, one part after the other.
    pub fn text(&self) -> String {
        Part::join_text(&self.parts)
    }
}
