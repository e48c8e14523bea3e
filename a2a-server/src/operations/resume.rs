//! Letting a task go on that waits for a credential, without a message.

use a2a_core::{Caller, Entry, EntryBody, Error, Message, Role, Task, TaskId, TaskState, entry};

use super::{Service, from_log};
use crate::{
    log::{LogError, Scope, View},
    run::now,
};

impl Service {
    pub(crate) async fn resume(&self, caller: Caller, task: &TaskId) -> Result<(), Error> {
        self.runs.recover();
        let (scope, lost) = (Scope::of(&caller), |error| from_log(error, task));
        loop {
            let header = self.runs.log.header(&scope, task).await.map_err(lost)?;
            match header.head.state {
                TaskState::AuthRequired => {}
                // A run is at work, or due.
                TaskState::Submitted | TaskState::Working => return Ok(()),
                state => return Err(not_waiting(task, &state)),
            }
            let stands = self.runs.log.load(&scope, task, View::default()).await.map_err(lost)?.to_task();
            let Some(message) = last_said(&stands) else {
                return Err(Error::unsupported("The task has no message to go on from"));
            };
            let request = entry::RequestRecord::new(caller.clone());
            let turn = EntryBody::Turn(Box::new(entry::Turn::again(message.clone(), request)));
            match self.runs.post(scope.clone(), task.clone(), Entry::posted(now(), turn), None, None).await {
                Ok(_) => return Ok(()),
                // Somebody was faster.
                Err(LogError::NotWaiting | LogError::Terminal) => {}
                Err(error) => return Err(lost(error)),
            }
        }
    }
}

/// The message that led to where the task stands.
fn last_said(task: &Task) -> Option<&Message> {
    task.history.iter().rfind(|said| said.role == Role::User).or(task.history.first())
}

fn not_waiting(task: &TaskId, state: &TaskState) -> Error {
    let text =
        format!("Only a task in TASK_STATE_AUTH_REQUIRED goes on without a message; this one is {state}");
    Error::unsupported(text).with_info("taskId", task.as_str())
}
