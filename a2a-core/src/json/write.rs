//! The JSON of sends, answers and events, written as it is walked over.
//!
//! A server writes events for every reader. serde asks for the name and the value of each member in
//! turn and looks at every byte of both; here names are constants with their quotes and commas, and text is looked at
//! eight bytes at a time. The bytes are the same, and the tests hold them to it.

mod event;
mod request;
mod text;
mod value;

use serde::Serialize;

use crate::{Artifact, Message, Metadata, Part, PartContent, Task, TaskState, TaskStatus, Timestamp};

/// Writes the JSON that serde writes, byte for byte, faster.
///
/// ```
/// use a2a_core::{Part, WriteJson};
///
/// let mut out = Vec::new();
/// Part::text("hello").write_json(&mut out);
/// assert_eq!(out, br#"{"text":"hello"}"#);
/// ```
pub trait WriteJson {
    /// Writes the JSON to the end of a buffer.
    fn write_json(&self, out: &mut Vec<u8>);
}

impl WriteJson for Task {
    fn write_json(&self, out: &mut Vec<u8>) {
        self.write_json_head(out);
        list(out, r#","artifacts":"#, &self.artifacts);
        list(out, r#","history":"#, &self.history);
        metadata(out, &self.metadata);
        out.push(b'}');
    }
}

impl Task {
    /// Writes the beginning of its JSON: ids and status, without what follows and without the closing brace.
    pub fn write_json_head(&self, out: &mut Vec<u8>) {
        text(out, r#"{"id":"#, self.id.as_str());
        optional(out, r#","contextId":"#, self.context_id.as_ref().map(AsRef::as_ref));
        member(out, r#","status":"#, &self.status);
    }
}

impl WriteJson for TaskStatus {
    fn write_json(&self, out: &mut Vec<u8>) {
        status(out, &self.state, self.message.as_deref(), self.timestamp);
    }
}

impl WriteJson for Message {
    fn write_json(&self, out: &mut Vec<u8>) {
        text(out, r#"{"messageId":"#, self.message_id.as_str());
        optional(out, r#","contextId":"#, self.context_id.as_ref().map(AsRef::as_ref));
        optional(out, r#","taskId":"#, self.task_id.as_ref().map(AsRef::as_ref));
        named(out, r#","role":"#, self.role.as_str(), &self.role);
        member(out, r#","parts":"#, &self.parts[..]);
        metadata(out, &self.metadata);
        values(out, r#","extensions":"#, &self.extensions);
        values(out, r#","referenceTaskIds":"#, &self.reference_task_ids);
        out.push(b'}');
    }
}

impl WriteJson for Artifact {
    fn write_json(&self, out: &mut Vec<u8>) {
        text(out, r#"{"artifactId":"#, self.artifact_id.as_str());
        optional(out, r#","name":"#, self.name.as_deref());
        optional(out, r#","description":"#, self.description.as_deref());
        member(out, r#","parts":"#, &self.parts[..]);
        metadata(out, &self.metadata);
        values(out, r#","extensions":"#, &self.extensions);
        out.push(b'}');
    }
}

impl WriteJson for Part {
    fn write_json(&self, out: &mut Vec<u8>) {
        match &self.content {
            PartContent::Text(content) => text(out, r#"{"text":"#, content),
            PartContent::Url(url) => text(out, r#"{"url":"#, url),
            PartContent::Data(data) => member(out, r#"{"data":"#, data),
            PartContent::Raw(_) | PartContent::Unknown(_) => return value(out, "", self),
        }
        metadata(out, &self.metadata);
        optional(out, r#","filename":"#, self.filename.as_deref());
        optional(out, r#","mediaType":"#, self.media_type.as_deref());
        out.push(b'}');
    }
}

impl<T: WriteJson> WriteJson for [T] {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            item.write_json(out);
        }
        out.push(b']');
    }
}

pub(crate) fn status(
    out: &mut Vec<u8>,
    state: &TaskState,
    message: Option<&Message>,
    timestamp: Option<Timestamp>,
) {
    named(out, r#"{"state":"#, state.as_str(), state);
    if let Some(message) = message {
        member(out, r#","message":"#, message);
    }
    if let Some(timestamp) = timestamp {
        out.extend_from_slice(br#","timestamp":""#);
        out.extend_from_slice(&timestamp.to_ascii());
        out.push(b'"');
    }
    out.push(b'}');
}

/// A member whose value is text; `name` has its quotes, its colon and what stands before it.
pub(crate) fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    text::write(out, value);
}

pub(crate) fn member(out: &mut Vec<u8>, name: &str, value: &(impl WriteJson + ?Sized)) {
    out.extend_from_slice(name.as_bytes());
    value.write_json(out);
}

pub(crate) fn metadata(out: &mut Vec<u8>, metadata: &Metadata) {
    if !metadata.is_empty() {
        member(out, r#","metadata":"#, metadata);
    }
}

/// A member that is seldom there, or of a type that is seldom long: serde writes it.
pub(crate) fn value(out: &mut Vec<u8>, name: &str, value: &impl Serialize) {
    out.extend_from_slice(name.as_bytes());
    serde_json::to_writer(out, value)
        .expect("protocol types have string keys only and a buffer takes every write");
}

/// A member of an open enum: by its name, if it has one.
pub(crate) fn named(out: &mut Vec<u8>, member: &str, name: Option<&str>, open: &impl Serialize) {
    match name {
        Some(name) => text(out, member, name),
        None => value(out, member, open),
    }
}

/// A member that is `true`, or left out.
pub(crate) fn flag(out: &mut Vec<u8>, member: &str, is_set: bool) {
    if is_set {
        out.extend_from_slice(member.as_bytes());
    }
}

pub(crate) fn optional(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        text(out, name, value);
    }
}

fn list<T: WriteJson>(out: &mut Vec<u8>, name: &str, items: &[T]) {
    if !items.is_empty() {
        out.extend_from_slice(name.as_bytes());
        items.write_json(out);
    }
}

pub(crate) fn values(out: &mut Vec<u8>, name: &str, items: &[impl Serialize]) {
    if !items.is_empty() {
        value(out, name, &items);
    }
}
