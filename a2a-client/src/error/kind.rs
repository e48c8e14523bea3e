use std::fmt;

use a2a_core::ErrorKind;

/// Why a call or a stream failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The agent answered with an error of the protocol, or with an HTTP status that stands for one.
    Agent(ErrorKind),
    /// The call can't be put into a request; nothing was sent.
    InvalidRequest,
    /// The agent couldn't be reached; it has seen nothing of the call.
    Unreachable,
    /// The agent wasn't reached in time; it has seen nothing of the call.
    ConnectTimeout,
    /// The head of the response didn't come in time.
    HeadTimeout,
    /// The response was silent for too long.
    IdleTimeout,
    /// The call as a whole took too long.
    DeadlineExceeded,
    /// The connection was lost before the response was complete.
    Disconnected,
    /// The agent sent the call elsewhere, and it doesn't go there.
    Redirected,
    /// The response isn't an answer to the call.
    InvalidAnswer,
    /// The response is larger than the limit.
    TooLarge,
    /// A stream ended in good order, but its task neither ended nor paused.
    CutShort,
    /// A stream ended without saying anything.
    Empty,
}

impl FailureKind {
    /// Whether the same call may succeed later.
    ///
    /// It doesn't tell whether the agent acted on the first one; every send carries an idempotency key, and
    /// [`Call::idempotency_key`](crate::Call::idempotency_key) lets you repeat one under the same.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::Agent(kind) => kind.is_retryable(),
            Self::Unreachable
            | Self::ConnectTimeout
            | Self::HeadTimeout
            | Self::IdleTimeout
            | Self::Disconnected
            | Self::CutShort => true,
            Self::InvalidRequest
            | Self::DeadlineExceeded
            | Self::Redirected
            | Self::InvalidAnswer
            | Self::TooLarge
            | Self::Empty => false,
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Agent(_) => "the agent answered with an error",
            Self::InvalidRequest => "the call can't be put into a request",
            Self::Unreachable => "the agent can't be reached",
            Self::ConnectTimeout => "the agent wasn't reached in time",
            Self::HeadTimeout => "the response didn't begin in time",
            Self::IdleTimeout => "the response was silent for too long",
            Self::DeadlineExceeded => "the call took too long",
            Self::Disconnected => "the connection was lost",
            Self::Redirected => "the agent sent the call elsewhere",
            Self::InvalidAnswer => "the response isn't an answer to the call",
            Self::TooLarge => "the response is too large",
            Self::CutShort => "the stream ended before the task ended or paused",
            Self::Empty => "the stream was empty",
        })
    }
}

/// How far a call had come when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Nothing was sent yet.
    Prepare,
    /// On the way to the agent.
    Connect,
    /// Waiting for the head of the response.
    Head,
    /// Reading an answer.
    Body,
    /// Reading a stream.
    Stream,
}
