//! What is known of an entry without encoding it: about how many bytes it takes, and whether it could be read back.

use serde_json::Value;

use super::{Entry, EntryBody, Opened};
use crate::{
    Message, Metadata, Part, PartContent,
    json::{MAX_JSON_DEPTH, is_reserved},
};

/// What the fields around the content take.
const FRAME: usize = 96;

impl Entry {
    /// About how many bytes of JSON the entry is; see [`EntryBody::size`].
    pub fn size(&self) -> usize {
        self.body.size()
    }
}

impl EntryBody {
    /// About how many bytes of JSON it is: exact for text without escapes, near for the rest.
    ///
    /// Costs as much as it has parts and members, never as much as it has bytes.
    pub fn size(&self) -> usize {
        FRAME
            + match self {
                Self::Opened(opened) => {
                    message(&opened.message) + object(&opened.metadata) + object(&opened.request.metadata)
                }
                Self::Turn(turn) => message(&turn.message) + object(&turn.request.metadata),
                Self::Status(status) => {
                    status.message.as_deref().map_or(0, message) + object(&status.metadata)
                }
                Self::Artifact(chunk) => {
                    let artifact = &chunk.artifact;
                    let names = [&artifact.name, &artifact.description];
                    artifact.artifact_id.as_str().len()
                        + names.into_iter().flatten().map(String::len).sum::<usize>()
                        + parts(&artifact.parts)
                        + object(&artifact.metadata)
                        + object(&chunk.metadata)
                }
                Self::CancelRequested(cancel) => object(&cancel.metadata),
                Self::Record(record) => record.kind.len() + value(&record.data),
            }
    }
}

impl EntryBody {
    /// Whether data or metadata in it couldn't be read back: it nests deeper than the 100 levels that a reader takes,
    /// or has a member by a name that `serde_json` keeps for itself.
    ///
    /// What a peer sends was refused when it was read; this is for what an agent of one's own writes.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::Opened(opened) => opened.is_unreadable(),
            Self::Turn(turn) => message_unreadable(&turn.message),
            Self::Status(status) => {
                status.message.as_deref().is_some_and(message_unreadable)
                    || members_unreadable(&status.metadata)
            }
            Self::Artifact(chunk) => {
                let artifact = &chunk.artifact;
                parts_unreadable(&artifact.parts)
                    || members_unreadable(&artifact.metadata)
                    || members_unreadable(&chunk.metadata)
            }
            Self::CancelRequested(cancel) => members_unreadable(&cancel.metadata),
            Self::Record(record) => unreadable(&record.data, MAX_JSON_DEPTH),
        }
    }
}

impl Opened {
    /// Whether data or metadata in it couldn't be read back; see [`EntryBody::is_unreadable`].
    pub fn is_unreadable(&self) -> bool {
        message_unreadable(&self.message) || members_unreadable(&self.metadata)
    }
}

fn message_unreadable(message: &Message) -> bool {
    members_unreadable(&message.metadata) || parts_unreadable(&message.parts)
}

fn parts_unreadable(parts: &[Part]) -> bool {
    parts.iter().any(|part| {
        members_unreadable(&part.metadata)
            || match &part.content {
                PartContent::Data(data) => unreadable(data, MAX_JSON_DEPTH),
                PartContent::Unknown(members) => members_unreadable(members),
                PartContent::Text(_) | PartContent::Url(_) | PartContent::Raw(_) => false,
            }
    })
}

fn members_unreadable(members: &Metadata) -> bool {
    members_below(members, MAX_JSON_DEPTH - 1)
}

/// Whether a value couldn't be read where `left` more levels may be; looks no deeper than that.
fn unreadable(json: &Value, left: usize) -> bool {
    match json {
        Value::Array(items) => left == 0 || items.iter().any(|item| unreadable(item, left - 1)),
        Value::Object(members) => left == 0 || members_below(members, left - 1),
        _ => false,
    }
}

fn members_below(members: &Metadata, left: usize) -> bool {
    members.iter().any(|(name, member)| is_reserved(name) || unreadable(member, left))
}

fn message(message: &Message) -> usize {
    FRAME + message.message_id.as_str().len() + parts(&message.parts) + object(&message.metadata)
}

fn parts(parts: &[Part]) -> usize {
    parts.iter().map(part).sum()
}

fn part(part: &Part) -> usize {
    let content = match &part.content {
        PartContent::Text(text) | PartContent::Url(text) => text.len(),
        PartContent::Raw(bytes) => bytes.len().div_ceil(3) * 4,
        PartContent::Data(data) => value(data),
        PartContent::Unknown(members) => object(members),
    };
    let names = [&part.filename, &part.media_type];
    12 + content + names.into_iter().flatten().map(String::len).sum::<usize>() + object(&part.metadata)
}

fn object(members: &Metadata) -> usize {
    members.iter().map(|(name, member)| name.len() + 4 + value(member)).sum()
}

fn value(json: &Value) -> usize {
    match json {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| 1 + value(item)).sum::<usize>(),
        Value::Object(members) => 2 + object(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}
