use std::collections::BTreeMap;

use super::{KeyError, TrustedKey};

/// The keys that may vouch for a card.
///
/// All of them may vouch for whatever card is verified with the store. A client that calls agents of several
/// providers has a store for each, or looks at [`Verified::key_id`](super::Verified::key_id) and
/// [`Verified::jku`](super::Verified::jku) afterwards.
///
/// Two keys may have one id, for ids are unique to their owner only; then each is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustStore {
    keys: BTreeMap<String, Vec<TrustedKey>>,
}

impl TrustStore {
    /// A store without keys: nobody can vouch.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same store with one more key.
    #[must_use]
    pub fn with_key(mut self, key: TrustedKey) -> Self {
        self.insert(key);
        self
    }

    /// Adds a key. What is known of the same key under the same id and `jku` is replaced.
    pub fn insert(&mut self, key: TrustedKey) {
        let named = self.keys.entry(key.key_id.clone()).or_default();
        named.retain(|known| known.jku != key.jku || known.key != key.key);
        named.push(key);
    }

    /// Removes the keys of this id, and says whether there was one.
    pub fn remove(&mut self, key_id: &str) -> bool {
        self.keys.remove(key_id).is_some()
    }

    /// Puts the keys of a JWKS in the place of those that came from this URL before, and says how many they are.
    ///
    /// A key that its owner doesn't publish any more is gone by that. The keys are used for signatures that name the
    /// URL as their `jku`. Nothing is fetched: the caller has done that, over HTTPS, from a URL that it allows.
    pub fn replace_jwks(&mut self, url: &str, document: &[u8]) -> Result<usize, KeyError> {
        let keys = TrustedKey::from_jwks(document)?;
        let count = keys.len();
        self.keys.retain(|_, named| {
            named.retain(|key| key.jku.as_deref() != Some(url));
            !named.is_empty()
        });
        self.extend(keys.into_iter().map(|key| key.with_jku(url)));
        Ok(count)
    }

    /// All keys, by their ids.
    pub fn keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.values().flatten()
    }

    /// The keys that a signature may mean.
    pub(super) fn named(&self, key_id: &str, jku: Option<&str>) -> Vec<&TrustedKey> {
        let named = self.keys.get(key_id).map(Vec::as_slice).unwrap_or_default();
        named.iter().filter(|key| key.jku.is_none() || key.jku.as_deref() == jku).collect()
    }
}

impl Extend<TrustedKey> for TrustStore {
    fn extend<I: IntoIterator<Item = TrustedKey>>(&mut self, keys: I) {
        keys.into_iter().for_each(|key| self.insert(key));
    }
}
