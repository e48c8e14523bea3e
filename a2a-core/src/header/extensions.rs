use std::fmt;

use crate::{AgentExtension, Error, ErrorKind};

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

    /// Those of them that an agent declares, in its order: they are active, the others are ignored (§4.6.2).
    pub fn active(&self, declared: &[AgentExtension]) -> Self {
        let declared = declared.iter().map(|extension| extension.uri.as_str());
        declared.filter(|uri| self.contains(uri)).collect()
    }

    /// Checks that none is missing of those that an agent requires.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ExtensionSupportRequired`], whose message and `ErrorInfo` metadata (`extension`) name what is.
    pub fn check_required(&self, declared: &[AgentExtension]) -> Result<(), Error> {
        let required = declared.iter().filter(|extension| extension.required);
        let missing: Self =
            required.map(|extension| extension.uri.as_str()).filter(|uri| !self.contains(uri)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let noun = if missing.0.len() == 1 { "extension" } else { "extensions" };
        let it = if missing.0.len() == 1 { "it" } else { "them" };
        let text = format!("The agent requires the {noun} {missing}; name {it} in A2A-Extensions");
        Err(Error::new(ErrorKind::ExtensionSupportRequired, text).with_info("extension", missing.to_string()))
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
