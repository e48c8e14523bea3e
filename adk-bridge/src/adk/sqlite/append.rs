//! Appending to a session, as one job of the file's writer.

use a2a_server::sqlite::Write;
use a2a_server::sqlite::sqlx::{self, Row as _, SqliteConnection};
use async_trait::async_trait;

use super::sessions::place;
use super::{TooDeep, write};
use crate::adk::event::Event;
use crate::adk::ids::SessionKey;
use crate::adk::session::{Revision, SessionErrorKind};
use crate::adk::state::{Scope, has_temp, without_temp};
use crate::adk::timestamp::Timestamp;

/// Events at the end of a session: all of them or none, and why not.
pub(super) struct Append {
    pub(super) key: SessionKey,
    pub(super) expected: Revision,
    pub(super) events: Vec<NewEvent>,
}

/// An event as the tables have it. It is made by whoever hands the job over: the writer has no time for it.
pub(super) struct NewEvent {
    id: String,
    time: Timestamp,
    body: String,
    /// The changes of the state: the scope, the name without its prefix, and the value as JSON.
    changes: Vec<(Scope, String, String)>,
}

impl NewEvent {
    pub(super) fn new(event: &Event) -> Result<Self, TooDeep> {
        let body = if has_temp(&event.actions.state_delta) {
            let mut event = event.clone();
            without_temp(&mut event.actions.state_delta);
            write(&event)?
        } else {
            write(event)?
        };
        let mut changes = Vec::new();
        for (name, value) in &event.actions.state_delta {
            let (scope, name) = Scope::of(name);
            if scope != Scope::Temp {
                changes.push((scope, name.to_owned(), write(value)?));
            }
        }
        Ok(Self { id: event.id.clone(), time: event.timestamp, body, changes })
    }
}

/// What the tables know of a session.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) revision: i64,
    pub(super) updated: i64,
    length: i64,
}

impl Found {
    fn revision(&self) -> Revision {
        Revision::new(u64::try_from(self.revision).unwrap_or_default())
    }
}

const FIND: &str = "SELECT number, revision, length, updated FROM adk_session \
    WHERE app = ? AND user = ? AND session = ?";
const CREATE: &str = "INSERT INTO adk_session (app, user, session, revision, length, updated) \
    VALUES (?, ?, ?, 0, 0, 0) RETURNING number";
const HAS: &str = "SELECT 1 FROM adk_event WHERE session = ? AND id = ? AND id <> ''";
const ADD: &str = "INSERT INTO adk_event (place, session, id, time, body) VALUES (?, ?, ?, ?, ?) \
    ON CONFLICT (session, id) WHERE id <> '' DO NOTHING";
const MOVE_ON: &str = "UPDATE adk_session SET revision = ?, length = ?, updated = ? WHERE number = ?";
const SET_SESSION: &str = "INSERT INTO adk_session_state (session, name, value) VALUES (?, ?, ?) \
    ON CONFLICT (session, name) DO UPDATE SET value = excluded.value";
const SET_USER: &str = "INSERT INTO adk_user_state (app, user, name, value) VALUES (?, ?, ?, ?) \
    ON CONFLICT (app, user, name) DO UPDATE SET value = excluded.value";
const SET_APP: &str = "INSERT INTO adk_app_state (app, name, value) VALUES (?, ?, ?) \
    ON CONFLICT (app, name) DO UPDATE SET value = excluded.value";

/// The session of a key.
pub(super) async fn find(tx: &mut SqliteConnection, key: &SessionKey) -> Result<Option<Found>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(key.app.as_str()).bind(key.user.as_str()).bind(key.session.as_str());
    let Some(row) = query.fetch_optional(tx).await? else { return Ok(None) };
    Ok(Some(Found {
        number: row.try_get(0)?,
        revision: row.try_get(1)?,
        length: row.try_get(2)?,
        updated: row.try_get(3)?,
    }))
}

#[async_trait]
impl Write for Append {
    type Output = Result<Revision, SessionErrorKind>;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        let mut session = match find(tx, &self.key).await? {
            Some(session) if !self.has_new(tx, &session).await? => return Ok(Ok(session.revision())),
            Some(session) if session.revision() != self.expected => {
                return Ok(Err(SessionErrorKind::Conflict));
            }
            Some(session) => session,
            None if self.expected == Revision::NONE => self.create(tx).await?,
            None => return Ok(Err(SessionErrorKind::Missing)),
        };
        for event in &self.events {
            let place = place(session.number, session.length).ok_or_else(full)?;
            let add = sqlx::query(ADD).bind(place).bind(session.number).bind(&event.id);
            let add = add.bind(event.time.as_micros()).bind(&event.body);
            if add.execute(&mut *tx).await?.rows_affected() > 0 {
                session.length += 1;
                self.change(tx, session.number, event).await?;
            }
        }
        session.revision += 1;
        let done = sqlx::query(MOVE_ON).bind(session.revision).bind(session.length);
        done.bind(Timestamp::now().as_micros()).bind(session.number).execute(tx).await?;
        Ok(Ok(session.revision()))
    }
}

impl Append {
    /// Whether there is anything to store that the session hasn't.
    async fn has_new(&self, tx: &mut SqliteConnection, session: &Found) -> Result<bool, sqlx::Error> {
        for event in &self.events {
            let has = sqlx::query(HAS).bind(session.number).bind(&event.id);
            if has.fetch_optional(&mut *tx).await?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn create(&self, tx: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
        let SessionKey { app, user, session, .. } = &self.key;
        let create = sqlx::query_scalar(CREATE).bind(app.as_str()).bind(user.as_str()).bind(session.as_str());
        Ok(Found { number: create.fetch_one(tx).await?, revision: 0, length: 0, updated: 0 })
    }

    async fn change(
        &self,
        tx: &mut SqliteConnection,
        session: i64,
        event: &NewEvent,
    ) -> Result<(), sqlx::Error> {
        let (app, user) = (self.key.app.as_str(), self.key.user.as_str());
        for (scope, name, value) in &event.changes {
            let set = match scope {
                Scope::App => sqlx::query(SET_APP).bind(app),
                Scope::User => sqlx::query(SET_USER).bind(app).bind(user),
                _ => sqlx::query(SET_SESSION).bind(session),
            };
            set.bind(name).bind(value).execute(&mut *tx).await?;
        }
        Ok(())
    }
}

/// The numbers have come to their end.
fn full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}
