use serde::{Deserialize, Serialize};

use super::{Artifact, Message, timestamp};
use crate::{ContextId, Metadata, TaskId, Timestamp, json, open_enum::open_enum};

open_enum! {
    /// Where a task stands.
    #[derive(Default)]
    pub enum TaskState {
        /// It can't be told.
        #[default]
        Unknown = "unknown" | "TASK_STATE_UNSPECIFIED" = 0,
        /// Acknowledged, not begun.
        Submitted = "submitted" | "TASK_STATE_SUBMITTED" = 1,
        /// Under way.
        Working = "working" | "TASK_STATE_WORKING" = 2,
        /// Done; terminal.
        Completed = "completed" | "TASK_STATE_COMPLETED" = 3,
        /// Ended by an error; terminal.
        Failed = "failed" | "TASK_STATE_FAILED" = 4,
        /// Ended on request; terminal.
        Canceled = "canceled" | "cancelled" | "TASK_STATE_CANCELLED" | "TASK_STATE_CANCELED" = 5,
        /// Waits for a message of the client; interrupted.
        InputRequired = "input-required" | "TASK_STATE_INPUT_REQUIRED" = 6,
        /// The agent won't do it; terminal.
        Rejected = "rejected" | "TASK_STATE_REJECTED" = 7,
        /// Waits for a credential; interrupted.
        AuthRequired = "auth-required" | "TASK_STATE_AUTH_REQUIRED" = 8,
    }
    else Other
}

/// The state of a task, and what the agent says about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStatus {
    /// Where the task stands.
    #[serde(default, deserialize_with = "json::or_default")]
    pub state: TaskState,
    /// The question, the explanation or the progress that goes with it.
    #[serde(alias = "update", default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// When the task came to it. A text without a zone is read as UTC, one that is no time as none.
    #[serde(default, deserialize_with = "timestamp::lenient", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

impl TaskStatus {
    /// A status without message or time.
    pub fn new(state: TaskState) -> Self {
        Self { state, message: None, timestamp: None }
    }
}

/// A stateful unit of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "task", rename_all = "camelCase")]
#[non_exhaustive]
pub struct Task {
    /// Made by the server.
    pub id: TaskId,
    /// The conversation it belongs to. The schema requires it, so it is written as `""` where there is none.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(serialize_with = "super::or_empty")]
    pub context_id: Option<ContextId>,
    /// Where it stands.
    #[serde(default, deserialize_with = "json::or_default")]
    pub status: TaskStatus,
    /// What it has produced.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
    /// What was said, oldest first.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Message>,
    /// Data of extensions and applications.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Task {
    /// A task without artifacts or history.
    pub fn new(id: TaskId, context_id: ContextId, status: TaskStatus) -> Self {
        Self {
            id,
            context_id: Some(context_id),
            status,
            artifacts: Vec::new(),
            history: Vec::new(),
            metadata: Metadata::new(),
        }
    }
}
