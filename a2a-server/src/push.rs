//! Telling webhooks what becomes of their tasks. Without the feature `push` nothing is ever told.

#[cfg(feature = "push")]
mod client;
#[cfg(feature = "push")]
mod deliveries;
#[cfg(feature = "push")]
mod delivery;
#[cfg(feature = "push")]
mod payload;
#[cfg(feature = "push")]
mod target;
#[cfg(feature = "push")]
mod webhooks;

use std::sync::Arc;

use a2a_core::{Error, ErrorKind, TaskId, TaskPushNotificationConfig};

#[cfg(feature = "push")]
use self::deliveries::Deliveries;
#[cfg(feature = "push")]
pub use self::webhooks::Webhooks;
use crate::{Cancellation, log::Scope, run::Runs};

/// What tells webhooks, if anything does.
#[derive(Debug, Default)]
pub(crate) struct Push {
    #[cfg(feature = "push")]
    deliveries: Option<Arc<Deliveries>>,
}

#[cfg(feature = "push")]
impl Push {
    /// Tells webhooks so.
    pub(crate) fn new(webhooks: Webhooks) -> Self {
        Self { deliveries: Some(Arc::new(Deliveries::new(webhooks))) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.deliveries.is_some()
    }

    /// Whether such a webhook could be called.
    pub(crate) fn check(&self, config: &TaskPushNotificationConfig) -> Result<(), Error> {
        if self.is_on() { target::Target::of(config).map(drop) } else { Err(unsupported()) }
    }

    /// A webhook was registered, for the first time or again: it is told from now on.
    pub(crate) fn tell(&self, runs: &Arc<Runs>, scope: &Scope, task: &TaskId, id: &str) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.tell(runs, scope, task, id);
        }
    }

    /// A webhook was registered again at a task that had ended: if it is still being told, it is so as it is now. There
    /// is nothing else to tell, and what was told isn't told again.
    pub(crate) fn renew(&self, task: &TaskId, id: &str) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.renew(task, id);
        }
    }

    /// A webhook was removed: it is told nothing more.
    pub(crate) fn forget(&self, task: &TaskId, id: &str) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.forget(task, id);
        }
    }

    /// Goes on with what the process before this one was to tell.
    pub(crate) fn recover(&self, runs: &Arc<Runs>) {
        if let Some(deliveries) = &self.deliveries {
            tokio::spawn(Arc::clone(deliveries).recover(Arc::clone(runs)));
        }
    }

    /// Waits until everybody was told what is in the log by now, or given up. Behind a shutdown that is the end.
    pub(crate) async fn drained(&self, shutdown: &Cancellation) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.drained().await;
            if shutdown.is_canceled() {
                deliveries.end();
            }
        }
    }
}

#[cfg(not(feature = "push"))]
#[expect(clippy::unused_self, clippy::unused_async, reason = "the feature has other answers")]
impl Push {
    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn check(&self, _: &TaskPushNotificationConfig) -> Result<(), Error> {
        Err(unsupported())
    }

    pub(crate) fn tell(&self, _: &Arc<Runs>, _: &Scope, _: &TaskId, _: &str) {}

    pub(crate) fn renew(&self, _: &TaskId, _: &str) {}

    pub(crate) fn forget(&self, _: &TaskId, _: &str) {}

    pub(crate) fn recover(&self, _: &Arc<Runs>) {}

    pub(crate) async fn drained(&self, _: &Cancellation) {}
}

pub(crate) fn unsupported() -> Error {
    Error::new(ErrorKind::PushNotificationNotSupported, "Push notifications aren't supported")
}
