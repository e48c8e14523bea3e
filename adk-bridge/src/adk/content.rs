use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use super::function::{FunctionCall, FunctionResponse};
use super::part::Part;
use super::wire::record;

/// What somebody says: parts in order, and in which role.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Content {
    /// The pieces.
    pub parts: Vec<Part>,
    /// Whose turn it is in the conversation with a model.
    pub role: Option<Role>,
}

impl Content {
    /// Content of a role.
    pub fn new(role: Role, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect(), role: Some(role) }
    }

    /// Content of the user.
    pub fn user(content: impl Into<Self>) -> Self {
        Self { role: Some(Role::User), ..content.into() }
    }

    /// Content of a model, the role of every agent.
    pub fn model(content: impl Into<Self>) -> Self {
        Self { role: Some(Role::Model), ..content.into() }
    }

    /// The text of all text parts that aren't thoughts, joined without a separator.
    pub fn text(&self) -> String {
        self.parts.iter().filter(|part| !part.is_thought()).filter_map(Part::as_text).collect()
    }

    /// The function calls, in order.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.parts.iter().filter_map(Part::as_function_call)
    }

    /// The function responses, in order.
    pub fn function_responses(&self) -> impl Iterator<Item = &FunctionResponse> {
        self.parts.iter().filter_map(Part::as_function_response)
    }
}

record! { Content {
    "parts" => parts: some,
    "role" => role: some,
} }

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Part::text(text).into()
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Part::text(text).into()
    }
}

impl From<Part> for Content {
    fn from(part: Part) -> Self {
        vec![part].into()
    }
}

impl From<Vec<Part>> for Content {
    fn from(parts: Vec<Part>) -> Self {
        Self { parts, role: None }
    }
}

impl<const N: usize> From<[Part; N]> for Content {
    fn from(parts: [Part; N]) -> Self {
        Vec::from(parts).into()
    }
}

/// Whose turn a [`Content`] is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The user's.
    User,
    /// The model's.
    Model,
    /// One that this version doesn't know, kept as it came.
    Other(String),
}

impl Role {
    /// The name in JSON.
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Model => "model",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Role {
    fn from(name: String) -> Self {
        match name.as_str() {
            "user" => Self::User,
            "model" => Self::Model,
            _ => Self::Other(name),
        }
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
