use std::{error::Error as StdError, fmt, time::Duration};

use a2a_core::{ContextId, Error, ErrorKind, Method, TaskId};

use super::{FailureKind, Phase};
use crate::failure::Failure;

/// What both errors hold.
#[derive(Clone)]
struct Inner {
    error: Error,
    method: Option<Method>,
    task_id: Option<TaskId>,
    context_id: Option<ContextId>,
}

impl Inner {
    fn kind(&self) -> FailureKind {
        match Failure::of(&self.error) {
            Some(failure) => failure.kind,
            None if self.error.kind() == ErrorKind::Transport => FailureKind::Disconnected,
            None => FailureKind::Agent(self.error.kind()),
        }
    }

    fn source(&self) -> &(dyn StdError + 'static) {
        match Failure::of(&self.error) {
            Some(failure) if self.error.kind() == ErrorKind::Transport => failure,
            _ => &self.error,
        }
    }

    fn fmt_debug(&self, name: &str, phase: Phase, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("kind", &self.kind())
            .field("phase", &phase)
            .field("method", &self.method)
            .field("task_id", &self.task_id)
            .field("context_id", &self.context_id)
            .field("error", &self.error)
            .finish()
    }
}

macro_rules! errors {
    ($( $(#[$doc:meta])* $Name:ident, $phase:expr, $what:literal; )+) => { $(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $Name(Box<Inner>);

        impl $Name {
            pub(crate) fn new(
                error: Error,
                method: Method,
                task_id: Option<TaskId>,
                context_id: Option<ContextId>,
            ) -> Self {
                let mut made = Self::from(error);
                made.0.method = Some(method);
                made.0.task_id = task_id.or(made.0.task_id);
                made.0.context_id = context_id.or(made.0.context_id);
                made
            }

            /// Why it failed.
            pub fn kind(&self) -> FailureKind {
                self.0.kind()
            }

            /// How far it had come.
            pub fn phase(&self) -> Phase {
                Failure::of(&self.0.error).map_or($phase, |failure| failure.phase)
            }

            /// The operation, if it is known.
            pub fn method(&self) -> Option<Method> {
                self.0.method
            }

            /// The error as it was answered, if the agent answered one: its message and details.
            pub fn agent_error(&self) -> Option<&Error> {
                Some(&self.0.error).filter(|error| error.kind() != ErrorKind::Transport)
            }

            /// The HTTP status, where it wasn't a success or the response couldn't be read.
            pub fn http_status(&self) -> Option<u16> {
                Failure::of(&self.0.error)?.status
            }

            /// How long the agent wants its callers to wait, if it said so in seconds.
            pub fn retry_after(&self) -> Option<Duration> {
                Failure::of(&self.0.error)?.retry_after
            }

            /// The task it was about, if it is known: it may still be running.
            pub fn task_id(&self) -> Option<&TaskId> {
                self.0.task_id.as_ref()
            }

            /// The conversation it was about, if it is known.
            pub fn context_id(&self) -> Option<&ContextId> {
                self.0.context_id.as_ref()
            }

            /// Whether the same may succeed later (see [`FailureKind::is_retryable`]).
            pub fn is_retryable(&self) -> bool {
                self.kind().is_retryable()
            }
        }

        /// From what an implementation of [`Operations`](a2a_core::Operations) answers.
        impl From<Error> for $Name {
            fn from(error: Error) -> Self {
                let task_id = error.info().get("taskId").and_then(|id| TaskId::new(id.as_str()).ok());
                Self(Box::new(Inner { error, method: None, task_id, context_id: None }))
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0.method {
                    Some(method) => write!(f, "{method}{}: {}", $what, self.kind()),
                    None => self.kind().fmt(f),
                }
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt_debug(stringify!($Name), self.phase(), f)
            }
        }

        impl StdError for $Name {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(self.0.source())
            }
        }
    )+ };
}

errors! {
    /// A call failed before it had an answer or a stream.
    CallError, Phase::Body, " failed";
    /// A stream failed on its way. What came before stays folded in its [`TaskStream`](crate::TaskStream).
    StreamError, Phase::Stream, " broke off";
}
