//! Sends that are safe to repeat.

use std::{collections::HashSet, sync::Arc};

use a2a_core::{TaskId, TaskState};
use a2a_server::log::{Create, Created, LeaseRequest, LogError, Scope, TaskLog};
use pretty_assertions::assert_eq;

use crate::log_fixture::{
    ann, at, begin, context, done, key, load, opened, query, scope, status, task, turn,
};

/// What a send with the key `again` leads to: the id of the task, and whether that is new.
async fn send(log: &dyn TaskLog, name: &str, scope: Scope, millis: i64) -> (TaskId, bool) {
    let create = Create::new(task(name), context(), scope, Some(key("again")));
    match log.create(create, vec![opened(millis)]).await.unwrap() {
        Created::New(lease, _) => (lease.task, true),
        Created::Joined(first) => (first, false),
        Created::Ended(_) => panic!("nothing ended it"),
    }
}

pub(crate) async fn a_key_that_is_taken_leads_to_its_task(log: Arc<dyn TaskLog>) {
    assert_eq!(send(&*log, "first", ann(), 0).await, (task("first"), true));
    assert_eq!(send(&*log, "second", ann(), 1).await, (task("first"), false));
    assert!(matches!(log.header(&ann(), &task("second")).await, Err(LogError::NotFound)));
    let create = Create::new(task("third"), context(), ann(), Some(key("again")));
    let created = log.create(create, vec![opened(2), done(2)]).await.unwrap();
    assert!(matches!(created, Created::Joined(first) if first == task("first")));
    assert_eq!(log.list(&ann(), &query(9)).await.unwrap().total, 1);
}

pub(crate) async fn a_key_is_known_for_its_window_only(log: Arc<dyn TaskLog>) {
    const WINDOW: i64 = 10 * 60 * 1000;
    assert_eq!(send(&*log, "first", ann(), 0).await, (task("first"), true));
    assert_eq!(send(&*log, "second", ann(), WINDOW - 1).await, (task("first"), false));
    assert_eq!(send(&*log, "third", ann(), WINDOW).await, (task("third"), true));
    assert_eq!(send(&*log, "fourth", ann(), WINDOW + 1).await, (task("third"), false));
}

pub(crate) async fn a_key_is_found_by_its_owner_within_its_window(log: Arc<dyn TaskLog>) {
    const WINDOW: i64 = 10 * 60 * 1000;
    let find =
        async |who: Scope, name: &str, millis| log.find(&who, None, &key(name), at(millis)).await.unwrap();
    assert_eq!(find(ann(), "again", 0).await, None);
    send(&*log, "first", ann(), 0).await;
    assert_eq!(find(ann(), "again", 1).await, Some(task("first")));
    assert_eq!(find(ann(), "again", WINDOW - 1).await, Some(task("first")));
    assert_eq!(find(ann(), "again", WINDOW).await, None);
    assert_eq!((find(scope("bob"), "again", 1).await, find(ann(), "other", 1).await), (None, None));
    // A key that has posted to a task has made none, and the other way round.
    log.post(&ann(), &task("first"), turn(1, "yes"), Some(key("turn"))).await.unwrap();
    assert_eq!(find(ann(), "turn", 1).await, None);
    let posted =
        async |name: &str, to: &str| log.find(&ann(), Some(&task(to)), &key(name), at(1)).await.unwrap();
    assert_eq!(posted("turn", "first").await, Some(task("first")));
    assert_eq!((posted("turn", "second").await, posted("again", "first").await), (None, None));
}

pub(crate) async fn keys_of_two_owners_are_two_keys(log: Arc<dyn TaskLog>) {
    assert_eq!(send(&*log, "hers", ann(), 0).await, (task("hers"), true));
    assert_eq!(send(&*log, "his", scope("bob"), 0).await, (task("his"), true));
}

pub(crate) async fn a_send_that_failed_takes_no_key(log: Arc<dyn TaskLog>) {
    begin(&*log, "taken", Vec::new()).await;
    let create = Create::new(task("taken"), context(), ann(), Some(key("again")));
    assert!(log.create(create, vec![opened(0)]).await.is_err());
    assert_eq!(send(&*log, "free", ann(), 0).await, (task("free"), true));
}

pub(crate) async fn sends_at_once_with_one_key_make_one_task(log: Arc<dyn TaskLog>) {
    let mut sends = tokio::task::JoinSet::new();
    for n in 0..16 {
        let log = Arc::clone(&log);
        sends.spawn(async move {
            let (first, new) = send(&*log, &format!("t{n}"), ann(), 0).await;
            assert!(log.header(&ann(), &first).await.is_ok());
            (first, new)
        });
    }
    let all = sends.join_all().await;
    assert_eq!(all.iter().filter(|(_, new)| *new).count(), 1);
    assert_eq!(all.into_iter().map(|(first, _)| first).collect::<HashSet<_>>().len(), 1);
}

pub(crate) async fn a_post_is_repeated_safely(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![status(1, TaskState::InputRequired)]).await;
    log.release(&lease, 0).await.unwrap();
    let post = || async { log.post(&ann(), &task("t"), turn(2, "yes"), Some(key("again"))).await.unwrap() };
    let (first, second) = (post().await, post().await);
    assert_eq!((first.seq, first.run, first.leased), (3, 1, false));
    assert_eq!((second.seq, second.run, second.leased), (3, 1, false));
    let next = log.lease(&task("t"), LeaseRequest::NextRun).await.unwrap().expect("nobody has it");
    let third = post().await;
    assert_eq!((third.seq, third.run, third.leased), (3, 1, true));
    log.append(&next, vec![status(3, TaskState::InputRequired)]).await.unwrap();
    log.release(&next, 3).await.unwrap();
    assert!(post().await.leased);
    assert_eq!(load(&*log, "t").await.0, 4);
}

pub(crate) async fn a_repeated_post_is_answered_behind_the_end(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    log.post(&ann(), &task("t"), turn(1, "yes"), Some(key("again"))).await.unwrap();
    log.append(&lease, vec![done(2)]).await.unwrap();
    assert_eq!(log.post(&ann(), &task("t"), turn(3, "yes"), Some(key("again"))).await.unwrap().seq, 2);
    let other = log.post(&ann(), &task("t"), turn(3, "yes"), Some(key("other"))).await;
    assert!(matches!(other, Err(LogError::Terminal)));
}

pub(crate) async fn a_key_that_posts_to_one_task_is_free_for_another(log: Arc<dyn TaskLog>) {
    for name in ["one", "two"] {
        begin(&*log, name, Vec::new()).await;
        log.post(&ann(), &task(name), turn(1, "yes"), Some(key("again"))).await.unwrap();
        assert_eq!(load(&*log, name).await.0, 2);
    }
    assert_eq!(send(&*log, "three", ann(), 2).await, (task("three"), true));
}
