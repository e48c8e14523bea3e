//! Free-form JSON (`data`, metadata), read so that it harms neither us nor whoever reads it next.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Metadata;

/// How many levels `data` and metadata may nest: more is refused, read or written.
///
/// `serde_json` reads 127 levels, and a log or an answer wraps what a request brought in more of them: whatever is
/// taken must be readable there, too. Readers that are built on protobuf stop at 100 as well.
pub const MAX_JSON_DEPTH: usize = 100;

/// An object with this key is JSON in a string to `serde_json::Value`, which parses it with a fresh limit on depth:
/// a few kilobytes of strings within strings overflow the stack.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// What a number is to a visitor if the app turns on `serde_json`'s `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// Whether JSON with a member of this name would be read as something else.
pub(crate) fn is_reserved(name: &str) -> bool {
    name == RAW_VALUE || name == NUMBER
}

/// Any JSON value.
pub(crate) struct FreeForm(pub(crate) Value);

impl<'de> Deserialize<'de> for FreeForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Levels(MAX_JSON_DEPTH).deserialize(deserializer).map(Self)
    }
}

/// Any JSON object.
pub(crate) struct FreeObject(pub(crate) Metadata);

impl<'de> Deserialize<'de> for FreeObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Metadata;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Metadata, A::Error> {
                let levels = Levels(MAX_JSON_DEPTH).below()?;
                levels.members(None, map)
            }
        }

        deserializer.deserialize_map(Object).map(Self)
    }
}

/// Keeps a member that nobody knows, of an object that isn't free-form itself.
pub(crate) fn keep_member<'de, A: MapAccess<'de>>(
    members: &mut Metadata,
    name: String,
    map: &mut A,
) -> Result<(), A::Error> {
    refuse_reserved(&name)?;
    members.insert(name, map.next_value::<FreeForm>()?.0);
    Ok(())
}

fn refuse_reserved<E: Error>(name: &str) -> Result<(), E> {
    if name == RAW_VALUE { Err(E::custom(format_args!("{RAW_VALUE} is reserved"))) } else { Ok(()) }
}

/// How many more levels there may be.
#[derive(Clone, Copy)]
struct Levels(usize);

impl Levels {
    fn below<E: Error>(self) -> Result<Self, E> {
        let below = self.0.checked_sub(1).map(Self);
        below.ok_or_else(|| E::custom(format_args!("nested deeper than {MAX_JSON_DEPTH} levels")))
    }

    fn members<'de, A: MapAccess<'de>>(
        self,
        first: Option<String>,
        mut map: A,
    ) -> Result<Metadata, A::Error> {
        let mut members = Map::new();
        let mut next = first;
        loop {
            let Some(name) = next.map_or_else(|| map.next_key(), |name| Ok(Some(name)))? else {
                return Ok(members);
            };
            refuse_reserved(&name)?;
            members.insert(name, map.next_value_seed(self)?);
            next = None;
        }
    }
}

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        number(&value)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        number(&value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let levels = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(levels)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let first = map.next_key::<String>()?;
        if first.as_deref() == Some(NUMBER) {
            return number(&map.next_value::<String>()?);
        }
        match first {
            Some(_) => self.below()?.members(first, map).map(Value::Object),
            None => Ok(Value::Object(Map::new())),
        }
    }
}

fn number<E: Error>(digits: &impl ToString) -> Result<Value, E> {
    digits.to_string().parse().map(|number: Number| number.into()).map_err(E::custom)
}
