//! The data of a part.

use a2a_core::{Part, PartContent};
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value};

use super::carried;
use crate::adk::{self, Blob, FileData, PartData};
use crate::convert::keys;

const OPEN: &str = "<a2a_datapart_json>";
const CLOSE: &str = "</a2a_datapart_json>";
const TEXT: &str = "text/plain";

/// The content of an A2A part, with the metadata that belongs to it; nothing if only [`write_whole`] keeps all.
pub(super) fn write(part: &adk::Part, long_running: &[String]) -> Option<Part> {
    let mapped = match &part.data {
        PartData::Text(text) if !text.is_empty() => Part::text(text),
        PartData::InlineData(blob) if !named_empty(&[&blob.mime_type, &blob.display_name]) => {
            return Some(write_blob(blob, part.part_metadata.as_ref().is_some_and(carried::says_raw)));
        }
        PartData::FileData(file) if !named_empty(&[&file.mime_type, &file.display_name]) => {
            if file.file_uri.is_empty() {
                return None;
            }
            let mut mapped = Part::url(&file.file_uri);
            mapped.media_type.clone_from(&file.mime_type);
            mapped.filename.clone_from(&file.display_name);
            mapped
        }
        PartData::FunctionCall(call) => {
            let mut mapped = typed(keys::FUNCTION_CALL, call);
            if long_running.contains(&call.id) {
                mapped.metadata.insert(keys::IS_LONG_RUNNING.to_owned(), Value::Bool(true));
            }
            mapped
        }
        PartData::FunctionResponse(data) => typed(keys::FUNCTION_RESPONSE, data),
        PartData::ExecutableCode(data) => typed(keys::EXECUTABLE_CODE, data),
        PartData::CodeExecutionResult(data) => typed(keys::CODE_EXECUTION_RESULT, data),
        PartData::ToolCall(data) => typed(keys::TOOL_CALL, data),
        PartData::ToolResponse(data) => typed(keys::TOOL_RESPONSE, data),
        PartData::Other(members) => unknown(members)?,
        PartData::Text(_) | PartData::InlineData(_) | PartData::FileData(_) => return None,
    };
    Some(mapped)
}

/// The JSON of an ADK part as data.
pub(super) fn write_whole(part: &adk::Part) -> Part {
    typed(keys::GENAI_PART, part)
}

/// The data of an ADK part.
pub(super) fn read(part: &Part) -> PartData {
    let media_type = || part.media_type.clone().filter(|name| !name.is_empty());
    let filename = || part.filename.clone().filter(|name| !name.is_empty());
    match &part.content {
        PartContent::Text(text) => PartData::Text(text.clone()),
        PartContent::Raw(bytes) => PartData::InlineData(Blob {
            data: bytes.to_vec(),
            mime_type: media_type(),
            display_name: filename(),
        }),
        PartContent::Url(url) => PartData::FileData(FileData {
            file_uri: url.clone(),
            mime_type: media_type(),
            display_name: filename(),
        }),
        PartContent::Data(value) => {
            part.metadata.get(keys::TYPE).and_then(|name| read_typed(name, value)).unwrap_or_else(|| {
                let exact = part.metadata.get(keys::DATA_TEXT).filter(|text| is_text_of(text, value));
                let text = exact.and_then(Value::as_str).map_or_else(|| usual_text(value), str::to_owned);
                let data = format!("{OPEN}{text}{CLOSE}").into_bytes();
                PartData::InlineData(Blob {
                    data,
                    mime_type: Some(TEXT.to_owned()),
                    display_name: filename(),
                })
            })
        }
        PartContent::Unknown(members) => {
            let members = Value::Object(members.clone());
            PartData::Other(Map::from_iter([(keys::A2A_PART_KIND.to_owned(), members)]))
        }
        _ => PartData::Other(Map::new()),
    }
}

/// A part that [`write_whole`] wrote. What others have added to its metadata is added to its own.
pub(super) fn read_whole(part: &Part) -> Option<adk::Part> {
    let PartContent::Data(value) = &part.content else { return None };
    part.metadata.get(keys::TYPE).filter(|name| *name == keys::GENAI_PART)?;
    let mut whole = adk::Part::deserialize(value).ok()?;
    for (key, value) in part.metadata.iter().filter(|(key, _)| *key != keys::TYPE) {
        let metadata = whole.part_metadata.get_or_insert_default();
        metadata.entry(key).or_insert_with(|| value.clone());
    }
    Some(whole)
}

/// Whether a data part of this type isn't read as an untyped one.
pub(super) fn is_typed(name: &Value, value: &Value) -> bool {
    read_typed(name, value).is_some() || (name == keys::GENAI_PART && adk::Part::deserialize(value).is_ok())
}

/// Whether this is a JSON text of the value, other than the one we'd write.
pub(super) fn is_text_of(text: &Value, value: &Value) -> bool {
    text.as_str().is_some_and(|text| {
        serde_json::from_str::<Value>(text).is_ok_and(|read| read == *value) && text != usual_text(value)
    })
}

/// The value and its text, of bytes that ADK's bridges take for a data part.
pub(super) fn tagged(blob: &Blob) -> Option<(Value, &str)> {
    let text = blob.data.strip_prefix(OPEN.as_bytes())?.strip_suffix(CLOSE.as_bytes())?;
    let text = blob.mime_type.as_deref().filter(|name| *name == TEXT).and(str::from_utf8(text).ok())?;
    Some((serde_json::from_str(text).ok()?, text))
}

fn write_blob(blob: &Blob, raw: bool) -> Part {
    let mut mapped = if let Some((value, text)) = tagged(blob).filter(|_| !raw) {
        let usual = usual_text(&value);
        let mut mapped = Part::data(value);
        if text != usual {
            mapped.metadata.insert(keys::DATA_TEXT.to_owned(), text.into());
        }
        mapped
    } else {
        let mut mapped = Part::raw(blob.data.clone());
        mapped.media_type.clone_from(&blob.mime_type);
        mapped
    };
    mapped.filename.clone_from(&blob.display_name);
    mapped
}

fn usual_text(value: &Value) -> String {
    value.to_string()
}

/// An A2A part of unknown content, which came as it goes.
fn unknown(members: &Map<String, Value>) -> Option<Part> {
    const KNOWN: [&str; 8] =
        ["text", "raw", "url", "data", "metadata", "filename", "mediaType", "media_type"];
    let unknown = members.get(keys::A2A_PART_KIND).filter(|_| members.len() == 1)?.as_object()?;
    if unknown.is_empty() || unknown.keys().any(|key| KNOWN.contains(&key.as_str())) {
        return None;
    }
    let mut mapped = Part::data(Value::Null);
    mapped.content = PartContent::Unknown(unknown.clone());
    Some(mapped)
}

fn typed(name: &str, data: &impl Serialize) -> Part {
    let mut mapped = Part::data(serde_json::to_value(data).expect("the keys of a part are strings"));
    mapped.metadata.insert(keys::TYPE.to_owned(), name.into());
    mapped
}

fn read_typed(name: &Value, value: &Value) -> Option<PartData> {
    match name.as_str()? {
        keys::FUNCTION_CALL => record(value).map(PartData::FunctionCall),
        keys::FUNCTION_RESPONSE => record(value).map(PartData::FunctionResponse),
        keys::EXECUTABLE_CODE => record(value).map(PartData::ExecutableCode),
        keys::CODE_EXECUTION_RESULT => record(value).map(PartData::CodeExecutionResult),
        keys::TOOL_CALL => record(value).map(PartData::ToolCall),
        keys::TOOL_RESPONSE => record(value).map(PartData::ToolResponse),
        _ => None,
    }
}

/// Reads a record unless that finds nothing in the value, which would be lost.
fn record<T: DeserializeOwned + Default + PartialEq + Serialize>(value: &Value) -> Option<T> {
    let record = T::deserialize(value).ok()?;
    let found = record != T::default() || serde_json::to_value(&record).is_ok_and(|blank| blank == *value);
    found.then_some(record)
}

/// An empty name counts as none in A2A.
fn named_empty(names: &[&Option<String>]) -> bool {
    names.iter().any(|name| name.as_deref() == Some(""))
}
