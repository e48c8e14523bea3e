use serde::{Deserialize, Serialize};

use crate::{AgentExtension, json};

/// Which optional parts of the protocol an agent of v0.3 supports; absent means no.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentCapabilities {
    /// Streams the events of a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streaming: Option<bool>,
    /// Calls a webhook when a task changes.
    #[serde(alias = "push_notifications", default, skip_serializing_if = "Option::is_none")]
    pub push_notifications: Option<bool>,
    /// Keeps what states a task has been in; v1.0 has nothing of it.
    #[serde(alias = "state_transition_history", default, skip_serializing_if = "Option::is_none")]
    pub state_transition_history: Option<bool>,
    /// What it adds to the protocol.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<AgentExtension>,
}

impl AgentCapabilities {
    /// Nothing said about anything.
    pub fn new() -> Self {
        Self::default()
    }
}
