use serde::Deserialize as _;
use serde_json::Value;

use crate::{
    Metadata,
    v0_3::{
        File, FileContent, Part, PartContent,
        part::compat::{unwrap, wrap},
    },
};

impl From<crate::Part> for Part {
    fn from(part: crate::Part) -> Self {
        let crate::Part { content, mut metadata, filename: name, media_type: mime_type, .. } = part;
        let file = |content| PartContent::File(File { content, name, mime_type });
        let content = match content {
            crate::PartContent::Text(text) => PartContent::Text(text),
            crate::PartContent::Raw(bytes) => file(FileContent::Bytes(bytes)),
            crate::PartContent::Url(url) => file(FileContent::Uri(url)),
            crate::PartContent::Data(data) => PartContent::Data(wrap(data, &mut metadata)),
            crate::PartContent::Unknown(members) => unknown(members),
        };
        Self { content, metadata }
    }
}

/// What has a kind is of a later v0.3, or a file that a peer of v1.0 wrote as v0.3 does, and anything else is data to a
/// reader of v0.3: of a kind that it knows, it insists on the content.
fn unknown(members: Metadata) -> PartContent {
    match members.get("kind").and_then(Value::as_str) {
        Some("file") => match members.get("file").map(File::deserialize) {
            Some(Ok(file)) => PartContent::File(file),
            _ => PartContent::Data(members),
        },
        None | Some("text" | "data") => PartContent::Data(members),
        Some(_) => PartContent::Unknown(members),
    }
}

impl From<Part> for crate::Part {
    fn from(part: Part) -> Self {
        let Part { content, mut metadata } = part;
        let (content, filename, media_type) = match content {
            PartContent::Text(text) => (crate::PartContent::Text(text), None, None),
            PartContent::File(File { content, name, mime_type }) => (content.into(), name, mime_type),
            PartContent::Data(data) => (crate::PartContent::Data(unwrap(data, &mut metadata)), None, None),
            PartContent::Unknown(members) => (crate::PartContent::Unknown(members), None, None),
        };
        Self { content, metadata, filename, media_type }
    }
}

impl From<FileContent> for crate::PartContent {
    fn from(content: FileContent) -> Self {
        match content {
            FileContent::Bytes(bytes) => Self::Raw(bytes),
            FileContent::Uri(uri) => Self::Url(uri),
        }
    }
}
