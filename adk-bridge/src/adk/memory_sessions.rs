use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::event::Event;
use super::events::Events;
use super::ids::{AppName, SessionKey, UserId};
use super::session::{Revision, Session, SessionError, SessionErrorKind, SessionService, Window};
use super::state::{Scope, State, has_temp, without_temp};
use super::timestamp::Timestamp;

/// Sessions in the memory of this process, gone when it ends.
///
/// This is what a [`Runner`](super::Runner) uses unless it is given another. Nothing is ever evicted:
/// [`delete`](SessionService::delete) what you no longer need.
#[derive(Debug, Default)]
pub struct InMemorySessions {
    tables: Mutex<Tables>,
}

impl InMemorySessions {
    /// No sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionService for InMemorySessions {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        Ok(self.tables().load(key, window))
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        self.tables().append(key, expected, events).map_err(SessionError::new)
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        self.tables().sessions.remove(key);
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Tables {
    sessions: HashMap<SessionKey, Stored>,
    apps: HashMap<AppName, Map<String, Value>>,
    users: HashMap<(AppName, UserId), Map<String, Value>>,
}

#[derive(Debug, Default)]
struct Stored {
    revision: u64,
    events: Events,
    ids: HashSet<ById>,
    state: Map<String, Value>,
    updated: Timestamp,
}

impl Tables {
    fn load(&self, key: &SessionKey, window: Window) -> Option<Session> {
        let stored = self.sessions.get(key)?;
        let mut state = stored.state.clone();
        let shared = |prefix: &str, values: Option<&Map<String, Value>>, state: &mut Map<String, Value>| {
            for (name, value) in values.into_iter().flatten() {
                state.insert(format!("{prefix}{name}"), value.clone());
            }
        };
        shared("app:", self.apps.get(&key.app), &mut state);
        shared("user:", self.users.get(&(key.app.clone(), key.user.clone())), &mut state);
        let events = match window {
            Window::All => stored.events.clone(),
            Window::Recent(count) => stored.events.recent(count),
            Window::After(time) => {
                stored.events.iter().filter(|event| event.timestamp >= time).cloned().collect()
            }
        };
        Some(Session {
            key: key.clone(),
            revision: Revision::new(stored.revision),
            state: State::from(state),
            events,
            last_update: stored.updated,
        })
    }

    fn append(
        &mut self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionErrorKind> {
        if expected == Revision::NONE && !self.sessions.contains_key(key) {
            self.sessions.insert(key.clone(), Stored::default());
        }
        let Some(stored) = self.sessions.get_mut(key) else { return Err(SessionErrorKind::Missing) };
        let exists = stored.revision > 0;
        if exists && !events.iter().any(|event| stored.is_new(event)) {
            return Ok(Revision::new(stored.revision));
        }
        if expected.get() != stored.revision {
            return Err(SessionErrorKind::Conflict);
        }
        for event in events {
            if !stored.is_new(event) {
                continue;
            }
            for (name, value) in &event.actions.state_delta {
                let (scope, name) = Scope::of(name);
                let values = match scope {
                    Scope::App => self.apps.entry(key.app.clone()).or_default(),
                    Scope::User => self.users.entry((key.app.clone(), key.user.clone())).or_default(),
                    Scope::Session => &mut stored.state,
                    Scope::Temp => continue,
                };
                values.insert(name.to_owned(), value.clone());
            }
            stored.push(Arc::clone(event));
        }
        stored.revision += 1;
        stored.updated = Timestamp::now();
        Ok(Revision::new(stored.revision))
    }
}

impl Stored {
    fn is_new(&self, event: &Event) -> bool {
        !event.is_partial() && (event.id.is_empty() || !self.ids.contains(event.id.as_str()))
    }

    fn push(&mut self, mut event: Arc<Event>) {
        if has_temp(&event.actions.state_delta) {
            without_temp(&mut Arc::make_mut(&mut event).actions.state_delta);
        }
        if !event.id.is_empty() {
            self.ids.insert(ById(Arc::clone(&event)));
        }
        self.events.push(event);
    }
}

/// An event that is found by its id.
#[derive(Debug)]
struct ById(Arc<Event>);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        &self.0.id
    }
}

impl Hash for ById {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for ById {}
