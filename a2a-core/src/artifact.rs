//! What a task produces.

use serde::{Deserialize, Serialize};

use crate::{ArtifactId, Metadata, Part, Parts, json};

/// An output of a task, whole or so far (§4.1.7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Artifact {
    /// Unique within the task; what a chunk is appended by.
    #[serde(alias = "artifact_id")]
    pub artifact_id: ArtifactId,
    /// A name for people; a refined artifact of a later task keeps it.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its content; chunks add to the end of the list, which is written though it is empty.
    #[serde(default, deserialize_with = "json::or_default")]
    pub parts: Vec<Part>,
    /// Data of extensions and applications.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// URIs of the extensions that added to it.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
}

impl Artifact {
    /// An artifact with this content and nothing else.
    pub fn new(artifact_id: ArtifactId, parts: impl Into<Parts>) -> Self {
        Self {
            artifact_id,
            name: None,
            description: None,
            parts: parts.into().into_vec(),
            metadata: Metadata::new(),
            extensions: Vec::new(),
        }
    }

    /// All its text, one part after the other.
    pub fn text(&self) -> String {
        Part::join_text(&self.parts)
    }
}
