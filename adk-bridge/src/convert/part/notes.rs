//! What is said about the data of a part.

use a2a_core::Metadata;
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::{Map, Value};

use super::{Kind, data};
use crate::adk;
use crate::convert::keys;

/// What one entry of the metadata says.
enum Note {
    Thought(bool),
    Signature(Vec<u8>),
    Video(Map<String, Value>),
    Resolution(Value),
    /// Something that is part of the data.
    Data,
}

/// Adds to the metadata what is said about the data, and `rest`, the ADK part's own metadata.
///
/// `rest` goes as it is where it is read back as it is, else as one object under a key of its own.
pub(super) fn write(
    part: &adk::Part,
    rest: Option<&Map<String, Value>>,
    kind: Kind<'_>,
    metadata: &mut Metadata,
) {
    if let Some(thought) = part.thought {
        metadata.insert(keys::THOUGHT.to_owned(), Value::Bool(thought));
    }
    if let Some(signature) = &part.thought_signature {
        metadata.insert(keys::THOUGHT_SIGNATURE.to_owned(), Value::String(STANDARD.encode(signature)));
    }
    if let Some(video) = &part.video_metadata {
        metadata.insert(keys::VIDEO_METADATA.to_owned(), Value::Object(video.clone()));
    }
    if let Some(resolution) = part.media_resolution.as_ref().filter(|value| !value.is_null()) {
        metadata.insert(keys::MEDIA_RESOLUTION.to_owned(), resolution.clone());
    }
    let Some(rest) = rest else { return };
    if is_read_back(rest, metadata, kind) {
        metadata.extend(rest.iter().map(|(key, value)| (key.clone(), value.clone())));
    } else {
        metadata.insert(keys::PART_METADATA.to_owned(), Value::Object(rest.clone()));
    }
}

/// Reads what [`write`] and ADK's bridges write; what isn't understood becomes the ADK part's own metadata.
pub(super) fn read(metadata: &Metadata, kind: Kind<'_>, part: &mut adk::Part) {
    let mut rest = Map::new();
    for (key, value) in metadata {
        match note(key, value, metadata, kind) {
            Some(Note::Thought(thought)) => part.thought = Some(thought),
            Some(Note::Signature(signature)) => part.thought_signature = Some(signature),
            Some(Note::Video(video)) => part.video_metadata = Some(video),
            Some(Note::Resolution(resolution)) => part.media_resolution = Some(resolution),
            Some(Note::Data) => {}
            None => {
                rest.insert(key.clone(), value.clone());
            }
        }
    }
    part.part_metadata = match only_object(&rest) {
        Some(inner) if !is_read_back(inner, metadata, kind) => Some(inner.clone()),
        _ if rest.is_empty() => None,
        _ => Some(rest),
    };
}

/// Whether all of `rest` is still there after it was written beside `others` and read.
fn is_read_back(rest: &Map<String, Value>, others: &Metadata, kind: Kind<'_>) -> bool {
    let stays = |key: &String, value| {
        key == keys::PART_METADATA || (!others.contains_key(key) && note(key, value, others, kind).is_none())
    };
    !rest.is_empty()
        && rest.iter().all(|(key, value)| stays(key, value))
        && only_object(rest).is_none_or(|inner| is_read_back(inner, others, kind))
}

fn only_object(rest: &Map<String, Value>) -> Option<&Map<String, Value>> {
    rest.get(keys::PART_METADATA).filter(|_| rest.len() == 1)?.as_object()
}

fn note(key: &str, value: &Value, others: &Metadata, kind: Kind<'_>) -> Option<Note> {
    match (key, value) {
        (keys::THOUGHT, Value::Bool(thought)) => Some(Note::Thought(*thought)),
        (keys::THOUGHT_SIGNATURE, Value::String(text)) => decode(text).map(Note::Signature),
        (keys::VIDEO_METADATA, Value::Object(video)) => Some(Note::Video(video.clone())),
        (keys::VIDEO_METADATA_UNPREFIXED, Value::Object(video)) => {
            let raw = matches!(kind, Kind::Raw | Kind::RawLookalike);
            let only = !matches!(others.get(keys::VIDEO_METADATA), Some(Value::Object(_)));
            (raw && only).then(|| Note::Video(video.clone()))
        }
        (keys::MEDIA_RESOLUTION, value) if !value.is_null() => Some(Note::Resolution(value.clone())),
        (keys::TYPE, name) => match kind {
            Kind::Call | Kind::Typed => Some(Note::Data),
            Kind::Untyped(value) => data::is_typed(name, value).then_some(Note::Data),
            _ => None,
        },
        (keys::IS_LONG_RUNNING, Value::Bool(_)) => matches!(kind, Kind::Call).then_some(Note::Data),
        (keys::DATA_TEXT, text) => match kind {
            Kind::Untyped(value) => data::is_text_of(text, value).then_some(Note::Data),
            _ => None,
        },
        _ => None,
    }
}

/// Bytes from either alphabet, padded or not: Python's JSON has the URL-safe one.
fn decode(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    if text.contains(['-', '_']) {
        return LENIENT.decode(text.replace('-', "+").replace('_', "/")).ok();
    }
    LENIENT.decode(text).ok()
}
