//! Tasks of the remote that wait for answers which won't come.

use std::error::Error;

use a2a_client::{CallError, Client, FailureKind};
use a2a_core::{ErrorKind, TaskId};
use serde_json::Value;

use super::{OnDrop, RemoteAgent, is_from};
use crate::{AgentError, adk::PausedTurn, convert::keys};

impl RemoteAgent {
    /// Cancels them. One that is over is none of them any more; one that the remote doesn't let go of is an error, and
    /// a remote that can't be reached is not: nobody waits for it here either way.
    pub(super) async fn abandon(&self, paused: &PausedTurn) -> Result<(), AgentError> {
        let tasks = tasks(paused, &self.name);
        if tasks.is_empty() || self.on_drop == OnDrop::Keep {
            return Ok(());
        }
        let client = match self.connected().await {
            Ok(client) => client,
            Err(error) => {
                self.unheard(&error);
                return Ok(());
            }
        };
        for task in &tasks {
            let Err(error) = client.cancel(task).await else { continue };
            match error.kind() {
                FailureKind::Agent(ErrorKind::TaskNotFound) => {}
                FailureKind::Agent(ErrorKind::TaskNotCancelable) if is_over(client, task).await => {}
                FailureKind::Agent(kind) => return Err(self.refused(kind, error)),
                _ => self.unheard(&error),
            }
        }
        Ok(())
    }

    fn refused(&self, kind: ErrorKind, error: CallError) -> AgentError {
        let text = match kind {
            ErrorKind::TaskNotCancelable => format!("the remote agent {} doesn't cancel its task", self.name),
            _ => format!("the remote agent {} failed to cancel its task", self.name),
        };
        AgentError::from(error).with_public(text)
    }

    fn unheard(&self, error: &(dyn Error + 'static)) {
        tracing::warn!(agent = self.name, error, "a task of the remote agent wasn't canceled");
    }
}

async fn is_over(client: &Client, task: &TaskId) -> bool {
    client.get_task(task).await.is_ok_and(|task| task.status.state.is_terminal())
}

/// The tasks that asked, each once.
fn tasks(paused: &PausedTurn, name: &str) -> Vec<TaskId> {
    let mut tasks: Vec<TaskId> = Vec::new();
    for event in paused.asked.iter().filter(|event| is_from(event, name)) {
        let id = event.custom_metadata.get(keys::A2A_TASK_ID).and_then(Value::as_str);
        if let Some(id) = id.and_then(|id| id.parse().ok())
            && !tasks.contains(&id)
        {
            tasks.push(id);
        }
    }
    tasks
}
