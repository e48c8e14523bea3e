//! What a task is: the fold of its entries, at every place of its log and however it is kept.
//!
//! [`load`](crate::log::TaskLog::load) and the snapshots of readers are answered from whatever the log has folded and
//! what is behind that. It is the same task as if all entries had been folded by [`Fold`], which is
//! what clients do.

use std::sync::Arc;

use a2a_core::{Fold, Task, TaskState};

use super::{
    Skipped, Trial,
    claim::same,
    fixture::{Numbers, ann, cancel, chunk, done, folded, page_of, said, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Artifacts, Lease, LogCursor, Page, Retention, Seq, Snapshot, TaskLog, View};

promises! { "reading":
    a_task_is_the_fold_of_its_entries_at_every_append,
    a_task_that_is_folded_at_every_append_is_the_same,
    a_snapshot_and_what_is_behind_it_are_the_whole_task,
    a_snapshot_of_a_trimmed_log_and_what_is_behind_it_are_the_whole_task,
    a_task_behind_a_crash_is_the_fold_of_its_entries,
    readers_and_writer_at_once_see_the_same_log,
    a_view_has_what_is_wanted,
}

/// Writes to a task for a while in every way that doesn't end it.
async fn write(log: &dyn TaskLog, lease: &Lease, numbers: &mut Numbers, millis: i64) {
    let name = lease.task.as_str();
    match numbers.below(5) {
        0 => _ = log.say(name, turn(millis, "more")).await,
        1 => _ = log.say(name, cancel(millis)).await,
        _ => _ = log.write(lease, numbers.batch(millis)).await,
    }
}

async fn check(log: &dyn TaskLog, name: &str) {
    let all = log.entries(name).await;
    let expected = folded(name, &all);
    same(format!("the state of {name}"), log.stands(name).await.head.state, expected.status.state.clone());
    same(format!("the task {name}"), log.whole(name).await, (all.len() as Seq, expected));
}

async fn check_at_every_append(log: &dyn TaskLog, tasks: u64) {
    for seed in 0..tasks {
        let (name, mut numbers) = (format!("task-{seed}"), Numbers::from(seed));
        let (lease, _) = log.begin(&name, numbers.batch(0)).await;
        for n in 1..30 {
            write(log, &lease, &mut numbers, n).await;
            check(log, &name).await;
        }
        log.write(&lease, vec![done(40)]).await;
        check(log, &name).await;
    }
}

/// Whatever was written in whatever order, the task that is read behind each append is the fold of all entries.
pub async fn a_task_is_the_fold_of_its_entries_at_every_append(trial: &Trial) {
    check_at_every_append(&*trial.log().await, 12).await;
}

/// How often a log folds is its own business and shows nowhere: with no bytes between two checkpoints it is the same.
pub async fn a_task_that_is_folded_at_every_append_is_the_same(trial: &Trial) {
    check_at_every_append(&*trial.keeping(Retention::new().checkpoint_bytes(0)).await, 12).await;
}

/// The task of a snapshot, with what its reader then reads.
async fn followed(log: &dyn TaskLog, snapshot: &Snapshot, cursor: &mut LogCursor) -> Task {
    let mut fold = Fold::new(snapshot.to_task());
    let mut next = snapshot.seq;
    loop {
        match log.read(cursor, page_of(7)).await.expect("read answers") {
            Page::Entries(page) if page.is_empty() => break,
            Page::Entries(page) => {
                for entry in page {
                    next += 1;
                    same("the number of the entry behind a snapshot", entry.seq, next);
                    fold.apply_entry(&entry.entry);
                }
            }
            Page::Trimmed(snapshot) => {
                assert!(
                    snapshot.seq > next,
                    "a reader of {next} entries was given a task of {}",
                    snapshot.seq
                );
                (fold, next) = (Fold::new(snapshot.to_task()), snapshot.seq);
            }
        }
    }
    same("where the reader comes to", cursor.seq(), next);
    fold.into_task()
}

async fn check_snapshots(log: &dyn TaskLog) {
    let mut numbers = Numbers::from(5);
    let (lease, _) = log.begin("t", numbers.batch(0)).await;
    let mut readers = Vec::new();
    for n in 1..60 {
        write(log, &lease, &mut numbers, n).await;
        let attached = log.reader("t", None).await;
        let snapshot = attached.snapshot.expect("a reader without a place begins with the task");
        same("where a reader begins", attached.cursor.seq(), snapshot.seq);
        readers.push((snapshot, attached.cursor));
    }
    log.write(&lease, vec![chunk(60, "a", "last"), done(61)]).await;
    let (_, expected) = log.whole("t").await;
    for (snapshot, mut cursor) in readers {
        let what = format!("the task at {} with what is behind it", snapshot.seq);
        same(what, followed(log, &snapshot, &mut cursor).await, expected.clone());
    }
}

/// A reader that begins with the task at any place and reads on has in the end what is read whole.
pub async fn a_snapshot_and_what_is_behind_it_are_the_whole_task(trial: &Trial) {
    check_snapshots(&*trial.log().await).await;
}

/// The same where little is kept and so every reader is overtaken: it begins anew with a later task and has all.
pub async fn a_snapshot_of_a_trimmed_log_and_what_is_behind_it_are_the_whole_task(trial: &Trial) {
    let keep = Retention::new().checkpoint_bytes(0).tail_bytes(1_000).pinned_task_bytes(0).pinned_bytes(0);
    check_snapshots(&*trial.keeping(keep).await).await;
}

/// A process that is started behind one that was killed reads the same tasks, at whatever place it was killed.
pub async fn a_task_behind_a_crash_is_the_fold_of_its_entries(trial: &Trial) -> Result<(), Skipped> {
    for (seed, checkpoint) in [(0, 0), (1, 500), (2, Retention::CHECKPOINT_BYTES)] {
        let mut log = trial.outliving(Retention::new().checkpoint_bytes(checkpoint)).await?;
        let mut numbers = Numbers::from(seed);
        let (mut lease, _) = log.begin("t", numbers.batch(0)).await;
        for n in 1..6 {
            for _ in 0..numbers.below(8) {
                write(&*log, &lease, &mut numbers, n).await;
            }
            log.write(&lease, vec![status(n, TaskState::Working)]).await;
            let before = (log.whole("t").await, log.stands("t").await.head);
            log = trial.reopened(log).await?;
            same("the task behind a crash", (log.whole("t").await, log.stands("t").await.head), before);
            check(&*log, "t").await;
            lease =
                log.orphans(9).await.expect("orphans answers").pop().expect("the run died with its process");
        }
        log.write(&lease, vec![done(10)]).await;
        check(&*log, "t").await;
    }
    Ok(())
}

/// Readers that read while the task is written see every entry once and in its order, and none before it is counted.
pub async fn readers_and_writer_at_once_see_the_same_log(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut readers = tokio::task::JoinSet::new();
    for n in 0..6 {
        let log = Arc::clone(&log);
        let mut reader = log.reader("t", (n % 2 == 0).then_some(0)).await;
        readers.spawn(async move {
            let mut seen = reader.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
            loop {
                let page = log.page(&mut reader.cursor, page_of(n + 1)).await;
                for entry in &page {
                    seen += 1;
                    same("the number of the entry that is read next", entry.seq, seen);
                }
                if page.last().is_some_and(|last| last.entry.body.is_terminal()) {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    let mut numbers = Numbers::from(3);
    for n in 0..100 {
        log.write(&lease, numbers.batch(n)).await;
        tokio::task::yield_now().await;
    }
    let end = log.write(&lease, vec![done(301)]).await.seq;
    same("what each reader has seen", readers.join_all().await, [end; 6]);
}

/// A view has the latest messages of as many as are wanted, and artifacts if they are, of a task that runs or has
/// ended.
pub async fn a_view_has_what_is_wanted(trial: &Trial) {
    let log = trial.log().await;
    let said = |length: usize| said(1, TaskState::InputRequired, &"x".repeat(length));
    let (lease, _) = log.begin("t", (0..4).map(said).collect()).await;
    log.write(&lease, vec![chunk(5, "a", "b"), status(6, TaskState::Working), chunk(7, "a", "c")]).await;
    for ended in [false, true] {
        if ended {
            log.write(&lease, vec![done(8)]).await;
        }
        let whole = folded("t", &log.entries("t").await);
        for history in [Some(0), Some(2), Some(100), None] {
            for artifacts in [Artifacts::Absent, Artifacts::Present, Artifacts::Always] {
                let mut view = View::default();
                (view.history, view.artifacts) = (history, artifacts);
                let mut wanted = whole.clone();
                wanted.limit_history(history);
                if artifacts == Artifacts::Absent {
                    wanted.artifacts.clear();
                }
                let snapshot = log.load(&ann(), &task("t"), view).await.expect("load finds the task");
                let mut json = Vec::new();
                snapshot.write(&mut json);
                let what =
                    format!("the view {view:?} of a task that has {}ended", if ended { "" } else { "not " });
                same(&what, snapshot.to_task(), wanted.clone());
                same(&what, serde_json::from_slice::<Task>(&json).expect("it is JSON of a task"), wanted);
            }
        }
    }
}
