use std::{fmt, str::FromStr};

use super::{A2A_EXTENSIONS, A2A_VERSION, X_A2A_EXTENSIONS};

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

    /// What a request says about its version, not yet read as one: in the header, or else in the query of its URL
    /// (§3.6.1). An empty text says nothing.
    pub fn asked<'a>(header: Option<&'a str>, query: Option<&'a str>) -> Option<&'a str> {
        let said = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
        header.and_then(said).or_else(|| {
            let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| name.eq_ignore_ascii_case(A2A_VERSION)).and_then(|(_, value)| said(value))
        })
    }

    /// The header that names extensions in this version; whoever reads takes both.
    pub fn extensions_header(self) -> &'static str {
        if self.major == 0 { X_A2A_EXTENSIONS } else { A2A_EXTENSIONS }
    }
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
