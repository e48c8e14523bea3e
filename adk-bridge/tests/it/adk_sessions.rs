//! What every store of sessions does, whatever it is made of.

use std::sync::Arc;

use adk_bridge::adk::{
    Event, Events, InMemorySessions, Revision, Session, SessionErrorKind, SessionKey, SessionService,
    Timestamp, Window,
};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use self::at_once::{
    a_hundred_appenders_lose_nothing_and_store_nothing_twice,
    as_many_turns_as_there_are_at_once_store_all_they_say, one_append_made_many_times_at_once_is_made_once,
    two_runners_share_what_they_store,
};
use self::states::{
    each_scope_of_the_state_is_shared_as_far_as_it_says, the_latest_change_of_a_key_counts,
    what_is_stored_already_changes_no_state,
};

mod at_once;
mod states;

/// Makes a test of each promise for each store.
macro_rules! every_store {
    ($($promise:ident)*) => {
        mod memory {
            use std::sync::Arc;

            use super::*;

            $(#[tokio::test]
            async fn $promise() {
                super::$promise(Arc::new(InMemorySessions::new())).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            use std::sync::Arc;

            use adk_bridge::a2a_server::sqlite::Sqlite;
            use adk_bridge::adk::SqliteSessions;

            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                let file = Sqlite::open(folder.path().join("adk.db")).await.unwrap();
                let sessions = SqliteSessions::of(&file).await.unwrap();
                super::$promise(Arc::new(sessions)).await;
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
    as_many_turns_as_there_are_at_once_store_all_they_say
}

type Sessions = Arc<dyn SessionService>;

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

#[tokio::test]
async fn loading_from_memory_shares_the_events() {
    let sessions = InMemorySessions::new();
    let stored = event("1");
    sessions.append(&ann(), Revision::NONE, std::slice::from_ref(&stored)).await.unwrap();
    assert!(Arc::ptr_eq(load(&sessions, &ann()).await.events.last().unwrap(), &stored));
}
