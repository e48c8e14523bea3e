//! Artifacts that come in chunks, until they are whole.

use a2a_core::{Artifact, ArtifactId, Part, PartContent};

/// What was said of each artifact that isn't complete, oldest first.
#[derive(Debug, Default)]
pub(super) struct Aggregates {
    open: Vec<Artifact>,
}

impl Aggregates {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Begins anew with what there is of an artifact.
    pub(super) fn begin(&mut self, artifact: &Artifact) {
        self.forget(&artifact.artifact_id);
        let mut whole = artifact.clone();
        whole.parts.clear();
        for part in &artifact.parts {
            push(&mut whole.parts, part);
        }
        self.open.push(whole);
    }

    /// Takes a chunk in.
    pub(super) fn add(&mut self, chunk: &Artifact, append: bool) {
        // The latest is nearly always the one.
        let known = self.open.iter().rposition(|open| open.artifact_id == chunk.artifact_id);
        match known.filter(|_| append) {
            None => self.begin(chunk),
            Some(at) => {
                let whole = &mut self.open[at];
                for part in &chunk.parts {
                    push(&mut whole.parts, part);
                }
                for (key, value) in &chunk.metadata {
                    whole.metadata.insert(key.clone(), value.clone());
                }
            }
        }
    }

    /// An artifact that is whole now.
    pub(super) fn take(&mut self, id: &ArtifactId) -> Option<Artifact> {
        let at = self.open.iter().rposition(|open| open.artifact_id == *id)?;
        Some(self.open.remove(at))
    }

    /// An artifact that came whole by itself.
    pub(super) fn forget(&mut self, id: &ArtifactId) {
        self.take(id);
    }

    /// All that are left when nothing more comes.
    pub(super) fn take_all(&mut self) -> Vec<Artifact> {
        std::mem::take(&mut self.open)
    }
}

/// Adds a part; a text goes on where a text of the same kind ends.
fn push(parts: &mut Vec<Part>, part: &Part) {
    if let (Some(last), PartContent::Text(more)) = (parts.last_mut(), &part.content)
        && last.metadata == part.metadata
        && let PartContent::Text(text) = &mut last.content
    {
        text.push_str(more);
        return;
    }
    parts.push(part.clone());
}
