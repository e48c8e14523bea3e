//! The tasks that a message refers to, as its sender may see them.

use std::sync::Arc;

use a2a_core::{Message, Task, TaskId, entry::RequestRecord};

use super::Runs;
use crate::log::{LogError, Result, Scope, TaskBody, View};

impl Runs {
    /// Loads them in the order they are named, each once. One that the sender may not see is left out as one is that
    /// doesn't exist: that it does is told to nobody else.
    pub(super) async fn referenced(
        &self,
        message: &Message,
        request: &RequestRecord,
    ) -> Result<Vec<Arc<Task>>> {
        let named = &message.reference_task_ids;
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let scope = Scope::within(&request.caller, request.tenant.as_ref());
        let mut tasks: Vec<Arc<Task>> = Vec::new();
        // A log from before may have more than are taken now.
        for id in distinct(named).take(self.limits.max_references) {
            match self.log.load(&scope, id, View::default()).await {
                Ok(snapshot) => tasks.push(match snapshot.body {
                    TaskBody::Folded(task) => task,
                    TaskBody::Encoded(_) => Arc::new(snapshot.to_task()),
                }),
                Err(LogError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(tasks)
    }
}

/// What is named twice is one task.
fn distinct(named: &[TaskId]) -> impl Iterator<Item = &TaskId> {
    let mut seen = std::collections::HashSet::new();
    named.iter().filter(move |id| seen.insert(*id))
}
