use crate::{
    Error, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent,
    grpc::{
        field::{At as _, invalid, maybe, optional, or_empty, present, required, unsayable},
        v1::{self, stream_response::Payload},
        value,
    },
};

impl TryFrom<v1::TaskStatusUpdateEvent> for TaskStatusUpdateEvent {
    type Error = Error;

    fn try_from(event: v1::TaskStatusUpdateEvent) -> Result<Self, Error> {
        let v1::TaskStatusUpdateEvent { task_id, context_id, status, metadata } = event;
        Ok(Self {
            task_id: required(task_id, "taskId")?,
            context_id: optional(context_id),
            status: maybe(status, "status")?.unwrap_or_default(),
            metadata: value::from_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<TaskStatusUpdateEvent> for v1::TaskStatusUpdateEvent {
    type Error = Error;

    fn try_from(event: TaskStatusUpdateEvent) -> Result<Self, Error> {
        let TaskStatusUpdateEvent { task_id, context_id, status, metadata } = event;
        Ok(Self {
            task_id: task_id.to_string(),
            context_id: or_empty(context_id),
            status: maybe(Some(status), "status")?,
            metadata: value::to_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<v1::TaskArtifactUpdateEvent> for TaskArtifactUpdateEvent {
    type Error = Error;

    fn try_from(event: v1::TaskArtifactUpdateEvent) -> Result<Self, Error> {
        let v1::TaskArtifactUpdateEvent { task_id, context_id, artifact, append, last_chunk, metadata } =
            event;
        Ok(Self {
            task_id: required(task_id, "taskId")?,
            context_id: optional(context_id),
            artifact: present(artifact, "artifact")?,
            append,
            last_chunk,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<TaskArtifactUpdateEvent> for v1::TaskArtifactUpdateEvent {
    type Error = Error;

    fn try_from(event: TaskArtifactUpdateEvent) -> Result<Self, Error> {
        let TaskArtifactUpdateEvent { task_id, context_id, artifact, append, last_chunk, metadata } = event;
        Ok(Self {
            task_id: task_id.to_string(),
            context_id: or_empty(context_id),
            artifact: maybe(Some(artifact), "artifact")?,
            append,
            last_chunk,
            metadata: value::to_optional_struct(metadata).at("metadata")?,
        })
    }
}

impl TryFrom<v1::StreamResponse> for StreamEvent {
    type Error = Error;

    fn try_from(event: v1::StreamResponse) -> Result<Self, Error> {
        Ok(match event.payload {
            Some(Payload::Task(task)) => Self::Task(Box::new(task.try_into().at("task")?)),
            Some(Payload::Message(message)) => Self::Message(message.try_into().at("message")?),
            Some(Payload::StatusUpdate(update)) => Self::StatusUpdate(update.try_into().at("statusUpdate")?),
            Some(Payload::ArtifactUpdate(update)) => {
                Self::ArtifactUpdate(update.try_into().at("artifactUpdate")?)
            }
            None => return Err(invalid("must have one of task, message, statusUpdate and artifactUpdate")),
        })
    }
}

impl TryFrom<StreamEvent> for v1::StreamResponse {
    type Error = Error;

    fn try_from(event: StreamEvent) -> Result<Self, Error> {
        let payload = match event {
            StreamEvent::Task(task) => Payload::Task((*task).try_into().at("task")?),
            StreamEvent::Message(message) => Payload::Message(message.try_into().at("message")?),
            StreamEvent::StatusUpdate(update) => Payload::StatusUpdate(update.try_into().at("statusUpdate")?),
            StreamEvent::ArtifactUpdate(update) => {
                Payload::ArtifactUpdate(update.try_into().at("artifactUpdate")?)
            }
            StreamEvent::Unknown(_) => {
                return Err(unsayable(
                    "the event is one that this version doesn't know, which only JSON carries",
                ));
            }
        };
        Ok(Self { payload: Some(payload) })
    }
}
