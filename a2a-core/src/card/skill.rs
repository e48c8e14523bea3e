use serde::{Deserialize, Deserializer, Serialize};

use crate::{json, security::SecurityRequirement};

/// One thing that an agent can do (§4.4.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentSkill {
    /// Unique within the card.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// What it does, for people and for models that choose an agent.
    pub description: String,
    /// Keywords to find it by.
    pub tags: Vec<String>,
    /// Requests that it can serve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// MIME types that it takes, if they aren't the card's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input_modes: Vec<String>,
    /// MIME types that it gives, if they aren't the card's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_modes: Vec<String>,
    /// What it requires beside what the card requires: any one of these will do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_requirements: Vec<SecurityRequirement>,
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
            security_requirements: Vec::new(),
        }
    }

    /// The same skill with these requests that it can serve.
    #[must_use]
    pub fn with_examples(mut self, examples: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.examples = examples.into_iter().map(Into::into).collect();
        self
    }
}

/// A skill as it is read: of v1.0, of v0.3 or of both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a skill")]
struct Fields {
    #[serde(default, deserialize_with = "json::or_default")]
    id: String,
    #[serde(default, deserialize_with = "json::or_default")]
    name: String,
    #[serde(default, deserialize_with = "json::or_default")]
    description: String,
    #[serde(default, deserialize_with = "json::or_default")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "json::or_default")]
    examples: Vec<String>,
    #[serde(alias = "input_modes", default, deserialize_with = "json::or_default")]
    input_modes: Vec<String>,
    #[serde(alias = "output_modes", default, deserialize_with = "json::or_default")]
    output_modes: Vec<String>,
    #[serde(alias = "security_requirements", default)]
    security_requirements: Option<Vec<SecurityRequirement>>,
    #[serde(default, deserialize_with = "json::if_it_can_be_read")]
    security: Option<Vec<SecurityRequirement>>,
}

impl<'de> Deserialize<'de> for AgentSkill {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        Ok(Self {
            id: fields.id,
            name: fields.name,
            description: fields.description,
            tags: fields.tags,
            examples: fields.examples,
            input_modes: fields.input_modes,
            output_modes: fields.output_modes,
            security_requirements: fields.security_requirements.or(fields.security).unwrap_or_default(),
        })
    }
}
