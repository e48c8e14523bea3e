//! The state that a store keeps beside the events.

use adk_bridge::adk::Revision;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Sessions, ann, changing, events, key, load, state};

pub(super) async fn each_scope_of_the_state_is_shared_as_far_as_it_says(sessions: Sessions) {
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

pub(super) async fn what_is_stored_already_changes_no_state(sessions: Sessions) {
    let revision = sessions
        .append(&ann(), Revision::NONE, &[changing("1", &json!({"s": 1, "app:a": 1}))])
        .await
        .unwrap();
    let again = [changing("1", &json!({"s": 2, "app:a": 2, "user:u": 2})), changing("2", &json!({"t": 3}))];
    sessions.append(&ann(), revision, &again).await.unwrap();
    assert_eq!(state(&load(&sessions, &ann()).await), json!({"s": 1, "app:a": 1, "t": 3}));
}

pub(super) async fn the_latest_change_of_a_key_counts(sessions: Sessions) {
    let values = [json!(1), json!({"deep": [1.5, "x", null]}), json!("text \u{1f980}"), Value::Null];
    let mut revision = Revision::NONE;
    for (at, value) in values.iter().enumerate() {
        let delta = json!({"s": value, "user:u": value, "app:a": value});
        revision = sessions.append(&ann(), revision, &[changing(&at.to_string(), &delta)]).await.unwrap();
        assert_eq!(state(&load(&sessions, &ann()).await), delta);
    }
}
