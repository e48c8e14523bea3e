//! A map with a lock for each part of it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

const SHARDS: usize = 16;

/// A map in parts, so that two keys seldom wait for each other.
#[derive(Debug)]
pub(super) struct Shards<K, V> {
    parts: [Mutex<HashMap<K, V>>; SHARDS],
}

impl<K, V> Shards<K, V> {
    /// The part for keys of this name, locked. What names meet there is chance and costs no more than waiting, so
    /// the last bytes decide, which differ in ids.
    pub(super) fn of(&self, name: &str) -> MutexGuard<'_, HashMap<K, V>> {
        let sum = name
            .bytes()
            .rev()
            .take(8)
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        lock(&self.parts[sum % SHARDS])
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = MutexGuard<'_, HashMap<K, V>>> {
        self.parts.iter().map(lock)
    }
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()) }
    }
}

/// Locks what only our own code runs under, which leaves nothing half done when it panics.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
