use crate::{
    Artifact, Error, Task, TaskState, TaskStatus,
    grpc::{
        field::{At as _, list, maybe, optional, optional_text, or_empty, required},
        timestamp, v1, value,
    },
};

impl TryFrom<v1::Task> for Task {
    type Error = Error;

    fn try_from(task: v1::Task) -> Result<Self, Error> {
        let v1::Task { id, context_id, status, artifacts, history, metadata } = task;
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

impl TryFrom<Task> for v1::Task {
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

impl TryFrom<v1::TaskStatus> for TaskStatus {
    type Error = Error;

    fn try_from(status: v1::TaskStatus) -> Result<Self, Error> {
        let v1::TaskStatus { state, message, timestamp } = status;
        Ok(Self {
            state: TaskState::from_number(state),
            message: maybe(message, "message")?.map(Box::new),
            timestamp: timestamp.map(|time| timestamp::from_proto(time, "timestamp")).transpose()?,
        })
    }
}

impl TryFrom<TaskStatus> for v1::TaskStatus {
    type Error = Error;

    fn try_from(status: TaskStatus) -> Result<Self, Error> {
        let TaskStatus { state, message, timestamp } = status;
        Ok(Self {
            state: state.number(),
            message: maybe(message.map(|message| *message), "message")?,
            timestamp: timestamp.map(timestamp::to_proto),
        })
    }
}

impl TryFrom<v1::Artifact> for Artifact {
    type Error = Error;

    fn try_from(artifact: v1::Artifact) -> Result<Self, Error> {
        let v1::Artifact { artifact_id, name, description, parts, metadata, extensions } = artifact;
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

impl TryFrom<Artifact> for v1::Artifact {
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
