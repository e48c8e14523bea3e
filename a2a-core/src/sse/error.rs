use std::{error::Error, fmt, str::Utf8Error};

/// What a peer sent isn't a stream of events that we can take. Nothing behind it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// An event is larger than the decoder takes.
    EventTooLarge {
        /// The most bytes that one event may have.
        limit: usize,
        /// How many of them had come when it was given up.
        size: usize,
    },
    /// An id or a type is longer than a decoder takes.
    NameTooLong {
        /// `id` or `event`.
        field: &'static str,
        /// The most bytes that it may have.
        limit: usize,
        /// How many it has.
        size: usize,
    },
    /// An event isn't UTF-8.
    NotUtf8(Utf8Error),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EventTooLarge { limit, size } => {
                write!(f, "an event of the stream has {size} bytes or more, the limit is {limit}")
            }
            Self::NameTooLong { field, limit, size } => {
                write!(f, "the {field} of an event of the stream has {size} bytes, the limit is {limit}")
            }
            Self::NotUtf8(_) => f.write_str("an event of the stream isn't valid UTF-8"),
        }
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::EventTooLarge { .. } | Self::NameTooLong { .. } => None,
            Self::NotUtf8(error) => Some(error),
        }
    }
}
