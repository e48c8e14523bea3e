use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::code::{CodeExecutionResult, ExecutableCode};
use super::function::{FunctionCall, FunctionResponse, ToolCall, ToolResponse};
use super::media::{Blob, FileData};
use super::wire::{Base64, Base64Buf, Key, known};

/// One piece of a [`Content`](super::Content): its data, and what is said about the data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// The data.
    pub data: PartData,
    /// Whether it is the model's thinking and no answer.
    pub thought: Option<bool>,
    /// The provider's proof of a thought, to be sent back unchanged.
    pub thought_signature: Option<Vec<u8>>,
    /// Which stretch of a video is meant, as the provider defines it.
    pub video_metadata: Option<Map<String, Value>>,
    /// How finely a medium is read, as the provider defines it.
    pub media_resolution: Option<Value>,
    /// Anything else about the part.
    pub part_metadata: Option<Map<String, Value>>,
}

/// The data of a [`Part`]: one kind of several.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PartData {
    /// Text.
    Text(String),
    /// Bytes.
    InlineData(Blob),
    /// A file elsewhere.
    FileData(FileData),
    /// A call of a tool.
    FunctionCall(FunctionCall),
    /// The result of such a call.
    FunctionResponse(FunctionResponse),
    /// Code to run.
    ExecutableCode(ExecutableCode),
    /// What running code gave.
    CodeExecutionResult(CodeExecutionResult),
    /// A call of a tool at the model's provider.
    ToolCall(ToolCall),
    /// The result of such a call.
    ToolResponse(ToolResponse),
    /// A kind that this version doesn't know, kept as it came; empty if the part has no data.
    Other(Map<String, Value>),
}

impl Part {
    /// A part without modifiers.
    #[must_use]
    pub const fn new(data: PartData) -> Self {
        Self {
            data,
            thought: None,
            thought_signature: None,
            video_metadata: None,
            media_resolution: None,
            part_metadata: None,
        }
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(PartData::Text(text.into()))
    }

    /// A text that is thinking and no answer.
    pub fn thought(text: impl Into<String>) -> Self {
        Self { thought: Some(true), ..Self::text(text) }
    }

    /// The text, of a text part.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            PartData::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The call, of a function call.
    pub fn as_function_call(&self) -> Option<&FunctionCall> {
        match &self.data {
            PartData::FunctionCall(call) => Some(call),
            _ => None,
        }
    }

    /// The response, of a function response.
    pub fn as_function_response(&self) -> Option<&FunctionResponse> {
        match &self.data {
            PartData::FunctionResponse(response) => Some(response),
            _ => None,
        }
    }

    /// Whether it is thinking and no answer.
    pub fn is_thought(&self) -> bool {
        self.thought == Some(true)
    }
}

impl Default for Part {
    fn default() -> Self {
        Self::new(PartData::Other(Map::new()))
    }
}

macro_rules! part_from {
    ($($type:ty => $kind:ident),+ $(,)?) => {$(
        impl From<$type> for Part {
            fn from(data: $type) -> Self {
                Self::new(PartData::$kind(data))
            }
        }
    )+};
}

part_from! {
    String => Text,
    Blob => InlineData,
    FileData => FileData,
    FunctionCall => FunctionCall,
    FunctionResponse => FunctionResponse,
    ExecutableCode => ExecutableCode,
    CodeExecutionResult => CodeExecutionResult,
    ToolCall => ToolCall,
    ToolResponse => ToolResponse,
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.data {
            PartData::Text(data) => map.serialize_entry("text", data)?,
            PartData::InlineData(data) => map.serialize_entry("inlineData", data)?,
            PartData::FileData(data) => map.serialize_entry("fileData", data)?,
            PartData::FunctionCall(data) => map.serialize_entry("functionCall", data)?,
            PartData::FunctionResponse(data) => map.serialize_entry("functionResponse", data)?,
            PartData::ExecutableCode(data) => map.serialize_entry("executableCode", data)?,
            PartData::CodeExecutionResult(data) => map.serialize_entry("codeExecutionResult", data)?,
            PartData::ToolCall(data) => map.serialize_entry("toolCall", data)?,
            PartData::ToolResponse(data) => map.serialize_entry("toolResponse", data)?,
            PartData::Other(members) => {
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
            }
        }
        if let Some(thought) = self.thought {
            map.serialize_entry("thought", &thought)?;
        }
        if let Some(signature) = &self.thought_signature {
            map.serialize_entry("thoughtSignature", &Base64(signature))?;
        }
        if let Some(video) = &self.video_metadata {
            map.serialize_entry("videoMetadata", video)?;
        }
        if let Some(resolution) = &self.media_resolution {
            map.serialize_entry("mediaResolution", resolution)?;
        }
        if let Some(metadata) = &self.part_metadata {
            map.serialize_entry("partMetadata", metadata)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PartReader)
    }
}

struct PartReader;

const KEYS: [&str; 14] = [
    "text",
    "inlineData",
    "fileData",
    "functionCall",
    "functionResponse",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
    "thought",
    "thoughtSignature",
    "videoMetadata",
    "mediaResolution",
    "partMetadata",
];

impl<'de> Visitor<'de> for PartReader {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ADK Part object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
        let mut part = Part::default();
        let mut data = None;
        let mut unknown = Map::new();
        while let Some(Key(key)) = map.next_key()? {
            let read = match known(&key, &KEYS) {
                Some("text") => map.next_value::<Option<_>>()?.map(PartData::Text),
                Some("inlineData") => map.next_value::<Option<_>>()?.map(PartData::InlineData),
                Some("fileData") => map.next_value::<Option<_>>()?.map(PartData::FileData),
                Some("functionCall") => map.next_value::<Option<_>>()?.map(PartData::FunctionCall),
                Some("functionResponse") => map.next_value::<Option<_>>()?.map(PartData::FunctionResponse),
                Some("executableCode") => map.next_value::<Option<_>>()?.map(PartData::ExecutableCode),
                Some("codeExecutionResult") => {
                    map.next_value::<Option<_>>()?.map(PartData::CodeExecutionResult)
                }
                Some("toolCall") => map.next_value::<Option<_>>()?.map(PartData::ToolCall),
                Some("toolResponse") => map.next_value::<Option<_>>()?.map(PartData::ToolResponse),
                modifier => {
                    match modifier {
                        Some("thought") => part.thought = map.next_value()?,
                        Some("thoughtSignature") => {
                            part.thought_signature =
                                map.next_value::<Option<Base64Buf>>()?.map(|bytes| bytes.0);
                        }
                        Some("videoMetadata") => part.video_metadata = map.next_value()?,
                        Some("mediaResolution") => part.media_resolution = map.next_value()?,
                        Some("partMetadata") => part.part_metadata = map.next_value()?,
                        _ => {
                            if let Some(value) = map.next_value::<Option<Value>>()? {
                                unknown.insert(key.into_owned(), value);
                            }
                        }
                    }
                    None
                }
            };
            if read.is_some() && data.is_some() {
                return Err(A::Error::custom("a part with two kinds of data"));
            }
            data = data.or(read);
        }
        part.data = data.unwrap_or(PartData::Other(unknown));
        Ok(part)
    }
}
