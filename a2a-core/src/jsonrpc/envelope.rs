//! The members of a call, in one pass over its body.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use crate::{Method, SendMessageRequest, v0_3};

/// A call whose parameters were read where they stand, or are still to be.
pub(super) struct Envelope<'a> {
    pub(super) jsonrpc: Cow<'a, str>,
    pub(super) id: Option<&'a RawValue>,
    pub(super) method: Cow<'a, str>,
    pub(super) params: Params<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum Params<'a> {
    Raw(Option<&'a RawValue>),
    /// Of a send in either version, which is nearly every call, if its method came before them.
    Send(Box<SendMessageRequest>),
}

/// An envelope that reads the parameters of a send on the way. Fails on whatever is wrong with those, without telling
/// it apart from a failure of the envelope: [`Plain`] finds out which it is.
pub(super) struct Eager<'a>(pub(super) Envelope<'a>);

/// An envelope that leaves all parameters to be read later.
pub(super) struct Plain<'a>(pub(super) Envelope<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Eager<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members { eager: true }).map(Self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Plain<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members { eager: false }).map(Self)
    }
}

struct Members {
    eager: bool,
}

impl<'de> Visitor<'de> for Members {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON-RPC call")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let (mut jsonrpc, mut id, mut method, mut params) = (None, None, None, None);
        while let Some(Text(name)) = map.next_key()? {
            let again = match &*name {
                "jsonrpc" => jsonrpc.replace(map.next_value::<Text<'de>>()?.0).is_some(),
                "id" => id.replace(map.next_value::<Option<&RawValue>>()?).is_some(),
                "method" => method.replace(map.next_value::<Text<'de>>()?.0).is_some(),
                "params" => {
                    let sent = if self.eager { method.as_deref().and_then(sent) } else { None };
                    let read = match sent {
                        Some(Sent::V1) => Params::Send(map.next_value::<Object<SendMessageRequest>>()?.0),
                        Some(Sent::V0_3) => {
                            let Object(old) = map.next_value::<Object<v0_3::MessageSendParams>>()?;
                            Params::Send(Box::new((*old).into()))
                        }
                        None => Params::Raw(map.next_value()?),
                    };
                    params.replace(read).is_some()
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    false
                }
            };
            if again {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
        }
        Ok(Envelope {
            jsonrpc: jsonrpc.ok_or_else(|| A::Error::missing_field("jsonrpc"))?,
            id: id.flatten(),
            method: method.ok_or_else(|| A::Error::missing_field("method"))?,
            params: params.unwrap_or(Params::Raw(None)),
        })
    }
}

/// Whose parameters of a send are read on the way.
enum Sent {
    V1,
    V0_3,
}

fn sent(method: &str) -> Option<Sent> {
    let is_send = |method| matches!(method, Method::SendMessage | Method::SendStreamingMessage);
    if Method::from_name(method).is_some_and(is_send) {
        Some(Sent::V1)
    } else {
        v0_3::method::from_name(method).is_some_and(is_send).then_some(Sent::V0_3)
    }
}

/// A text that is copied only if it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;

        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Borrowed)
    }
}

/// The parameters of a send; serde would take a list for them as well.
struct Object<T>(Box<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                Box::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}
