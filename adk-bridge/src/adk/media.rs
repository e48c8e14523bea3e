use super::wire::record;

/// Bytes inside a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blob {
    /// The bytes. In JSON they are standard base64; both alphabets are read, with or without padding.
    pub data: Vec<u8>,
    /// The media type.
    pub mime_type: Option<String>,
    /// A file name to show.
    pub display_name: Option<String>,
}

impl Blob {
    /// Bytes of a media type.
    pub fn new(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self { data: data.into(), mime_type: Some(mime_type.into()), display_name: None }
    }
}

record! { Blob {
    "data" => data: bytes,
    "mimeType" => mime_type: some,
    "displayName" => display_name: some,
} }

/// A file elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileData {
    /// Where it is.
    pub file_uri: String,
    /// The media type.
    pub mime_type: Option<String>,
    /// A file name to show.
    pub display_name: Option<String>,
}

impl FileData {
    /// A file at an address.
    pub fn new(file_uri: impl Into<String>) -> Self {
        Self { file_uri: file_uri.into(), ..Self::default() }
    }
}

record! { FileData {
    "fileUri" => file_uri: always,
    "mimeType" => mime_type: some,
    "displayName" => display_name: some,
} }
