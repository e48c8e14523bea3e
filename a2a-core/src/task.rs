//! The unit of work, folded from its log.

use serde::{Deserialize, Serialize};

use crate::{Artifact, ContextId, Message, Metadata, Part, TaskId, Timestamp, json, open_enum::open_enum};

open_enum! {
    /// Where a task stands (§4.1.3). The numbers are no order: never compare them.
    ///
    /// A name of v0.3, such as `completed`, is unknown here and so never an end; [`v0_3`](crate::v0_3) reads those.
    #[derive(Default)]
    pub enum TaskState {
        /// Not said; a task of a correct peer never has it.
        #[default]
        Unspecified = "TASK_STATE_UNSPECIFIED" = 0,
        /// Acknowledged, not begun.
        Submitted = "TASK_STATE_SUBMITTED" = 1,
        /// Under way.
        Working = "TASK_STATE_WORKING" = 2,
        /// Done; terminal.
        Completed = "TASK_STATE_COMPLETED" = 3,
        /// Ended by an error; terminal.
        Failed = "TASK_STATE_FAILED" = 4,
        /// Ended on request; terminal.
        Canceled = "TASK_STATE_CANCELED" = 5,
        /// Waits for a message of the client; interrupted.
        InputRequired = "TASK_STATE_INPUT_REQUIRED" = 6,
        /// The agent won't do it; terminal.
        Rejected = "TASK_STATE_REJECTED" = 7,
        /// Waits for a credential; interrupted.
        AuthRequired = "TASK_STATE_AUTH_REQUIRED" = 8,
    }
    else Unknown
}

impl TaskState {
    /// Whether the task has ended: it never changes again. An unknown state isn't an end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled | Self::Rejected)
    }

    /// Whether the task waits for the client.
    pub fn is_interrupted(&self) -> bool {
        matches!(self, Self::InputRequired | Self::AuthRequired)
    }
}

/// The state of a task, and what the agent says about it (§4.1.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskStatus {
    /// Where the task stands.
    #[serde(default, deserialize_with = "json::or_default")]
    pub state: TaskState,
    /// The question, the explanation or the progress that goes with it. In a box, for most statuses have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// When the task came to it; a server of ours always says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

impl TaskStatus {
    /// A status without message or time.
    pub fn new(state: TaskState) -> Self {
        Self { state, message: None, timestamp: None }
    }
}

/// A stateful unit of work (§4.1.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Task {
    /// Made by the server.
    pub id: TaskId,
    /// The conversation it belongs to; a server of ours always says.
    #[serde(alias = "context_id", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<ContextId>,
    /// Where it stands.
    #[serde(default, deserialize_with = "json::or_default")]
    pub status: TaskStatus,
    /// What it has produced.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
    /// What was said, oldest first, without the message of the current status.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Message>,
    /// Data of extensions and applications.
    #[serde(default, deserialize_with = "json::metadata", skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
}

impl Task {
    /// A task that was just submitted.
    pub fn new(id: TaskId, context_id: ContextId) -> Self {
        Self {
            id,
            context_id: Some(context_id),
            status: TaskStatus::new(TaskState::Submitted),
            artifacts: Vec::new(),
            history: Vec::new(),
            metadata: Metadata::new(),
        }
    }

    /// What it says to a reader: the text of its artifacts, or, if they have none, of its status.
    pub fn text(&self) -> String {
        let produced = Part::join_text(self.artifacts.iter().flat_map(|artifact| &artifact.parts));
        if produced.is_empty() {
            return self.status.message.as_ref().map(|message| message.text()).unwrap_or_default();
        }
        produced
    }

    /// Keeps at most the `length` latest messages of its history; `None` keeps all (§3.2.4).
    pub fn limit_history(&mut self, length: Option<usize>) {
        if let Some(length) = length {
            self.history.drain(..self.history.len().saturating_sub(length));
        }
    }
}
