use std::sync::Arc;

use adk_bridge::adk::{
    ArtifactService as _, ArtifactVersion, Event, Events, InMemoryArtifacts, InMemorySessions, Part,
    Revision, Session, SessionErrorKind, SessionKey, SessionService as _, Timestamp, Window,
};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

fn key(app: &str, user: &str, session: &str) -> SessionKey {
    SessionKey::new(app.parse().unwrap(), user.parse().unwrap(), session.parse().unwrap())
}

fn event(id: &str) -> Arc<Event> {
    let mut event = Event::new("a").with_content(id);
    event.id = id.into();
    Arc::new(event)
}

fn changing(id: &str, delta: &Value) -> Arc<Event> {
    let mut event = Arc::unwrap_or_clone(event(id));
    event.actions.state_delta.clone_from(delta.as_object().unwrap());
    Arc::new(event)
}

fn events(events: &[Arc<Event>]) -> Events {
    events.iter().cloned().collect()
}

async fn load(sessions: &InMemorySessions, key: &SessionKey) -> Session {
    sessions.load(key, Window::All).await.unwrap().unwrap()
}

fn state(session: &Session) -> Value {
    Value::Object(
        session.state.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect::<Map<_, _>>(),
    )
}

#[tokio::test]
async fn appending_to_no_session_creates_it() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    assert_eq!(sessions.load(&key, Window::All).await.unwrap(), None);
    let revision = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    let session = load(&sessions, &key).await;
    assert_eq!((session.revision, session.events), (revision, events(&[event("1")])));
    assert!(!session.last_update.is_unset());
}

#[tokio::test]
async fn an_append_with_an_old_revision_conflicts_and_stores_nothing() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let first = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    let second = sessions.append(&key, first, &[event("2")]).await.unwrap();
    for old in [Revision::NONE, first] {
        let error = sessions.append(&key, old, &[event("3")]).await.unwrap_err();
        assert_eq!(error.kind(), SessionErrorKind::Conflict);
    }
    let session = load(&sessions, &key).await;
    assert_eq!((session.revision, session.events), (second, events(&[event("1"), event("2")])));
}

#[tokio::test]
async fn an_append_that_is_tried_again_is_done_once_whatever_the_revision() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let first = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    assert_eq!(sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap(), first);
    sessions.append(&key, first, &[event("1"), event("2"), event("2")]).await.unwrap();
    assert_eq!(load(&sessions, &key).await.events, events(&[event("1"), event("2")]));
}

#[tokio::test]
async fn partial_events_are_never_stored() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let mut chunk = Arc::unwrap_or_clone(event("1"));
    chunk.partial = Some(true);
    sessions.append(&key, Revision::NONE, &[Arc::new(chunk), event("2")]).await.unwrap();
    assert_eq!(load(&sessions, &key).await.events, events(&[event("2")]));
}

#[tokio::test]
async fn each_scope_of_the_state_is_shared_as_far_as_it_says() {
    let sessions = InMemorySessions::new();
    let delta = json!({"app:a": 1, "user:u": 2, "temp:t": 3, "s": null});
    sessions.append(&key("demo", "ann", "s1"), Revision::NONE, &[changing("1", &delta)]).await.unwrap();
    for (app, user, session) in [("demo", "ann", "s2"), ("demo", "bob", "s1"), ("other", "ann", "s1")] {
        sessions.append(&key(app, user, session), Revision::NONE, &[]).await.unwrap();
    }

    let first = load(&sessions, &key("demo", "ann", "s1")).await;
    assert_eq!(state(&first), json!({"app:a": 1, "user:u": 2, "s": null}));
    assert_eq!(first.events, events(&[changing("1", &json!({"app:a": 1, "user:u": 2, "s": null}))]));
    assert_eq!(state(&load(&sessions, &key("demo", "ann", "s2")).await), json!({"app:a": 1, "user:u": 2}));
    assert_eq!(state(&load(&sessions, &key("demo", "bob", "s1")).await), json!({"app:a": 1}));
    assert_eq!(state(&load(&sessions, &key("other", "ann", "s1")).await), json!({}));
}

#[tokio::test]
async fn a_window_limits_the_events_and_nothing_else() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let at = |id: &str, micros| {
        let mut event = Arc::unwrap_or_clone(changing(id, &json!({id: 1})));
        event.timestamp = Timestamp::from_micros(micros);
        Arc::new(event)
    };
    let events = [at("1", 10), at("2", 20), at("3", 30)];
    let revision = sessions.append(&key, Revision::NONE, &events).await.unwrap();
    let windows = [
        (Window::Recent(0), &events[3..]),
        (Window::Recent(2), &events[1..]),
        (Window::Recent(9), &events[..]),
        (Window::After(Timestamp::from_micros(20)), &events[1..]),
    ];
    for (window, expected) in windows {
        let session = sessions.load(&key, window).await.unwrap().unwrap();
        assert_eq!(
            (session.events.clone(), session.revision),
            (self::events(expected), revision),
            "{window:?}"
        );
        assert_eq!(state(&session), json!({"1": 1, "2": 1, "3": 1}));
    }
}

#[tokio::test]
async fn a_deleted_session_is_gone_and_is_not_revived_by_an_append() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let revision = sessions.append(&key, Revision::NONE, &[event("1")]).await.unwrap();
    sessions.delete(&key).await.unwrap();
    sessions.delete(&key).await.unwrap();
    assert_eq!(sessions.load(&key, Window::All).await.unwrap(), None);
    let error = sessions.append(&key, revision, &[event("2")]).await.unwrap_err();
    assert_eq!(error.kind(), SessionErrorKind::Missing);
}

#[tokio::test]
async fn loading_shares_the_events() {
    let (sessions, key) = (InMemorySessions::new(), key("demo", "ann", "s1"));
    let stored = event("1");
    sessions.append(&key, Revision::NONE, std::slice::from_ref(&stored)).await.unwrap();
    assert!(Arc::ptr_eq(load(&sessions, &key).await.events.last().unwrap(), &stored));
}

#[tokio::test]
async fn artifacts_have_versions_from_zero_and_those_of_the_user_are_shared() {
    let artifacts = InMemoryArtifacts::new();
    let (one, two) = (key("demo", "ann", "s1"), key("demo", "ann", "s2"));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("1")).await.unwrap(), ArtifactVersion::new(0));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("2")).await.unwrap(), ArtifactVersion::new(1));
    artifacts.save(&one, "user:b.txt", Part::text("b")).await.unwrap();

    let first = Some(ArtifactVersion::new(0));
    assert_eq!(artifacts.load(&one, "a.txt", first).await.unwrap(), Some(Part::text("1")));
    assert_eq!(artifacts.load(&one, "a.txt", None).await.unwrap(), Some(Part::text("2")));
    assert_eq!(artifacts.load(&two, "a.txt", None).await.unwrap(), None);
    assert_eq!(artifacts.load(&one, "a.txt", Some(ArtifactVersion::new(2))).await.unwrap(), None);
    assert_eq!(artifacts.list(&one).await.unwrap(), ["a.txt", "user:b.txt"]);
    assert_eq!(artifacts.list(&two).await.unwrap(), ["user:b.txt"]);
}

#[test]
fn a_view_of_events_stays_as_it_was_however_many_are_added() {
    let all: Vec<_> = (0..300).map(|id| event(&id.to_string())).collect();
    let mut growing = Events::new();
    for (count, event) in all.iter().enumerate() {
        let view = growing.clone();
        growing.push(Arc::clone(event));
        assert_eq!(view.iter().collect::<Vec<_>>(), all[..count].iter().collect::<Vec<_>>());
        assert_eq!(growing.last(), Some(event));
    }
    assert_eq!(growing.iter().rev().collect::<Vec<_>>(), all.iter().rev().collect::<Vec<_>>());
    for count in [0, 1, 127, 128, 129, 300, 301] {
        assert_eq!(growing.recent(count), events(&all[300_usize.saturating_sub(count)..]), "{count}");
    }
    assert_eq!((growing.len(), growing.get(299), growing.get(300)), (300, Some(&all[299]), None));
}
