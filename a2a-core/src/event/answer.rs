//! The answer to a send as it is read: in its wrapper, or bare.

use std::{fmt, vec};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error as _, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor,
        value::MapAccessDeserializer,
    },
};
use serde_json::Value;

use super::SendMessageResponse;
use crate::json::FreeForm;

impl<'de> Deserialize<'de> for SendMessageResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Answer)
    }
}

struct Answer;

impl<'de> Visitor<'de> for Answer {
    type Value = SendMessageResponse;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a task or a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut answer = None;
        let mut before = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let member = match name.as_str() {
                "task" => map.next_value::<Option<_>>()?.map(SendMessageResponse::Task),
                "message" => map.next_value::<Option<_>>()?.map(SendMessageResponse::Message),
                _ if answer.is_some() => {
                    map.next_value::<IgnoredAny>()?;
                    None
                }
                "status" | "artifacts" | "history" => {
                    return Deserialize::deserialize(whole(before, name, map)).map(SendMessageResponse::Task);
                }
                "messageId" | "message_id" | "role" | "parts" => {
                    return Deserialize::deserialize(whole(before, name, map))
                        .map(SendMessageResponse::Message);
                }
                _ => {
                    before.push((name, map.next_value::<FreeForm>()?.0));
                    None
                }
            };
            if member.is_some() && std::mem::replace(&mut answer, member).is_some() {
                return Err(A::Error::custom(
                    "the answer to a send has a task or a message, this one has two",
                ));
            }
        }
        answer.ok_or_else(|| {
            A::Error::custom("the answer to a send has a task or a message, this one has none")
        })
    }
}

/// The object from its beginning, once a name in it has told what it is.
fn whole<'de, A: MapAccess<'de>>(
    before: Vec<(String, Value)>,
    name: String,
    map: A,
) -> MapAccessDeserializer<Whole<A>> {
    MapAccessDeserializer::new(Whole { before: before.into_iter(), value: None, name: Some(name), map })
}

struct Whole<A> {
    before: vec::IntoIter<(String, Value)>,
    value: Option<Value>,
    name: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Whole<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let name = match self.before.next() {
            Some((name, value)) => {
                self.value = Some(value);
                Some(name)
            }
            None => self.name.take(),
        };
        match name {
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}
