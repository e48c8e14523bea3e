//! Messages of which exactly one member is set, as `ProtoJSON` writes a `oneof`.

/// Declares one as an enum.
///
/// A `null` member isn't set, and two that are known are an error. A member that this version doesn't know is kept
/// when it stands alone, and ignored beside a known one. An object without any member is kept likewise, or an error
/// that says what stands behind `else`. With a function behind `read` it is that one which reads the members of an
/// object, for what has been written in more forms than this one.
macro_rules! one_of {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $( $(#[$doc:meta])* $Variant:ident($Member:ty) = $name:literal $(| $alias:literal)?, )+
        }
        read $read:path
    ) => {
        $crate::one_of::one_of! { @write
            $(#[$meta])*
            pub enum $Name { $( $(#[$doc])* $Variant($Member) = $name $(| $alias)?, )+ }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::FreeObject::deserialize(deserializer).map(|object| $read(object.0))
            }
        }
    };
    (@write
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $( $(#[$doc:meta])* $Variant:ident($Member:ty) = $name:literal $(| $alias:literal)?, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[$doc])* $Variant($Member), )+
            /// No member that this version knows; written as it was read.
            Unknown($crate::Metadata),
        }

        $(
            impl From<$Member> for $Name {
                fn from(member: $Member) -> Self {
                    Self::$Variant(member)
                }
            }
        )+

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                match self {
                    $(
                        Self::$Variant(member) => {
                            let mut map = serializer.serialize_map(Some(1))?;
                            map.serialize_entry($name, member)?;
                            map.end()
                        }
                    )+
                    Self::Unknown(members) => members.serialize(serializer),
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $( $(#[$doc:meta])* $Variant:ident($Member:ty) = $name:literal $(| $alias:literal)?, )+
        }
        $(else $none:literal)?
    ) => {
        $crate::one_of::one_of! { @write
            $(#[$meta])*
            pub enum $Name { $( $(#[$doc])* $Variant($Member) = $name $(| $alias)?, )+ }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct OneOf;

                impl<'de> serde::de::Visitor<'de> for OneOf {
                    type Value = $Name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object with one of", $( " ", $name, )+))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$Name, A::Error> {
                        let mut known = None;
                        let mut unknown = $crate::Metadata::new();
                        while let Some(name) = map.next_key::<String>()? {
                            let member = match name.as_str() {
                                $( $name $(| $alias)? => map.next_value::<Option<$Member>>()?.map($Name::$Variant), )+
                                _ => {
                                    $crate::json::keep_member(&mut unknown, name, &mut map)?;
                                    None
                                }
                            };
                            if member.is_some() && std::mem::replace(&mut known, member).is_some() {
                                return Err(serde::de::Error::custom(concat!("two members are set, expected one of", $( " ", $name, )+)));
                            }
                        }
                        $(
                            if known.is_none() && unknown.is_empty() {
                                return Err(serde::de::Error::custom($none));
                            }
                        )?
                        Ok(known.unwrap_or($Name::Unknown(unknown)))
                    }
                }

                deserializer.deserialize_map(OneOf)
            }
        }
    };
}
pub(crate) use one_of;
