//! A fold from the first thing that is heard of a task.

use a2a_core::{ContextId, Fold, StreamEvent, Task, TaskId};

/// The task behind its first event.
pub(super) fn begin(event: &StreamEvent) -> Option<Fold> {
    if let StreamEvent::Task(task) = event {
        return Some(Fold::new((**task).clone()));
    }
    let mut fold = blank(event)?;
    fold.apply(event);
    Some(fold)
}

/// The task before an update that is the first thing heard of it.
pub(super) fn blank(update: &StreamEvent) -> Option<Fold> {
    let (task_id, context_id): (&TaskId, &Option<ContextId>) = match update {
        StreamEvent::StatusUpdate(update) => (&update.task_id, &update.context_id),
        StreamEvent::ArtifactUpdate(update) => (&update.task_id, &update.context_id),
        _ => return None,
    };
    let placeholder = ContextId::new(task_id.as_str()).expect("an id is never empty");
    let mut task = Task::new(task_id.clone(), placeholder);
    task.context_id.clone_from(context_id);
    Some(Fold::new(task))
}
