use crate::{
    SendMessageResponse,
    v0_3::{
        SendMessageResult, StreamEvent, Task, TaskArtifactUpdateEvent, TaskState, TaskStatus,
        TaskStatusUpdateEvent,
    },
};

impl From<crate::TaskStatusUpdateEvent> for TaskStatusUpdateEvent {
    fn from(update: crate::TaskStatusUpdateEvent) -> Self {
        let status = TaskStatus::from(update.status);
        let is_final = status.state.ends_streams();
        Self {
            task_id: update.task_id,
            context_id: update.context_id,
            status,
            is_final,
            metadata: update.metadata,
        }
    }
}

impl TaskState {
    /// Whether the status that has it is `final`.
    ///
    /// Clients of v0.3 that are asked for input wait for it, too, before they answer. It is v0.3's state that decides:
    /// a name such as `completed`, which v1.0 doesn't know, ends the task for them.
    pub(in crate::v0_3) fn ends_streams(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled | Self::Rejected | Self::InputRequired)
    }
}

impl From<TaskStatusUpdateEvent> for crate::TaskStatusUpdateEvent {
    fn from(update: TaskStatusUpdateEvent) -> Self {
        Self {
            task_id: update.task_id,
            context_id: update.context_id,
            status: update.status.into(),
            metadata: update.metadata,
        }
    }
}

impl From<crate::TaskArtifactUpdateEvent> for TaskArtifactUpdateEvent {
    fn from(update: crate::TaskArtifactUpdateEvent) -> Self {
        Self {
            task_id: update.task_id,
            context_id: update.context_id,
            artifact: update.artifact.into(),
            append: update.append,
            last_chunk: update.last_chunk,
            metadata: update.metadata,
        }
    }
}

impl From<TaskArtifactUpdateEvent> for crate::TaskArtifactUpdateEvent {
    fn from(update: TaskArtifactUpdateEvent) -> Self {
        Self {
            task_id: update.task_id,
            context_id: update.context_id,
            artifact: update.artifact.into(),
            append: update.append,
            last_chunk: update.last_chunk,
            metadata: update.metadata,
        }
    }
}

impl From<crate::StreamEvent> for StreamEvent {
    fn from(event: crate::StreamEvent) -> Self {
        match event {
            crate::StreamEvent::Task(task) => Task::from(*task).into(),
            crate::StreamEvent::Message(message) => Self::Message(message.into()),
            crate::StreamEvent::StatusUpdate(update) => Self::StatusUpdate(update.into()),
            crate::StreamEvent::ArtifactUpdate(update) => Self::ArtifactUpdate(update.into()),
            crate::StreamEvent::Unknown(members) => Self::Unknown(members),
        }
    }
}

impl From<StreamEvent> for crate::StreamEvent {
    fn from(event: StreamEvent) -> Self {
        match event {
            StreamEvent::Task(task) => crate::Task::from(*task).into(),
            StreamEvent::Message(message) => Self::Message(message.into()),
            StreamEvent::StatusUpdate(update) => Self::StatusUpdate(update.into()),
            StreamEvent::ArtifactUpdate(update) => Self::ArtifactUpdate(update.into()),
            StreamEvent::Unknown(members) => Self::Unknown(members),
        }
    }
}

impl From<SendMessageResponse> for SendMessageResult {
    fn from(response: SendMessageResponse) -> Self {
        match response {
            SendMessageResponse::Task(task) => Self::Task(task.into()),
            SendMessageResponse::Message(message) => Self::Message(message.into()),
        }
    }
}

impl From<SendMessageResult> for SendMessageResponse {
    fn from(result: SendMessageResult) -> Self {
        match result {
            SendMessageResult::Task(task) => Self::Task(task.into()),
            SendMessageResult::Message(message) => Self::Message(message.into()),
        }
    }
}
