//! What messages and artifacts are made of.

mod wire;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use self::wire::{Base64, FromBase64};
use crate::Metadata;

/// A piece of content with exactly one content member (§4.1.6).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// The content itself.
    pub content: PartContent,
    /// Data of extensions and applications.
    pub metadata: Metadata,
    /// A name for the content as a file.
    pub filename: Option<String>,
    /// Its MIME type.
    pub media_type: Option<String>,
}

/// The content member of a [`Part`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PartContent {
    /// Text, possibly empty.
    Text(String),
    /// Bytes; base64 in JSON.
    Raw(Bytes),
    /// Where the bytes are. Nobody here fetches it.
    Url(String),
    /// Any JSON value, `null` among them.
    Data(Value),
    /// Members that this version doesn't know, from a peer that is newer; written as they were read.
    Unknown(Metadata),
}

impl Part {
    /// A part that says `text`.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(PartContent::Text(text.into()))
    }

    /// A part that carries bytes.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::new(PartContent::Raw(bytes.into()))
    }

    /// A part that points to bytes elsewhere.
    pub fn url(url: impl Into<String>) -> Self {
        Self::new(PartContent::Url(url.into()))
    }

    /// A part that carries structured data.
    pub fn data(data: impl Into<Value>) -> Self {
        Self::new(PartContent::Data(data.into()))
    }

    fn new(content: PartContent) -> Self {
        Self { content, metadata: Metadata::new(), filename: None, media_type: None }
    }

    /// The same part with this MIME type.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// The same part with this file name.
    #[must_use]
    pub fn with_filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    /// The same part with this metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Its text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            PartContent::Text(text) => Some(text),
            _ => None,
        }
    }

    /// All text among `parts`, one after the other.
    pub fn join_text<'a>(parts: impl IntoIterator<Item = &'a Part>) -> String {
        parts.into_iter().filter_map(Part::as_text).collect()
    }
}

/// One or more parts, from whatever says them shortest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// The parts as a list.
    pub fn into_vec(self) -> Vec<Part> {
        self.0
    }
}

impl From<Vec<Part>> for Parts {
    fn from(parts: Vec<Part>) -> Self {
        Self(parts)
    }
}

impl From<Part> for Parts {
    fn from(part: Part) -> Self {
        Self(vec![part])
    }
}

impl From<&str> for Parts {
    fn from(text: &str) -> Self {
        Part::text(text).into()
    }
}

impl From<String> for Parts {
    fn from(text: String) -> Self {
        Part::text(text).into()
    }
}

impl From<Value> for Parts {
    fn from(data: Value) -> Self {
        Part::data(data).into()
    }
}
