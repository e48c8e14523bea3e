//! From a task that is known to the task as it stands: what happened in between, as far as it can be told.

use std::collections::HashSet;

use super::{Fold, TRANSIENT_METADATA_PREFIX};
use crate::{
    Artifact, Metadata, Role, StreamEvent, Task, TaskArtifactUpdateEvent, TaskState, TaskStatus,
    TaskStatusUpdateEvent,
};

impl Fold {
    /// The events that make this task the one that a snapshot shows.
    ///
    /// Applied in their order they make it exactly `to`, and they say as little as that takes: what an artifact has
    /// gained is appended, a new artifact is one update, an artifact that isn't what it was plus something is
    /// replaced, what the agent has said meanwhile comes with the state `WORKING`, and the new status comes last. What
    /// no update can say (a history that isn't the old one plus what the agent has said, metadata that has lost a key,
    /// artifacts that are gone or in another order) is said by the task itself, as the last event, behind the updates
    /// for those who only follow artifacts.
    ///
    /// Once the task has ended, artifacts are marked as complete. A snapshot of another task, or one that undoes an
    /// end, makes no difference, for a fold ignores and drops those.
    ///
    /// ```
    /// # use a2a_core::{Artifact, Fold, Part, StreamEvent, Task, TaskState};
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut known = Task::new("t1".parse()?, "c1".parse()?);
    /// known.artifacts.push(Artifact::new("a1".parse()?, "Once upon"));
    /// let mut stands = known.clone();
    /// stands.artifacts[0].parts.push(Part::text(" a time"));
    /// let mut fold = Fold::new(known);
    /// let [StreamEvent::ArtifactUpdate(gained)] = &*fold.difference(stands.clone()) else { panic!("one update") };
    /// assert!(gained.append && gained.artifact.text() == " a time");
    /// fold.apply(&StreamEvent::ArtifactUpdate(gained.clone()));
    /// assert_eq!(fold.task(), &stands);
    /// # Ok(())
    /// # }
    /// # run().unwrap();
    /// ```
    pub fn difference(&self, to: Task) -> Vec<StreamEvent> {
        let known = &self.task;
        let undone = known.status.state.is_terminal() && !to.status.state.is_terminal();
        if known.id != to.id || undone || *known == to {
            return Vec::new();
        }
        let Some(mut events) = artifacts(known, &to) else { return vec![to.into()] };
        match statuses(known, &to) {
            Ok(updates) => events.extend(updates),
            Err(Unspeakable) => events.push(to.into()),
        }
        events
    }
}

/// No update says it.
struct Unspeakable;

/// The updates that make the artifacts those of `to`.
fn artifacts(known: &Task, to: &Task) -> Option<Vec<StreamEvent>> {
    let mut ids = HashSet::with_capacity(to.artifacts.len());
    let are_kept = known.artifacts.len() <= to.artifacts.len()
        && known.artifacts.iter().zip(&to.artifacts).all(|(old, new)| old.artifact_id == new.artifact_id)
        && to.artifacts.iter().all(|artifact| ids.insert(&artifact.artifact_id));
    // What comes behind the end is dropped.
    if known.status.state.is_terminal() || !are_kept {
        return None;
    }
    let update = |artifact: Artifact, append: bool| {
        StreamEvent::ArtifactUpdate(TaskArtifactUpdateEvent {
            task_id: to.id.clone(),
            context_id: to.context_id.clone(),
            artifact,
            append,
            last_chunk: to.status.state.is_terminal(),
            metadata: Metadata::new(),
        })
    };
    let (old, new) = to.artifacts.split_at(known.artifacts.len());
    let others = known.artifacts.iter().zip(old).filter(|(before, now)| before != now);
    let changes = others.map(|(before, now)| match chunk(before, now) {
        Ok(gained) => update(gained, true),
        Err(Unspeakable) => update(now.clone(), false),
    });
    Some(changes.chain(new.iter().map(|artifact| update(artifact.clone(), false))).collect())
}

/// What makes one artifact the other when it is appended.
fn chunk(before: &Artifact, now: &Artifact) -> Result<Artifact, Unspeakable> {
    let extensions = now.extensions.strip_prefix(&*before.extensions).ok_or(Unspeakable)?;
    let mut known: HashSet<_> = before.extensions.iter().collect();
    if !extensions.iter().all(|uri| known.insert(uri)) {
        return Err(Unspeakable);
    }
    Ok(Artifact {
        artifact_id: now.artifact_id.clone(),
        name: text(before.name.as_ref(), now.name.as_ref())?,
        description: text(before.description.as_ref(), now.description.as_ref())?,
        parts: now.parts.strip_prefix(&*before.parts).ok_or(Unspeakable)?.to_vec(),
        metadata: added(&before.metadata, &now.metadata)?,
        extensions: extensions.to_vec(),
    })
}

/// What a chunk says so that the one text becomes the other; nothing makes it absent.
fn text(before: Option<&String>, now: Option<&String>) -> Result<Option<String>, Unspeakable> {
    if before == now {
        return Ok(None);
    }
    now.cloned().map(Some).ok_or(Unspeakable)
}

/// What merges into `before` to make it `now`.
fn added(before: &Metadata, now: &Metadata) -> Result<Metadata, Unspeakable> {
    if !before.keys().all(|key| now.contains_key(key)) {
        return Err(Unspeakable);
    }
    let news = now.iter().filter(|(key, value)| before.get(*key) != Some(value));
    Ok(news.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// The updates that make everything but the artifacts as it is in `to`: what the agent has said meanwhile, and the
/// status.
fn statuses(known: &Task, to: &Task) -> Result<Vec<StreamEvent>, Unspeakable> {
    let metadata = added(&known.metadata, &to.metadata)?;
    let merges = !metadata.keys().any(|key| key.starts_with(TRANSIENT_METADATA_PREFIX));
    if known.context_id != to.context_id || !merges {
        return Err(Unspeakable);
    }
    if known.status == to.status && metadata.is_empty() && known.history == to.history {
        return Ok(Vec::new());
    }
    let old = known.history.len() + usize::from(known.status.message.is_some());
    let mut said = to.history.iter();
    let is_kept = known.history.iter().chain(known.status.message.as_deref()).eq(said.by_ref().take(old));
    let latest = known.status.message.as_deref();
    // Some servers keep the message of the status in the history too: it isn't said a second time.
    let repeats = latest.is_some()
        && said.clone().chain(to.status.message.as_deref()).any(|message| Some(message) == latest);
    if !is_kept || repeats || !said.clone().all(|message| message.role == Role::Agent) {
        return Err(Unspeakable);
    }
    let update = |status: TaskStatus, metadata: Metadata| {
        let (task_id, context_id) = (to.id.clone(), to.context_id.clone());
        StreamEvent::StatusUpdate(TaskStatusUpdateEvent { task_id, context_id, status, metadata })
    };
    let meanwhile = said.map(|message| {
        let status =
            TaskStatus { message: Some(message.clone().into()), ..TaskStatus::new(TaskState::Working) };
        update(status, Metadata::new())
    });
    let mut updates: Vec<_> = meanwhile.collect();
    updates.push(update(to.status.clone(), metadata));
    Ok(updates)
}
