//! How long to wait before the log is asked again.

use std::time::Duration;

use crate::Cancellation;

/// How long to wait after the first failure; twice as long after each further one.
pub(crate) const RETRY_FIRST: Duration = Duration::from_secs(1);

/// How long to wait at most.
pub(crate) const RETRY_MOST: Duration = Duration::from_secs(30);

/// Waits between attempts at something that must be done, until the server shuts down.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    shutdown: Cancellation,
}

impl Backoff {
    pub(super) fn new(shutdown: &Cancellation) -> Self {
        Self { next: RETRY_FIRST, shutdown: shutdown.clone() }
    }

    /// It went well: the next failure is a first one.
    pub(super) fn reset(&mut self) {
        self.next = RETRY_FIRST;
    }

    /// Waits before the next attempt; false if there is none. A shutdown ends the wait, and leaves one attempt more.
    pub(super) async fn wait(&mut self) -> bool {
        if self.shutdown.is_canceled() {
            return false;
        }
        tokio::select! {
            () = tokio::time::sleep(self.next) => {}
            () = self.shutdown.canceled() => {}
        }
        self.next = (self.next * 2).min(RETRY_MOST);
        true
    }
}
