use serde::{Deserialize, Serialize};

use crate::{SecurityRequirement, json, v0_3::security};

/// One thing that an agent can do; it differs from v1.0's in how it writes what it requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentSkill {
    /// Unique within the card.
    #[serde(default, deserialize_with = "json::or_default")]
    pub id: String,
    /// A name for people.
    #[serde(default, deserialize_with = "json::or_default")]
    pub name: String,
    /// What it does, for people and for models that choose an agent.
    #[serde(default, deserialize_with = "json::or_default")]
    pub description: String,
    /// Keywords to find it by.
    #[serde(default, deserialize_with = "json::or_default")]
    pub tags: Vec<String>,
    /// Requests that it can serve.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// MIME types that it takes, if they aren't the card's.
    #[serde(alias = "input_modes", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input_modes: Vec<String>,
    /// MIME types that it gives, if they aren't the card's.
    #[serde(alias = "output_modes", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_modes: Vec<String>,
    /// What it requires beside what the card requires: any one of these will do.
    #[serde(default, deserialize_with = "json::or_default", serialize_with = "security::write_requirements")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<SecurityRequirement>,
}

impl AgentSkill {
    /// A skill with the modes and the requirements of its card.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        description: impl Into<String>,
        tags: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: description.into(),
            tags: tags.into_iter().map(Into::into).collect(),
            examples: Vec::new(),
            input_modes: Vec::new(),
            output_modes: Vec::new(),
            security: Vec::new(),
        }
    }
}
