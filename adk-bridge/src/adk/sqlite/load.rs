//! Loading a session, as it was at one moment.

use std::sync::Arc;

use a2a_server::sqlite::sqlx::sqlite::SqliteRow;
use a2a_server::sqlite::sqlx::{self, Row as _, SqliteConnection};
use a2a_server::sqlite::{Database, SqliteError};
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};

use super::append::{Found, find};
use super::integer;
use super::sessions::places;
use crate::adk::event::Event;
use crate::adk::events::Events;
use crate::adk::ids::SessionKey;
use crate::adk::session::{Revision, Session, Window};
use crate::adk::state::State;
use crate::adk::timestamp::Timestamp;

const ALL: &str = "SELECT place, time, body FROM adk_event WHERE place BETWEEN ? AND ? ORDER BY place";
const RECENT: &str =
    "SELECT place, time, body FROM adk_event WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT ?";
const AFTER: &str = "SELECT place, time, body FROM adk_event WHERE session = ? AND time >= ? ORDER BY place";
const SESSION: &str = "SELECT name, value FROM adk_session_state WHERE session = ?";
const USER: &str = "SELECT name, value FROM adk_user_state WHERE app = ? AND user = ?";
const APP: &str = "SELECT name, value FROM adk_app_state WHERE app = ?";

pub(super) async fn session(
    database: &Database,
    key: &SessionKey,
    window: Window,
) -> Result<Option<Session>, SqliteError> {
    let fail = |error| database.error(error);
    // Within a transaction, so that all of it is of one moment.
    let mut tx = database.readers().begin().await.map_err(fail)?;
    let Some(found) = find(&mut tx, key).await.map_err(fail)? else { return Ok(None) };
    let load = Load { database, key, found };
    let state = load.state(&mut tx).await?;
    let events = load.events(&mut tx, window).await?;
    Ok(Some(Session {
        key: key.clone(),
        revision: Revision::new(u64::try_from(load.found.revision).unwrap_or_default()),
        state,
        events,
        last_update: Timestamp::from_micros(load.found.updated),
    }))
}

struct Load<'a> {
    database: &'a Database,
    key: &'a SessionKey,
    found: Found,
}

impl Load<'_> {
    async fn events(&self, tx: &mut SqliteConnection, window: Window) -> Result<Events, SqliteError> {
        let (first, last) = places(self.found.number);
        let query = match window {
            Window::All => sqlx::query(ALL).bind(first).bind(last),
            Window::Recent(0) => return Ok(Events::new()),
            Window::Recent(count) => sqlx::query(RECENT).bind(first).bind(last).bind(integer(count as u64)),
            Window::After(time) => sqlx::query(AFTER).bind(self.found.number).bind(time.as_micros()),
        };
        let mut rows = query.fetch(tx);
        let mut events = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(|error| self.database.error(error))? {
            events.push(self.event(&row, first)?);
        }
        if matches!(window, Window::Recent(_)) {
            events.reverse();
        }
        Ok(events.into_iter().collect())
    }

    fn event(&self, row: &SqliteRow, first: i64) -> Result<Arc<Event>, SqliteError> {
        let fail = |error| self.database.error(error);
        let place: i64 = row.try_get(0).map_err(fail)?;
        let mut event: Event = serde_json::from_str(row.try_get(2).map_err(fail)?).map_err(|error| {
            let number = place - first;
            self.database.corrupt(format!("event {number} of session {} can't be read: {error}", self.key))
        })?;
        // A number of seconds isn't exact at every time.
        event.timestamp = Timestamp::from_micros(row.try_get(1).map_err(fail)?);
        Ok(Arc::new(event))
    }

    async fn state(&self, tx: &mut SqliteConnection) -> Result<State, SqliteError> {
        let (app, user) = (self.key.app.as_str(), self.key.user.as_str());
        let scopes = [
            ("", sqlx::query(SESSION).bind(self.found.number)),
            ("user:", sqlx::query(USER).bind(app).bind(user)),
            ("app:", sqlx::query(APP).bind(app)),
        ];
        let mut values = Map::new();
        for (prefix, query) in scopes {
            let mut rows = query.fetch(&mut *tx);
            while let Some(row) = rows.try_next().await.map_err(|error| self.database.error(error))? {
                let (name, value) = self.value(&row, prefix)?;
                values.insert(name, value);
            }
        }
        Ok(State::from(values))
    }

    fn value(&self, row: &SqliteRow, prefix: &str) -> Result<(String, Value), SqliteError> {
        let fail = |error| self.database.error(error);
        let name = format!("{prefix}{}", row.try_get::<&str, _>(0).map_err(fail)?);
        let value = serde_json::from_str(row.try_get(1).map_err(fail)?).map_err(|error| {
            self.database
                .corrupt(format!("{name:?} in the state of session {} can't be read: {error}", self.key))
        })?;
        Ok((name, value))
    }
}
