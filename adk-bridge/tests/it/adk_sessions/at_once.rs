//! Many who use one store at once.

use std::sync::Arc;

use adk_bridge::adk::{
    Event, Outcome, Revision, Runner, SessionError, SessionErrorKind, SessionKey, Window, agent_fn,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Sessions, ann, changing, event, events, load};

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

pub(super) async fn a_hundred_appenders_lose_nothing_and_store_nothing_twice(sessions: Sessions) {
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

pub(super) async fn one_append_made_many_times_at_once_is_made_once(sessions: Sessions) {
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

pub(super) async fn two_runners_share_what_they_store(sessions: Sessions) {
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

pub(super) async fn as_many_turns_as_there_are_at_once_store_all_they_say(sessions: Sessions) {
    let talks = agent_fn("talks", "", async |cx, mut out| {
        for n in 0..8 {
            out.say(format!("{} {n}", cx.text())).await?;
        }
        Ok(())
    });
    let runner = Runner::new("demo", talks).sessions(Arc::clone(&sessions));
    let turns = (0..150).map(|at| tokio::spawn(runner.clone().run("ann", "s1", at.to_string()).outcome()));
    for turn in turns.collect::<Vec<_>>() {
        assert!(matches!(turn.await.unwrap(), Ok(Outcome::Done(_))));
    }
    assert_eq!(load(&sessions, &ann()).await.events.len(), 150 * 9);
}
