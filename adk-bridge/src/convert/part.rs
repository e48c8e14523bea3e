//! The parts of content, in both directions, without loss and without an error.
//!
//! | ADK | A2A |
//! |---|---|
//! | text | text |
//! | inline data | raw: the bytes, the media type, the display name as file name |
//! | inline text between `<a2a_datapart_json>` tags | data without a type |
//! | file data | url |
//! | function call and response, code and its result, tool call and response | data with [`TYPE`](keys::TYPE) |
//! | anything else, and text without a character | data of type [`GENAI_PART`](keys::GENAI_PART): the part's JSON |
//!
//! What is said about the data goes into the metadata of the A2A part, `partMetadata` as it is. What an A2A part
//! says that ADK has no field for is kept in `partMetadata` under [`A2A_PART`](keys::A2A_PART).
//!
//! There and back an ADK part is equal, if it is one that its own JSON can express; so is an A2A part, but for
//! the spelling of what ADK's peers write in several ways, fields that a typed part doesn't define, and text
//! without a character.

mod carried;
mod data;
mod notes;

use std::borrow::Cow;

use a2a_core::{Part, PartContent};
use serde_json::Value;

use self::carried::Carried;
use super::{keys, numbers};
use crate::adk::{self, PartData};

/// The A2A form of an ADK part.
///
/// `long_running` has the ids of the function calls whose results come later, an event's
/// [`long_running_tool_ids`](adk::Event::long_running_tool_ids). The text of a text part is never empty.
pub fn to_a2a(part: &adk::Part, long_running: &[String]) -> Part {
    let Some(mut mapped) = data::write(part, long_running) else { return data::write_whole(part) };
    let kind = Kind::of(&part.data, &mapped.content);
    let mut rest = part.part_metadata.as_ref().map(Cow::Borrowed);
    if let Some((carried, others)) = part.part_metadata.as_ref().and_then(|all| Carried::lift(all, kind)) {
        mapped.filename = carried.filename.or(mapped.filename);
        mapped.media_type = carried.media_type.or(mapped.media_type);
        rest = others;
    }
    notes::write(part, rest.as_deref(), kind, &mut mapped.metadata);
    mapped
}

/// The ADK form of an A2A part.
///
/// A data part whose type isn't known, or whose data isn't what the type says, becomes inline text between
/// `<a2a_datapart_json>` tags, as in ADK's other runtimes.
pub fn from_a2a(part: &Part) -> adk::Part {
    if let Some(whole) = data::read_whole(part) {
        return whole;
    }
    let mut mapped = adk::Part::new(data::read(part));
    let kind = Kind::of(&mapped.data, &part.content);
    notes::read(&part.metadata, kind, &mut mapped);
    mapped.part_metadata = Carried::of(part, kind).wrap(mapped.part_metadata, kind);
    mapped
}

/// [`from_a2a`] of a part that a peer sent: in the arguments of a call and in its result, whole numbers that come as
/// floats are integers.
///
/// Python's peers write them so, and a program that reads an integer doesn't take a float for one.
pub fn from_peer(part: &Part) -> adk::Part {
    let mut mapped = from_a2a(part);
    match &mut mapped.data {
        PartData::FunctionCall(call) => numbers::make_all_whole(&mut call.args),
        PartData::FunctionResponse(response) => numbers::make_all_whole(&mut response.response),
        _ => {}
    }
    mapped
}

/// [`to_a2a`] of all of them, in order.
pub fn all_to_a2a(parts: &[adk::Part], long_running: &[String]) -> Vec<Part> {
    parts.iter().map(|part| to_a2a(part, long_running)).collect()
}

/// [`from_a2a`] of all of them, in order.
pub fn all_from_a2a(parts: &[Part]) -> Vec<adk::Part> {
    parts.iter().map(from_a2a).collect()
}

/// [`from_peer`] of all of them, in order.
pub fn all_from_peer(parts: &[Part]) -> Vec<adk::Part> {
    parts.iter().map(from_peer).collect()
}

/// Whether it is a function call whose result comes later.
pub fn is_long_running(part: &Part) -> bool {
    let says = |key, value: &Value| part.metadata.get(key) == Some(value);
    matches!(part.content, PartContent::Data(Value::Object(_)))
        && says(keys::IS_LONG_RUNNING, &Value::Bool(true))
        && part.metadata.get(keys::TYPE).is_some_and(|name| name == keys::FUNCTION_CALL)
}

/// The ids of the function calls whose results come later, in order; without those that have none.
pub fn long_running_ids(parts: &[Part]) -> Vec<String> {
    let id = |part: &Part| match &part.content {
        PartContent::Data(call) => Some(call.get("id")?.as_str()?.to_owned()),
        _ => None,
    };
    parts.iter().filter(|part| is_long_running(part)).filter_map(id).filter(|id| !id.is_empty()).collect()
}

/// How the two forms of a part correspond, which decides what its metadata can mean.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Text,
    /// A typed data part that is a function call.
    Call,
    /// Any other typed data part.
    Typed,
    /// A data part without a type that says anything.
    Untyped(&'a Value),
    Raw,
    /// A raw part whose bytes look like those of an untyped data part.
    RawLookalike,
    Url,
    Unknown,
}

impl<'a> Kind<'a> {
    fn of(data: &PartData, content: &'a PartContent) -> Self {
        match (content, data) {
            (PartContent::Text(_), _) => Self::Text,
            (PartContent::Data(value), PartData::InlineData(_)) => Self::Untyped(value),
            (PartContent::Data(_), PartData::FunctionCall(_)) => Self::Call,
            (PartContent::Data(_), _) => Self::Typed,
            (PartContent::Raw(_), PartData::InlineData(blob)) if data::tagged(blob).is_some() => {
                Self::RawLookalike
            }
            (PartContent::Raw(_), _) => Self::Raw,
            (PartContent::Url(_), _) => Self::Url,
            _ => Self::Unknown,
        }
    }

    fn has_media_type(self) -> bool {
        matches!(self, Self::Raw | Self::RawLookalike | Self::Url)
    }

    fn has_filename(self) -> bool {
        self.has_media_type() || matches!(self, Self::Untyped(_))
    }
}
