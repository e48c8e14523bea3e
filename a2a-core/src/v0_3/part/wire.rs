//! The JSON of a part: a union by `kind`, or protobuf's one-of.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap as _,
};
use serde_json::Value;

use super::{File, Part, PartContent, compat};
use crate::{
    Metadata,
    json::{FreeForm, FreeObject, keep_member},
    v0_3::kind_first,
};

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.content {
            PartContent::Text(text) => {
                map.serialize_entry("kind", "text")?;
                map.serialize_entry("text", text)?;
            }
            PartContent::File(file) => {
                map.serialize_entry("kind", "file")?;
                map.serialize_entry("file", file)?;
            }
            PartContent::Data(data) => {
                map.serialize_entry("kind", "data")?;
                map.serialize_entry("data", data)?;
            }
            PartContent::Unknown(members) => {
                for (name, value) in kind_first(members) {
                    map.serialize_entry(name, value)?;
                }
            }
        }
        if !self.metadata.is_empty() {
            map.serialize_entry("metadata", &self.metadata)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;

        impl<'de> Visitor<'de> for PartVisitor {
            type Value = Part;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a part with one of text, file and data")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part, A::Error> {
                Members::read(map)?.into_part()
            }
        }

        deserializer.deserialize_map(PartVisitor)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Name {
    Kind,
    Text,
    File,
    Data,
    Metadata,
    Other(String),
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Kind {
    Text,
    File,
    Data,
    Other(String),
}

#[derive(Default)]
struct Members {
    kind: Option<Kind>,
    text: Option<String>,
    file: Option<File>,
    data: Option<Value>,
    metadata: Metadata,
    other: Metadata,
}

impl Members {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut members = Self::default();
        while let Some(name) = map.next_key()? {
            // What an unknown kind calls text needn't be any.
            let foreign = matches!(members.kind, Some(Kind::Other(_)));
            match name {
                Name::Kind => members.kind = map.next_value()?,
                Name::Metadata => {
                    members.metadata =
                        map.next_value::<Option<FreeObject>>()?.map(|object| object.0).unwrap_or_default();
                }
                Name::Text if foreign => keep_member(&mut members.other, "text".to_owned(), &mut map)?,
                Name::File if foreign => keep_member(&mut members.other, "file".to_owned(), &mut map)?,
                Name::Data if foreign => keep_member(&mut members.other, "data".to_owned(), &mut map)?,
                Name::Text => members.text = map.next_value()?,
                Name::File => members.file = map.next_value()?,
                Name::Data => members.data = Some(map.next_value::<FreeForm>()?.0),
                Name::Other(_) if members.is_known() => drop(map.next_value::<IgnoredAny>()?),
                Name::Other(name) => keep_member(&mut members.other, name, &mut map)?,
            }
        }
        Ok(members)
    }

    fn is_known(&self) -> bool {
        matches!(self.kind, Some(Kind::Text | Kind::File | Kind::Data))
    }

    fn into_part<E: Error>(self) -> Result<Part, E> {
        let Self { kind, text, file, mut data, mut metadata, mut other } = self;
        if kind.is_none() {
            // Protobuf's member that isn't set, which no data in JSON-RPC is.
            data = data.filter(|data| !data.is_null());
        }
        let content = match (kind, text, file, data) {
            (Some(Kind::Text), Some(text), ..) | (None, Some(text), None, None) => PartContent::Text(text),
            (Some(Kind::File), _, Some(file), _) | (None, None, Some(file), None) => PartContent::File(file),
            (Some(Kind::Data), .., Some(data)) => PartContent::Data(compat::wrap(data, &mut metadata)),
            (None, None, None, Some(data)) => {
                PartContent::Data(compat::wrap(from_proto(data), &mut metadata))
            }
            (Some(Kind::Other(kind)), text, file, data) => {
                other.insert("kind".to_owned(), kind.into());
                other.extend(text.map(|text| ("text".to_owned(), text.into())));
                other.extend(data.map(|data| ("data".to_owned(), data)));
                if let Some(file) = file {
                    other.insert("file".to_owned(), serde_json::to_value(file).map_err(E::custom)?);
                }
                PartContent::Unknown(other)
            }
            (None, None, None, None) if !other.is_empty() => PartContent::Unknown(other),
            (Some(Kind::Text), ..) => return Err(E::missing_field("text")),
            (Some(Kind::File), ..) => return Err(E::missing_field("file")),
            (Some(Kind::Data), ..) => return Err(E::missing_field("data")),
            (None, None, None, None) => {
                return Err(E::custom("a part has one of text, file and data, this one has none"));
            }
            (None, ..) => {
                return Err(E::custom(
                    "a part without a kind has one of text, file and data, this one has two",
                ));
            }
        };
        Ok(Part { content, metadata })
    }
}

/// Protobuf has the object in a message of its own.
fn from_proto(data: Value) -> Value {
    match data {
        Value::Object(mut message)
            if message.len() == 1 && message.get("data").is_some_and(Value::is_object) =>
        {
            message.remove("data").unwrap_or_default()
        }
        data => data,
    }
}
