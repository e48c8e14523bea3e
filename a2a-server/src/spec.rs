//! What an agent hands to its writes: from a plain text up to every field.

use a2a_core::{ArtifactId, MessageId, Metadata, Part, PartContent, Parts};
use serde_json::Value;

/// What goes on a new task besides the message that begins it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NewTask {
    /// The task's metadata.
    pub metadata: Metadata,
}

impl NewTask {
    /// A task with this metadata.
    pub fn with_metadata(metadata: Metadata) -> Self {
        Self { metadata }
    }
}

/// What an agent says with a status: nothing, a text, parts, or every field.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StatusSpec {
    /// What the status message says; no parts, no message.
    pub parts: Vec<Part>,
    /// The id of the status message; a fresh one if `None`.
    pub message_id: Option<MessageId>,
    /// The metadata of the status message.
    pub message_metadata: Metadata,
    /// The metadata of the update, which merges into the task's.
    pub metadata: Metadata,
}

/// What an artifact is: its name, or every field.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ArtifactSpec {
    /// Unique within the task; a fresh one if `None`.
    pub id: Option<ArtifactId>,
    /// A name for people.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// URIs of the extensions that add to it.
    pub extensions: Vec<String>,
}

/// A piece of an artifact: a text, parts, or every field.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Chunk {
    /// Its content; empty texts are left out, for peers choke on them.
    pub parts: Vec<Part>,
    /// What merges into the artifact's metadata.
    pub metadata: Metadata,
    /// The metadata of the update alone.
    pub update_metadata: Metadata,
}

impl StatusSpec {
    /// Says nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Says these parts; no parts, no message.
    pub fn new(parts: impl Into<Parts>) -> Self {
        Self { parts: parts.into().into_vec(), ..Self::default() }
    }

    /// The same with metadata of the update, which merges into the task's.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// The same with metadata of the status message.
    #[must_use]
    pub fn with_message_metadata(mut self, metadata: Metadata) -> Self {
        self.message_metadata = metadata;
        self
    }
}

impl Chunk {
    /// A piece with this content.
    pub fn new(parts: impl Into<Parts>) -> Self {
        Self { parts: parts.into().into_vec(), ..Self::default() }
    }

    /// The same with what merges into the artifact's metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// The same with metadata of the update alone.
    #[must_use]
    pub fn with_update_metadata(mut self, metadata: Metadata) -> Self {
        self.update_metadata = metadata;
        self
    }
}

impl ArtifactSpec {
    /// An artifact of this id.
    pub fn with_id(id: ArtifactId) -> Self {
        Self { id: Some(id), ..Self::default() }
    }
}

impl From<&str> for ArtifactSpec {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<String> for ArtifactSpec {
    fn from(name: String) -> Self {
        Self { name: Some(name).filter(|name| !name.is_empty()), ..Self::default() }
    }
}

macro_rules! from_parts {
    ($Spec:ident: $($Source:ty),+) => { $(
        impl From<$Source> for $Spec {
            fn from(source: $Source) -> Self {
                Self { parts: Parts::from(source).into_vec(), ..Self::default() }
            }
        }
    )+ };
}

from_parts!(StatusSpec: &str, String, Part, Vec<Part>, Value);
from_parts!(Chunk: &str, String, Part, Vec<Part>, Value);

impl From<Parts> for StatusSpec {
    fn from(parts: Parts) -> Self {
        Self { parts: parts.into_vec(), ..Self::default() }
    }
}

impl From<Parts> for Chunk {
    fn from(parts: Parts) -> Self {
        Self { parts: parts.into_vec(), ..Self::default() }
    }
}

/// Leaves out what peers refuse: empty texts.
pub(crate) fn sendable(mut parts: Vec<Part>) -> Vec<Part> {
    parts.retain(|part| !matches!(&part.content, PartContent::Text(text) if text.is_empty()));
    parts
}
