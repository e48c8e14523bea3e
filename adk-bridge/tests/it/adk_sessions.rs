//! What every store of sessions and of artifacts does, whatever it is made of.

use std::sync::Arc;

use adk_bridge::adk::{
    ArtifactService, ArtifactVersion, Blob, Event, Events, InMemoryArtifacts, InMemorySessions, Outcome,
    Part, Revision, Runner, Session, SessionError, SessionErrorKind, SessionKey, SessionService, Timestamp,
    Window, agent_fn,
};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

/// Makes a test of each promise for each store.
macro_rules! every_store {
    ($($sessions:ident)* ; $($artifacts:ident)*) => {
        mod memory {
            use std::sync::Arc;

            use super::*;

            $(#[tokio::test]
            async fn $sessions() {
                super::$sessions(Arc::new(InMemorySessions::new())).await;
            })*

            $(#[tokio::test]
            async fn $artifacts() {
                super::$artifacts(Arc::new(InMemoryArtifacts::new())).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            use std::sync::Arc;

            use adk_bridge::adk::{SqliteArtifacts, SqliteSessions};

            $(#[tokio::test]
            async fn $sessions() {
                let folder = tempfile::tempdir().unwrap();
                let sessions = SqliteSessions::open(folder.path().join("adk.db")).await.unwrap();
                super::$sessions(Arc::new(sessions)).await;
            })*

            $(#[tokio::test]
            async fn $artifacts() {
                let folder = tempfile::tempdir().unwrap();
                let artifacts = SqliteArtifacts::open(folder.path().join("adk.db")).await.unwrap();
                super::$artifacts(Arc::new(artifacts)).await;
            })*
        }
    };
}

every_store! {
    appending_to_no_session_creates_it
    an_append_with_an_old_revision_conflicts_and_stores_nothing
    an_append_that_is_tried_again_is_done_once_whatever_the_revision
    events_without_an_id_are_all_stored
    partial_events_are_never_stored
    each_scope_of_the_state_is_shared_as_far_as_it_says
    what_is_stored_already_changes_no_state
    the_latest_change_of_a_key_counts
    a_window_limits_the_events_and_nothing_else
    a_deleted_session_is_gone_and_is_not_revived_by_an_append
    a_session_that_begins_again_has_nothing_of_the_one_before
    what_is_loaded_stays_as_it_was
    sessions_are_told_apart_by_every_part_of_their_key
    an_event_comes_back_as_it_was_stored
    a_long_session_comes_back_in_order
    a_hundred_appenders_lose_nothing_and_store_nothing_twice
    one_append_made_many_times_at_once_is_made_once
    two_runners_share_what_they_store
    ;
    artifacts_have_versions_from_zero_and_those_of_the_user_are_shared
    artifacts_come_back_as_they_were_saved
    versions_that_are_saved_at_once_are_all_kept
}

type Sessions = Arc<dyn SessionService>;
type Artifacts = Arc<dyn ArtifactService>;

pub(crate) fn key(app: &str, user: &str, session: &str) -> SessionKey {
    SessionKey::new(app.parse().unwrap(), user.parse().unwrap(), session.parse().unwrap())
}

fn ann() -> SessionKey {
    key("demo", "ann", "s1")
}

pub(crate) fn event(id: &str) -> Arc<Event> {
    let mut event = Event::new("a").with_content(id);
    event.id = id.into();
    Arc::new(event)
}

pub(crate) fn changing(id: &str, delta: &Value) -> Arc<Event> {
    let mut event = Arc::unwrap_or_clone(event(id));
    event.actions.state_delta.clone_from(delta.as_object().unwrap());
    Arc::new(event)
}

fn events(events: &[Arc<Event>]) -> Events {
    events.iter().cloned().collect()
}

pub(crate) async fn load(sessions: &impl SessionService, key: &SessionKey) -> Session {
    sessions.load(key, Window::All).await.unwrap().unwrap()
}

pub(crate) fn state(session: &Session) -> Value {
    Value::Object(
        session.state.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect::<Map<_, _>>(),
    )
}

async fn appending_to_no_session_creates_it(sessions: Sessions) {
    let key = ann();
    assert_eq!(sessions.load(&key, Window::All).await.unwrap(), None);
    let before = Timestamp::now();
    let revision = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    let session = load(&sessions, &key).await;
    assert_eq!((session.revision, session.events), (revision, events(&[event("1")])));
    assert!((before..=Timestamp::now()).contains(&session.last_update));
    assert_eq!(session.key, key);

    let empty = self::key("demo", "ann", "s2");
    let revision = sessions.append(&empty, Revision::NONE, &[]).await.unwrap();
    assert_eq!((load(&sessions, &empty).await.revision, revision == Revision::NONE), (revision, false));
}

async fn an_append_with_an_old_revision_conflicts_and_stores_nothing(sessions: Sessions) {
    let key = ann();
    let first = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    let second = sessions.append(&key, first, &[event("2")]).await.unwrap();
    for old in [Revision::NONE, first, Revision::new(second.get() + 1), Revision::new(u64::MAX)] {
        let error = sessions.append(&key, old, &[changing("3", &json!({"user:x": 1}))]).await.unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::Conflict);
    }
    let session = load(&sessions, &key).await;
    assert_eq!((session.revision, &session.events), (second, &events(&[event("1"), event("2")])));
    assert_eq!(state(&session), json!({}));
}

async fn an_append_that_is_tried_again_is_done_once_whatever_the_revision(sessions: Sessions) {
    let key = ann();
    let first = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    assert_eq!(sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap(), first);
    let second = sessions.append(&key, first, &[event("1"), event("2"), event("2")]).await.unwrap();
    assert_eq!(sessions.append(&key, first, &[event("2"), event("1")]).await.unwrap(), second);
    assert_eq!(load(&sessions, &key).await.events, events(&[event("1"), event("2")]));
    assert_eq!(load(&sessions, &key).await.revision, second);
}

async fn events_without_an_id_are_all_stored(sessions: Sessions) {
    let key = ann();
    let nameless = Arc::new(Event::new("a").with_content("again"));
    let twice = [Arc::clone(&nameless), Arc::clone(&nameless)];
    let revision = sessions.append(&key, Revision::NONE, &twice).await.unwrap();
    sessions.append(&key, revision, &twice[..1]).await.unwrap();
    assert_eq!(load(&sessions, &key).await.events, events(&vec![nameless; 3]));
}

async fn partial_events_are_never_stored(sessions: Sessions) {
    let key = ann();
    let mut chunk = Arc::unwrap_or_clone(changing("1", &json!({"s": 1})));
    chunk.partial = Some(true);
    let chunk = Arc::new(chunk);
    let revision = sessions.append(&key, Revision::NONE, &[Arc::clone(&chunk), event("2")]).await.unwrap();
    assert_eq!(sessions.append(&key, Revision::NONE, &[chunk]).await.unwrap(), revision);
    let session = load(&sessions, &key).await;
    assert_eq!((&session.events, state(&session)), (&events(&[event("2")]), json!({})));
}

async fn each_scope_of_the_state_is_shared_as_far_as_it_says(sessions: Sessions) {
    let delta = json!({"app:a": 1, "user:u": 2, "temp:t": 3, "s": null});
    sessions.append(&ann(), Revision::NONE, &[changing("1", &delta)]).await.unwrap();
    for (app, user, session) in [("demo", "ann", "s2"), ("demo", "bob", "s1"), ("other", "ann", "s1")] {
        sessions.append(&key(app, user, session), Revision::NONE, &[]).await.unwrap();
    }

    let first = load(&sessions, &ann()).await;
    assert_eq!(state(&first), json!({"app:a": 1, "user:u": 2, "s": null}));
    assert_eq!(first.events, events(&[changing("1", &json!({"app:a": 1, "user:u": 2, "s": null}))]));
    assert_eq!(state(&load(&sessions, &key("demo", "ann", "s2")).await), json!({"app:a": 1, "user:u": 2}));
    assert_eq!(state(&load(&sessions, &key("demo", "bob", "s1")).await), json!({"app:a": 1}));
    assert_eq!(state(&load(&sessions, &key("other", "ann", "s1")).await), json!({}));
}

async fn what_is_stored_already_changes_no_state(sessions: Sessions) {
    let revision = sessions
        .append(&ann(), Revision::NONE, &[changing("1", &json!({"s": 1, "app:a": 1}))])
        .await
        .unwrap();
    let again = [changing("1", &json!({"s": 2, "app:a": 2, "user:u": 2})), changing("2", &json!({"t": 3}))];
    sessions.append(&ann(), revision, &again).await.unwrap();
    assert_eq!(state(&load(&sessions, &ann()).await), json!({"s": 1, "app:a": 1, "t": 3}));
}

async fn the_latest_change_of_a_key_counts(sessions: Sessions) {
    let values = [json!(1), json!({"deep": [1.5, "x", null]}), json!("text \u{1f980}"), Value::Null];
    let mut revision = Revision::NONE;
    for (at, value) in values.iter().enumerate() {
        let delta = json!({"s": value, "user:u": value, "app:a": value});
        revision = sessions.append(&ann(), revision, &[changing(&at.to_string(), &delta)]).await.unwrap();
        assert_eq!(state(&load(&sessions, &ann()).await), delta);
    }
}

async fn a_window_limits_the_events_and_nothing_else(sessions: Sessions) {
    let at = |id: &str, micros| {
        let mut event = Arc::unwrap_or_clone(changing(id, &json!({id: 1})));
        event.timestamp = Timestamp::from_micros(micros);
        Arc::new(event)
    };
    // The clock of an event is its own, and may go backwards.
    let stored = [at("1", 10), at("2", 30), at("3", 20), at("4", i64::MAX)];
    let revision = sessions.append(&ann(), Revision::NONE, &stored).await.unwrap();
    let after = |micros| Window::After(Timestamp::from_micros(micros));
    let [one, two, three, four] = [0, 1, 2, 3].map(|at| Arc::clone(&stored[at]));
    let windows = [
        (Window::All, vec![&one, &two, &three, &four]),
        (Window::Recent(0), vec![]),
        (Window::Recent(2), vec![&three, &four]),
        (Window::Recent(4), vec![&one, &two, &three, &four]),
        (Window::Recent(usize::MAX), vec![&one, &two, &three, &four]),
        (after(i64::MIN), vec![&one, &two, &three, &four]),
        (after(20), vec![&two, &three, &four]),
        (after(21), vec![&two, &four]),
        (after(i64::MAX), vec![&four]),
    ];
    for (window, expected) in windows {
        let session = sessions.load(&ann(), window).await.unwrap().unwrap();
        let expected: Events = expected.into_iter().cloned().collect();
        assert_eq!((session.events.clone(), session.revision), (expected, revision), "{window:?}");
        assert_eq!(state(&session), json!({"1": 1, "2": 1, "3": 1, "4": 1}));
    }
}

async fn a_deleted_session_is_gone_and_is_not_revived_by_an_append(sessions: Sessions) {
    let revision = sessions.append(&ann(), Revision::NONE, &[event("1")]).await.unwrap();
    sessions.delete(&ann()).await.unwrap();
    sessions.delete(&ann()).await.unwrap();
    assert_eq!(sessions.load(&ann(), Window::All).await.unwrap(), None);
    let error = sessions.append(&ann(), revision, &[event("2")]).await.unwrap_err();
    assert_eq!(error.kind(), SessionErrorKind::Missing);
}

async fn a_session_that_begins_again_has_nothing_of_the_one_before(sessions: Sessions) {
    let other = key("demo", "ann", "s2");
    let delta = json!({"s": 1, "user:u": 1, "app:a": 1});
    for key in [&ann(), &other] {
        sessions.append(key, Revision::NONE, &[changing("1", &delta), event("2")]).await.unwrap();
    }
    sessions.delete(&other).await.unwrap();
    sessions.append(&other, Revision::NONE, &[event("2"), event("3")]).await.unwrap();
    let again = load(&sessions, &other).await;
    assert_eq!(again.events, events(&[event("2"), event("3")]));
    assert_eq!(state(&again), json!({"user:u": 1, "app:a": 1}));
    let kept = load(&sessions, &ann()).await;
    assert_eq!((kept.events.len(), state(&kept)), (2, delta));
}

async fn what_is_loaded_stays_as_it_was(sessions: Sessions) {
    let revision = sessions.append(&ann(), Revision::NONE, &[event("1")]).await.unwrap();
    let before = load(&sessions, &ann()).await;
    sessions.append(&ann(), revision, &[changing("2", &json!({"s": 1}))]).await.unwrap();
    assert_eq!((before.events.len(), before.state.is_empty()), (1, true));
}

async fn sessions_are_told_apart_by_every_part_of_their_key(sessions: Sessions) {
    let names = ["a", "A", "a/b", "b", "ä", "a\u{0}", "%", "_", "'; DROP TABLE adk_event; --"];
    let keys = names.iter().flat_map(|app| names.iter().map(move |user| key(app, user, "s")));
    let keys: Vec<_> = keys.chain(names.iter().map(|session| key("a", "a", session))).collect();
    for (at, key) in keys.iter().enumerate() {
        sessions.append(key, Revision::NONE, &[event(&at.to_string())]).await.unwrap();
    }
    for (at, key) in keys.iter().enumerate() {
        assert_eq!(load(&sessions, key).await.events, events(&[event(&at.to_string())]), "{key:?}");
    }
}

async fn an_event_comes_back_as_it_was_stored(sessions: Sessions) {
    let rich = json!({
        "id": "e\u{0}-\u{1f980}", "timestamp": 1_795_166_773.105_97, "invocationId": "i", "author": "far",
        "branch": "a.b", "turnComplete": true, "errorCode": "E", "finishReason": "STOP",
        "longRunningToolIds": ["c"], "avgLogprobs": -0.123_456_789_012_345_68,
        "content": {"role": "model", "parts": [
            {"text": "quotes \" and \\ and \u{2028} and \u{0}"},
            {"text": "", "thought": true},
            {"functionCall": {"id": "c", "name": "n", "args": {"f": 0.1, "n": null, "u": u64::MAX, "i": i64::MIN}}},
            {"inlineData": {"mimeType": "image/png", "data": "__79"}},
        ]},
        "actions": {"stateDelta": {}, "artifactDelta": {"f": 3}, "escalate": true, "newAction": [1]},
        "customMetadata": {"a": {"b": []}}, "groundingMetadata": {"g": 5e-324}, "newField": 0.300_000_000_000_000_04,
    });
    let mut rich: Event = serde_json::from_value(rich).unwrap();
    let mut huge = Event::new("a").with_content("\u{1f980}".repeat(1 << 20));
    "huge".clone_into(&mut huge.id);
    let mut revision = Revision::NONE;
    let mut stored = vec![Arc::new(huge), Arc::new(Event::new(""))];
    for micros in [0, 1, -1, i64::MIN, i64::MAX, 1_795_166_773_105_970] {
        rich.timestamp = Timestamp::from_micros(micros);
        rich.id = format!("at {micros}");
        stored.push(Arc::new(rich.clone()));
    }
    for event in &stored {
        revision = sessions.append(&ann(), revision, std::slice::from_ref(event)).await.unwrap();
    }
    assert!(load(&sessions, &ann()).await.events == events(&stored));
}

async fn a_long_session_comes_back_in_order(sessions: Sessions) {
    let all: Vec<_> = (0..1000).map(|at| event(&format!("e{at}"))).collect();
    let mut revision = Revision::NONE;
    for some in all.chunks(130) {
        revision = sessions.append(&ann(), revision, some).await.unwrap();
    }
    assert_eq!(load(&sessions, &ann()).await.events, events(&all));
    let recent = sessions.load(&ann(), Window::Recent(300)).await.unwrap().unwrap();
    assert_eq!((recent.events, recent.revision), (events(&all[700..]), revision));
}

/// Appends an event as the runner does: until nobody else comes first.
async fn insist(sessions: &Sessions, key: &SessionKey, event: Arc<Event>) -> Result<Revision, SessionError> {
    let mut revision = Revision::NONE;
    loop {
        match sessions.append(key, revision, std::slice::from_ref(&event)).await {
            Err(error) if error.kind() == SessionErrorKind::Conflict => {}
            done => return done,
        }
        revision =
            sessions.load(key, Window::Recent(0)).await?.map_or(Revision::NONE, |found| found.revision);
    }
}

async fn a_hundred_appenders_lose_nothing_and_store_nothing_twice(sessions: Sessions) {
    let appenders = (0..100).map(|at| {
        let sessions = Arc::clone(&sessions);
        tokio::spawn(async move {
            let event = changing(&format!("e{at}"), &json!({format!("k{at}"): at, "user:last": at}));
            insist(&sessions, &ann(), Arc::clone(&event)).await.unwrap();
            insist(&sessions, &ann(), event).await.unwrap()
        })
    });
    for appender in appenders.collect::<Vec<_>>() {
        appender.await.unwrap();
    }
    let session = load(&sessions, &ann()).await;
    let mut ids: Vec<_> = session.events.iter().map(|event| event.id.clone()).collect();
    ids.sort_by_key(|id| id[1..].parse::<u32>().unwrap());
    assert_eq!(ids, (0..100).map(|at| format!("e{at}")).collect::<Vec<_>>());
    let last = session.events.last().unwrap().actions.state_delta["user:last"].clone();
    assert_eq!((session.state.iter().count(), session.state.get("user:last")), (101, Some(&last)));
    assert_eq!(session.revision.get(), 100);
}

async fn one_append_made_many_times_at_once_is_made_once(sessions: Sessions) {
    let first = sessions.append(&ann(), Revision::NONE, &[event("1")]).await.unwrap();
    let appends = (0..50).map(|_| {
        let sessions = Arc::clone(&sessions);
        tokio::spawn(async move { sessions.append(&ann(), first, &[event("2"), event("3")]).await.unwrap() })
    });
    let mut revisions = Vec::new();
    for append in appends.collect::<Vec<_>>() {
        revisions.push(append.await.unwrap());
    }
    let session = load(&sessions, &ann()).await;
    assert_eq!(session.events, events(&[event("1"), event("2"), event("3")]));
    assert_eq!(revisions, vec![session.revision; 50]);
}

async fn two_runners_share_what_they_store(sessions: Sessions) {
    let runner = || {
        let counts = agent_fn("counts", "", async |cx, mut out| {
            let mut event = Event::default().with_content(cx.history().len().to_string());
            event.actions.state_delta.insert("user:seen".into(), json!(cx.history().len()));
            out.emit(event).await
        });
        Runner::new("demo", counts).sessions(Arc::clone(&sessions))
    };
    let (one, two) = (runner(), runner());
    for (runner, expected) in [(&one, "1"), (&two, "3"), (&one, "5")] {
        let reply = crate::bridge_fixture::done(runner.run("ann", "s1", "go")).await;
        assert_eq!(reply.text(), expected);
    }
    let turns = (0..20).map(|at| {
        let runner = if at % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(runner.run("ann", "s1", "go").outcome())
    });
    for turn in turns.collect::<Vec<_>>() {
        assert!(matches!(turn.await.unwrap(), Ok(Outcome::Done(_))));
    }
    let session = load(&sessions, &ann()).await;
    assert_eq!(session.events.len(), 46);
    let last = session.events.iter().rev().find_map(|event| event.actions.state_delta.get("user:seen"));
    assert_eq!(session.state.get("user:seen"), last);
}

async fn artifacts_have_versions_from_zero_and_those_of_the_user_are_shared(artifacts: Artifacts) {
    let (one, two) = (ann(), key("demo", "ann", "s2"));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("1")).await.unwrap(), ArtifactVersion::new(0));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("2")).await.unwrap(), ArtifactVersion::new(1));
    artifacts.save(&one, "user:b.txt", Part::text("b")).await.unwrap();

    let first = Some(ArtifactVersion::new(0));
    assert_eq!(artifacts.load(&one, "a.txt", first).await.unwrap(), Some(Part::text("1")));
    assert_eq!(artifacts.load(&one, "a.txt", None).await.unwrap(), Some(Part::text("2")));
    assert_eq!(artifacts.load(&two, "a.txt", None).await.unwrap(), None);
    assert_eq!(artifacts.load(&two, "user:b.txt", None).await.unwrap(), Some(Part::text("b")));
    for missing in [2, u64::MAX] {
        let missing = Some(ArtifactVersion::new(missing));
        assert_eq!(artifacts.load(&one, "a.txt", missing).await.unwrap(), None);
    }
    assert_eq!(artifacts.list(&one).await.unwrap(), ["a.txt", "user:b.txt"]);
    assert_eq!(artifacts.list(&two).await.unwrap(), ["user:b.txt"]);
    for other in [key("demo", "bob", "s1"), key("other", "ann", "s1")] {
        assert_eq!(artifacts.list(&other).await.unwrap(), Vec::<String>::new());
        assert_eq!(artifacts.load(&other, "user:b.txt", None).await.unwrap(), None);
    }
}

async fn artifacts_come_back_as_they_were_saved(artifacts: Artifacts) {
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1 << 20).collect();
    let parts =
        [Part::from(Blob::new("image/png", bytes)), Part::text("\u{0}\u{1f980}\""), Part::thought("")];
    let names = ["\u{1f980}", "", "user:", "a", "B", "user:\u{0}'"];
    for (name, part) in names.iter().flat_map(|name| parts.iter().map(move |part| (name, part))) {
        artifacts.save(&ann(), name, part.clone()).await.unwrap();
        assert!(artifacts.load(&ann(), name, None).await.unwrap().as_ref() == Some(part), "{name}");
    }
    let mut sorted = names.map(str::to_owned);
    sorted.sort_unstable();
    assert_eq!(artifacts.list(&ann()).await.unwrap(), sorted);
}

async fn versions_that_are_saved_at_once_are_all_kept(artifacts: Artifacts) {
    let writers = (0..50).map(|at| {
        let artifacts = Arc::clone(&artifacts);
        tokio::spawn(async move {
            let part = Part::text(at.to_string());
            (artifacts.save(&ann(), "a", part.clone()).await.unwrap(), part)
        })
    });
    let mut saved = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        saved.push(writer.await.unwrap());
    }
    saved.sort_by_key(|(version, _)| *version);
    for (at, (version, part)) in saved.into_iter().enumerate() {
        assert_eq!(version, ArtifactVersion::new(at as u64));
        assert_eq!(artifacts.load(&ann(), "a", Some(version)).await.unwrap(), Some(part));
    }
}

#[tokio::test]
async fn loading_from_memory_shares_the_events() {
    let sessions = InMemorySessions::new();
    let stored = event("1");
    sessions.append(&ann(), Revision::NONE, std::slice::from_ref(&stored)).await.unwrap();
    assert!(Arc::ptr_eq(load(&sessions, &ann()).await.events.last().unwrap(), &stored));
}
