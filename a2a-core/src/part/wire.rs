//! The JSON of a part: a one-of, read without a detour.

use std::fmt;

use base64::Engine as _;
use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap as _,
};

use super::{Part, PartContent};
use crate::{
    Metadata,
    json::{FreeForm, FreeObject, keep_member},
};

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.content {
            PartContent::Text(text) => map.serialize_entry("text", text)?,
            PartContent::Raw(bytes) => map.serialize_entry("raw", &Base64(bytes))?,
            PartContent::Url(url) => map.serialize_entry("url", url)?,
            PartContent::Data(data) => map.serialize_entry("data", data)?,
            PartContent::Unknown(members) => {
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
            }
        }
        if !self.metadata.is_empty() {
            map.serialize_entry("metadata", &self.metadata)?;
        }
        if let Some(filename) = &self.filename {
            map.serialize_entry("filename", filename)?;
        }
        if let Some(media_type) = &self.media_type {
            map.serialize_entry("mediaType", media_type)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part with one of text, raw, url and data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
        let mut content = None;
        let mut unknown = Metadata::new();
        let mut part = Part::new(PartContent::Unknown(Metadata::new()));
        while let Some(name) = map.next_key::<Member>()? {
            let member = match name {
                Member::Text => map.next_value::<Option<String>>()?.map(PartContent::Text),
                Member::Raw => map.next_value::<Option<FromBase64>>()?.map(|raw| PartContent::Raw(raw.0)),
                Member::Url => map.next_value::<Option<String>>()?.map(PartContent::Url),
                Member::Data => Some(PartContent::Data(map.next_value::<FreeForm>()?.0)),
                Member::Metadata => {
                    let metadata = map.next_value::<Option<FreeObject>>()?;
                    part.metadata = metadata.map_or_else(Metadata::new, |object| object.0);
                    None
                }
                Member::Filename => {
                    part.filename = map.next_value::<Option<String>>()?.filter(|name| !name.is_empty());
                    None
                }
                Member::MediaType => {
                    part.media_type = map.next_value::<Option<String>>()?.filter(|kind| !kind.is_empty());
                    None
                }
                // Beside a known member it is ignored as every unknown field is.
                Member::Other(_) if content.is_some() => {
                    map.next_value::<IgnoredAny>()?;
                    None
                }
                Member::Other(name) => {
                    keep_member(&mut unknown, name, &mut map)?;
                    None
                }
            };
            if member.is_some() && std::mem::replace(&mut content, member).is_some() {
                return Err(A::Error::custom(
                    "a part has exactly one of text, raw, url and data, this one has two",
                ));
            }
        }
        part.content = match content {
            Some(content) => content,
            None if !unknown.is_empty() => PartContent::Unknown(unknown),
            None => {
                return Err(A::Error::custom(
                    "a part has exactly one of text, raw, url and data, this one has none",
                ));
            }
        };
        Ok(part)
    }
}

enum Member {
    Text,
    Raw,
    Url,
    Data,
    Metadata,
    Filename,
    MediaType,
    Other(String),
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Member, E> {
                Ok(match name {
                    "text" => Member::Text,
                    "raw" => Member::Raw,
                    "url" => Member::Url,
                    "data" => Member::Data,
                    "metadata" => Member::Metadata,
                    "filename" => Member::Filename,
                    "mediaType" | "media_type" => Member::MediaType,
                    other => Member::Other(other.to_owned()),
                })
            }
        }

        deserializer.deserialize_identifier(Name)
    }
}

pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(self.0))
    }
}

pub(crate) struct FromBase64(pub(crate) Bytes);

impl<'de> Deserialize<'de> for FromBase64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = FromBase64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64 in the standard or the URL-safe alphabet")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FromBase64, E> {
                decode(text).map(FromBase64).ok_or_else(|| E::custom("not valid base64"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Either alphabet, with or without padding, as ProtoJSON readers do.
fn decode(text: &str) -> Option<Bytes> {
    use base64::{
        alphabet,
        engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    };
    const TOLERANT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, TOLERANT);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, TOLERANT);
    let engine = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    engine.decode(text).ok().map(Bytes::from)
}
