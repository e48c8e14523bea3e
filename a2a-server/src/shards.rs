//! A map with a lock for each part of it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use foldhash::fast::RandomState;

const SHARDS: usize = 16;

type Part<K, V> = HashMap<K, V, RandomState>;

/// A map in parts, so that two keys seldom wait for each other.
#[derive(Debug)]
pub(crate) struct Shards<K, V> {
    parts: [Mutex<Part<K, V>>; SHARDS],
}

impl<K, V> Shards<K, V> {
    /// The part for keys of this name, locked. What names meet there is chance and costs no more than waiting, so
    /// the last bytes decide, which differ in ids.
    pub(crate) fn of(&self, name: &str) -> MutexGuard<'_, Part<K, V>> {
        let sum = name
            .bytes()
            .rev()
            .take(8)
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        lock(&self.parts[sum % SHARDS])
    }

    /// Each part in turn, locked.
    pub(crate) fn all(&self) -> impl Iterator<Item = MutexGuard<'_, Part<K, V>>> {
        self.parts.iter().map(lock)
    }
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()) }
    }
}

/// Locks what only our own code runs under, which leaves nothing half done when it panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
