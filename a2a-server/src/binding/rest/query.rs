//! The parameters in a query (§11.5): names and texts, read as whatever type the operation has for them.

use std::fmt;

use a2a_core::Error;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, Unexpected, Visitor},
    forward_to_deserialize_any,
};

/// How many parameters are read; the longest query of an operation has nine.
const MAX_PAIRS: usize = 100;

/// The parameters of a query, decoded. As forms have it, `+` is a space.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Error> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    if pairs.clone().nth(MAX_PAIRS).is_some() {
        return Err(Error::invalid_params("query", format!("must have at most {MAX_PAIRS} parameters")));
    }
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, true)
                .ok_or_else(|| Error::invalid_params("query", "must be percent-encoded UTF-8"))?;
            let value = decode(value, true)
                .ok_or_else(|| Error::invalid_params(&*name, "must be percent-encoded UTF-8"))?;
            Ok((name, value))
        })
        .collect()
}

/// Undoes percent-encoding; `None` if it isn't any, or isn't UTF-8.
pub(super) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Whether a parameter has this name, which is camelCase, or the same in `snake_case`.
pub(super) fn is_called(said: &str, name: &str) -> bool {
    let mut said = said.chars();
    let same = name.chars().all(|character| {
        let next = said.next();
        next == Some(character)
            || (next == Some('_')
                && character.is_ascii_uppercase()
                && said.next() == Some(character.to_ascii_lowercase()))
    });
    same && said.next().is_none()
}

/// Reads parameters, of which each may come once.
pub(super) fn read<T: DeserializeOwned>(pairs: &[(&str, &str)]) -> Result<T, Error> {
    T::deserialize(Pairs(pairs)).map_err(|Wrong { name, what }| {
        let field = if name.is_empty() { "query" } else { &name };
        Error::invalid_params(field, what)
    })
}

#[derive(Debug)]
struct Wrong {
    name: String,
    what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self { name: String::new(), what: what.to_string().chars().take(200).collect() }
    }
}

struct Pairs<'a>(&'a [(&'a str, &'a str)]);

impl<'de> Deserializer<'de> for Pairs<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let mut members = Members { pairs: self.0, next: None };
        visitor.visit_map(&mut members).map_err(|wrong| match members.next {
            // Not its value is wrong, but that it comes again.
            Some((name, _)) if wrong.name.is_empty() => Wrong { name: name.to_owned(), ..wrong },
            _ => wrong,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Members<'a> {
    pairs: &'a [(&'a str, &'a str)],
    next: Option<(&'a str, &'a str)>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((&(name, value), rest)) = self.pairs.split_first() else { return Ok(None) };
        (self.pairs, self.next) = (rest, Some((name, value)));
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (name, value) = self.next.take().unwrap_or_default();
        seed.deserialize(Text(value)).map_err(|wrong| Wrong { name: name.to_owned(), ..wrong })
    }
}

/// A value, which is what its reader takes it for.
struct Text<'a>(&'a str);

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(serde::de::Error::invalid_value(Unexpected::Str(other), &"true or false")),
        }
    }

    /// A parameter without a value says nothing.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn only_what_is_percent_encoded_utf_8_is_decoded() {
        for (text, decoded) in [
            ("", Some("")),
            ("a%2Fb%3a%C3%A9", Some("a/b:é")),
            ("%252F", Some("%2F")),
            ("%", None),
            ("%2", None),
            ("%2x", None),
            ("%+1", None),
            ("%FF", None),
        ] {
            assert_eq!(decode(text, false).as_deref(), decoded, "{text}");
        }
        assert_eq!((decode("a+b", false), decode("a+b", true)), (Some("a+b".into()), Some("a b".into())));
    }

    #[test]
    fn a_name_may_come_in_snake_case() {
        for (said, name, same) in [
            ("taskId", "taskId", true),
            ("task_id", "taskId", true),
            ("task_Id", "taskId", false),
            ("taskid", "taskId", false),
            ("task", "taskId", false),
            ("taskIds", "taskId", false),
        ] {
            assert_eq!(is_called(said, name), same, "{said}");
        }
    }
}
