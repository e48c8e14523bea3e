use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::v0_3::{SendMessageResult, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent};

impl Serialize for ProtoJson<&TaskStatusUpdateEvent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TaskStatusUpdateEvent { task_id, context_id, status, is_final, metadata } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("taskId", task_id)?;
        object.some("contextId", context_id.as_ref())?;
        object.set("status", &ProtoJson(status))?;
        object.flag("final", *is_final)?;
        object.metadata(metadata)?;
        object.end()
    }
}

impl Serialize for ProtoJson<&TaskArtifactUpdateEvent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TaskArtifactUpdateEvent { task_id, context_id, artifact, append, last_chunk, metadata } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("taskId", task_id)?;
        object.some("contextId", context_id.as_ref())?;
        object.set("artifact", &ProtoJson(artifact))?;
        object.flag("append", *append)?;
        object.flag("lastChunk", *last_chunk)?;
        object.metadata(metadata)?;
        object.end()
    }
}

impl Serialize for ProtoJson<&StreamEvent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        match self.0 {
            StreamEvent::Task(task) => object.set("task", &ProtoJson(&**task))?,
            StreamEvent::Message(message) => object.set("message", &ProtoJson(message))?,
            StreamEvent::StatusUpdate(update) => object.set("statusUpdate", &ProtoJson(update))?,
            StreamEvent::ArtifactUpdate(update) => object.set("artifactUpdate", &ProtoJson(update))?,
            StreamEvent::Unknown(members) => object.members(members)?,
        }
        object.end()
    }
}

impl Serialize for ProtoJson<&SendMessageResult> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        match self.0 {
            SendMessageResult::Task(task) => object.set("task", &ProtoJson(task))?,
            SendMessageResult::Message(message) => object.set("message", &ProtoJson(message))?,
        }
        object.end()
    }
}
