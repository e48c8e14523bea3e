//! Sends that are safe to repeat: a key leads to what the first send of it made, for as long as a window.
//!
//! A client whose connection broke doesn't know whether it was heard, so it sends again. Whoever comes second, at the
//! same moment or minutes later, gets the first one's task. All of it is skipped for a log that says it
//! [remembers no keys](crate::log::TaskLog::remembers_keys).

use std::{collections::HashSet, sync::Arc, time::Duration};

use a2a_core::TaskId;

use super::{
    Skipped, Trial,
    claim::{refused, same},
    fixture::{ann, at, context, done, key, opened, query, scope, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Create, Created, IdempotencyKey, LogError, Posted, Retention, Scope, TaskLog};

promises! { "keys":
    a_key_that_is_taken_leads_to_its_task,
    another_key_is_another_send,
    a_key_is_known_for_its_window_only,
    a_key_is_found_by_its_owner_within_its_window,
    keys_of_two_owners_are_two_keys,
    a_send_that_failed_takes_no_key,
    a_send_that_is_repeated_needs_no_room,
    sends_at_once_with_one_key_make_one_task,
    the_oldest_key_is_forgotten_first,
    a_key_is_free_when_its_task_is_gone,
    keys_outlive_the_process,
}

/// The window in which a key is known here.
pub(super) const WINDOW: i64 = 60_000;

pub(super) fn keep() -> Retention {
    Retention::new().key_window(Duration::from_millis(WINDOW.unsigned_abs()))
}

/// What a send with this key leads to: the id of the task, and whether that is new.
pub(super) async fn send(
    log: &dyn TaskLog,
    name: &str,
    with: &str,
    who: Scope,
    millis: i64,
) -> (TaskId, bool) {
    let create = Create::new(task(name), context(), who, Some(key(with)));
    match log.create(create, vec![opened(millis)]).await {
        Ok(Created::New(lease, _)) => (lease.task, true),
        Ok(Created::Joined(first)) => (first, false),
        other => {
            panic!("a send with the key {with} was to make {name} or to join another, but answered {other:?}")
        }
    }
}

pub(super) async fn found(
    log: &dyn TaskLog,
    who: &Scope,
    posts_to: Option<&str>,
    with: &str,
    millis: i64,
) -> Option<TaskId> {
    let posts_to = posts_to.map(task);
    log.find(who, posts_to.as_ref(), &key(with), at(millis)).await.expect("find answers")
}

pub(super) async fn post(log: &dyn TaskLog, name: &str, with: &str, millis: i64) -> Result<Posted, LogError> {
    log.post(&ann(), &task(name), turn(millis, "yes"), Some(key(with)), None).await
}

pub(super) fn told(posted: Result<Posted, LogError>) -> (u64, u32, bool) {
    let posted = posted.expect("post takes the turn, or answers what it took before");
    (posted.seq, posted.run, posted.leased)
}

/// A second send of a key makes nothing and is answered with the first one's task, also if it would have ended at once.
pub async fn a_key_that_is_taken_leads_to_its_task(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    same("what the first send makes", send(&*log, "first", "k", ann(), 0).await, (task("first"), true));
    same("what the second leads to", send(&*log, "second", "k", ann(), 1).await, (task("first"), false));
    refused!("the second's task", log.header(&ann(), &task("second")).await, LogError::NotFound);
    let create = Create::new(task("third"), context(), ann(), Some(key("k")));
    let created = log.create(create, vec![opened(2), done(2)]).await;
    assert!(
        matches!(&created, Ok(Created::Joined(first)) if *first == task("first")),
        "a third send was to join the first, but answered {created:?}",
    );
    same("how many tasks there are", log.tasks(&query(9)).await.total, 1);
    log.ended("ended", 0).await;
    let ended = Create::new(task("over"), context(), ann(), Some(key("e")));
    let created = log.create(ended, vec![opened(0), done(0)]).await;
    assert!(matches!(created, Ok(Created::Ended(_))), "promised was an end, but it is {created:?}");
    same(
        "what a key of an ended task leads to",
        send(&*log, "n", "e", ann(), 1).await,
        (task("over"), false),
    );
    Ok(())
}

/// Keys differ by every byte of them, for the payload of the send is in there.
pub async fn another_key_is_another_send(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    let lengthy = "k".repeat(1_000);
    for (n, with) in
        ["k", "K", "k ", "", "k\0", "é", "e\u{301}", &lengthy, &format!("{lengthy}1")].iter().enumerate()
    {
        let name = format!("t{n}");
        same(
            format!("what the key {with:?} makes"),
            send(&*log, &name, with, ann(), 0).await,
            (task(&name), true),
        );
    }
    Ok(())
}

/// A key is known for exactly its window, by the times of the entries, and then free to be taken anew.
pub async fn a_key_is_known_for_its_window_only(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    for (name, millis, expected) in [
        ("first", 0, ("first", true)),
        ("second", WINDOW - 1, ("first", false)),
        ("third", WINDOW, ("third", true)),
        ("fourth", WINDOW + 1, ("third", false)),
        ("fifth", 2 * WINDOW - 1, ("third", false)),
        ("sixth", 2 * WINDOW, ("sixth", true)),
    ] {
        let what = format!("what a send {millis} ms behind the first leads to");
        same(what, send(&*log, name, "k", ann(), millis).await, (task(expected.0), expected.1));
    }
    Ok(())
}

/// `find` tells what a key leads to without taking it: of this owner, within the window, and of this use of it.
pub async fn a_key_is_found_by_its_owner_within_its_window(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    same("what is found of a key that is free", found(&*log, &ann(), None, "k", 0).await, None);
    same("what finding it has changed", send(&*log, "first", "k", ann(), 0).await, (task("first"), true));
    for (millis, expected) in [(0, Some("first")), (WINDOW - 1, Some("first")), (WINDOW, None)] {
        let what = format!("what is found behind {millis} ms");
        same(what, found(&*log, &ann(), None, "k", millis).await, expected.map(task));
    }
    same("what another owner finds", found(&*log, &scope("bob"), None, "k", 1).await, None);
    same("what another key finds", found(&*log, &ann(), None, "other", 1).await, None);
    told(post(&*log, "first", "turn", 1).await);
    same("what a key of a post has made", found(&*log, &ann(), None, "turn", 1).await, None);
    for (to, with, expected) in
        [("first", "turn", Some("first")), ("second", "turn", None), ("first", "k", None)]
    {
        let what = format!("what the key {with} has posted to {to}");
        same(what, found(&*log, &ann(), Some(to), with, 1).await, expected.map(task));
    }
    same("a post behind its window", found(&*log, &ann(), Some("first"), "turn", 1 + WINDOW).await, None);
    Ok(())
}

/// The owner is part of a key, so nobody is led to a task of somebody else.
pub async fn keys_of_two_owners_are_two_keys(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    same("what hers makes", send(&*log, "hers", "k", ann(), 0).await, (task("hers"), true));
    same("what his makes", send(&*log, "his", "k", scope("bob"), 0).await, (task("his"), true));
    same("what hers leads to", send(&*log, "again", "k", ann(), 1).await, (task("hers"), false));
    Ok(())
}

/// A send that made nothing takes no key, or its repetition would be led to a task that isn't there.
pub async fn a_send_that_failed_takes_no_key(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep().task_bytes(10_000)).await?;
    log.begin("taken", Vec::new()).await;
    let create = || Create::new(task("taken"), context(), ann(), Some(key("k")));
    refused!(
        "a send of an id that is taken",
        log.create(create(), vec![opened(0)]).await,
        LogError::Store(_)
    );
    let much = super::fixture::chunk(0, "a", &"x".repeat(50_000));
    refused!(
        "a send of too much",
        log.create(create(), vec![opened(0), much]).await,
        LogError::TooLarge { .. }
    );
    same("what is found of the key", found(&*log, &ann(), None, "k", 0).await, None);
    same("what the next send makes", send(&*log, "free", "k", ann(), 0).await, (task("free"), true));
    Ok(())
}

/// A second send of a key is answered with the first one's task also while the log takes no new task.
pub async fn a_send_that_is_repeated_needs_no_room(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep().unfinished(1)).await?;
    same("what the first send makes", send(&*log, "first", "k", ann(), 0).await, (task("first"), true));
    same("what the second leads to", send(&*log, "second", "k", ann(), 1).await, (task("first"), false));
    Ok(())
}

/// Of sends of one key at the same time one makes its task, and all others find it there already.
pub async fn sends_at_once_with_one_key_make_one_task(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    let mut sends = tokio::task::JoinSet::new();
    for n in 0..16 {
        let log = Arc::clone(&log);
        sends.spawn(async move {
            let (first, new) = send(&*log, &format!("t{n}"), "k", ann(), 0).await;
            log.stands(first.as_str()).await;
            (first, new)
        });
    }
    let all = sends.join_all().await;
    same("how many made a task", all.iter().filter(|(_, new)| *new).count(), 1);
    let tasks = all.into_iter().map(|(first, _)| first).collect::<HashSet<_>>();
    same("how many tasks they lead to", (tasks.len(), log.tasks(&query(99)).await.total), (1, 1));
    Ok(())
}

/// How many keys are known is bounded, and what is forgotten for that is the oldest.
pub async fn the_oldest_key_is_forgotten_first(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep().keys(20)).await?;
    for n in 0..100 {
        let name = format!("t{n}");
        same(format!("what send {n} makes"), send(&*log, &name, &name, ann(), n).await.1, true);
    }
    let mut known = Vec::new();
    for n in 0..100 {
        let name = format!("t{n}");
        known.push(found(&*log, &ann(), None, &name, 100).await.is_some());
    }
    let first = known.iter().position(|known| *known).unwrap_or(100);
    assert!(
        (60..=90).contains(&first),
        "of 100 keys about 20 were to be known, but they are from {first} on"
    );
    same("whether all later ones are known", known[first..].iter().all(|known| *known), true);
    Ok(())
}

/// A key never leads to a task that isn't there any more: its next send makes one.
pub async fn a_key_is_free_when_its_task_is_gone(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep().finished_bytes(0)).await?;
    let create = Create::new(task("gone"), context(), ann(), Some(IdempotencyKey::new("k")));
    let created = log.create(create, vec![opened(0), done(0)]).await;
    assert!(matches!(created, Ok(Created::Ended(_))), "promised was an end, but it is {created:?}");
    for n in 0..100 {
        log.ended(&format!("t{n}"), n).await;
    }
    refused!("the task that ended first", log.header(&ann(), &task("gone")).await, LogError::NotFound);
    same("what is found of its key", found(&*log, &ann(), None, "k", 100).await, None);
    same("what its next send makes", send(&*log, "next", "k", ann(), 100).await, (task("next"), true));
    Ok(())
}

/// A send that was answered before a crash is repeated safely behind it, and its window is the same.
pub async fn keys_outlive_the_process(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.reopened(trial.remembering(keep()).await?).await?;
    send(&*log, "sent", "k", ann(), 0).await;
    log.paused("t").await;
    told(post(&*log, "t", "p", 2).await);
    let log = trial.reopened(log).await?;
    same("what the send's key finds", found(&*log, &ann(), None, "k", 1).await, Some(task("sent")));
    same("what the send leads to", send(&*log, "again", "k", ann(), WINDOW - 1).await, (task("sent"), false));
    same("what the post's key finds", found(&*log, &ann(), Some("t"), "p", 2).await, Some(task("t")));
    same("the post", told(post(&*log, "t", "p", 3).await).0, 3);
    same(
        "what another owner's send makes",
        send(&*log, "his", "k", scope("bob"), 1).await,
        (task("his"), true),
    );
    same(
        "what a send behind the window makes",
        send(&*log, "late", "k", ann(), WINDOW).await,
        (task("late"), true),
    );
    Ok(())
}
