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
        match self.0 {
            StreamEvent::Task(task) => wrapped(serializer, "task", &ProtoJson(&**task)),
            StreamEvent::Message(message) => wrapped(serializer, "message", &ProtoJson(message)),
            StreamEvent::StatusUpdate(update) => wrapped(serializer, "statusUpdate", &ProtoJson(update)),
            StreamEvent::ArtifactUpdate(update) => wrapped(serializer, "artifactUpdate", &ProtoJson(update)),
            StreamEvent::Unknown(_) => self.0.serialize(serializer),
        }
    }
}

impl Serialize for ProtoJson<&SendMessageResult> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            SendMessageResult::Task(task) => wrapped(serializer, "task", &ProtoJson(task)),
            SendMessageResult::Message(message) => wrapped(serializer, "message", &ProtoJson(message)),
        }
    }
}

fn wrapped<S: Serializer>(
    serializer: S,
    name: &'static str,
    value: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut object = Object::begin(serializer)?;
    object.set(name, value)?;
    object.end()
}
