//! What travels in headers: version, extensions and the names of the rest (§3.6, §4.6.1).

use std::{fmt, str::FromStr};

/// Which version of the protocol the request is in.
pub const A2A_VERSION: &str = "a2a-version";
/// Which extensions the client asks for, and in an answer which are active.
pub const A2A_EXTENSIONS: &str = "a2a-extensions";
/// Makes a send safe to repeat: the same key answers what the first one got.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The extension by which a card says that repeating a send with its key is safe.
pub const IDEMPOTENCY_EXTENSION: &str = "urn:a2a-rust:idempotency:1";
/// The cursor of the last event that the reader has.
pub const LAST_EVENT_ID: &str = "last-event-id";

/// A version of the protocol, `Major.Minor`; a patch is ignored (§3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a version on the wire is these two numbers by definition")]
pub struct Version {
    /// Peers of different majors don't understand each other.
    pub major: u16,
    /// A later minor only adds.
    pub minor: u16,
}

impl Version {
    /// Version 1.0.
    pub const V1_0: Self = Self { major: 1, minor: 0 };
    /// Version 0.3, which is also what a request without a version means to the letter.
    pub const V0_3: Self = Self { major: 0, minor: 3 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text isn't a version such as `1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidVersion {
    text: String,
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} isn't a version such as \"1.0\"", self.text)
    }
}

impl std::error::Error for InvalidVersion {}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.trim().splitn(3, '.');
        let mut number = || parts.next().filter(|part| is_number(part))?.parse().ok();
        match (number(), number(), parts.next().is_none_or(is_number)) {
            (Some(major), Some(minor), true) => Ok(Self { major, minor }),
            _ => Err(InvalidVersion { text: text.to_owned() }),
        }
    }
}

/// Each is compared with all before it, and a log keeps them.
const MAX_EXTENSIONS: usize = 100;

/// URIs of extensions, in the order they were named, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions(Vec<String>);

impl Extensions {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds what one header says: one URI or several with commas between.
    ///
    /// Past the first 100 they are ignored, as those are that nobody knows.
    pub fn add(&mut self, header: &str) {
        for uri in header.split(',').map(str::trim).filter(|uri| !uri.is_empty()) {
            if self.0.len() < MAX_EXTENSIONS && !self.contains(uri) {
                self.0.push(uri.to_owned());
            }
        }
    }

    /// Whether `uri` is among them.
    pub fn contains(&self, uri: &str) -> bool {
        self.0.iter().any(|known| known == uri)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each URI.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// All of them as a list.
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }
}

impl<U: Into<String>> FromIterator<U> for Extensions {
    fn from_iter<I: IntoIterator<Item = U>>(uris: I) -> Self {
        let mut extensions = Self::new();
        for uri in uris {
            extensions.add(&uri.into());
        }
        extensions
    }
}

/// As a header has it: `uri1, uri2`.
impl fmt::Display for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, uri) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(uri)?;
        }
        Ok(())
    }
}
