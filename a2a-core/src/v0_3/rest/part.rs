use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::{
    Metadata,
    part::Base64,
    v0_3::{File, FileContent, Part, PartContent, part::file},
};

impl Serialize for ProtoJson<&Part> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Part { content, metadata } = self.0;
        let mut object = Object::begin(serializer)?;
        match content {
            PartContent::Text(text) => object.set("text", text)?,
            PartContent::File(file) => object.set("file", &ProtoJson(file))?,
            PartContent::Data(data) => object.set("data", &ProtoJson(data))?,
            PartContent::Unknown(members) => object.members(members)?,
        }
        object.metadata(metadata)?;
        object.end()
    }
}

/// The data of a part, in a message of its own.
impl Serialize for ProtoJson<&Metadata> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        object.set("data", self.0)?;
        object.end()
    }
}

impl Serialize for ProtoJson<&File> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let File { content, name, mime_type } = self.0;
        let mut object = Object::begin(serializer)?;
        match content {
            FileContent::Uri(uri) => object.set("fileWithUri", uri)?,
            FileContent::Bytes(bytes) => {
                object.set("fileWithBytes", &Base64(file::to_proto(bytes).as_bytes()))?;
            }
        }
        object.some("mimeType", mime_type.as_ref())?;
        object.some("name", name.as_ref())?;
        object.end()
    }
}
