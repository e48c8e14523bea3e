use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// An id or a name was empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {what} is empty")]
#[non_exhaustive]
pub struct EmptyId {
    what: &'static str,
}

impl From<Infallible> for EmptyId {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Takes a text that isn't empty.
            ///
            /// # Errors
            ///
            /// [`EmptyId`] if it is.
            pub fn new(text: impl AsRef<str>) -> Result<Self, EmptyId> {
                match text.as_ref() {
                    "" => Err(EmptyId { what: $what }),
                    text => Ok(Self(text.into())),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = EmptyId;

            fn try_from(text: &str) -> Result<Self, EmptyId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = EmptyId;

            fn try_from(text: String) -> Result<Self, EmptyId> {
                Self::new(text)
            }
        }

        impl TryFrom<&String> for $name {
            type Error = EmptyId;

            fn try_from(text: &String) -> Result<Self, EmptyId> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = EmptyId;

            fn from_str(text: &str) -> Result<Self, EmptyId> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

id! {
    /// The name of an app: sessions of different apps never meet. It is cheap to clone.
    AppName, "name of the app"
}
id! {
    /// Who talks to an agent. It is cheap to clone.
    UserId, "user"
}
id! {
    /// A conversation of a user. It is cheap to clone.
    SessionId, "session"
}

/// Which session: an app, a user of it, and a conversation of theirs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct SessionKey {
    /// The app.
    pub app: AppName,
    /// The user.
    pub user: UserId,
    /// The conversation.
    pub session: SessionId,
}

impl SessionKey {
    /// The key of a session.
    #[must_use]
    pub const fn new(app: AppName, user: UserId, session: SessionId) -> Self {
        Self { app, user, session }
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.app, self.user, self.session)
    }
}
