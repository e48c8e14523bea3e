use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;

use super::event::Event;
use super::events::Events;
use super::function::FunctionCall;
use super::ids::SessionKey;
use super::state::State;
use super::timestamp::Timestamp;

/// A conversation as it was when it was loaded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Session {
    /// Which one.
    pub key: SessionKey,
    /// What the next [`append`](SessionService::append) has to name.
    pub revision: Revision,
    /// The state, all scopes merged.
    pub state: State,
    /// The events of the window that was asked for, oldest first.
    pub events: Events,
    /// When the newest event was stored, of the whole session.
    pub last_update: Timestamp,
}

impl Session {
    /// A session that nothing has happened in.
    #[must_use]
    pub fn new(key: SessionKey) -> Self {
        Self {
            key,
            revision: Revision::NONE,
            state: State::default(),
            events: Events::new(),
            last_update: Timestamp::UNSET,
        }
    }

    /// The events of one turn, oldest first.
    pub fn invocation(&self, id: &str) -> impl Iterator<Item = &Arc<Event>> {
        self.events.iter().filter(move |event| event.invocation_id == id)
    }

    /// The newest event that made the function call with this id, and the call.
    ///
    /// This is how an answer finds its question: the session knows it even where nothing else does.
    pub fn find_call(&self, id: &str) -> Option<(&Arc<Event>, &FunctionCall)> {
        self.events.iter().rev().filter(|event| !id.is_empty() && !event.is_from_user()).find_map(|event| {
            let call = event.function_calls().find(|call| call.id == id)?;
            Some((event, call))
        })
    }
}

/// A version of a session, which changes with every append that stores something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// The revision of a session that doesn't exist. Appending to it creates the session.
    pub const NONE: Self = Self(0);

    /// A revision by its number; a store counts as it likes, from 1.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Which events of a session to load. The state is always whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// All.
    #[default]
    All,
    /// The newest, at most this many; 0 is none.
    Recent(usize),
    /// Those at or after a time.
    After(Timestamp),
}

/// Keeps sessions.
///
/// The [`Runner`](super::Runner) loads a session once a turn and then appends one event at a time, each before
/// anybody sees it. Two turns may do so at once, in one process or in several.
///
/// An implementation does the following.
/// - An event whose id the session already has isn't stored again, and a partial one never is.
/// - Keys with the prefix `temp:` are never stored; those with `app:` and `user:` are shared as
///   [`State`] says, and come back merged, with their prefixes.
/// - `append` costs in proportion to what is appended, never to what is there.
/// - The clock of an event is its own; it isn't changed.
#[async_trait]
pub trait SessionService: Send + Sync + 'static {
    /// The session, or `None` if it doesn't exist.
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError>;

    /// Stores events at the end, all of them or none, and returns the revision after them.
    ///
    /// With [`Revision::NONE`] the session is created, with no events too. Appending what is already there is no
    /// error, whatever the revision: so a caller that doesn't know whether it succeeded may try again.
    ///
    /// # Errors
    ///
    /// [`Conflict`](SessionErrorKind::Conflict) if `expected` isn't the current revision: load and try again.
    /// [`Missing`](SessionErrorKind::Missing) if the session is gone.
    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError>;

    /// Forgets the session; one that doesn't exist is no error. The state of the user and the app stays.
    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError>;
}

#[async_trait]
impl<T: SessionService + ?Sized> SessionService for Arc<T> {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        (**self).load(key, window).await
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        (**self).append(key, expected, events).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        (**self).delete(key).await
    }
}

/// Why a session couldn't be loaded or changed.
#[derive(Debug, thiserror::Error)]
#[error("{}", match .kind {
    SessionErrorKind::Conflict => "the session was changed by somebody else",
    SessionErrorKind::Missing => "the session doesn't exist",
    SessionErrorKind::Unavailable => "the sessions can't be reached",
})]
#[non_exhaustive]
pub struct SessionError {
    kind: SessionErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl SessionError {
    /// An error of a kind.
    #[must_use]
    pub const fn new(kind: SessionErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong, for programs.
    pub const fn kind(&self) -> SessionErrorKind {
        self.kind
    }
}

/// The kinds of [`SessionError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionErrorKind {
    /// The session isn't at the expected revision.
    Conflict,
    /// There is no such session.
    Missing,
    /// The store failed.
    Unavailable,
}
