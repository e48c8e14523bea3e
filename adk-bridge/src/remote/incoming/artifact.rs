//! Artifacts, whole and in chunks.

use std::mem;

use a2a_core::{Artifact, ArtifactId, Metadata, Part, PartContent, TaskArtifactUpdateEvent, TaskState};
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
        let mut events = Vec::from_iter(self.superseded(artifact));
        if flag == Some(false) || (update.last_chunk && !update.append) {
            let open = self.aggregates.take(&artifact.artifact_id);
            if update.append {
                // A snapshot has shown what came before this event.
                events.extend(open.map(|open| self.close(open, &Metadata::new())));
                events.push(self.tell(event));
                return events;
            }
            // Go's chunks are another artifact: the runner gives them and their whole one id.
            event.id = match open {
                Some(open) => open.event,
                None if flag.is_some() => String::new(),
                None => self.next_id(&artifact.artifact_id),
            };
            self.count(&artifact.artifact_id);
            events.push(self.tell(event));
            return events;
        }
        events.push(self.chunk(event, artifact, update.append));
        if update.last_chunk {
            let open = self.aggregates.take(&artifact.artifact_id);
            events.extend(open.map(|open| self.close(open, &update.metadata)));
        }
        events
    }

    /// The event of an artifact that is whole because its author goes on with this one, if this one is new.
    fn superseded(&mut self, by: &Artifact) -> Option<Event> {
        if self.told.contains_key(&by.artifact_id) || self.aggregates.has(&by.artifact_id) {
            return None;
        }
        let open = self.aggregates.superseded(by)?;
        Some(self.close(open, &Metadata::new()))
    }

    /// Takes in an artifact as a task shows it: what of it wasn't told is open, and a chunk if nothing of it was.
    pub(super) fn shown(&mut self, artifact: &Artifact) -> Vec<Event> {
        let mut rest = artifact.clone();
        rest.parts = self.known.rest(artifact);
        if rest.parts.is_empty() {
            self.aggregates.take(&artifact.artifact_id);
            return Vec::new();
        }
        let is_new = !self.aggregates.has(&artifact.artifact_id);
        let mut events = Vec::from_iter(self.superseded(artifact));
        let event = self.artifact_event(&rest, &Metadata::new());
        let chunk = self.chunk(event, &rest, false);
        events.extend(is_new.then_some(chunk));
        events
    }

    /// The event of an artifact's chunk, which is taken in.
    fn chunk(&mut self, mut event: Event, chunk: &Artifact, append: bool) -> Event {
        event.id = self.add(chunk, append);
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        event
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
        self.count(&open.artifact.artifact_id);
        self.tell(event)
    }

    /// Takes a chunk in; the id of its event.
    fn add(&mut self, chunk: &Artifact, append: bool) -> String {
        let mut aggregates = mem::take(&mut self.aggregates);
        let event = aggregates.add(chunk, append, || self.next_id(&chunk.artifact_id)).event.clone();
        self.aggregates = aggregates;
        event
    }

    /// The id of the next whole event of an artifact, and of its chunks before it.
    fn next_id(&self, artifact: &ArtifactId) -> String {
        let told = self.told.get(artifact).copied().unwrap_or_default();
        self.name(&["artifact", artifact.as_str(), &told.to_string()])
    }

    fn count(&mut self, artifact: &ArtifactId) {
        *self.told.entry(artifact.clone()).or_default() += 1;
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
