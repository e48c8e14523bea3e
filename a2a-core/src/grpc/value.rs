//! Free-form JSON as `google.protobuf.Struct` and `Value`.

use std::collections::BTreeMap;

use prost_types::{ListValue, Struct, Value as Proto, value::Kind};
use serde_json::{Number, Value};

use super::field::{invalid, unsayable};
use crate::{Error, MAX_JSON_DEPTH, Metadata, json::is_reserved};

/// How many messages may nest in a free-form value of what we send, itself among them.
///
/// Readers stop at 100 messages within the outermost one (prost, upb and so Python, Java; Go takes more). The deepest
/// place for such a value is a part's or its metadata's in the message of a status in a task or event in a response,
/// which is five levels down, or six in v0.3.
const MAX_NESTING: usize = 100 - 6 + 1;

/// The largest number below which every integer has a double of its own.
const MAX_INTEGER: f64 = 9_007_199_254_740_992.0;

/// Metadata, of which none is the same as empty.
pub(super) fn to_optional_struct(metadata: Metadata) -> Result<Option<Struct>, Error> {
    if metadata.is_empty() { Ok(None) } else { to_struct(metadata).map(Some) }
}

pub(super) fn to_struct(members: Metadata) -> Result<Struct, Error> {
    object(members, MAX_NESTING)
}

pub(super) fn to_value(value: Value) -> Result<Proto, Error> {
    proto(value, MAX_NESTING)
}

/// Takes a message off what may still nest.
fn below(left: usize) -> Result<usize, Error> {
    left.checked_sub(1).ok_or_else(|| {
        unsayable("nests deeper than protobuf readers take: 31 objects, 47 lists, or less where they mix")
    })
}

fn object(members: Metadata, left: usize) -> Result<Struct, Error> {
    let left = below(left)?;
    if members.is_empty() {
        return Ok(Struct::default());
    }
    // An entry of a map is a message, too.
    let left = below(left)?;
    let fields = members.into_iter().map(|(name, value)| Ok((name, proto(value, left)?)));
    Ok(Struct { fields: fields.collect::<Result<BTreeMap<_, _>, Error>>()? })
}

fn proto(value: Value, left: usize) -> Result<Proto, Error> {
    let left = below(left)?;
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::Number(number) => Kind::NumberValue(double(&number)?),
        Value::String(text) => Kind::StringValue(text),
        Value::Array(items) => {
            let left = below(left)?;
            let values = items.into_iter().map(|item| proto(item, left));
            Kind::ListValue(ListValue { values: values.collect::<Result<_, _>>()? })
        }
        Value::Object(members) => Kind::StructValue(object(members, left)?),
    };
    Ok(Proto { kind: Some(kind) })
}

/// The nearest double. With `serde_json`'s `arbitrary_precision` a number can be beyond them all.
fn double(number: &Number) -> Result<f64, Error> {
    let double = number.as_f64().filter(|double| double.is_finite());
    double.ok_or_else(|| unsayable("has a number that is beyond every double"))
}

/// Metadata, of which none is the same as empty.
pub(super) fn from_optional_struct(members: Option<Struct>) -> Result<Metadata, Error> {
    members.map_or_else(|| Ok(Metadata::new()), from_struct)
}

pub(super) fn from_struct(members: Struct) -> Result<Metadata, Error> {
    members_of(members, MAX_JSON_DEPTH)
}

pub(super) fn from_value(value: Proto) -> Result<Value, Error> {
    json(value, MAX_JSON_DEPTH)
}

fn level(left: usize) -> Result<usize, Error> {
    let too_deep = || invalid(format!("must not nest deeper than {MAX_JSON_DEPTH} levels"));
    left.checked_sub(1).ok_or_else(too_deep)
}

fn members_of(members: Struct, left: usize) -> Result<Metadata, Error> {
    let left = level(left)?;
    let member = |(name, value): (String, Proto)| {
        if is_reserved(&name) {
            return Err(invalid(format!("must not have a member {name}, which is reserved")));
        }
        Ok((name, json(value, left)?))
    };
    members.fields.into_iter().map(member).collect()
}

/// A value without any kind is `null`, as it is to others.
fn json(value: Proto, left: usize) -> Result<Value, Error> {
    Ok(match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(flag)) => flag.into(),
        Some(Kind::NumberValue(double)) => Value::Number(number(double)?),
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::ListValue(list)) => {
            let left = level(left)?;
            let items = list.values.into_iter().map(|item| json(item, left));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Some(Kind::StructValue(members)) => Value::Object(members_of(members, left)?),
    })
}

/// An integer where the double is one for sure: up to 2^53 no two integers share a double.
fn number(double: f64) -> Result<Number, Error> {
    let integral = double.fract() == 0.0 && double.abs() <= MAX_INTEGER;
    if integral && !(double == 0.0 && double.is_sign_negative()) {
        #[expect(clippy::cast_possible_truncation, reason = "it is integral and within 2^53")]
        let integer = double as i64;
        return Ok(integer.into());
    }
    Number::from_f64(double).ok_or_else(|| invalid("must not have a number that is infinite or none (NaN)"))
}
