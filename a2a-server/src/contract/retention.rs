//! What a log keeps at most: finished tasks go, unfinished ones never, and a task doesn't grow without end.
//!
//! Whatever callers do, a log that runs for a year takes no more than its settings say. How bytes are counted is its
//! own business, so these promises leave it room; how many tasks may be unfinished is counted exactly.

use a2a_core::TaskState;

use super::{
    Trial,
    claim::{refused, same},
    fixture::{ann, artifact, chunk, done, new, opened, page_of, progress, query, said, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Created, LogError, Page, Retention, View};

promises! { "retention":
    finished_tasks_go_in_the_order_of_their_ends,
    an_unfinished_task_never_goes,
    the_task_that_ended_last_stays_however_large_it_is,
    a_reader_of_a_task_that_goes_reads_on_or_learns_it,
    a_full_log_takes_no_new_task_until_one_ends,
    a_task_that_would_grow_too_large_takes_only_its_end,
    a_first_batch_that_is_too_large_makes_no_task,
    what_was_replaced_does_not_count_for_the_size_of_a_task,
}

/// Over the bytes of finished tasks the one that ended first goes, whenever it began, and is a missing one from then
/// on.
pub async fn finished_tasks_go_in_the_order_of_their_ends(trial: &Trial) {
    let log = trial.keeping(Retention::new().finished_bytes(100_000)).await;
    let (early, _) = log.begin("early", Vec::new()).await;
    let much = "x".repeat(5_000);
    for n in 0..100 {
        let created = log.create(new(&format!("t{n}")), vec![opened(n), chunk(n, "a", &much), done(n)]).await;
        assert!(matches!(created, Ok(Created::Ended(_))), "promised was an end, but it is {created:?}");
    }
    log.write(&early, vec![done(100)]).await;
    let mut kept = Vec::new();
    for n in 0..100 {
        kept.push(log.header(&ann(), &task(&format!("t{n}"))).await.is_ok());
    }
    let first = kept.iter().position(|kept| *kept).unwrap_or(100);
    assert!((50..=98).contains(&first), "of 100 tasks of 5 kB in 100 kB those from {first} on were kept");
    same("whether all later ones are kept", kept[first..].iter().all(|kept| *kept), true);
    same("the state of the one that ended last", log.stands("early").await.head.state, TaskState::Completed);
    same("how many are listed", log.tasks(&query(999)).await.total, 100 - first + 1);
    refused!("the first", log.load(&ann(), &task("t0"), View::default()).await, LogError::NotFound);
    refused!("the first, for a reader", log.attach(&ann(), &task("t0"), Some(1)).await, LogError::NotFound);
    refused!(
        "a post to it",
        log.post(&ann(), &task("t0"), turn(1, "t"), None, None).await,
        LogError::NotFound
    );
}

/// A task that runs or is paused stays, whatever it costs: somebody waits for it.
pub async fn an_unfinished_task_never_goes(trial: &Trial) {
    let log = trial.keeping(Retention::new().finished_bytes(0)).await;
    let (lease, _) = log.begin("running", vec![chunk(1, "a", &"x".repeat(10_000))]).await;
    log.paused("paused").await;
    for n in 0..100 {
        log.ended(&format!("t{n}"), 1_000_000_000 + n).await;
    }
    same("the places of both", (log.whole("running").await.0, log.whole("paused").await.0), (2, 2));
    same("the place of what the run appends", log.write(&lease, vec![chunk(2, "a", "b")]).await.seq, 3);
    same("the place of a turn", log.say("paused", turn(3, "yes")).await.seq, 3);
}

/// Whoever waited for an end finds it, also where nothing finished is to be kept.
pub async fn the_task_that_ended_last_stays_however_large_it_is(trial: &Trial) {
    let log = trial.keeping(Retention::new().finished_bytes(0)).await;
    for n in 0..10 {
        let name = format!("t{n}");
        log.ended(&name, n).await;
        same(format!("the last entry of {name}"), log.whole(&name).await.0, 2);
    }
    let (lease, _) = log.begin("large", vec![chunk(1, "a", &"x".repeat(100_000))]).await;
    log.write(&lease, vec![done(20)]).await;
    same("the last entry of a large one", log.whole("large").await.0, 3);
}

/// A reader that is attached to a task that goes reads it to its end, or is told that there is no such task; never a
/// part of it as if that were all.
pub async fn a_reader_of_a_task_that_goes_reads_on_or_learns_it(trial: &Trial) {
    for keep in [Retention::new(), Retention::new().pinned_bytes(0)] {
        let log = trial.keeping(keep.finished_bytes(0)).await;
        log.ended("t", 0).await;
        let mut reader = log.reader("t", Some(0)).await.cursor;
        for n in 0..100 {
            log.ended(&format!("t{n}"), n).await;
        }
        let mut next = 0;
        loop {
            match log.read(&mut reader, page_of(1)).await {
                Ok(Page::Entries(page)) => match &*page {
                    [entry] if entry.seq > next => next = entry.seq,
                    _ => break same("the last entry that is read", next, 2),
                },
                Ok(Page::Trimmed(snapshot)) if snapshot.seq > next => next = snapshot.seq,
                Ok(Page::Trimmed(snapshot)) => {
                    panic!("a reader of {next} entries was told a task of {}", snapshot.seq)
                }
                Err(LogError::NotFound) => break,
                Err(error) => panic!("promised was the rest, or NotFound, but it is {error:?}"),
            }
        }
    }
}

/// As many tasks as the setting says may be unfinished; then a new one is refused with `Full`, unless it ends at once,
/// until one ends.
pub async fn a_full_log_takes_no_new_task_until_one_ends(trial: &Trial) {
    let log = trial.keeping(Retention::new().unfinished(2)).await;
    let (first, _) = log.begin("first", Vec::new()).await;
    log.paused("second").await;
    refused!("a third task", log.create(new("third"), vec![opened(0)]).await, LogError::Full);
    refused!("the refused one", log.header(&ann(), &task("third")).await, LogError::NotFound);
    log.ended("at once", 0).await;
    log.write(&first, vec![done(1)]).await;
    refused!("an id that is taken", log.create(new("second"), vec![opened(0)]).await, LogError::Store(_));
    log.begin("third", Vec::new()).await;
    refused!("a fourth task", log.create(new("fourth"), vec![opened(0)]).await, LogError::Full);
}

/// What would make the task larger than it may be is refused with `TooLarge`, all of it, from both doors; the entry
/// that ends the task is taken in any case, so that it can be ended saying so.
pub async fn a_task_that_would_grow_too_large_takes_only_its_end(trial: &Trial) {
    let log = trial.keeping(Retention::new().task_bytes(50_000)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let much = "x".repeat(30_000);
    log.write(&lease, vec![chunk(1, "a", &much)]).await;
    let before = (log.whole("t").await, log.stands("t").await);
    let batch = vec![chunk(1, "a", "little"), chunk(1, "a", &much), done(1)];
    refused!("a batch of too much", log.append(&lease, batch).await, LogError::TooLarge { limit: 50_000 });
    let post = log.post(&ann(), &task("t"), turn(1, &much), None, None).await;
    refused!("a turn of too much", post, LogError::TooLarge { .. });
    same("the task", (log.whole("t").await, log.stands("t").await), before);
    same("the place of a little more", log.write(&lease, vec![chunk(1, "a", "little")]).await.seq, 3);
    let end = log.write(&lease, vec![said(2, TaskState::Failed, &much)]).await;
    same("the end", (end.seq, end.state), (4, TaskState::Failed));
}

/// The same of what a task begins with: nothing of it is there, and its id is free.
pub async fn a_first_batch_that_is_too_large_makes_no_task(trial: &Trial) {
    let log = trial.keeping(Retention::new().task_bytes(50_000)).await;
    for replays in [true, false] {
        for end in [None, Some(done(1))] {
            let mut create = new("t");
            create.replays = replays;
            let mut first = vec![opened(1), chunk(1, "a", &"x".repeat(100_000))];
            first.extend(end);
            refused!("a task of too much", log.create(create, first).await, LogError::TooLarge { .. });
        }
    }
    refused!("the refused one", log.header(&ann(), &task("t")).await, LogError::NotFound);
    log.begin("t", Vec::new()).await;
}

/// Only what the task has counts, not what it once had: an artifact may be replaced and progress told without end.
pub async fn what_was_replaced_does_not_count_for_the_size_of_a_task(trial: &Trial) {
    let log = trial.keeping(Retention::new().task_bytes(50_000)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for n in 0..60 {
        let replaced = artifact(n, "a", &"x".repeat(10_000));
        log.write(&lease, vec![replaced, status(n, TaskState::Working)]).await;
    }
    for _ in 0..20 {
        log.write(&lease, (0..50).map(progress).collect()).await;
    }
}
