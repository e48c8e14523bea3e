use std::error::Error;

use super::agent_error::AgentError;
use super::event::Event;
use super::ids::EmptyId;
use super::session::SessionError;

/// Why a turn gave no answer. Everybody may read its text.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct RunError {
    kind: RunErrorKind,
    message: String,
    code: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of [`RunError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunErrorKind {
    /// The message makes no sense here: it is empty, or answers what nobody asked.
    Input,
    /// The agent failed.
    Agent,
    /// The session couldn't be loaded or changed.
    Session,
}

impl RunError {
    /// The error code of an event that refuses a message.
    pub const INVALID_INPUT: &str = "INVALID_INPUT";

    /// The error code of an agent's failure that has none of its own.
    pub const AGENT_ERROR: &str = "AGENT_ERROR";

    /// Whose fault it is, for programs.
    pub const fn kind(&self) -> RunErrorKind {
        self.kind
    }

    /// The error code of the event that tells of the failure.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        let code = Some(Self::INVALID_INPUT.to_owned());
        Self { kind: RunErrorKind::Input, message: message.into(), code, source: None }
    }

    /// The failure that an event tells of.
    pub(crate) fn from_event(event: &Event) -> Option<Self> {
        if !event.is_error() {
            return None;
        }
        let kind = match event.error_code.as_deref() {
            Some(Self::INVALID_INPUT) => RunErrorKind::Input,
            _ => RunErrorKind::Agent,
        };
        let message = event.error_message.clone().unwrap_or_else(|| AgentError::GENERIC.to_owned());
        Some(Self { kind, message, code: event.error_code.clone(), source: None })
    }
}

impl From<EmptyId> for RunError {
    fn from(error: EmptyId) -> Self {
        Self { source: Some(Box::new(error)), ..Self::input(error.to_string()) }
    }
}

impl From<SessionError> for RunError {
    fn from(error: SessionError) -> Self {
        Self {
            kind: RunErrorKind::Session,
            message: "the session can't be used".to_owned(),
            code: None,
            source: Some(Box::new(error)),
        }
    }
}

/// The run error that an agent error carries, else a failure of the agent.
impl From<AgentError> for RunError {
    fn from(error: AgentError) -> Self {
        let (message, code) = (error.public_message().to_owned(), error.code().map(str::to_owned));
        let source = match error.into_source().map(<dyn Error + Send + Sync>::downcast::<Self>) {
            Some(Ok(carried)) => return *carried,
            Some(Err(other)) => Some(other),
            None => None,
        };
        Self { kind: RunErrorKind::Agent, message, code, source }
    }
}
