use serde::{Deserialize, Serialize};

use super::Part;
use crate::{ContextId, MessageId, Metadata, TaskId, json, open_enum::open_enum};

open_enum! {
    /// Who sent a message.
    #[derive(Default)]
    pub enum Role {
        /// Not said; JSON-RPC has no word for it, protobuf has.
        #[default]
        Unspecified = "ROLE_UNSPECIFIED" = 0,
        /// From the client to the server.
        User = "user" | "ROLE_USER" = 1,
        /// From the server to the client.
        Agent = "agent" | "ROLE_AGENT" = 2,
    }
    else Other
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "message", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Message {
    /// Made by the sender.
    #[serde(alias = "message_id")]
    pub message_id: MessageId,
    /// The conversation it belongs to.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<ContextId>,
    /// The task it is about.
    #[serde(alias = "task_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// Who sent it.
    #[serde(default, deserialize_with = "json::or_default")]
    pub role: Role,
    /// What it says; always written.
    #[serde(alias = "content", default, deserialize_with = "json::or_default")]
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
    /// A message with this content and nothing else.
    pub fn new(message_id: MessageId, role: Role, parts: Vec<Part>) -> Self {
        Self {
            message_id,
            context_id: None,
            task_id: None,
            role,
            parts,
            metadata: Metadata::new(),
            extensions: Vec::new(),
            reference_task_ids: Vec::new(),
        }
    }
}
