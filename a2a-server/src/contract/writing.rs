//! The door of the run: it appends under its lease, whole batches or nothing, and nothing behind the end.
//!
//! Every entry has the next number whoever wrote it, so what a reader has seen is one number, and a gap is a loss.

use std::sync::Arc;

use a2a_core::TaskState;

use super::{
    Trial,
    claim::{refused, same},
    fixture::{ann, cancel, chunk, done, folded, opened, record, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Head, LogError, Seq};

promises! { "writing":
    what_a_run_appends_is_counted_without_a_gap,
    a_run_neither_opens_nor_posts,
    an_append_shows_what_came_in_meanwhile,
    entries_behind_the_end_in_a_batch_are_dropped,
    nothing_is_taken_behind_the_end,
    many_writers_at_once_leave_no_gap,
    an_end_among_many_writers_is_the_last_entry,
}

/// Entries are numbered from 1 without a gap, whatever they say, and an empty append answers where the task stands.
pub async fn what_a_run_appends_is_counted_without_a_gap(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let head = log.write(&lease, vec![chunk(1, "a", "b"), record(1), chunk(1, "a", "c")]).await;
    same("the head", head.clone(), Head::new(4, TaskState::Submitted, false, 0));
    same("the head of an empty append", log.write(&lease, Vec::new()).await, head);
    same("the place of a status", log.write(&lease, vec![status(2, TaskState::Working)]).await.seq, 5);
    let seqs: Vec<_> = log.entries("t").await.iter().map(|entry| entry.seq).collect();
    same("the numbers that are read", seqs, [1, 2, 3, 4, 5]);
}

/// A run that opens a task or posts a turn is refused as a whole, for only the other doors do that.
pub async fn a_run_neither_opens_nor_posts(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for entry in [opened(1), turn(1, "mine")] {
        let what = format!("{entry:?} of a run");
        refused!(what, log.append(&lease, vec![record(1), entry]).await, LogError::Store(_));
    }
    same("the last entry", log.whole("t").await.0, 1);
}

/// Each append answers the task's head with the last turn and the wish to cancel, so a run learns of both by writing.
pub async fn an_append_shows_what_came_in_meanwhile(trial: &Trial) {
    let log = trial.log().await;
    let (lease, head) = log.begin("t", vec![status(1, TaskState::Working)]).await;
    same("the head at first", head, Head::new(2, TaskState::Working, false, 0));
    log.say("t", turn(2, "one")).await;
    log.say("t", turn(2, "two")).await;
    let head = log.write(&lease, vec![chunk(3, "a", "b")]).await;
    same("the head behind two turns", head, Head::new(5, TaskState::Working, false, 4));
    log.say("t", cancel(4)).await;
    let head = log.write(&lease, vec![status(5, TaskState::Working)]).await;
    same("the head behind a wish", head.clone(), Head::new(7, TaskState::Working, true, 4));
    let renewed = log.renew(&[lease]).await.expect("renew answers");
    same("what renew answers", renewed, [Some(head.clone())]);
    same("what the header says", log.stands("t").await.head, head);
}

/// The first terminal entry of a batch is the last one that is taken.
pub async fn entries_behind_the_end_in_a_batch_are_dropped(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let batch = vec![chunk(1, "a", "b"), status(1, TaskState::Failed), done(1), chunk(1, "a", "c")];
    same("the head", log.write(&lease, batch).await, Head::new(3, TaskState::Failed, false, 0));
    let all = log.entries("t").await;
    same("how many entries there are", all.len(), 3);
    same("the task", log.whole("t").await, (3, folded("t", &all)));
}

/// An end is final: both doors refuse with `Terminal` and the task stays as it is, for every terminal state.
pub async fn nothing_is_taken_behind_the_end(trial: &Trial) {
    let log = trial.log().await;
    for state in [TaskState::Completed, TaskState::Failed, TaskState::Canceled, TaskState::Rejected] {
        let name = format!("t-{state:?}");
        let (lease, _) = log.begin(&name, Vec::new()).await;
        log.write(&lease, vec![status(1, state)]).await;
        let before = (log.whole(&name).await, log.stands(&name).await);
        for entry in [chunk(2, "a", "b"), status(2, TaskState::Working), done(2), record(2)] {
            refused!("a late entry", log.append(&lease, vec![entry]).await, LogError::Terminal);
        }
        for entry in [turn(2, "late"), cancel(2)] {
            refused!(
                "a late post",
                log.post(&ann(), &task(&name), entry, None, None).await,
                LogError::Terminal
            );
        }
        refused!("a late start", log.start(&lease, 0).await, LogError::Terminal);
        same("the task", (log.whole(&name).await, log.stands(&name).await), before);
    }
}

/// Appends, turns and wishes of many tasks at the same time each get a number of their own, without a gap.
pub async fn many_writers_at_once_leave_no_gap(trial: &Trial) {
    const EACH: usize = 60;
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (log, lease) = (Arc::clone(&log), lease.clone());
        writers.spawn(async move {
            for n in 0..EACH {
                match (writer + n) % 4 {
                    0 => _ = log.say("t", turn(1, "t")).await,
                    1 => _ = log.say("t", cancel(1)).await,
                    2 => _ = log.write(&lease, vec![chunk(1, "a", "b")]).await,
                    _ => _ = log.write(&lease, vec![chunk(1, "b", "c"), record(1)]).await,
                }
            }
        });
    }
    writers.join_all().await;
    let all = log.entries("t").await;
    let seqs: Vec<_> = all.iter().map(|entry| entry.seq).collect();
    same("the numbers", seqs.clone(), (1..=(1 + 8 * EACH + 8 * EACH / 4) as Seq).collect::<Vec<_>>());
    same("the task", log.whole("t").await, (seqs.len() as Seq, folded("t", &all)));
}

/// Whoever writes while the task ends is either before the end or refused, and the end is the last entry.
pub async fn an_end_among_many_writers_is_the_last_entry(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut posters = tokio::task::JoinSet::new();
    for n in 0..8 {
        let log = Arc::clone(&log);
        posters.spawn(async move {
            let mut last = 0;
            loop {
                let entry = if n % 2 == 0 { turn(1, "t") } else { cancel(1) };
                match log.post(&ann(), &task("t"), entry, None, None).await {
                    Ok(posted) => last = last.max(posted.seq),
                    Err(LogError::Terminal) => return last,
                    Err(error) => panic!("a post beside an end: promised was Terminal, but it is {error:?}"),
                }
                tokio::task::yield_now().await;
            }
        });
    }
    for n in 0..20 {
        log.write(&lease, vec![chunk(n, "a", "b")]).await;
        tokio::task::yield_now().await;
    }
    let end = log.write(&lease, vec![done(20)]).await.seq;
    let last = posters.join_all().await.into_iter().max().unwrap_or_default();
    assert!(last < end, "a post got the place {last} in a task that ended at {end}");
    let all = log.entries("t").await;
    same(
        "the last entry that is read",
        all.last().map(|last| (last.seq, last.entry.body.is_terminal())),
        Some((end, true)),
    );
    same("how many entries there are", all.len() as Seq, end);
}
