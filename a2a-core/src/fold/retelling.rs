//! Whether what a peer tells is something that is known already.

use super::Fold;
use crate::{Message, StreamEvent, Task, TaskArtifactUpdateEvent, TaskState, TaskStatus};

impl Fold {
    /// Whether everything that `other` has produced and said is in this task too: its artifacts, each in its place and
    /// as far as it goes, and its messages.
    pub fn covers(&self, other: &Task) -> bool {
        let known = &self.task;
        other.artifacts.len() <= known.artifacts.len()
            && known.artifacts.iter().zip(&other.artifacts).all(|(known, told)| {
                known.artifact_id == told.artifact_id && known.parts.starts_with(&told.parts)
            })
            && (0..messages(other)).all(|place| message(known, place) == message(other, place))
    }

    /// Whether `other` is this task as it was before: a peer shows it so whose stream begins anew, or whose answer
    /// comes from a copy that lags.
    ///
    /// A pause or an end that isn't known is never old, whatever else is missing.
    pub fn is_ahead_of(&self, other: &Task) -> bool {
        let (known, state) = (&self.task, &other.status.state);
        if known.id != other.id || (is_rest(state) && *state != known.status.state) || !self.covers(other) {
            return false;
        }
        volume(other) < volume(known) || (is_start(state) && !is_start(&known.status.state))
    }

    /// Whether `event` tells what is known, if all that was told before it is `told`: in O(1) of both tasks.
    ///
    /// With it a reader follows a peer that tells its stream from the beginning again, up to the first event that is
    /// new. Whole tasks, direct messages and the ends of tasks are never known.
    pub fn knows(&self, event: &StreamEvent, told: &Self) -> bool {
        match event {
            StreamEvent::ArtifactUpdate(update) => self.knows_chunk(update, told),
            StreamEvent::StatusUpdate(update) => self.knows_status(&update.status, told),
            _ => false,
        }
    }

    fn knows_chunk(&self, update: &TaskArtifactUpdateEvent, told: &Self) -> bool {
        let chunk = &update.artifact;
        let told = told.find(&chunk.artifact_id).filter(|_| update.append);
        let from = told.map_or(0, |told| told.parts.len());
        let known = self.find(&chunk.artifact_id).and_then(|known| known.parts.get(from..));
        known.is_some_and(|parts| parts.starts_with(&chunk.parts))
    }

    fn knows_status(&self, status: &TaskStatus, told: &Self) -> bool {
        let known = &self.task;
        if status.state.is_terminal() {
            return false;
        }
        let Some(said) = &status.message else {
            return status.state == known.status.state
                || !(is_rest(&status.state) || is_start(&known.status.state));
        };
        let place = messages(&told.task);
        let is_latest = place == known.history.len();
        message(known, place) == Some(said) && (!is_latest || status.state == known.status.state)
    }
}

/// Whether nothing happens in it until somebody does something.
fn is_rest(state: &TaskState) -> bool {
    state.is_terminal() || state.is_interrupted()
}

/// Whether it never comes behind another state.
fn is_start(state: &TaskState) -> bool {
    matches!(state, TaskState::Submitted | TaskState::Unspecified)
}

/// How many messages there are, that of the status among them.
fn messages(task: &Task) -> usize {
    task.history.len() + usize::from(task.status.message.is_some())
}

/// One of them, oldest first.
fn message(task: &Task, place: usize) -> Option<&Message> {
    task.history.get(place).or_else(|| task.status.message.as_deref().filter(|_| place == task.history.len()))
}

/// How much a task holds, in pieces of any kind.
fn volume(task: &Task) -> usize {
    let parts: usize = task.artifacts.iter().map(|artifact| 1 + artifact.parts.len()).sum();
    parts + messages(task)
}
