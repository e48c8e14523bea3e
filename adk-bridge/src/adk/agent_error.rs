use std::error::Error;
use std::fmt;

use super::event::Event;

/// Why an agent or a tool failed: a text for whoever asked, and the cause for whoever runs it.
///
/// Any error converts with `?`, and then nobody outside learns its text: it goes to the trace, and the peer
/// reads [`GENERIC`](Self::GENERIC). What the peer should read is made with [`public`](Self::public).
///
/// It isn't a [`std::error::Error`] itself, or it couldn't convert from all of them; it converts into
/// `Box<dyn Error + Send + Sync>`.
///
/// ```
/// use adk_bridge::adk::AgentError;
///
/// fn balance(text: &str) -> Result<u32, AgentError> {
///     Ok(text.parse()?)
/// }
/// let error = balance("lots").unwrap_err();
/// assert_eq!(error.public_message(), AgentError::GENERIC);
/// assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
/// ```
pub struct AgentError {
    inner: Box<Inner>,
}

struct Inner {
    public: Option<String>,
    code: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
    told: bool,
}

impl AgentError {
    /// What a peer reads of a failure that says nothing public.
    pub const GENERIC: &str = "the agent failed";

    /// A failure whose text everybody may read.
    pub fn public(message: impl Into<String>) -> Self {
        Self::build(Some(message.into()), None)
    }

    /// A failure whose text only the trace shows.
    pub fn private(message: impl Into<String>) -> Self {
        Self::build(None, Some(message.into().into()))
    }

    /// The same failure with a code for programs, which everybody may read.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.inner.code = Some(code.into());
        self
    }

    /// The same failure with a text that everybody may read; what it was made of stays its cause.
    #[must_use]
    pub fn with_public(mut self, message: impl Into<String>) -> Self {
        self.inner.public = Some(message.into());
        self
    }

    /// What everybody may read.
    pub fn public_message(&self) -> &str {
        self.inner.public.as_deref().unwrap_or(Self::GENERIC)
    }

    /// The code, if it has one.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The private cause, if it has one.
    pub fn source(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.inner.source.as_deref()
    }

    /// The failure that the agent's last event has told of: it ends the turn and makes no event of its own.
    pub(crate) fn told(event: &Event) -> Self {
        let mut error = Self::build(event.error_message.clone(), None);
        error.inner.code.clone_from(&event.error_code);
        error.inner.told = true;
        error
    }

    /// Whether an event has told of it.
    pub(crate) fn is_told(&self) -> bool {
        self.inner.told
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn Error + Send + Sync>> {
        self.inner.source
    }

    fn build(public: Option<String>, source: Option<Box<dyn Error + Send + Sync>>) -> Self {
        Self { inner: Box::new(Inner { public, code: None, source, told: false }) }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for AgentError {
    fn from(source: E) -> Self {
        Self::build(None, Some(Box::new(source)))
    }
}

impl From<AgentError> for Box<dyn Error + Send + Sync> {
    fn from(error: AgentError) -> Self {
        Box::new(Failure(error))
    }
}

/// Only what everybody may read; the cause is in `Debug`.
impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.public_message())
    }
}

impl fmt::Debug for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentError")
            .field("public", &self.inner.public)
            .field("code", &self.inner.code)
            .field("source", &self.inner.source)
            .finish()
    }
}

/// The same as an error.
#[derive(Debug)]
struct Failure(AgentError);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.inner.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
