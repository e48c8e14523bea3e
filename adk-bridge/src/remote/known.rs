//! What the session has of a task already. A task that goes on is shown as a whole again, and so is one in the
//! middle of a stream.

use std::collections::{HashMap, HashSet};

use a2a_core::{Artifact, Part, PartContent, TaskId};
use serde_json::Value;

use super::{aggregate, is_from};
use crate::{
    Event,
    adk::{self, Events, PartData},
    convert::{keys, part},
};

/// The events and the artifacts' content that have been told.
#[derive(Debug, Default)]
pub(super) struct Known {
    resumed: bool,
    events: HashSet<String>,
    artifacts: HashMap<String, Vec<adk::Part>>,
}

impl Known {
    /// What came of a task through the proxy of this name.
    pub(super) fn of(history: &Events, name: &str, task: &TaskId) -> Self {
        let mut known = Self { resumed: true, ..Self::default() };
        for event in history.iter().filter(|event| is_from(event, name)) {
            if event.custom_metadata.get(keys::A2A_TASK_ID).is_some_and(|id| id == task.as_str()) {
                known.add(event);
            }
        }
        known
    }

    /// Whether the task was there before this turn.
    pub(super) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Whether an event that came whole is new; from now on it isn't.
    pub(super) fn is_new(&mut self, event: &Event) -> bool {
        event.is_partial() || event.id.is_empty() || self.events.insert(event.id.clone())
    }

    /// An event has been told.
    pub(super) fn add(&mut self, event: &Event) {
        self.events.insert(event.id.clone());
        let Some(Value::String(id)) = event.custom_metadata.get(keys::A2A_ARTIFACT_ID) else { return };
        let told = self.artifacts.entry(id.clone()).or_default();
        for part in event.content.iter().flat_map(|content| &content.parts) {
            match told.last_mut() {
                Some(last) if goes_on(last, part) => {
                    if let (PartData::Text(text), PartData::Text(more)) = (&mut last.data, &part.data) {
                        text.push_str(more);
                    }
                }
                _ => told.push(part.clone()),
            }
        }
    }

    /// What of an artifact hasn't been told: what was added since, or all of it if it was replaced.
    pub(super) fn rest(&self, artifact: &Artifact) -> Vec<Part> {
        let mut parts = Vec::new();
        artifact.parts.iter().for_each(|part| aggregate::push(&mut parts, part));
        let Some(told) = self.artifacts.get(artifact.artifact_id.as_str()) else { return parts };
        let same = told.iter().zip(&parts).take_while(|(told, part)| **told == part::from_peer(part)).count();
        if same == told.len() || same == parts.len() {
            return parts.split_off(same);
        }
        let (told_last, part) = (&told[same], &mut parts[same]);
        if same + 1 == told.len()
            && goes_on(told_last, &part::from_peer(part))
            && let (PartData::Text(before), PartContent::Text(text)) = (&told_last.data, &mut part.content)
            && text.starts_with(before)
        {
            text.drain(..before.len());
            return parts.split_off(same);
        }
        parts
    }
}

/// Whether two parts are texts of one kind.
fn goes_on(last: &adk::Part, more: &adk::Part) -> bool {
    // Nothing is copied: the text so far may be long, and it is asked for each event.
    matches!((&last.data, &more.data), (PartData::Text(_), PartData::Text(_)))
        && last.thought == more.thought
        && last.thought_signature == more.thought_signature
        && last.video_metadata == more.video_metadata
        && last.media_resolution == more.media_resolution
        && last.part_metadata == more.part_metadata
}
