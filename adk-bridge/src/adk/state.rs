use std::collections::HashSet;

use serde_json::{Map, Value};

/// What a session remembers besides its events, by key.
///
/// The prefix of a key is its scope: `app:` is shared by all of the app, `user:` by all sessions of the user,
/// `temp:` lives for one turn and is never stored, and a key without prefix belongs to the session. A state is
/// changed by events that carry a `state_delta`; this is a view of all scopes, prefixes included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State(Map<String, Value>);

impl State {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// All values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether it has no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes back what these events did to the session's own keys; the rest of its events are given, oldest first.
    ///
    /// What the app and the user share stays: others may have changed it since.
    pub(crate) fn take_back<'e>(
        &mut self,
        undone: impl IntoIterator<Item = &'e Map<String, Value>>,
        rest: impl IntoIterator<Item = &'e Map<String, Value>>,
    ) {
        let keys = undone.into_iter().flat_map(Map::keys);
        let keys: HashSet<&str> =
            keys.map(String::as_str).filter(|key| Scope::of(key).0 == Scope::Session).collect();
        self.0.retain(|key, _| !keys.contains(key.as_str()));
        for (key, value) in rest.into_iter().flatten().filter(|(key, _)| keys.contains(key.as_str())) {
            self.0.insert(key.clone(), value.clone());
        }
    }

    /// Makes the changes of an event. `null` is a value like any other.
    pub fn apply(&mut self, delta: &Map<String, Value>) {
        for (key, value) in delta {
            self.0.insert(key.clone(), value.clone());
        }
    }
}

impl From<Map<String, Value>> for State {
    fn from(values: Map<String, Value>) -> Self {
        Self(values)
    }
}

/// Who shares a key of a [`State`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// All of the app.
    App,
    /// All sessions of a user.
    User,
    /// One turn; never stored.
    Temp,
    /// One session.
    Session,
}

impl Scope {
    /// The scope of a key, and the key without the prefix.
    ///
    /// ```
    /// use adk_bridge::adk::Scope;
    ///
    /// assert_eq!(Scope::of("user:language"), (Scope::User, "language"));
    /// ```
    pub fn of(key: &str) -> (Self, &str) {
        [(Self::App, "app:"), (Self::User, "user:"), (Self::Temp, "temp:")]
            .into_iter()
            .find_map(|(scope, prefix)| Some((scope, key.strip_prefix(prefix)?)))
            .unwrap_or((Self::Session, key))
    }
}

/// Whether a stored event must lose some of its changes.
pub(crate) fn has_temp(delta: &Map<String, Value>) -> bool {
    delta.keys().any(|key| key.starts_with("temp:"))
}

/// The changes that are never stored.
pub(crate) fn only_temp(delta: &Map<String, Value>) -> Map<String, Value> {
    let temp = delta.iter().filter(|(key, _)| key.starts_with("temp:"));
    temp.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Takes the changes out that are never stored.
pub(crate) fn without_temp(delta: &mut Map<String, Value>) {
    if has_temp(delta) {
        delta.retain(|key, _| !key.starts_with("temp:"));
    }
}
