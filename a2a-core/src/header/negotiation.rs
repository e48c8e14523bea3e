use crate::{Error, Version};

/// How much of a version that isn't one is repeated to whoever sent it.
const SHOWN: usize = 40;

/// What a request without a version is taken for; the others say what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionPolicy {
    /// Version 0.3, as the specification says (§3.6.2).
    Strict,
    /// The version whose names it uses, for many clients leave the header out.
    #[default]
    Lenient,
}

impl VersionPolicy {
    /// The version that a request is processed in.
    ///
    /// `asked` is what it says, see [`Version::asked`]. `named` is the version whose names it uses: those of methods,
    /// paths and packages have nothing in common between 0.3 and 1.0; it is `None` if the name is nobody's. `spoken`
    /// are the versions of the interface, the preferred one first; only one of exactly that major and minor number
    /// will do. An unknown name without a version is left to the preferred one, which doesn't know it either.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::VersionNotSupported`](crate::ErrorKind::VersionNotSupported) if the version isn't spoken, or isn't
    /// that of the names.
    pub fn negotiate(
        self,
        asked: Option<&str>,
        named: Option<Version>,
        spoken: &[Version],
    ) -> Result<Version, Error> {
        let version = match (asked, self) {
            (Some(text), _) => text.parse().map_err(|_| Error::version_not_supported(text, spoken))?,
            (None, Self::Strict) => Version::V0_3,
            (None, Self::Lenient) => named.or(spoken.first().copied()).unwrap_or(Version::V1_0),
        };
        if !spoken.contains(&version) {
            let what = asked.map_or_else(|| version.to_string(), str::to_owned);
            return Err(Error::version_not_supported(&what, spoken));
        }
        match named.filter(|named| *named != version) {
            None => Ok(version),
            Some(named) => {
                let text = format!("The request is for version {version}, its names are those of {named}");
                Err(Error::of_version(text, spoken))
            }
        }
    }
}

impl Error {
    /// The version `asked` isn't among those that are spoken, which the error lists in its message and in its
    /// `ErrorInfo` metadata (`supportedVersions`).
    pub fn version_not_supported(asked: &str, spoken: &[Version]) -> Self {
        let shown: String = asked.chars().take(SHOWN).collect();
        let noun = if spoken.len() == 1 { "version" } else { "versions" };
        let text = format!("This agent speaks {noun} {}, not {shown}", list(spoken, " and "));
        Self::of_version(text, spoken)
    }

    fn of_version(text: String, spoken: &[Version]) -> Self {
        let kind = crate::ErrorKind::VersionNotSupported;
        Self::new(kind, text).with_info("supportedVersions", list(spoken, ", "))
    }
}

fn list(versions: &[Version], between: &str) -> String {
    let versions: Vec<_> = versions.iter().map(Version::to_string).collect();
    versions.join(between)
}
