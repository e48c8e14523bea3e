use std::time::Duration;

/// How long reaching the agent may take unless told otherwise: 10 s.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the head of a response may take unless told otherwise: 60 s.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a response may be silent unless told otherwise: 5 min.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// The four limits on waiting; each one measures something else.
///
/// An agent may well think for an hour, so nothing limits a call as a whole unless you ask for it. A `None` turns
/// a limit off.
///
/// # Defaults
///
/// | limit | default | setter |
/// |---|---|---|
/// | reaching the agent, TLS included | [`CONNECT_TIMEOUT`] | [`connect`](Self::connect) |
/// | from there to the head of the response | [`HEAD_TIMEOUT`] | [`head`](Self::head) |
/// | silence within a response | [`IDLE_TIMEOUT`] | [`idle`](Self::idle) |
/// | the call as a whole, streams included | off | [`overall`](Self::overall) |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub(crate) connect: Option<Duration>,
    pub(crate) head: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) overall: Option<Duration>,
}

impl Timeouts {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            connect: Some(CONNECT_TIMEOUT),
            head: Some(HEAD_TIMEOUT),
            idle: Some(IDLE_TIMEOUT),
            overall: None,
        }
    }

    /// How long it may take to reach the agent.
    #[must_use]
    pub fn connect(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect = limit.into();
        self
    }

    /// How long the head of a response may take.
    ///
    /// It doesn't apply to a send that waits for its answer, whose head comes when the agent is done.
    #[must_use]
    pub fn head(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.head = limit.into();
        self
    }

    /// How long a response may be silent; any byte resets it, those of comments among them.
    #[must_use]
    pub fn idle(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle = limit.into();
        self
    }

    /// How long a call may take from first to last byte; [`Call::timeout`](crate::Call::timeout) overrides it.
    #[must_use]
    pub fn overall(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.overall = limit.into();
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::new()
    }
}
