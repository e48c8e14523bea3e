//! Artifacts that come in chunks, until they are whole.

use std::collections::{BTreeMap, HashMap};

use a2a_core::{Artifact, ArtifactId, Part, PartContent};
use serde_json::Value;

use crate::convert::keys;

/// What was said of each artifact that isn't complete, oldest first.
#[derive(Debug, Default)]
pub(super) struct Aggregates {
    open: BTreeMap<u64, Aggregate>,
    index: HashMap<ArtifactId, u64>,
    begun: u64,
    /// The artifact that each author, in each branch, began last.
    latest: HashMap<String, ArtifactId>,
}

/// An artifact so far.
#[derive(Debug)]
pub(super) struct Aggregate {
    pub(super) artifact: Artifact,
    /// The id that the events of its chunks share with the event of the whole.
    pub(super) event: String,
}

impl Aggregates {
    /// Takes a chunk in; without `append` the artifact begins anew. `event` makes the id of a new one's event.
    pub(super) fn add(
        &mut self,
        chunk: &Artifact,
        append: bool,
        event: impl FnOnce() -> String,
    ) -> &Aggregate {
        let at = *self.index.entry(chunk.artifact_id.clone()).or_insert_with(|| {
            self.begun += 1;
            self.latest.extend(speaker(chunk).map(|speaker| (speaker, chunk.artifact_id.clone())));
            self.begun
        });
        let open = self.open.entry(at).or_insert_with(|| Aggregate {
            artifact: Artifact::new(chunk.artifact_id.clone(), Vec::new()),
            event: event(),
        });
        if !append {
            open.artifact.parts.clear();
            open.artifact.metadata.clear();
        }
        chunk.parts.iter().for_each(|part| push(&mut open.artifact.parts, part));
        for (key, value) in &chunk.metadata {
            open.artifact.metadata.insert(key.clone(), value.clone());
        }
        open
    }

    /// Whether something of an artifact was said.
    pub(super) fn has(&self, id: &ArtifactId) -> bool {
        self.index.contains_key(id)
    }

    /// The artifact that is whole because its author goes on with this one. Only ADK's servers tell of authors, and
    /// there each says one thing after the other.
    pub(super) fn superseded(&mut self, by: &Artifact) -> Option<Aggregate> {
        if self.latest.is_empty() {
            return None;
        }
        let speaker = speaker(by)?;
        let before = self.latest.remove(&speaker)?;
        self.take(&before)
    }

    /// An artifact that is whole now.
    pub(super) fn take(&mut self, id: &ArtifactId) -> Option<Aggregate> {
        self.open.remove(&self.index.remove(id)?)
    }

    /// All that are left when nothing more comes.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Aggregate> + use<> {
        self.index.clear();
        self.latest.clear();
        std::mem::take(&mut self.open).into_values()
    }
}

/// Whose artifact it is, and in which branch.
fn speaker(artifact: &Artifact) -> Option<String> {
    let text = |key| artifact.metadata.get(key).and_then(Value::as_str);
    Some(format!("{}\n{}", text(keys::AUTHOR)?, text(keys::BRANCH).unwrap_or_default()))
}

/// Adds a part; a text goes on where a text of the same kind ends.
pub(super) fn push(parts: &mut Vec<Part>, part: &Part) {
    if let (Some(last), PartContent::Text(more)) = (parts.last_mut(), &part.content)
        && last.metadata == part.metadata
        && (&last.filename, &last.media_type) == (&part.filename, &part.media_type)
        && let PartContent::Text(text) = &mut last.content
    {
        text.push_str(more);
        return;
    }
    parts.push(part.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_joined_only_where_nothing_else_about_them_differs() {
        let file = |text: &str| Part::text(text).with_filename("a.txt");
        let mut parts = Vec::new();
        for part in [Part::text("a"), Part::text("b"), file("c"), file("d"), Part::text("e")] {
            push(&mut parts, &part);
        }
        assert_eq!(parts, [Part::text("ab"), file("cd"), Part::text("e")]);
        push(&mut parts, &Part::text("f").with_media_type("text/html"));
        assert_eq!(parts.len(), 4);
    }
}
