//! Artifacts, whole and in chunks.

use a2a_core::{Artifact, Metadata, Part, PartContent, TaskArtifactUpdateEvent, TaskState};
use serde_json::Value;

use super::Incoming;
use crate::{
    Event,
    convert::{keys, metadata},
    remote::aggregate::Aggregate,
};

impl Incoming {
    pub(super) fn artifact(&mut self, update: &TaskArtifactUpdateEvent) -> Vec<Event> {
        let artifact = &update.artifact;
        if let Some(whole) = self.whole(&artifact.metadata, &artifact.parts) {
            return whole.collect();
        }
        if let Some(again) = self.respoken(artifact) {
            return again;
        }
        let flag = [&update.metadata, &artifact.metadata];
        let flag = flag.iter().find_map(|metadata| metadata.get(keys::PARTIAL)?.as_bool());
        if artifact.parts.is_empty() || (flag == Some(true) && is_blank(&artifact.parts)) {
            return Vec::new();
        }
        let mut event = self.artifact_event(artifact, &update.metadata);
        if flag == Some(true) {
            event.partial = Some(true);
            return vec![event];
        }
        if flag == Some(false) || (update.last_chunk && !update.append) {
            let open = self.aggregates.take(&artifact.artifact_id);
            if update.append {
                // A snapshot has shown what came before this event.
                let mut events = Vec::from_iter(open.map(|open| self.close(open, &Metadata::new())));
                events.push(self.tell(event));
                return events;
            }
            event.id = open.map(|open| open.event).unwrap_or_default();
            return vec![self.tell(event)];
        }
        event.id.clone_from(&self.aggregates.add(artifact, update.append).event);
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        let mut events = vec![event];
        if update.last_chunk {
            let open = self.aggregates.take(&artifact.artifact_id);
            events.extend(open.map(|open| self.close(open, &update.metadata)));
        }
        events
    }

    /// Takes in an artifact as a task shows it: what of it wasn't told is open.
    pub(super) fn shown(&mut self, artifact: &Artifact) {
        let mut rest = artifact.clone();
        rest.parts = self.known.rest(artifact);
        if rest.parts.is_empty() {
            self.aggregates.take(&artifact.artifact_id);
        } else {
            self.aggregates.add(&rest, false);
        }
    }

    /// All that is open, as it stands.
    pub(super) fn flush(&mut self) -> Vec<Event> {
        let mut events = self.release();
        for open in self.aggregates.take_all() {
            events.push(self.close(open, &Metadata::new()));
        }
        events
    }

    /// The event of an artifact that came in chunks.
    fn close(&mut self, open: Aggregate, about: &Metadata) -> Event {
        let mut event = self.artifact_event(&open.artifact, about);
        event.id = open.event;
        self.tell(event)
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
