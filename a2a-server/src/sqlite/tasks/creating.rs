//! Sends that make tasks, one at a time of each key.

use std::{
    hash::{Hash as _, Hasher as _},
    sync::Arc,
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::log::held::Taken;

/// Two keys that meet here wait for each other, which is seldom and harmless.
const STRIPES: usize = 1024;

/// Sends that make tasks, one at a time of each key.
#[derive(Debug)]
pub(super) struct Creating {
    stripes: Box<[Arc<Mutex<()>>]>,
}

impl Default for Creating {
    fn default() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Arc::default()).collect() }
    }
}

impl Creating {
    /// Waits until no other send with this key is under way.
    pub(super) async fn pass(&self, key: &Taken) -> OwnedMutexGuard<()> {
        let mut hasher = std::collections::hash_map::DefaultHasher::new();
        key.hash(&mut hasher);
        let stripe = usize::try_from(hasher.finish() % STRIPES as u64).unwrap_or(0);
        Arc::clone(&self.stripes[stripe]).lock_owned().await
    }
}
