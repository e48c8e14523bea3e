//! Strings with values that the protocol knows, beside which any other may stand.

use std::fmt;

use serde::de::{Deserialize, Deserializer};

/// A value that isn't one of those the protocol knows, kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OtherName(pub(crate) Box<str>);

impl OtherName {
    /// The value as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OtherName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a peer that left a required name out has said: the empty name.
pub(crate) fn unsaid<T: From<String>>() -> T {
    T::from(String::new())
}

/// A field whose `null` is [`unsaid`].
pub(crate) fn or_unsaid<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    Ok(Option::<String>::deserialize(deserializer)?.map_or_else(unsaid, T::from))
}

/// Declares such a string as an enum. Converting from text is the only way to the other values, so one that the
/// protocol knows is never hidden among them.
macro_rules! open_name {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident { $( $(#[$doc:meta])* $Variant:ident = $name:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$doc])* $Variant, )+
            /// Any other value; written as it was read.
            Other($crate::open_name::OtherName),
        }

        impl $Name {
            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$Variant => $name, )+
                    Self::Other(other) => other.as_str(),
                }
            }
        }

        impl From<&str> for $Name {
            fn from(name: &str) -> Self {
                match name {
                    $( $name => Self::$Variant, )+
                    other => Self::Other($crate::open_name::OtherName(other.into())),
                }
            }
        }

        impl From<String> for $Name {
            fn from(name: String) -> Self {
                match name.as_str() {
                    $( $name => Self::$Variant, )+
                    _ => Self::Other($crate::open_name::OtherName(name.into())),
                }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}
pub(crate) use open_name;
