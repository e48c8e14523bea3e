//! How webhooks are told.

use std::time::Duration;

/// How webhooks are told what becomes of their tasks.
///
/// They aren't told at all unless [`ServerBuilder::webhooks`](crate::ServerBuilder::webhooks) is given this, for what a
/// webhook is, the caller says: the server then sends requests to wherever a caller wants, from where the server stands,
/// and with a caller's headers. So far
///
/// - nothing keeps a caller from naming an address of the server's own network, or the server itself;
/// - nothing signs a call, so a webhook knows the server by the secrets that were registered with it alone;
/// - what is to be told is kept in memory. Behind a restart the webhooks of tasks without an end are told all anew, from
///   where they were registered as far as the log reaches back, else with the task as it stands. What was still to be
///   told of a task that had ended is lost.
///
/// So this is for servers whose callers are all trusted, and the name of the constructor says so.
///
/// # What is told
///
/// To a webhook that was registered in v1.0: the events of a stream, one by one and in order, as the bodies of `POST`
/// requests; chunks of one artifact that come together while a call is under way are one. In v0.3: the whole task with
/// each status. A webhook that came with the message which made the task begins with the task; any other with what
/// comes next. Whoever is told the same twice must bear it.
///
/// Any answer of 2xx says that it is told. Everything else, and no answer, is tried again after a time that doubles; an
/// event that couldn't be told in all attempts is given up, and the next one is tried. A webhook that is slow delays
/// nobody but itself, unless [`in_flight`](Self::in_flight) are as slow.
///
/// # Defaults
///
/// | setting | default |
/// |---|---|
/// | [`attempts`](Self::attempts) | [`ATTEMPTS`](Self::ATTEMPTS), 6 |
/// | [`retry`](Self::retry) | [`RETRY_FIRST`](Self::RETRY_FIRST), 500 ms, to [`RETRY_MOST`](Self::RETRY_MOST), 30 s |
/// | [`timeouts`](Self::timeouts) | [`CONNECT`](Self::CONNECT), 10 s, and [`TOTAL`](Self::TOTAL), 30 s |
/// | [`in_flight`](Self::in_flight) | [`IN_FLIGHT`](Self::IN_FLIGHT), 64 |
///
/// ```
/// use a2a_server::Webhooks;
///
/// let webhooks = Webhooks::unguarded().attempts(3);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Webhooks {
    pub(super) attempts: u32,
    pub(super) retry_first: Duration,
    pub(super) retry_most: Duration,
    pub(super) connect: Duration,
    pub(super) total: Duration,
    pub(super) in_flight: usize,
}

impl Webhooks {
    /// How often an event is tried, the first time included.
    pub const ATTEMPTS: u32 = 6;
    /// How long to wait, about, after the first failure.
    pub const RETRY_FIRST: Duration = Duration::from_millis(500);
    /// How long to wait at most.
    pub const RETRY_MOST: Duration = Duration::from_secs(30);
    /// How long a connection may take.
    pub const CONNECT: Duration = Duration::from_secs(10);
    /// How long a call may take as a whole.
    pub const TOTAL: Duration = Duration::from_secs(30);
    /// How many calls are under way at once.
    pub const IN_FLIGHT: usize = 64;

    /// Webhooks wherever a caller says. For trusted callers only, see [`Webhooks`].
    pub fn unguarded() -> Self {
        Self {
            attempts: Self::ATTEMPTS,
            retry_first: Self::RETRY_FIRST,
            retry_most: Self::RETRY_MOST,
            connect: Self::CONNECT,
            total: Self::TOTAL,
            in_flight: Self::IN_FLIGHT,
        }
    }

    /// How often an event is tried before it is given up, the first time included; at least once.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long to wait after the first failure of an event, and at most; in between twice as long each time. Up to half
    /// of each wait is left out by chance, so that many don't come back at once.
    pub fn retry(mut self, first: Duration, most: Duration) -> Self {
        (self.retry_first, self.retry_most) = (first, most);
        self
    }

    /// How long a connection may take, and how long a call as a whole.
    pub fn timeouts(mut self, connect: Duration, total: Duration) -> Self {
        (self.connect, self.total) = (connect, total);
        self
    }

    /// How many calls are under way at once, of all webhooks; at least one. Further ones wait.
    pub fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls.max(1);
        self
    }
}
