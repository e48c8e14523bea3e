//! Posts that are safe to repeat: a key of a task leads to the entry that the first post of it wrote.
//!
//! Like [`keys`](super::keys) of sends, and skipped like them for a log that remembers none.

use std::sync::Arc;

use a2a_core::TaskState;

use super::{
    Skipped, Trial,
    claim::{refused, same},
    fixture::{ann, done, key, status, task, turn},
    keys::{WINDOW, found, keep, post, send, told},
    promise::promises,
    steps::Steps,
};
use crate::log::{LeaseRequest, LogError};

promises! { "repeats":
    a_post_is_repeated_safely,
    a_repeated_post_is_answered_behind_the_end,
    a_post_that_failed_takes_no_key,
    posts_at_once_with_one_key_make_one_entry,
    a_key_that_posts_to_one_task_is_free_for_another,
}

/// A repeated post writes nothing and is answered like the first, but as leased if a run has come since, so that it
/// starts none.
pub async fn a_post_is_repeated_safely(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    log.paused("t").await;
    same("the first post", told(post(&*log, "t", "k", 2).await), (3, 1, false));
    same("the second", told(post(&*log, "t", "k", 2).await), (3, 1, false));
    let next = log.take("t", LeaseRequest::NextRun).await;
    same("the third, beside its run", told(post(&*log, "t", "k", 2).await), (3, 1, true));
    log.write(&next, vec![status(3, TaskState::InputRequired)]).await;
    log.give_back(&next, 3).await;
    same("the fourth, behind its run", told(post(&*log, "t", "k", 2).await), (3, 1, true));
    same("the last entry", log.whole("t").await.0, 4);
    same("a post of another key", told(post(&*log, "t", "other", 4).await), (5, 2, false));
    same("one behind the window", told(post(&*log, "t", "k", 2 + WINDOW).await), (6, 2, false));
    Ok(())
}

/// What was posted in time is answered behind the end too: the key is asked for before the state.
pub async fn a_repeated_post_is_answered_behind_the_end(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    let (lease, _) = log.begin("t", Vec::new()).await;
    same("the first post", told(post(&*log, "t", "k", 1).await), (2, 1, true));
    log.write(&lease, vec![done(2)]).await;
    same("the second", told(post(&*log, "t", "k", 3).await), (2, 1, true));
    refused!("a post of another key", post(&*log, "t", "other", 3).await, LogError::Terminal);
    refused!("one behind the window", post(&*log, "t", "k", 1 + WINDOW).await, LogError::Terminal);
    Ok(())
}

/// A post that was refused takes no key, so what was too large is taken when it is sent smaller.
pub async fn a_post_that_failed_takes_no_key(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep().task_bytes(10_000)).await?;
    log.begin("t", Vec::new()).await;
    let much = turn(1, &"x".repeat(50_000));
    let answer = log.post(&ann(), &task("t"), much, Some(key("k")), None).await;
    refused!("a post of too much", answer, LogError::TooLarge { .. });
    same("what is found of the key", found(&*log, &ann(), Some("t"), "k", 1).await, None);
    same("the next post", told(post(&*log, "t", "k", 1).await), (2, 1, true));
    Ok(())
}

/// Of posts of one key at the same time one is written, and all are answered with its place.
pub async fn posts_at_once_with_one_key_make_one_entry(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    log.paused("t").await;
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let log = Arc::clone(&log);
        posts.spawn(async move { told(post(&*log, "t", "k", 1).await) });
    }
    same("what each was answered", posts.join_all().await, vec![(3, 1, false); 16]);
    same("the last entry", log.whole("t").await.0, 3);
    Ok(())
}

/// The task that a post goes to is part of its key, and posting takes no key of a send.
pub async fn a_key_that_posts_to_one_task_is_free_for_another(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(keep()).await?;
    for name in ["one", "two"] {
        log.begin(name, Vec::new()).await;
        told(post(&*log, name, "k", 1).await);
        same(format!("the last entry of {name}"), log.whole(name).await.0, 2);
    }
    same("what a send makes", send(&*log, "three", "k", ann(), 2).await, (task("three"), true));
    same("a post to the third", told(post(&*log, "three", "k", 3).await), (2, 1, true));
    Ok(())
}
