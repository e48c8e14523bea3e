use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::v0_3::{Task, TaskState, TaskStatus};

impl Serialize for ProtoJson<&TaskState> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match self.0 {
            TaskState::Unknown => "TASK_STATE_UNSPECIFIED",
            TaskState::Submitted => "TASK_STATE_SUBMITTED",
            TaskState::Working => "TASK_STATE_WORKING",
            TaskState::Completed => "TASK_STATE_COMPLETED",
            TaskState::Failed => "TASK_STATE_FAILED",
            TaskState::Canceled => "TASK_STATE_CANCELLED",
            TaskState::InputRequired => "TASK_STATE_INPUT_REQUIRED",
            TaskState::Rejected => "TASK_STATE_REJECTED",
            TaskState::AuthRequired => "TASK_STATE_AUTH_REQUIRED",
            TaskState::Other(_) => return self.0.serialize(serializer),
        };
        name.serialize(serializer)
    }
}

impl Serialize for ProtoJson<&TaskStatus> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TaskStatus { state, message, timestamp } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("state", &ProtoJson(state))?;
        object.some("message", message.as_deref().map(ProtoJson).as_ref())?;
        object.some("timestamp", timestamp.as_ref())?;
        object.end()
    }
}

impl Serialize for ProtoJson<&Task> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Task { id, context_id, status, artifacts, history, metadata } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("id", id)?;
        object.some("contextId", context_id.as_ref())?;
        object.set("status", &ProtoJson(status))?;
        object.list("artifacts", artifacts)?;
        object.list("history", history)?;
        object.metadata(metadata)?;
        object.end()
    }
}
