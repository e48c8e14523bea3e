//! Ids: newtypes that are never empty and cheap to clone.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::json::NonEmpty;

/// An id was empty where the protocol requires one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyId {
    what: &'static str,
}

impl fmt::Display for EmptyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} must not be empty", self.what)
    }
}

impl std::error::Error for EmptyId {}

macro_rules! ids {
    ($( $(#[$doc:meta])* $Name:ident: $what:literal, )+) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $Name(Arc<str>);

        impl $Name {
            /// Checks that `id` isn't empty and takes it as it is.
            pub fn new(id: impl Into<Arc<str>>) -> Result<Self, EmptyId> {
                let id = id.into();
                if id.is_empty() { Err(EmptyId { what: $what }) } else { Ok(Self(id)) }
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({:?})"), self.as_str())
            }
        }

        impl AsRef<str> for $Name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $Name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $Name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $Name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl FromStr for $Name {
            type Err = EmptyId;

            fn from_str(id: &str) -> Result<Self, EmptyId> {
                Self::new(id)
            }
        }

        impl TryFrom<&str> for $Name {
            type Error = EmptyId;

            fn try_from(id: &str) -> Result<Self, EmptyId> {
                Self::new(id)
            }
        }

        impl TryFrom<String> for $Name {
            type Error = EmptyId;

            fn try_from(id: String) -> Result<Self, EmptyId> {
                Self::new(id)
            }
        }

        impl From<NonEmpty> for $Name {
            fn from(id: NonEmpty) -> Self {
                Self(id.into_string().into())
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Id;

                impl de::Visitor<'_> for Id {
                    type Value = $Name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a ", $what, " that isn't empty"))
                    }

                    fn visit_str<E: de::Error>(self, id: &str) -> Result<$Name, E> {
                        $Name::new(id).map_err(|_| E::invalid_value(de::Unexpected::Str(id), &self))
                    }
                }

                deserializer.deserialize_str(Id)
            }
        }
    )+ };
}

ids! {
    /// Names a task; made by the server, unique and unguessable (§3.4.2).
    TaskId: "task id",
    /// Groups the tasks and messages of one conversation (§3.4.1).
    ContextId: "context id",
    /// Names a message; made by whoever sends it (§4.1.4).
    MessageId: "message id",
    /// Names an artifact within its task; chunks of one artifact share it (§4.1.7).
    ArtifactId: "artifact id",
    /// Routes a request to one of several agents or customers behind a URL; not a proof of anything (§4.4.6).
    Tenant: "tenant",
}
