//! What a log keeps of entries that are in the folded task already: a tail of about so many bytes, for about so long.
//!
//! Without that a client that comes back couldn't go on where it was, and with all of it a task of a million events
//! would be kept twice. A log may trim in whatever units it stores, so these promises say what must be there still and
//! what must be gone by then, with room between.

use std::time::Duration;

use super::{
    Trial,
    claim::same,
    fixture::{chunk, done},
    promise::promises,
    steps::Steps,
};
use crate::log::{Lease, Limit, Retention, Seq, TaskLog};

promises! { "trimming":
    a_tail_within_its_limits_is_kept,
    a_long_tail_is_trimmed,
    entries_that_have_grown_old_are_trimmed,
    a_task_that_has_ended_keeps_a_tail_within_its_limits,
    a_tail_that_grew_old_behind_the_end_is_trimmed_when_others_end,
}

/// Bytes of a tail of about twenty entries of [`write`].
pub(super) const TAIL: usize = 20_000;

/// A log whose tasks are folded at every append and keep a tail of about twenty entries.
pub(super) fn short() -> Retention {
    Retention::new().checkpoint_bytes(0).tail_bytes(TAIL)
}

/// Appends chunks of about 1 kB, one by one.
pub(super) async fn write(log: &dyn TaskLog, lease: &Lease, millis: i64, chunks: usize) {
    let text = "x".repeat(900);
    for n in 0..chunks {
        log.write(lease, vec![chunk(millis, &format!("a{}", n % 3), &text)]).await;
    }
}

/// The first place behind which a reader is told entries; panics if at a later one it isn't.
async fn reach(log: &dyn TaskLog, name: &str) -> Seq {
    let last = log.stands(name).await.head.seq;
    let mut first = None;
    for after in 0..=last {
        let mut reader = log.reader(name, Some(after)).await;
        if reader.snapshot.is_none() {
            first.get_or_insert(after);
            let read = log.rest(&mut reader.cursor, Limit::default()).await.len();
            same(format!("how many entries are behind {after}"), read as Seq, last - after);
        } else {
            same(
                format!("where a reader behind {after} of {last}, which is trimmed, begins"),
                reader.cursor.seq(),
                last,
            );
            same("the first place that isn't trimmed, though a later one is", first, None);
        }
    }
    first.expect("a reader that has everything is told nothing")
}

/// Nothing is trimmed that is young and within the bytes of a tail, so a client that comes back in time misses nothing.
pub async fn a_tail_within_its_limits_is_kept(trial: &Trial) {
    let log = trial.keeping(short()).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&*log, &lease, 1, 5).await;
    write(&*log, &lease, 299_999, 5).await;
    same("the place to which the tail reaches back", reach(&*log, "t").await, 0);
}

/// What is over the bytes of a tail goes from its beginning, without a hole, and what is within them stays.
pub async fn a_long_tail_is_trimmed(trial: &Trial) {
    let log = trial.keeping(short()).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&*log, &lease, 1, 200).await;
    let reach = reach(&*log, "t").await;
    assert!((100..=191).contains(&reach), "a tail of about 20 entries of 201 reaches back to {reach}");
}

/// What is older than the tail's age, by the times of the entries, goes with what is written then.
pub async fn entries_that_have_grown_old_are_trimmed(trial: &Trial) {
    let log = trial.keeping(Retention::new().checkpoint_bytes(0).tail_age(Duration::from_secs(60))).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&*log, &lease, 1, 10).await;
    write(&*log, &lease, 59_000, 1).await;
    same("the place to which the tail reaches back within the age", reach(&*log, "t").await, 0);
    write(&*log, &lease, 180_000, 10).await;
    let reach = reach(&*log, "t").await;
    assert!((11..=12).contains(&reach), "entries up to 12 are too old, but the tail reaches back to {reach}");
}

/// An end trims nothing by itself: clients that were cut off before it come back for it.
pub async fn a_task_that_has_ended_keeps_a_tail_within_its_limits(trial: &Trial) {
    let log = trial.keeping(short()).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&*log, &lease, 1, 10).await;
    log.write(&lease, vec![done(2)]).await;
    log.ended("u", 3).await;
    same("the place to which the tail reaches back", reach(&*log, "t").await, 0);
    let (lease, _) = log.begin("long", Vec::new()).await;
    write(&*log, &lease, 1, 200).await;
    log.write(&lease, vec![done(2)]).await;
    let reach = reach(&*log, "long").await;
    assert!((100..=192).contains(&reach), "a tail of about 20 entries of 202 reaches back to {reach}");
}

/// The entries of an ended task are kept no longer than those of others, and the task itself stays.
pub async fn a_tail_that_grew_old_behind_the_end_is_trimmed_when_others_end(trial: &Trial) {
    let log = trial.keeping(Retention::new().tail_age(Duration::from_secs(60))).await;
    let old = log.ended("old", 0).await.to_task();
    log.ended("young", 119_000).await;
    for n in 0..10 {
        log.ended(&format!("t{n}"), 120_000).await;
    }
    same(
        "whether the old and the young are kept",
        (log.has_all("old").await, log.has_all("young").await),
        (false, true),
    );
    same("the old task", log.whole("old").await, (2, old));
}
