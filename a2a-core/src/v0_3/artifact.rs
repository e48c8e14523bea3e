use serde::{Deserialize, Serialize};

use super::Part;
use crate::{ArtifactId, Metadata, json};

/// An output of a task, whole or so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Artifact {
    /// Unique within the task; what a chunk is appended by.
    #[serde(alias = "artifact_id")]
    pub artifact_id: ArtifactId,
    /// A name for people.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its content; always written.
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
    pub fn new(artifact_id: ArtifactId, parts: Vec<Part>) -> Self {
        Self {
            artifact_id,
            name: None,
            description: None,
            parts,
            metadata: Metadata::new(),
            extensions: Vec::new(),
        }
    }
}
