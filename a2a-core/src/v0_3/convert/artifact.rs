use super::each;
use crate::v0_3::Artifact;

impl From<crate::Artifact> for Artifact {
    fn from(artifact: crate::Artifact) -> Self {
        Self {
            artifact_id: artifact.artifact_id,
            name: artifact.name,
            description: artifact.description,
            parts: each(artifact.parts),
            metadata: artifact.metadata,
            extensions: artifact.extensions,
        }
    }
}

impl From<Artifact> for crate::Artifact {
    fn from(artifact: Artifact) -> Self {
        Self {
            artifact_id: artifact.artifact_id,
            name: artifact.name,
            description: artifact.description,
            parts: each(artifact.parts),
            metadata: artifact.metadata,
            extensions: artifact.extensions,
        }
    }
}
