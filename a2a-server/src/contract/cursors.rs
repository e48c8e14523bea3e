//! Readers: each is a place in one task's log, and pulls what is behind it.
//!
//! A cursor that a client was given is good for as long as the tail reaches back to it, and then it is told the task
//! instead. So a stream that breaks goes on where it was, and loses no state in any case.

use a2a_core::TaskState;

use super::{
    Trial,
    claim::same,
    fixture::{Numbers, chunk, done, page_of, status},
    promise::promises,
    steps::Steps,
};
use crate::log::Limit;

promises! { "cursors":
    a_reader_that_joins_anywhere_reads_the_rest_once,
    readers_of_one_task_do_not_move_each_other,
    a_page_has_at_least_one_entry_and_ends_at_its_limits,
    a_reader_without_a_place_begins_with_the_task,
    a_place_that_the_log_never_had_begins_with_the_task,
    a_task_that_has_ended_is_still_read,
    a_reader_that_has_everything_is_answered_at_once,
}

/// From every place of the log, its beginning and end included, a reader gets what is behind it: all of it, once, in
/// pages of any size, also what is written later.
pub async fn a_reader_that_joins_anywhere_reads_the_rest_once(trial: &Trial) {
    let log = trial.log().await;
    let mut numbers = Numbers::from(7);
    let (lease, _) = log.begin("t", numbers.batch(0)).await;
    for n in 1..10 {
        log.write(&lease, numbers.batch(n)).await;
    }
    let before = log.entries("t").await;
    let mut readers = Vec::new();
    for after in 0..=before.len() as u64 {
        readers.push(log.reader("t", Some(after)).await);
    }
    log.write(&lease, numbers.batch(11)).await;
    let all = log.entries("t").await;
    for (after, mut reader) in readers.into_iter().enumerate() {
        let what = format!("the reader behind entry {after}");
        same(format!("whether {what} is told the task"), reader.snapshot.is_some(), false);
        let read = log.rest(&mut reader.cursor, page_of(after % 4 + 1)).await;
        let pairs = |entries: &[crate::log::LogEntry]| -> Vec<_> {
            entries.iter().map(|entry| (entry.seq, entry.entry.clone())).collect()
        };
        same(&what, pairs(&read), pairs(&all[after..]));
        same(format!("where {what} comes to"), reader.cursor.seq(), all.len() as u64);
    }
}

/// Each cursor is its own: one that reads, or is dropped, changes nothing for another.
pub async fn readers_of_one_task_do_not_move_each_other(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", (1..10).map(|n| chunk(n, "a", "b")).collect()).await;
    let mut first = log.reader("t", Some(0)).await.cursor;
    let mut second = log.reader("t", Some(0)).await.cursor;
    same("the first page of the first", log.page(&mut first, page_of(4)).await.len(), 4);
    same("the first entry of the second", log.page(&mut second, page_of(1)).await[0].seq, 1);
    drop(second);
    same("the next entry of the first", log.page(&mut first, page_of(1)).await[0].seq, 5);
}

/// A page ends with the entry that crosses its bytes or makes up its number, but it is never empty while there is
/// more, or a reader with small pages would stand still.
pub async fn a_page_has_at_least_one_entry_and_ends_at_its_limits(trial: &Trial) {
    let log = trial.log().await;
    let text = "x".repeat(1_000);
    log.begin("t", (1..10).map(|n| chunk(n, "a", &text)).collect()).await;
    for (entries, bytes, least, most) in [
        (0, 0, 1, 1),
        (1, usize::MAX, 1, 1),
        (3, 0, 1, 1),
        (3, usize::MAX, 3, 3),
        (100, 2_100, 1, 3),
        (usize::MAX, usize::MAX, 9, 9),
    ] {
        let mut reader = log.reader("t", Some(1)).await;
        let mut limit = Limit::default();
        (limit.entries, limit.bytes) = (entries, bytes);
        let got = log.page(&mut reader.cursor, limit).await.len();
        assert!(
            (least..=most).contains(&got),
            "a page of {entries} entries or {bytes} bytes was to have {least} to {most} entries, but has {got}",
        );
        same("where the reader stands", reader.cursor.seq(), 1 + got as u64);
    }
}

/// A reader that says no place is told the task as it stands, and reads what is behind that.
pub async fn a_reader_without_a_place_begins_with_the_task(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b"), status(1, TaskState::Working)]).await;
    let mut reader = log.reader("t", None).await;
    let snapshot = reader.snapshot.expect("a reader without a place begins with the task");
    let place = (snapshot.seq, snapshot.state.clone(), reader.state, reader.cursor.seq());
    same("where it begins", place, (3, TaskState::Working, TaskState::Working, 3));
    same("the task it is told", snapshot.to_task(), log.whole("t").await.1);
    same("how many entries are behind it", log.rest(&mut reader.cursor, Limit::default()).await.len(), 0);
    log.write(&lease, vec![chunk(2, "a", "c")]).await;
    let read = log.rest(&mut reader.cursor, Limit::default()).await;
    same("what it reads", read.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4]);
}

/// A place beyond the end is not waited for: it is no place of this log, so its reader is told the task.
pub async fn a_place_that_the_log_never_had_begins_with_the_task(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for ended in [false, true] {
        let last = if ended { log.write(&lease, vec![done(1)]).await.seq } else { 1 };
        for after in [last + 1, 1 << 40, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
            let reader = log.reader("t", Some(after)).await;
            let told = reader.snapshot.map(|snapshot| snapshot.seq);
            same(
                format!("what is told to a reader behind {after}"),
                (told, reader.cursor.seq()),
                (Some(last), last),
            );
        }
    }
}

/// The end of a task ends no reader: one that comes back later gets what it hasn't seen, the end included.
pub async fn a_task_that_has_ended_is_still_read(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    let mut early = log.reader("t", Some(1)).await;
    log.write(&lease, vec![chunk(2, "a", "c"), done(3)]).await;
    for after in 0..=4 {
        let mut reader = log.reader("t", Some(after)).await;
        same(
            "whether it is told the task, and where that stands",
            (reader.snapshot.is_some(), reader.state),
            (false, TaskState::Completed),
        );
        let rest = log.rest(&mut reader.cursor, Limit::default()).await;
        same(format!("how many entries are behind {after}"), rest.len() as u64, 4 - after);
    }
    same("what a reader from before reads", log.rest(&mut early.cursor, Limit::default()).await.len(), 3);
    let told = log.reader("t", None).await.snapshot.expect("a reader without a place begins with the task");
    same(
        "the task that is told",
        (told.seq, told.state.clone(), told.to_task()),
        (4, TaskState::Completed, log.whole("t").await.1),
    );
}

/// `read` never waits: with nothing new it answers an empty page, again and again, for others say when to read.
pub async fn a_reader_that_has_everything_is_answered_at_once(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", Vec::new()).await;
    let mut cursor = log.reader("t", Some(1)).await.cursor;
    for _ in 0..3 {
        same("how many entries are read", log.page(&mut cursor, Limit::default()).await.len(), 0);
        same("where the reader stands", cursor.seq(), 1);
    }
}
