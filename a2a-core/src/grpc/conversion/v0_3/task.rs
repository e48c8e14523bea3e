use crate::{
    Error,
    grpc::{
        field::{At as _, list, maybe, optional, optional_text, or_empty, required},
        timestamp, v0_3, value,
    },
    v0_3::{Artifact, Task, TaskState, TaskStatus},
};

impl TryFrom<v0_3::Task> for Task {
    type Error = Error;

    fn try_from(task: v0_3::Task) -> Result<Self, Error> {
        let v0_3::Task { id, context_id, status, artifacts, history, metadata } = task;
        Ok(Self {
            id: required(id, "id")?,
            context_id: optional(context_id),
            status: maybe(status, "status")?.unwrap_or_default(),
            artifacts: list(artifacts, "artifacts")?,
            history: list(history, "history")?,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<Task> for v0_3::Task {
    type Error = Error;

    fn try_from(task: Task) -> Result<Self, Error> {
        let Task { id, context_id, status, artifacts, history, metadata } = task;
        Ok(Self {
            id: id.to_string(),
            context_id: or_empty(context_id),
            status: maybe(Some(status), "status")?,
            artifacts: list(artifacts, "artifacts")?,
            history: list(history, "history")?,
            metadata: value::to_optional_struct(metadata).at("metadata")?,
        })
    }
}

/// What is no time is none, as in the JSON of 0.3: it isn't worth the task.
impl TryFrom<v0_3::TaskStatus> for TaskStatus {
    type Error = Error;

    fn try_from(status: v0_3::TaskStatus) -> Result<Self, Error> {
        let v0_3::TaskStatus { state, update, timestamp } = status;
        Ok(Self {
            state: TaskState::from_number(state),
            message: maybe(update, "message")?.map(Box::new),
            timestamp: timestamp.and_then(|time| timestamp::from_proto(time, "timestamp").ok()),
        })
    }
}

impl TryFrom<TaskStatus> for v0_3::TaskStatus {
    type Error = Error;

    fn try_from(status: TaskStatus) -> Result<Self, Error> {
        let TaskStatus { state, message, timestamp } = status;
        Ok(Self {
            state: state.number(),
            update: maybe(message.map(|message| *message), "message")?,
            timestamp: timestamp.map(timestamp::to_proto),
        })
    }
}

impl TryFrom<v0_3::Artifact> for Artifact {
    type Error = Error;

    fn try_from(artifact: v0_3::Artifact) -> Result<Self, Error> {
        let v0_3::Artifact { artifact_id, name, description, parts, metadata, extensions } = artifact;
        Ok(Self {
            artifact_id: required(artifact_id, "artifactId")?,
            name: optional_text(name),
            description: optional_text(description),
            parts: list(parts, "parts")?,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
            extensions,
        })
    }
}

impl TryFrom<Artifact> for v0_3::Artifact {
    type Error = Error;

    fn try_from(artifact: Artifact) -> Result<Self, Error> {
        let Artifact { artifact_id, name, description, parts, metadata, extensions } = artifact;
        Ok(Self {
            artifact_id: artifact_id.to_string(),
            name: or_empty(name),
            description: or_empty(description),
            parts: list(parts, "parts")?,
            metadata: value::to_optional_struct(metadata).at("metadata")?,
            extensions,
        })
    }
}
