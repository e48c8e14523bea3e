//! What streams and sends answer.

use super::{WriteJson, flag, member, metadata, optional, text};
use crate::{SendMessageResponse, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent};

impl WriteJson for StreamEvent {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Task(task) => member(out, r#"{"task":"#, &**task),
            Self::Message(message) => member(out, r#"{"message":"#, message),
            Self::StatusUpdate(update) => member(out, r#"{"statusUpdate":"#, update),
            Self::ArtifactUpdate(update) => member(out, r#"{"artifactUpdate":"#, update),
            Self::Unknown(members) => return members.write_json(out),
        }
        out.push(b'}');
    }
}

impl WriteJson for TaskStatusUpdateEvent {
    fn write_json(&self, out: &mut Vec<u8>) {
        text(out, r#"{"taskId":"#, self.task_id.as_str());
        optional(out, r#","contextId":"#, self.context_id.as_ref().map(AsRef::as_ref));
        member(out, r#","status":"#, &self.status);
        metadata(out, &self.metadata);
        out.push(b'}');
    }
}

impl WriteJson for TaskArtifactUpdateEvent {
    fn write_json(&self, out: &mut Vec<u8>) {
        text(out, r#"{"taskId":"#, self.task_id.as_str());
        optional(out, r#","contextId":"#, self.context_id.as_ref().map(AsRef::as_ref));
        member(out, r#","artifact":"#, &self.artifact);
        flag(out, r#","append":true"#, self.append);
        flag(out, r#","lastChunk":true"#, self.last_chunk);
        metadata(out, &self.metadata);
        out.push(b'}');
    }
}

impl WriteJson for SendMessageResponse {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Task(task) => member(out, r#"{"task":"#, task),
            Self::Message(message) => member(out, r#"{"message":"#, message),
        }
        out.push(b'}');
    }
}
