//! Enums that keep what they don't know.

use std::fmt;

/// A value of an enum that this version doesn't know, kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown(pub(crate) UnknownForm);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UnknownForm {
    Name(Box<str>),
    Number(i32),
}

impl Unknown {
    /// Whether it is a name without the prefix of `ProtoJSON`'s names: not one of a later v1.0.
    pub(crate) fn is_name_without(&self, prefix: &str) -> bool {
        matches!(&self.0, UnknownForm::Name(name) if !name.starts_with(prefix))
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            UnknownForm::Name(name) => f.write_str(name),
            UnknownForm::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Declares a `ProtoJSON` enum: written by name, read by name, further name or number. Unknown values are kept in the
/// variant that stands behind `else`.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $( $(#[$doc:meta])* $Variant:ident = $name:literal $(| $alias:literal)* = $number:literal, )+
        }
        else $Unknown:ident
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$doc])* $Variant, )+
            /// A value this version doesn't know; written as it was read.
            $Unknown($crate::open_enum::Unknown),
        }

        impl $Name {
            pub(crate) fn from_name(name: &str) -> Self {
                match name {
                    $( $name $(| $alias)* => Self::$Variant, )+
                    other => Self::$Unknown($crate::open_enum::Unknown($crate::open_enum::UnknownForm::Name(other.into()))),
                }
            }

            pub(crate) fn from_number(number: i32) -> Self {
                match number {
                    $( $number => Self::$Variant, )+
                    other => Self::$Unknown($crate::open_enum::Unknown($crate::open_enum::UnknownForm::Number(other))),
                }
            }

            /// What a value is here that another enum doesn't know.
            pub(crate) fn from_unknown(unknown: &$crate::open_enum::Unknown) -> Self {
                match &unknown.0 {
                    $crate::open_enum::UnknownForm::Name(name) => Self::from_name(name),
                    $crate::open_enum::UnknownForm::Number(number) => Self::from_number(*number),
                }
            }

            /// The number on the wire; 0, which is unspecified, for an unknown name.
            #[cfg(feature = "grpc")]
            pub(crate) fn number(&self) -> i32 {
                match self {
                    $( Self::$Variant => $number, )+
                    Self::$Unknown(unknown) => match unknown.0 {
                        $crate::open_enum::UnknownForm::Name(_) => 0,
                        $crate::open_enum::UnknownForm::Number(number) => number,
                    },
                }
            }

            /// The name on the wire; `None` for an unknown number.
            pub fn as_str(&self) -> Option<&str> {
                match self {
                    $( Self::$Variant => Some($name), )+
                    Self::$Unknown(unknown) => match &unknown.0 {
                        $crate::open_enum::UnknownForm::Name(name) => Some(name),
                        $crate::open_enum::UnknownForm::Number(_) => None,
                    },
                }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$Variant => f.write_str($name), )+
                    Self::$Unknown(unknown) => unknown.fmt(f),
                }
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$Variant => serializer.serialize_str($name), )+
                    Self::$Unknown(unknown) => match &unknown.0 {
                        $crate::open_enum::UnknownForm::Name(name) => serializer.serialize_str(name),
                        $crate::open_enum::UnknownForm::Number(number) => serializer.serialize_i32(*number),
                    },
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Open;

                impl<'de> serde::de::Visitor<'de> for Open {
                    type Value = $Name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("the name or number of a ", stringify!($Name)))
                    }

                    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<$Name, E> {
                        Ok($Name::from_name(name))
                    }

                    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<$Name, E> {
                        i32::try_from(number).map($Name::from_number).map_err(|_| {
                            E::invalid_value(serde::de::Unexpected::Signed(number), &self)
                        })
                    }

                    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<$Name, E> {
                        i32::try_from(number).map($Name::from_number).map_err(|_| {
                            E::invalid_value(serde::de::Unexpected::Unsigned(number), &self)
                        })
                    }

                    // With serde_json's `arbitrary_precision` a number is a map of one string.
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$Name, A::Error> {
                        let map = serde::de::value::MapAccessDeserializer::new(map);
                        let number = serde_json::Number::deserialize(map).ok().and_then(|number| number.as_i64());
                        let number = number.and_then(|number| i32::try_from(number).ok());
                        number.map($Name::from_number).ok_or_else(|| {
                            serde::de::Error::invalid_type(serde::de::Unexpected::Map, &self)
                        })
                    }
                }

                deserializer.deserialize_any(Open)
            }
        }
    };
}
pub(crate) use open_enum;
