pub(in crate::v0_3) mod compat;
pub(crate) mod file;
mod wire;

use bytes::Bytes;

use crate::Metadata;

/// A piece of content, told by its `kind`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// The content itself.
    pub content: PartContent,
    /// Data of extensions and applications.
    pub metadata: Metadata,
}

/// What a [`Part`] has beside its metadata.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PartContent {
    /// Text, possibly empty (`TextPart`).
    Text(String),
    /// A file (`FilePart`).
    File(File),
    /// A JSON object (`DataPart`).
    Data(Metadata),
    /// A kind that this version doesn't know, with its `kind`; written as it was read. A `text` or a `file` that came
    /// before the kind has to be as v0.3 has them.
    Unknown(Metadata),
}

/// A file, here or elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its bytes, or where they are.
    pub content: FileContent,
    /// Its name.
    pub name: Option<String>,
    /// Its MIME type.
    pub mime_type: Option<String>,
}

/// What a [`File`] consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "v0.3 is finished and knows these two")]
pub enum FileContent {
    /// Bytes; base64 in JSON (`FileWithBytes`).
    Bytes(Bytes),
    /// Where the bytes are (`FileWithUri`). Nobody here fetches it.
    Uri(String),
}

impl Part {
    /// This content without metadata.
    pub fn new(content: PartContent) -> Self {
        Self { content, metadata: Metadata::new() }
    }

    /// A part that says `text`.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(PartContent::Text(text.into()))
    }
}

impl File {
    /// A file without a name or a type.
    pub fn new(content: FileContent) -> Self {
        Self { content, name: None, mime_type: None }
    }
}
