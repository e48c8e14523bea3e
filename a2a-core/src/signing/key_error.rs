use std::fmt;

/// A key couldn't be read or made; the text says what would be right. It never shows any of a private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(Box<str>);

impl KeyError {
    pub(super) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}
