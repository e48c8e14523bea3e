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
    /// How often it was tried again in vain, and why it had to be.
    tried: Option<(u32, Error)>,
}

impl Inner {
    fn source(&self) -> &(dyn StdError + 'static) {
        match Failure::of(&self.error) {
            Some(failure) if self.error.kind() == ErrorKind::Transport => failure,
            _ => &self.error,
        }
    }

    fn fmt_tried(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((attempts, first)) = &self.tried else { return Ok(()) };
        match (attempts, kind(first)) {
            (1, first) => write!(f, " (tried again once, after: {first})"),
            (_, first) => write!(f, " (tried again {attempts} times, first after: {first})"),
        }
    }

    fn fmt_debug(&self, name: &str, phase: Phase, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("kind", &kind(&self.error))
            .field("phase", &phase)
            .field("method", &self.method)
            .field("task_id", &self.task_id)
            .field("context_id", &self.context_id)
            .field("error", &self.error)
            .field("tried", &self.tried)
            .finish()
    }
}

fn kind(error: &Error) -> FailureKind {
    match Failure::of(error) {
        Some(failure) => failure.kind,
        None if error.kind() == ErrorKind::Transport => FailureKind::Disconnected,
        None => FailureKind::Agent(error.kind()),
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

            pub(crate) fn after(mut self, tried: Option<(u32, Error)>) -> Self {
                self.0.tried = tried;
                self
            }

            /// Why it failed.
            pub fn kind(&self) -> FailureKind {
                kind(&self.0.error)
            }

            /// How often the client had tried again by itself since it last heard something new: 0 if this was the
            /// first failure.
            pub fn attempts(&self) -> u32 {
                self.0.tried.as_ref().map_or(0, |(attempts, _)| *attempts)
            }

            /// The failure that it tried again for, if it did. All else here is about the last attempt.
            #[must_use]
            pub fn interruption(&self) -> Option<Self> {
                let (_, error) = self.0.tried.as_ref()?;
                let Inner { method, task_id, context_id, .. } = &*self.0;
                let (error, task_id, context_id) = (error.clone(), task_id.clone(), context_id.clone());
                Some(Self(Box::new(Inner { error, method: *method, task_id, context_id, tried: None })))
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
                Self(Box::new(Inner { error, method: None, task_id, context_id: None, tried: None }))
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0.method {
                    Some(method) => write!(f, "{method}{}: {}", $what, self.kind())?,
                    None => self.kind().fmt(f)?,
                }
                self.0.fmt_tried(f)
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

impl StreamError {
    /// The same about a stream that has never begun.
    pub(crate) fn into_call(self) -> CallError {
        CallError(self.0)
    }
}
