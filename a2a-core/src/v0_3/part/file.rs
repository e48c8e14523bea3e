//! The JSON of a file: `bytes` and `uri`, or protobuf's `fileWithBytes` and `fileWithUri`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap as _};

use super::{File, FileContent};
use crate::{
    json,
    part::{Base64, FromBase64},
};

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.content {
            FileContent::Bytes(bytes) => map.serialize_entry("bytes", &Base64(bytes))?,
            FileContent::Uri(uri) => map.serialize_entry("uri", uri)?,
        }
        if let Some(name) = &self.name {
            map.serialize_entry("name", name)?;
        }
        if let Some(mime_type) = &self.mime_type {
            map.serialize_entry("mimeType", mime_type)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Members {
            bytes: Option<FromBase64>,
            uri: Option<String>,
            #[serde(alias = "file_with_bytes")]
            file_with_bytes: Option<FromBase64>,
            #[serde(alias = "file_with_uri")]
            file_with_uri: Option<String>,
            #[serde(default, deserialize_with = "json::non_empty")]
            name: Option<String>,
            #[serde(alias = "mime_type", default, deserialize_with = "json::non_empty")]
            mime_type: Option<String>,
        }

        let members = Members::deserialize(deserializer)?;
        let bytes = members.bytes.map(|bytes| FileContent::Bytes(bytes.0));
        let uri = members.uri.map(FileContent::Uri);
        let file_with_bytes = members.file_with_bytes.map(|bytes| FileContent::Bytes(from_proto(bytes.0)));
        let file_with_uri = members.file_with_uri.map(FileContent::Uri);
        let mut contents = [bytes, uri, file_with_bytes, file_with_uri].into_iter().flatten();
        match (contents.next(), contents.next()) {
            (Some(content), None) => Ok(Self { content, name: members.name, mime_type: members.mime_type }),
            (None, _) => Err(D::Error::custom("a file has either bytes or a uri, this one has neither")),
            (Some(_), Some(_)) => {
                Err(D::Error::custom("a file has either bytes or a uri, this one has both"))
            }
        }
    }
}

/// What protobuf's field for bytes holds: their base64, as deployed peers write it there.
pub(crate) fn to_proto(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What [`to_proto`] was given. Some peers put the bytes themselves there: what isn't entirely well-formed base64 with
/// its padding is taken as it is.
pub(crate) fn from_proto(field: Bytes) -> Bytes {
    STANDARD.decode(&field).map_or(field, Bytes::from)
}
