//! How ADK's JSON objects are read and written.
//!
//! Every object of the session model is read alike: `null` is absent, an unknown key is ignored or kept, a
//! key may differ in case and underscores (old rows do), and a key is written only when it has something to
//! say. [`record!`](record) names each key once for both directions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Whether a field has nothing to write.
pub(crate) trait Blank {
    fn is_blank(&self) -> bool;
}

impl Blank for String {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Blank for Option<T> {
    fn is_blank(&self) -> bool {
        self.is_none()
    }
}

impl<T> Blank for Vec<T> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Blank for Map<String, Value> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> Blank for BTreeMap<K, V> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Implements `Serialize` and `Deserialize` for a struct from one table of keys.
///
/// A field is `always` written, written when it has `some` value, or written as base64 `bytes`. A trailing
/// `other: field` keeps the unknown keys in a JSON map.
macro_rules! record {
    ($type:ident { $($key:literal => $field:ident: $mode:ident),+ $(,)? } $(other: $other:ident)?) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $($crate::adk::wire::record!(@write $mode map, $key, self.$field);)+
                $(for (key, value) in &self.$other {
                    map.serialize_entry(key, value)?;
                })?
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;

                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an ADK ", stringify!($type), " object"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        let mut record = $type::default();
                        while let Some($crate::adk::wire::Key(key)) = map.next_key()? {
                            match $crate::adk::wire::known(&key, &[$($key),+]) {
                                $(Some($key) => $crate::adk::wire::record!(@read $mode map, record.$field),)+
                                _ => $crate::adk::wire::record!(@rest map, key $(, record.$other)?),
                            }
                        }
                        Ok(record)
                    }
                }

                deserializer.deserialize_map(Reader)
            }
        }
    };
    (@write always $map:ident, $key:literal, $value:expr) => {
        $map.serialize_entry($key, &$value)?
    };
    (@write some $map:ident, $key:literal, $value:expr) => {
        if !$crate::adk::wire::Blank::is_blank(&$value) {
            $map.serialize_entry($key, &$value)?;
        }
    };
    (@write bytes $map:ident, $key:literal, $value:expr) => {
        $map.serialize_entry($key, &$crate::adk::wire::Base64(&$value))?
    };
    (@read bytes $map:ident, $value:expr) => {
        $value = $map.next_value::<Option<$crate::adk::wire::Base64Buf>>()?.unwrap_or_default().0
    };
    (@read $mode:ident $map:ident, $value:expr) => {
        $value = $map.next_value::<Option<_>>()?.unwrap_or_default()
    };
    (@rest $map:ident, $key:ident) => {{
        $map.next_value::<serde::de::IgnoredAny>()?;
    }};
    (@rest $map:ident, $key:ident, $other:expr) => {
        if let Some(value) = $map.next_value::<Option<serde_json::Value>>()? {
            $other.insert($key.into_owned(), value);
        }
    };
}
pub(crate) use record;

/// An object key, borrowed from the input where it can be.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }

            fn visit_string<E>(self, key: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key)))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}

/// The key of `keys` that is meant by `key`: itself, or one that differs in case and underscores only.
pub(crate) fn known<'k>(key: &str, keys: &[&'k str]) -> Option<&'k str> {
    let letters = |text: &'k str| text.bytes().map(|byte| byte.to_ascii_lowercase());
    keys.iter().copied().find(|&name| name == key).or_else(|| {
        let meant = || key.bytes().filter(|&byte| byte != b'_').map(|byte| byte.to_ascii_lowercase());
        keys.iter().copied().find(|&name| letters(name).eq(meant()))
    })
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes that are written in the standard alphabet with padding, which every runtime decodes.
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

/// Bytes that are read in either alphabet, padded or not: Python writes the URL-safe one.
#[derive(Default)]
pub(crate) struct Base64Buf(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Base64Buf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        if text.contains(['-', '_']) {
            text = text.replace('-', "+").replace('_', "/");
        }
        LENIENT.decode(text).map(Self).map_err(|_| D::Error::custom("bytes that aren't base64"))
    }
}
