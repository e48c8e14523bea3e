//! What ProtoJSON tolerates on input, as serde field helpers.
//!
//! `null` means absent everywhere but in `data` and metadata values, an empty optional string is absent, and an
//! integer may come as a number, an integral float or a numeric string.

mod free;
pub(crate) mod params;
pub(crate) mod write;

use std::fmt;

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Unexpected, Visitor,
    value::MapAccessDeserializer,
};
use serde_json::{Number, Value};

pub use self::free::MAX_JSON_DEPTH;
pub(crate) use self::free::is_reserved;
pub(crate) use self::free::{FreeForm, FreeObject, keep_member};
pub use self::{params::parse_body, write::WriteJson};
use crate::Metadata;

/// A field whose `null` is its default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Any JSON value, `null` among them.
pub(crate) fn free_form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Ok(FreeForm::deserialize(deserializer)?.0)
}

/// A field that another version has: what it can't be read as is the same as nothing.
pub(crate) fn if_it_can_be_read<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let json = FreeForm::deserialize(deserializer)?.0;
    Ok(Option::deserialize(json).unwrap_or_default())
}

/// Metadata: absent, `null` and empty are the same.
pub(crate) fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Metadata, D::Error> {
    Ok(optional_metadata(deserializer)?.unwrap_or_default())
}

/// Metadata where an empty object is something else than none.
pub(crate) fn optional_metadata<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Metadata>, D::Error> {
    Ok(Option::<FreeObject>::deserialize(deserializer)?.map(|object| object.0))
}

/// An implicit-presence string or id: absent, `null` and `""` are the same.
pub(crate) fn non_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<NonEmpty>,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).map(|text| T::from(NonEmpty(text))))
}

/// A string that [`non_empty`] has checked; ids convert from it without a second check.
#[derive(Debug)]
pub(crate) struct NonEmpty(String);

impl NonEmpty {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl From<NonEmpty> for String {
    fn from(text: NonEmpty) -> Self {
        text.0
    }
}

/// The code of an error in any form ProtoJSON allows for an integer; `null` is 0.
pub(crate) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    match Option::<FreeForm>::deserialize(deserializer)? {
        Some(FreeForm(code)) => integer(&code).ok_or_else(|| D::Error::custom("expected an integer as code")),
        None => Ok(0),
    }
}

/// The integer that a number, an integral float or a numeric string is.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    let text = value.as_str();
    if let Some(integer) = value.as_i64().or_else(|| text?.parse().ok()) {
        return Some(integer);
    }
    let double = value.as_f64().or_else(|| text?.parse().ok())?;
    let exact = double.fract() == 0.0 && double.abs() < 1e15;
    #[expect(clippy::cast_possible_truncation, reason = "it is integral and below 2^53")]
    exact.then_some(double as i64)
}

/// An optional int32 in any form ProtoJSON allows.
pub(crate) fn int32<'de, D>(deserializer: D) -> Result<Option<i32>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Int32;

    impl<'de> Visitor<'de> for Int32 {
        type Value = Option<i32>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a 32-bit integer")
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            i32::try_from(value).map(Some).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            i32::try_from(value).map(Some).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            let integral =
                value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
            #[expect(clippy::cast_possible_truncation, reason = "checked on the line above")]
            let number = value as i32;
            if integral { Ok(Some(number)) } else { Err(E::invalid_value(Unexpected::Float(value), &self)) }
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            let number = text.parse::<f64>().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
            self.visit_f64(number)
        }

        // An app that turns on serde_json's `arbitrary_precision` makes every number a map of one string.
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let number = Number::deserialize(MapAccessDeserializer::new(map))
                .map_err(|_| A::Error::invalid_type(Unexpected::Map, &self))?;
            self.visit_str(&number.to_string())
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }
    }

    deserializer.deserialize_any(Int32)
}

/// An implicit-presence int32: absent, `null` and 0 are the same.
pub(crate) fn int32_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    Ok(int32(deserializer)?.unwrap_or_default())
}

/// Whether a flag holds its default and is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}
