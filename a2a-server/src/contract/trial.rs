//! What a promise is checked on.

use std::{fmt, sync::Arc};

use super::Stores;
use crate::log::{Retention, TaskLog};

/// What a promise is checked on: a source of logs.
#[derive(Clone)]
pub struct Trial {
    stores: Arc<dyn Stores>,
}

impl Trial {
    /// Checks what these make.
    pub fn of(stores: impl Stores) -> Self {
        Self { stores: Arc::new(stores) }
    }

    /// An empty log with nothing special about it.
    pub(super) async fn log(&self) -> Arc<dyn TaskLog> {
        self.keeping(Retention::new()).await
    }

    /// An empty log that keeps this much.
    pub(super) async fn keeping(&self, keep: Retention) -> Arc<dyn TaskLog> {
        self.stores.fresh(keep).await
    }

    /// An empty log that remembers idempotency keys.
    pub(super) async fn remembering(&self, keep: Retention) -> Result<Arc<dyn TaskLog>, Skipped> {
        let log = self.keeping(keep).await;
        if log.remembers_keys() { Ok(log) } else { Err(Skipped("the log remembers no keys")) }
    }

    /// An empty log that outlives its process, as a second process has found it.
    pub(super) async fn outliving(&self, keep: Retention) -> Result<Arc<dyn TaskLog>, Skipped> {
        let log = self.keeping(keep).await;
        self.reopened(log).await
    }

    /// The log behind a crash.
    pub(super) async fn reopened(&self, log: Arc<dyn TaskLog>) -> Result<Arc<dyn TaskLog>, Skipped> {
        self.stores.reopened(log).await.ok_or(Skipped("the log ends with its process"))
    }
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trial").finish_non_exhaustive()
    }
}

/// Why a promise can't be broken by a log: it doesn't claim what the promise is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Skipped(&'static str);

impl Skipped {
    /// What the log doesn't claim.
    pub fn reason(self) -> &'static str {
        self.0
    }
}
