//! What goes wrong between an agent and its server.

use std::{error::Error as StdError, fmt};

use a2a_core::{Error, TaskId};

use crate::run::catch;

/// Why a write of an agent went nowhere.
///
/// After one of these the agent should return. If it goes on writing, the writes wait until the run is gone and then
/// answer [`Stopped::Ended`], so that a loop that ignores errors neither spins nor leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "programs match on why they were stopped")]
pub enum Stopped {
    /// Somebody asked the task to stop; ending it is still possible for a while.
    #[error("the task was asked to stop")]
    Canceled,
    /// Another run has taken the task over.
    #[error("another run has taken the task over")]
    Fenced,
    /// The run took longer than [`Limits::run_deadline`](crate::Limits::run_deadline); ending the task is still
    /// possible for a while.
    #[error("the run took too long")]
    Deadline,
    /// The task would grow over a limit, or the data couldn't be read back: it nests deeper than the 100 levels that
    /// readers take, or has a member by a name that `serde_json` keeps for itself (`$serde_json::private::…`).
    #[error("the task would grow over a limit, or its data couldn't be read back")]
    Limit,
    /// The log couldn't store it.
    #[error("the log couldn't store it")]
    Store,
    /// The task has ended or paused: there is nothing left to write to.
    #[error("the task has ended or paused")]
    Ended,
}

impl Stopped {
    /// Whether the agent may still end its task.
    pub(crate) fn lets_end(self) -> bool {
        matches!(self, Self::Canceled | Self::Deadline)
    }
}

/// Why an agent failed.
///
/// Converts from any error, so that `?` works; what the peer reads is never the cause's text. Not an `Error`
/// itself, for that would make the conversion ambiguous.
pub struct ExecutorError(pub(crate) Failure);

pub(crate) enum Failure {
    /// For the trace; the peer reads a fixed sentence.
    Private(Box<dyn StdError + Send + Sync>),
    /// For the peer.
    Public(String),
    /// The request is refused.
    Refused(Error),
}

impl ExecutorError {
    /// A failure whose text the peer may read; the task ends FAILED with it.
    pub fn failed(public: impl Into<String>) -> Self {
        Self(Failure::Public(public.into()))
    }

    /// Refuses the request with an error of the protocol, which its sender gets.
    ///
    /// If there is no task yet, there will be none. A paused task goes back to the state it was in, with the message
    /// in its history; one that this very run has opened ends FAILED.
    pub fn refuse(error: Error) -> Self {
        Self(Failure::Refused(error))
    }
}

/// What of a failure the peer may read.
pub(crate) enum Disclosed {
    Said(String),
    Refused(Error),
}

impl ExecutorError {
    /// Sends the cause to the trace and keeps what is for the peer: `otherwise`, if the cause is private.
    pub(crate) fn disclose(self, task: &TaskId, otherwise: &str) -> Disclosed {
        match self.0 {
            Failure::Public(text) => Disclosed::Said(text),
            Failure::Refused(error) => Disclosed::Refused(error),
            Failure::Private(cause) => {
                // The cause is the agent's code as well: it may panic when it is printed or dropped.
                catch(|| tracing::error!(error = &*cause, task_id = %task, "the agent failed"));
                catch(|| drop(cause));
                Disclosed::Said(otherwise.to_owned())
            }
        }
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for ExecutorError {
    fn from(cause: E) -> Self {
        Self(Failure::Private(Box::new(cause)))
    }
}

impl fmt::Debug for ExecutorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Failure::Private(cause) => f.debug_tuple("Private").field(cause).finish(),
            Failure::Public(text) => f.debug_tuple("Public").field(text).finish(),
            Failure::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
        }
    }
}
