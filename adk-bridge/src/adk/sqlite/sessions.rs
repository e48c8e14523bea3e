use std::sync::Arc;

use a2a_server::sqlite::sqlx::{self, SqliteConnection};
use a2a_server::sqlite::{Database, Sqlite, SqliteError, Write};
use async_trait::async_trait;

use super::append::{Append, NewEvent, find};
use super::load;
use crate::adk::event::Event;
use crate::adk::ids::SessionKey;
use crate::adk::session::{Revision, Session, SessionError, SessionErrorKind, SessionService, Window};

/// The tables. A session's events lie together, in order: the place of one is the number of its session and its own
/// in one integer, as [`place`] says.
const VERSIONS: &[&str] = &["
CREATE TABLE adk_session (
    number INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    user TEXT NOT NULL,
    session TEXT NOT NULL,
    revision INTEGER NOT NULL,
    length INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (app, user, session)
) STRICT;
CREATE TABLE adk_event (
    place INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX adk_event_id ON adk_event (session, id) WHERE id <> '';
CREATE INDEX adk_event_time ON adk_event (session, time);
CREATE TABLE adk_session_state (
    session INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE adk_user_state (
    app TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (app, user, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE adk_app_state (
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (app, name)
) STRICT, WITHOUT ROWID;
"];

/// Sessions in a SQLite file, which outlive the process.
///
/// An event is on the disk before anybody sees it, as the file's
/// [`Synchronous`](a2a_server::sqlite::Synchronous) says; events of many sessions that come at once share a commit.
/// Nothing is ever removed: [`delete`](SessionService::delete) what you no longer need.
///
/// A file that can't be used, an event that nests more than 120 levels deep, and stored JSON that makes no sense are
/// [`SessionErrorKind::Unavailable`] with the reason as the source.
///
/// It is cheap to clone, and clones are the same sessions.
#[derive(Clone, Debug)]
pub struct SqliteSessions {
    database: Database,
}

impl SqliteSessions {
    /// Sessions in a file, beside the tasks of a server if it has any.
    ///
    /// # Errors
    ///
    /// [`Newer`](a2a_server::sqlite::SqliteErrorKind::Newer) if a later version of this program has written to it, and
    /// whatever else may be wrong with the file.
    pub async fn of(file: &Sqlite) -> Result<Self, SqliteError> {
        let database = file.database().clone();
        database.migrate("sessions", VERSIONS).await?;
        Ok(Self { database })
    }
}

#[async_trait]
impl SessionService for SqliteSessions {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        load::session(&self.database, key, window).await.map_err(unavailable)
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        let events = events.iter().filter(|event| !event.is_partial()).map(|event| NewEvent::new(event));
        let events = events.collect::<Result<_, _>>().map_err(unavailable)?;
        let job = Append { key: key.clone(), expected, events };
        self.database.write(job).await.map_err(unavailable)?.map_err(SessionError::new)
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        self.database.write(Delete { key: key.clone() }).await.map_err(unavailable)
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> SessionError {
    SessionError::new(SessionErrorKind::Unavailable).with_source(error)
}

/// The bits of a place that are for the event; the others are for the session.
const EVENT_BITS: u32 = 32;

/// Where an event is; `None` where the numbers end, which is behind four billion events of a session, or two billion
/// sessions.
pub(super) fn place(session: i64, event: i64) -> Option<i64> {
    let fits = (0..1 << 31).contains(&session) && (0..1 << EVENT_BITS).contains(&event);
    fits.then_some(session << EVENT_BITS | event)
}

/// The first and the last place that events of a session can have.
pub(super) fn places(session: i64) -> (i64, i64) {
    let first = session << EVENT_BITS;
    (first, first | ((1 << EVENT_BITS) - 1))
}

struct Delete {
    key: SessionKey,
}

#[async_trait]
impl Write for Delete {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let Some(found) = find(tx, &self.key).await? else { return Ok(()) };
        let (first, last) = places(found.number);
        let events = "DELETE FROM adk_event WHERE place BETWEEN ? AND ?";
        sqlx::query(events).bind(first).bind(last).execute(&mut *tx).await?;
        for gone in
            ["DELETE FROM adk_session_state WHERE session = ?", "DELETE FROM adk_session WHERE number = ?"]
        {
            sqlx::query(gone).bind(found.number).execute(&mut *tx).await?;
        }
        Ok(())
    }
}
