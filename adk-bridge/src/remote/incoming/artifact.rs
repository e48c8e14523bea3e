//! Artifacts, whole and in chunks.

use a2a_core::{Artifact, ArtifactId, Metadata, Part, PartContent, TaskArtifactUpdateEvent, TaskState};
use serde_json::Value;

use super::Incoming;
use crate::{
    Event,
    convert::{keys, metadata},
};

impl Incoming {
    pub(super) fn artifact(&mut self, update: &TaskArtifactUpdateEvent) -> Vec<Event> {
        let artifact = &update.artifact;
        if let Some(whole) = self.whole(&artifact.metadata, &artifact.parts) {
            return whole.collect();
        }
        if update.metadata.contains_key(keys::EVENT_ID)
            && let Some(again) = self.respoken(artifact)
        {
            return again;
        }
        let flag = [&update.metadata, &artifact.metadata];
        let flag = flag.iter().find_map(|metadata| metadata.get(keys::PARTIAL)?.as_bool());
        if artifact.parts.is_empty() || (flag == Some(true) && is_blank(&artifact.parts)) {
            return Vec::new();
        }
        let mut event = self.artifact_event(artifact, &update.metadata);
        if flag.is_some() || (update.last_chunk && !update.append) {
            let open = self.aggregates.take(&artifact.artifact_id);
            event.id = open.map(|open| open.event).unwrap_or_default();
            event.partial = (flag == Some(true)).then_some(true);
            return vec![self.tell(event)];
        }
        event.id.clone_from(&self.aggregates.add(artifact, update.append).event);
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        let mut events = vec![event];
        if update.last_chunk {
            events.extend(self.close(&artifact.artifact_id, &update.metadata));
        }
        events
    }

    /// The event of an artifact that came in chunks.
    fn close(&mut self, id: &ArtifactId, about: &Metadata) -> Option<Event> {
        let open = self.aggregates.take(id)?;
        let mut event = self.artifact_event(&open.artifact, about);
        event.id = open.event;
        Some(self.tell(event))
    }

    /// All that is open, as it stands.
    pub(super) fn flush(&mut self) -> Vec<Event> {
        let mut events = self.release();
        for open in self.aggregates.take_all() {
            let mut event = self.artifact_event(&open.artifact, &Metadata::new());
            event.id = open.event;
            events.push(self.tell(event));
        }
        events
    }

    fn artifact_event(&self, artifact: &Artifact, about: &Metadata) -> Event {
        let mut event = self.event(&artifact.parts);
        metadata::apply_to(about, &mut event);
        metadata::apply_to(&artifact.metadata, &mut event);
        // That something failed is told by the end of the task.
        event.error_code = None;
        if self.end.as_ref().is_some_and(TaskState::is_terminal) {
            event.long_running_tool_ids.clear();
        }
        let id = Value::String(artifact.artifact_id.to_string());
        event.custom_metadata.insert(keys::A2A_ARTIFACT_ID.to_owned(), id);
        event
    }
}

/// Whether this is what blanks an artifact of chunks, as Go does at the end of a run.
fn is_blank(parts: &[Part]) -> bool {
    let [part] = parts else { return false };
    matches!(&part.content, PartContent::Data(Value::Object(members)) if members.is_empty())
}
