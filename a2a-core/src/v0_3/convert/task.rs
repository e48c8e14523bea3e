use super::each;
use crate::v0_3::{Message, Task, TaskState, TaskStatus};

impl From<crate::TaskState> for TaskState {
    fn from(state: crate::TaskState) -> Self {
        match state {
            crate::TaskState::Submitted => Self::Submitted,
            crate::TaskState::Working => Self::Working,
            crate::TaskState::Completed => Self::Completed,
            crate::TaskState::Failed => Self::Failed,
            crate::TaskState::Canceled => Self::Canceled,
            crate::TaskState::InputRequired => Self::InputRequired,
            crate::TaskState::Rejected => Self::Rejected,
            crate::TaskState::AuthRequired => Self::AuthRequired,
            crate::TaskState::Unknown(other) if other.is_name_without("TASK_STATE_") => {
                Self::from_unknown(&other)
            }
            crate::TaskState::Unspecified | crate::TaskState::Unknown(_) => Self::Unknown,
        }
    }
}

impl From<TaskState> for crate::TaskState {
    fn from(state: TaskState) -> Self {
        match state {
            TaskState::Unknown => Self::Unspecified,
            TaskState::Submitted => Self::Submitted,
            TaskState::Working => Self::Working,
            TaskState::Completed => Self::Completed,
            TaskState::Failed => Self::Failed,
            TaskState::Canceled => Self::Canceled,
            TaskState::InputRequired => Self::InputRequired,
            TaskState::Rejected => Self::Rejected,
            TaskState::AuthRequired => Self::AuthRequired,
            TaskState::Other(other) => Self::from_unknown(&other),
        }
    }
}

impl From<crate::TaskStatus> for TaskStatus {
    fn from(status: crate::TaskStatus) -> Self {
        let message = status.message.map(|message| Box::new(Message::from(*message)));
        Self { state: status.state.into(), message, timestamp: status.timestamp }
    }
}

impl From<TaskStatus> for crate::TaskStatus {
    fn from(status: TaskStatus) -> Self {
        let message = status.message.map(|message| Box::new(crate::Message::from(*message)));
        Self { state: status.state.into(), message, timestamp: status.timestamp }
    }
}

impl From<crate::Task> for Task {
    fn from(task: crate::Task) -> Self {
        Self {
            id: task.id,
            context_id: task.context_id,
            status: task.status.into(),
            artifacts: each(task.artifacts),
            history: each(task.history),
            metadata: task.metadata,
        }
    }
}

impl From<Task> for crate::Task {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            context_id: task.context_id,
            status: task.status.into(),
            artifacts: each(task.artifacts),
            history: each(task.history),
            metadata: task.metadata,
        }
    }
}
