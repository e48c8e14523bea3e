use serde::{Deserialize, Serialize};

use crate::{Metadata, json};

/// Which optional parts of the protocol an agent supports (§4.4.3).
///
/// Absent means no. Whether a `false` was said or left out is kept, because a signature covers it (§8.4.1).
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
    /// What it adds to the protocol.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<AgentExtension>,
    /// Has another card for clients that authenticate.
    #[serde(alias = "extended_agent_card", default, skip_serializing_if = "Option::is_none")]
    pub extended_agent_card: Option<bool>,
}

impl AgentCapabilities {
    /// Nothing said about anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whether it streams.
    #[must_use]
    pub fn with_streaming(mut self, supported: bool) -> Self {
        self.streaming = Some(supported);
        self
    }

    /// Says whether it calls webhooks.
    #[must_use]
    pub fn with_push_notifications(mut self, supported: bool) -> Self {
        self.push_notifications = Some(supported);
        self
    }

    /// Says whether it has a card for clients that authenticate.
    #[must_use]
    pub fn with_extended_agent_card(mut self, supported: bool) -> Self {
        self.extended_agent_card = Some(supported);
        self
    }

    /// Adds an extension.
    #[must_use]
    pub fn with_extension(mut self, extension: AgentExtension) -> Self {
        self.extensions.push(extension);
        self
    }
}

/// An addition to the protocol that an agent supports (§4.4.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentExtension {
    /// Names the extension and its version; without one it means nothing.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub uri: String,
    /// How this agent uses it.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the agent refuses clients that don't follow it.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "json::is_false")]
    pub required: bool,
    /// Settings that the extension defines.
    #[serde(default, deserialize_with = "json::optional_metadata")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Metadata>,
}

impl AgentExtension {
    /// An extension that clients may ignore.
    pub fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), description: None, required: false, params: None }
    }

    /// Says whether the agent refuses clients that don't follow it.
    #[must_use]
    pub fn with_required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }
}
