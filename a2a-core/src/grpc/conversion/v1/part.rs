use crate::{
    Error, Part, PartContent,
    grpc::{
        field::{At as _, invalid, optional_text, or_empty, unsayable},
        v1::{self, part::Content},
        value,
    },
};

impl TryFrom<v1::Part> for Part {
    type Error = Error;

    fn try_from(part: v1::Part) -> Result<Self, Error> {
        let v1::Part { content, metadata, filename, media_type } = part;
        let content = match content {
            Some(Content::Text(text)) => PartContent::Text(text),
            Some(Content::Raw(bytes)) => PartContent::Raw(bytes),
            Some(Content::Url(url)) => PartContent::Url(url),
            Some(Content::Data(data)) => PartContent::Data(value::from_value(data).at("data")?),
            None => return Err(invalid("must have one of text, raw, url and data")),
        };
        Ok(Self {
            content,
            metadata: value::from_optional_struct(metadata).at("metadata")?,
            filename: optional_text(filename),
            media_type: optional_text(media_type),
        })
    }
}

impl TryFrom<Part> for v1::Part {
    type Error = Error;

    fn try_from(part: Part) -> Result<Self, Error> {
        let Part { content, metadata, filename, media_type } = part;
        let content = match content {
            PartContent::Text(text) => Content::Text(text),
            PartContent::Raw(bytes) => Content::Raw(bytes),
            PartContent::Url(url) => Content::Url(url),
            PartContent::Data(data) => Content::Data(value::to_value(data).at("data")?),
            PartContent::Unknown(_) => {
                return Err(unsayable("has content that this version doesn't know, which only JSON carries"));
            }
        };
        Ok(Self {
            content: Some(content),
            metadata: value::to_optional_struct(metadata).at("metadata")?,
            filename: or_empty(filename),
            media_type: or_empty(media_type),
        })
    }
}
