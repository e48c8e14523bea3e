use std::time::Duration;

use a2a_core::Error;
use tokio::time::Instant;

use crate::{FailureKind, failure::Failure};

/// How often a send that failed is repeated unless told otherwise.
pub const MAX_REPEATS: u32 = 3;

/// How often in a row a stream tries to go on unless told otherwise.
pub const MAX_RESUMES: u32 = 10;

/// How long the first wait between attempts is unless told otherwise: 250 ms.
pub const RETRY_DELAY: Duration = Duration::from_millis(250);

/// How long a wait between attempts becomes at most unless told otherwise: 10 s.
pub const MAX_RETRY_DELAY: Duration = Duration::from_secs(10);

/// How long a wait the agent may ask for unless told otherwise: 60 s.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How a client tries again by itself.
///
/// **A send** is repeated, under the same idempotency key, where that is safe: the agent has seen nothing of it
/// ([`Unreachable`](FailureKind::Unreachable), [`ConnectTimeout`](FailureKind::ConnectTimeout)); or the failure is
/// retryable and the agent promises to answer the key only once, which its card says by
/// [`IDEMPOTENCY_EXTENSION`](a2a_core::IDEMPOTENCY_EXTENSION) and which is expected of what is called without a card
/// ([`Client::over`](crate::Client::over)). A subscription is a read and repeated like one that is safe. Reads,
/// lists and cancels are never repeated.
///
/// **A stream** that has begun goes on as [`TaskStream`](crate::TaskStream) says, and whatever changes the task gives
/// it all its attempts again.
///
/// The first attempt to go on comes at once; the waits between further ones double, without jitter, from
/// [`delay`](Self::delay) to [`max_delay`](Self::max_delay). No two attempts are closer than `delay`, so that a peer
/// which cuts and cuts isn't flooded. A longer `Retry-After` is kept to, unless it is over
/// [`max_retry_after`](Self::max_retry_after): then it is an error at once. [`Timeouts::overall`](crate::Timeouts) and
/// [`Call::timeout`](crate::Call::timeout) bound the call with all its attempts.
///
/// # Defaults
///
/// | setting | default | setter |
/// |---|---|---|
/// | repeats of a send, or of a subscription that hasn't begun | [`MAX_REPEATS`], within 1 s | [`repeats`](Self::repeats) |
/// | attempts in a row to go on | [`MAX_RESUMES`], within 46 s | [`resumes`](Self::resumes) |
/// | the first wait, and the first between two looks at a task | [`RETRY_DELAY`] | [`delay`](Self::delay) |
/// | the longest wait of both | [`MAX_RETRY_DELAY`] | [`max_delay`](Self::max_delay) |
/// | the longest wait that the agent may ask for | [`MAX_RETRY_AFTER`] | [`max_retry_after`](Self::max_retry_after) |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    pub(crate) repeats: u32,
    pub(crate) resumes: u32,
    delay: Duration,
    max_delay: Duration,
    max_retry_after: Duration,
}

impl Retry {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            repeats: MAX_REPEATS,
            resumes: MAX_RESUMES,
            delay: RETRY_DELAY,
            max_delay: MAX_RETRY_DELAY,
            max_retry_after: MAX_RETRY_AFTER,
        }
    }

    /// Nothing is tried again: every failure is an error at once.
    pub const fn off() -> Self {
        let mut off = Self::new();
        (off.repeats, off.resumes) = (0, 0);
        off
    }

    /// Repeats a send so often; 0 for never.
    #[must_use]
    pub const fn repeats(mut self, limit: u32) -> Self {
        self.repeats = limit;
        self
    }

    /// Tries to go on so often in a row; 0 for never.
    #[must_use]
    pub const fn resumes(mut self, limit: u32) -> Self {
        self.resumes = limit;
        self
    }

    /// Waits so long at first.
    #[must_use]
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits so long at most.
    #[must_use]
    pub const fn max_delay(mut self, limit: Duration) -> Self {
        self.max_delay = limit;
        self
    }

    /// Waits so long at most where the agent asks for it.
    #[must_use]
    pub const fn max_retry_after(mut self, limit: Duration) -> Self {
        self.max_retry_after = limit;
        self
    }

    /// The wait behind `before` others: it doubles.
    pub(crate) fn wait(&self, before: u32) -> Duration {
        let factor = 2_u32.checked_pow(before).unwrap_or(u32::MAX);
        self.delay.saturating_mul(factor).min(self.max_delay)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

/// The attempts since something was heard.
#[derive(Debug)]
pub(crate) struct Backoff {
    retry: Retry,
    attempts: u32,
    /// Why the first one was needed.
    first: Option<Error>,
    /// When the latest one was to begin.
    latest: Option<Instant>,
}

impl Backoff {
    pub(crate) fn new(retry: Retry) -> Self {
        Self { retry, attempts: 0, first: None, latest: None }
    }

    /// How long to wait before another attempt, if there may be one.
    pub(crate) fn next(&mut self, limit: u32, error: &Error) -> Option<Duration> {
        let asked = Failure::of(error).and_then(|failure| failure.retry_after).unwrap_or_default();
        if self.attempts >= limit || asked > self.retry.max_retry_after {
            return None;
        }
        let was_cut = was_cut(self.first.as_ref().unwrap_or(error));
        let step = match self.attempts {
            0 if was_cut => Duration::ZERO,
            attempts => self.retry.wait(attempts - u32::from(was_cut)),
        };
        let now = Instant::now();
        let gap = self.latest.map(|at| self.retry.delay.saturating_sub(now.saturating_duration_since(at)));
        let wait = step.max(asked).max(gap.unwrap_or_default());
        self.attempts += 1;
        self.first.get_or_insert_with(|| error.clone());
        self.latest = now.checked_add(wait);
        Some(wait)
    }

    /// Whether there were attempts that have brought nothing so far.
    pub(crate) fn is_counting(&self) -> bool {
        self.attempts > 0
    }

    /// Something was heard.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
        self.first = None;
    }

    /// How often it was tried in vain, and why it had to be.
    pub(crate) fn history(&self) -> Option<(u32, Error)> {
        Some((self.attempts, self.first.clone()?))
    }
}

/// Whether the agent was there a moment ago, so that it may be at once.
fn was_cut(error: &Error) -> bool {
    use FailureKind::{CutShort, Disconnected, Empty, IdleTimeout};
    let kind = Failure::of(error).map(|failure| failure.kind);
    matches!(kind, None | Some(CutShort | Disconnected | Empty | IdleTimeout))
}
