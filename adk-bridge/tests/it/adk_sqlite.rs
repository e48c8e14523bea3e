//! What sessions and artifacts in a file do beyond what every store does.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adk_bridge::a2a_server::sqlite::{Sqlite, SqliteError, SqliteErrorKind, sqlx};
use adk_bridge::adk::{
    ArtifactService as _, ArtifactVersion, Event, Part, Revision, SessionError, SessionErrorKind,
    SessionService as _, SqliteArtifacts, SqliteSessions, Window,
};
use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;

use crate::adk_sessions::{changing, event, key, load, state};

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("adk.db");
    (folder, path)
}

/// Sessions, and the file that they are in.
pub(crate) struct Opened {
    file: Sqlite,
    sessions: SqliteSessions,
}

impl Opened {
    pub(crate) async fn close(&self) {
        self.file.close().await;
    }
}

impl std::ops::Deref for Opened {
    type Target = SqliteSessions;

    fn deref(&self) -> &SqliteSessions {
        &self.sessions
    }
}

pub(crate) async fn open(path: &Path) -> Opened {
    let file = opened(path).await;
    let sessions = SqliteSessions::of(&file).await.unwrap();
    Opened { file, sessions }
}

async fn opened(path: &Path) -> Sqlite {
    Sqlite::open(path).await.unwrap()
}

/// Changes the file behind the store's back.
async fn meddle(path: &Path, sql: &'static str) {
    struct Meddle(&'static str);
    #[async_trait::async_trait]
    impl adk_bridge::a2a_server::sqlite::Write for Meddle {
        type Output = ();

        async fn run(&mut self, tx: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
            sqlx::query(self.0).execute(tx).await.map(drop)
        }
    }
    let file = opened(path).await;
    file.database().write(Meddle(sql)).await.unwrap();
    file.close().await;
}

fn reason(error: &SessionError) -> &SqliteError {
    error.source().unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn everything_is_there_when_the_file_is_opened_again() {
    let (_folder, path) = file();
    let (ann, bob) = (key("demo", "ann", "s1"), key("demo", "bob", "s1"));
    let first = opened(&path).await;
    let sessions = SqliteSessions::of(&first).await.unwrap();
    let artifacts = SqliteArtifacts::of(&first).await.unwrap();
    let events = [changing("1", &json!({"app:a": 1, "user:u": 2, "temp:t": 3, "s": 4})), event("2")];
    let revision = sessions.append(&ann, Revision::NONE, &events).await.unwrap();
    sessions.append(&bob, Revision::NONE, &[]).await.unwrap();
    artifacts.save(&ann, "f", Part::text("0")).await.unwrap();
    artifacts.save(&ann, "f", Part::text("1")).await.unwrap();
    let before = load(&sessions, &ann).await;
    first.close().await;

    let second = opened(&path).await;
    let sessions = SqliteSessions::of(&second).await.unwrap();
    let artifacts = SqliteArtifacts::of(&second).await.unwrap();
    assert_eq!(load(&sessions, &ann).await, before);
    assert_eq!(state(&load(&sessions, &bob).await), json!({"app:a": 1}));
    assert_eq!(sessions.append(&ann, Revision::NONE, &events).await.unwrap(), revision);
    sessions.append(&ann, revision, &[event("3")]).await.unwrap();
    assert_eq!(load(&sessions, &ann).await.events.len(), 3);
    let old = Some(ArtifactVersion::new(0));
    assert_eq!(artifacts.load(&ann, "f", old).await.unwrap(), Some(Part::text("0")));
    assert_eq!(artifacts.save(&ann, "f", Part::text("2")).await.unwrap(), ArtifactVersion::new(2));
}

#[tokio::test]
async fn a_file_is_one_processs_until_it_is_given_back() {
    let (_folder, path) = file();
    let sessions = open(&path).await;
    let error = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), SqliteErrorKind::InUse);
    sessions.close().await;
    let again = open(&path).await;
    let closed = sessions.append(&key("demo", "ann", "s1"), Revision::NONE, &[event("1")]).await.unwrap_err();
    assert_eq!(
        (closed.kind(), reason(&closed).kind()),
        (SessionErrorKind::Unavailable, SqliteErrorKind::Closed)
    );
    let closed = sessions.load(&key("demo", "ann", "s1"), Window::All).await.unwrap_err();
    assert_eq!(
        (closed.kind(), reason(&closed).kind()),
        (SessionErrorKind::Unavailable, SqliteErrorKind::Closed)
    );
    assert_eq!(again.load(&key("demo", "ann", "s1"), Window::All).await.unwrap(), None);
}

#[tokio::test]
async fn what_makes_no_sense_in_the_file_is_named_and_what_is_not_asked_for_is_not_read() {
    let (_folder, path) = file();
    let ann = key("demo", "ann", "s1");
    let sessions = open(&path).await;
    sessions.append(&key("demo", "bob", "s1"), Revision::NONE, &[event("0")]).await.unwrap();
    let revision =
        sessions.append(&ann, Revision::NONE, &[event("1"), event("2"), event("3")]).await.unwrap();
    sessions.close().await;
    meddle(&path, "UPDATE adk_event SET body = substr(body, 1, 20) WHERE id = '2'").await;

    let sessions = open(&path).await;
    let error = sessions.load(&ann, Window::All).await.unwrap_err();
    assert_eq!(
        (error.kind(), reason(&error).kind()),
        (SessionErrorKind::Unavailable, SqliteErrorKind::Corrupt)
    );
    let told = reason(&error).to_string();
    assert!(told.contains("event 1 of session demo/ann/s1 can't be read: EOF"), "{told}");
    let recent = sessions.load(&ann, Window::Recent(1)).await.unwrap().unwrap();
    assert_eq!(recent.events.iter().collect::<Vec<_>>(), [&event("3")]);
    sessions.append(&ann, revision, &[changing("4", &json!({"s": 1}))]).await.unwrap();
    sessions.close().await;
    meddle(&path, "UPDATE adk_session_state SET value = '{'").await;

    let sessions = open(&path).await;
    let error = sessions.load(&ann, Window::Recent(0)).await.unwrap_err();
    let told = reason(&error).to_string();
    assert!(told.contains(r#""s" in the state of session demo/ann/s1 can't be read"#), "{told}");
    assert!(sessions.load(&key("demo", "bob", "s1"), Window::All).await.unwrap().is_some());
}

#[tokio::test]
async fn a_part_that_makes_no_sense_is_named() {
    let (_folder, path) = file();
    let ann = key("demo", "ann", "s1");
    let file = opened(&path).await;
    let artifacts = SqliteArtifacts::of(&file).await.unwrap();
    artifacts.save(&ann, "f", Part::text("0")).await.unwrap();
    file.close().await;
    meddle(&path, "UPDATE adk_artifact_version SET part = ''").await;
    let artifacts = SqliteArtifacts::of(&opened(&path).await).await.unwrap();
    let error = artifacts.load(&ann, "f", None).await.unwrap_err();
    let told = error.source().unwrap().to_string();
    assert!(told.contains(r#"version 0 of artifact "f" of session demo/ann/s1 can't be read"#), "{told}");
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused() {
    let (_folder, path) = file();
    let both = opened(&path).await;
    SqliteSessions::of(&both).await.unwrap();
    SqliteArtifacts::of(&both).await.unwrap();
    both.close().await;
    meddle(&path, "UPDATE a2a_schema SET version = version + 1 WHERE part <> 'tasks'").await;
    let both = opened(&path).await;
    for error in [SqliteSessions::of(&both).await.unwrap_err(), SqliteArtifacts::of(&both).await.unwrap_err()]
    {
        assert_eq!(error.kind(), SqliteErrorKind::Newer);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_what_was_acknowledged_is_there() {
    let (_folder, path) = file();
    let file = Sqlite::options().max_bytes(1 << 18).open(&path).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let ann = key("demo", "ann", "s1");
    let (mut revision, mut stored) = (Revision::NONE, Vec::new());
    let error = loop {
        let mut event = Event::new("a").with_content("x".repeat(10_000));
        event.id = stored.len().to_string();
        event.actions.state_delta.insert("count".into(), json!(stored.len()));
        let event = Arc::new(event);
        match sessions.append(&ann, revision, std::slice::from_ref(&event)).await {
            Ok(next) => revision = next,
            Err(error) => break error,
        }
        stored.push(event);
        assert!(stored.len() < 100, "nothing is ever refused");
    };
    assert_eq!((error.kind(), reason(&error).kind()), (SessionErrorKind::Unavailable, SqliteErrorKind::Full));
    let session = load(&sessions, &ann).await;
    assert_eq!((session.revision, session.events.len()), (revision, stored.len()));
    assert!(session.events.iter().eq(&stored));
    assert_eq!(session.state.get("count"), Some(&json!(stored.len() - 1)));
}

#[tokio::test]
async fn what_nests_too_deep_to_be_read_back_is_refused() {
    let (_folder, path) = file();
    let ann = key("demo", "ann", "s1");
    let sessions = open(&path).await;
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let deep = |id: &str, levels| {
        let mut event = Event::clone(&event(id));
        event.custom_metadata.insert("deep".into(), nested(levels));
        Arc::new(event)
    };
    sessions.append(&ann, Revision::NONE, &[deep("1", 118)]).await.unwrap();
    assert_eq!(load(&*sessions, &ann).await.events.last(), Some(&deep("1", 118)));
    let error = sessions.append(&ann, Revision::new(1), &[event("2"), deep("3", 119)]).await.unwrap_err();
    assert_eq!(error.kind(), SessionErrorKind::Unavailable);
    assert_eq!(
        error.source().unwrap().to_string(),
        "it nests more than 120 levels deep, and couldn't be read back"
    );
    assert_eq!(load(&*sessions, &ann).await.events.len(), 1);
}

#[tokio::test]
async fn sessions_that_are_written_at_once_share_their_commits() {
    let (_folder, path) = file();
    let file = opened(&path).await;
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let before = file.database().commits();
    let appends = (0..100).map(|at| {
        let (sessions, key) = (sessions.clone(), key("demo", "ann", &format!("s{at}")));
        async move { sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap() }
    });
    futures_util::future::join_all(appends).await;
    let commits = file.database().commits() - before;
    assert!(commits <= 10, "{commits} commits");
}

#[tokio::test]
async fn every_window_and_every_look_for_an_id_goes_through_an_index() {
    let (_folder, path) = file();
    let file = opened(&path).await;
    let sessions = SqliteSessions::of(&file).await.unwrap();
    sessions.append(&key("demo", "ann", "s1"), Revision::NONE, &[event("1")]).await.unwrap();
    for (query, plan) in [
        (
            "SELECT body FROM adk_event WHERE place BETWEEN 1 AND 2 ORDER BY place DESC LIMIT 3",
            vec!["SEARCH adk_event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"],
        ),
        (
            "SELECT body FROM adk_event WHERE session = 1 AND time >= 2 ORDER BY place",
            vec![
                "SEARCH adk_event USING INDEX adk_event_time (session=? AND time>?)",
                "USE TEMP B-TREE FOR ORDER BY",
            ],
        ),
        (
            "SELECT 1 FROM adk_event WHERE session = ? AND id = ? AND id <> ''",
            vec!["SEARCH adk_event USING COVERING INDEX adk_event_id (session=? AND id=?)"],
        ),
    ] {
        let explain: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {query}").into_boxed_str());
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(file.database().readers()).await.unwrap();
        assert_eq!(rows.into_iter().map(|row| row.3).collect::<Vec<_>>(), plan);
    }
}
