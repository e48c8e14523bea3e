use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    Error,
    grpc::{
        field::{At as _, invalid, optional_text, or_empty, unsayable},
        v0_3::{self, file_part, part},
        value,
    },
    v0_3::{File, FileContent, Part, PartContent, file_from_proto},
};

impl TryFrom<v0_3::Part> for Part {
    type Error = Error;

    fn try_from(part: v0_3::Part) -> Result<Self, Error> {
        let v0_3::Part { part, metadata } = part;
        let content = match part {
            Some(part::Part::Text(text)) => PartContent::Text(text),
            Some(part::Part::File(file)) => PartContent::File(file.try_into().at("file")?),
            Some(part::Part::Data(data)) => {
                PartContent::Data(value::from_optional_struct(data.data).at("data")?)
            }
            None => return Err(invalid("must have one of text, file and data")),
        };
        Ok(Self { content, metadata: value::from_optional_struct(metadata).at("metadata")? })
    }
}

impl TryFrom<Part> for v0_3::Part {
    type Error = Error;

    fn try_from(part: Part) -> Result<Self, Error> {
        let Part { content, metadata } = part;
        let part = match content {
            PartContent::Text(text) => part::Part::Text(text),
            PartContent::File(file) => part::Part::File(file.into()),
            PartContent::Data(data) => {
                part::Part::Data(v0_3::DataPart { data: Some(value::to_struct(data).at("data")?) })
            }
            PartContent::Unknown(_) => {
                return Err(unsayable("has content that this version doesn't know, which only JSON carries"));
            }
        };
        Ok(Self { part: Some(part), metadata: value::to_optional_struct(metadata).at("metadata")? })
    }
}

/// Bytes that are entirely base64 with its padding are decoded once more: most deployed peers send it so.
impl TryFrom<v0_3::FilePart> for File {
    type Error = Error;

    fn try_from(file: v0_3::FilePart) -> Result<Self, Error> {
        let v0_3::FilePart { file, mime_type, name } = file;
        let content = match file {
            Some(file_part::File::FileWithUri(uri)) => FileContent::Uri(uri),
            Some(file_part::File::FileWithBytes(bytes)) => FileContent::Bytes(file_from_proto(bytes)),
            None => return Err(invalid("must have either fileWithUri or fileWithBytes")),
        };
        Ok(Self { content, name: optional_text(name), mime_type: optional_text(mime_type) })
    }
}

/// Bytes become base64 text, as most deployed peers read them.
impl From<File> for v0_3::FilePart {
    fn from(file: File) -> Self {
        let File { content, name, mime_type } = file;
        let file = match content {
            FileContent::Uri(uri) => file_part::File::FileWithUri(uri),
            FileContent::Bytes(bytes) => file_part::File::FileWithBytes(STANDARD.encode(bytes).into()),
        };
        Self { file: Some(file), mime_type: or_empty(mime_type), name: or_empty(name) }
    }
}
