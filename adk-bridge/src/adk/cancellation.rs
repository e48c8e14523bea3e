use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Tells everyone who works on a turn that nobody wants its result any more.
///
/// Clones are the same token. It fires when its turn is dropped before its end, or when somebody calls
/// [`cancel`](Self::cancel). It only tells: an agent that doesn't look goes on until it is dropped.
#[derive(Clone, Default)]
pub struct Cancellation {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    fired: AtomicBool,
    wake: Notify,
}

impl Cancellation {
    /// A token that hasn't fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires it, for good. Firing it again does nothing.
    pub fn cancel(&self) {
        self.inner.fired.store(true, Ordering::SeqCst);
        self.inner.wake.notify_waiters();
    }

    /// Whether it has fired.
    pub fn is_cancelled(&self) -> bool {
        self.inner.fired.load(Ordering::SeqCst)
    }

    /// Waits until it fires. Dropping the future forgets nothing.
    pub async fn cancelled(&self) {
        let wake = self.inner.wake.notified();
        if !self.is_cancelled() {
            wake.await;
        }
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancellation").field(&self.is_cancelled()).finish()
    }
}
