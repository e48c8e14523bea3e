//! The JSON of v0.3, written from native values as they are walked over.
//!
//! A server has native values and many readers. To convert one and let serde write it clones the task and asks for the
//! name of each member in turn; here nothing is built. The bytes are those of the converted value, and the tests hold
//! them to it.

mod event;
mod part;

use serde::Serialize;

use super::rest::ProtoJson;
use crate::{
    Artifact, Message, Task, Timestamp,
    json::write::{metadata, named, optional, text, value, values},
};

/// Which JSON of v0.3 is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "v0.3 is finished and has these two")]
pub enum Family {
    /// That of JSON-RPC, where a `kind` tells what a value is.
    JsonRpc,
    /// That of REST: protobuf's, see [`rest`](super::rest).
    Rest,
}

/// Writes a native value as v0.3 has it, byte for byte what serde writes of the converted one.
///
/// ```
/// use a2a_core::{Message, v0_3::{Family, WriteJson}};
///
/// let message = Message::user("m1".parse()?, "hi");
/// let mut out = Vec::new();
/// message.write_v0_3(Family::JsonRpc, &mut out);
/// assert_eq!(
///     String::from_utf8(out)?,
///     r#"{"kind":"message","messageId":"m1","role":"user","parts":[{"kind":"text","text":"hi"}]}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait WriteJson {
    /// Writes the JSON to the end of a buffer.
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>);
}

impl WriteJson for Task {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        write_task(self, &self.history, family, out);
    }
}

/// Writes a task with this history instead of its own, such as the end of it.
pub fn write_task(task: &Task, history: &[Message], family: Family, out: &mut Vec<u8>) {
    text(out, family.pick(r#"{"kind":"task","id":"#, r#"{"id":"#), task.id.as_str());
    context(out, family, task.context_id.as_ref().map(AsRef::as_ref));
    let status = &task.status;
    write_status(out, family, &status.state.clone().into(), status.message.as_deref(), status.timestamp);
    list(out, family, r#","artifacts":"#, &task.artifacts);
    list(out, family, r#","history":"#, history);
    metadata(out, &task.metadata);
    out.push(b'}');
}

impl WriteJson for Message {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        let name = family.pick(r#"{"kind":"message","messageId":"#, r#"{"messageId":"#);
        text(out, name, self.message_id.as_str());
        optional(out, r#","contextId":"#, self.context_id.as_ref().map(AsRef::as_ref));
        optional(out, r#","taskId":"#, self.task_id.as_ref().map(AsRef::as_ref));
        let role = super::Role::from(self.role.clone());
        match family {
            Family::JsonRpc => {
                named(out, r#","role":"#, role.as_str(), &role);
                out.extend_from_slice(br#","parts":"#);
                each(out, family, &self.parts);
            }
            Family::Rest => {
                value(out, r#","role":"#, &ProtoJson(&role));
                list(out, family, r#","content":"#, &self.parts);
            }
        }
        metadata(out, &self.metadata);
        values(out, r#","extensions":"#, &self.extensions);
        if family == Family::JsonRpc {
            values(out, r#","referenceTaskIds":"#, &self.reference_task_ids);
        }
        out.push(b'}');
    }
}

impl WriteJson for Artifact {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        text(out, r#"{"artifactId":"#, self.artifact_id.as_str());
        optional(out, r#","name":"#, self.name.as_deref());
        optional(out, r#","description":"#, self.description.as_deref());
        match family {
            Family::JsonRpc => {
                out.extend_from_slice(br#","parts":"#);
                each(out, family, &self.parts);
            }
            Family::Rest => list(out, family, r#","parts":"#, &self.parts),
        }
        metadata(out, &self.metadata);
        values(out, r#","extensions":"#, &self.extensions);
        out.push(b'}');
    }
}

impl Family {
    fn pick<T>(self, json_rpc: T, rest: T) -> T {
        match self {
            Self::JsonRpc => json_rpc,
            Self::Rest => rest,
        }
    }
}

/// What the schema of JSON-RPC requires, and protobuf leaves out.
fn context(out: &mut Vec<u8>, family: Family, id: Option<&str>) {
    optional(out, r#","contextId":"#, id.or(family.pick(Some(""), None)));
}

fn write_status(
    out: &mut Vec<u8>,
    family: Family,
    state: &super::TaskState,
    message: Option<&Message>,
    timestamp: Option<Timestamp>,
) {
    match family {
        Family::JsonRpc => named(out, r#","status":{"state":"#, state.as_str(), state),
        Family::Rest => value(out, r#","status":{"state":"#, &ProtoJson(state)),
    }
    if let Some(message) = message {
        out.extend_from_slice(br#","message":"#);
        message.write_v0_3(family, out);
    }
    if let Some(timestamp) = timestamp {
        out.extend_from_slice(br#","timestamp":""#);
        out.extend_from_slice(&timestamp.to_ascii());
        out.push(b'"');
    }
    out.push(b'}');
}

fn list<T: WriteJson>(out: &mut Vec<u8>, family: Family, name: &str, items: &[T]) {
    if !items.is_empty() {
        out.extend_from_slice(name.as_bytes());
        each(out, family, items);
    }
}

fn each<T: WriteJson>(out: &mut Vec<u8>, family: Family, items: &[T]) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item.write_v0_3(family, out);
    }
    out.push(b']');
}

/// What is seldom: it is converted, and serde writes it.
fn converted<T>(out: &mut Vec<u8>, family: Family, old: &T)
where
    T: Serialize,
    for<'a> ProtoJson<&'a T>: Serialize,
{
    match family {
        Family::JsonRpc => value(out, "", old),
        Family::Rest => value(out, "", &ProtoJson(old)),
    }
}
