//! What the next process finds.

use std::time::Duration;

use a2a_core::{Entry, EntryBody, Task, TaskState, entry::RunRef};
use a2a_server::{
    log::{Create, Created, Limit, ListPlace, LogError, Retention, TaskLog, turn_taken},
    sqlite::Sqlite,
};
use pretty_assertions::assert_eq;

use super::{File, forgetful, rows::number};
use a2a_server::contract::fixture::{
    Numbers, ann, at, cancel, chunk, context, done, folded, key, new, opened, query, said, status, task, turn,
};
use a2a_server::contract::steps::Steps;

/// All that is known of a task: its entries, the task, its header.
async fn everything(log: &Sqlite, name: &str) -> (String, (u64, Task), a2a_server::log::Header) {
    let all = log.entries(name).await;
    (format!("{all:?}"), log.whole(name).await, log.header(&ann(), &task(name)).await.unwrap())
}

type Listed = (Vec<(u64, Task)>, usize, Option<ListPlace>);

/// All tasks of Ann's, in pages.
async fn pages(log: &Sqlite) -> Vec<Listed> {
    let (mut pages, mut next) = (Vec::new(), query(7));
    loop {
        let page = log.list(&ann(), &next).await.unwrap();
        let tasks = page.tasks.iter().map(|task| (task.seq, task.to_task())).collect();
        next.from.clone_from(&page.next);
        pages.push((tasks, page.total, page.next));
        if next.from.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn a_task_is_what_it_was_at_every_append() {
    let file = File::new();
    for seed in 0..6 {
        let (name, mut numbers) = (format!("task-{seed}"), Numbers::from(seed));
        let mut log = file.open_with(&forgetful()).await;
        let (mut lease, _) = log.begin(&name, numbers.batch(0)).await;
        for n in 1..12 {
            match numbers.below(5) {
                0 => drop(log.post(&ann(), &task(&name), turn(n, "more"), None, None).await.unwrap()),
                1 => drop(log.post(&ann(), &task(&name), cancel(n), None, None).await.unwrap()),
                _ => drop(log.append(&lease, numbers.batch(n)).await.unwrap()),
            }
            let before = everything(&log, &name).await;
            log.close().await;
            log = file.open_with(&forgetful()).await;
            assert_eq!(everything(&log, &name).await, before);
            lease = log.orphans(1).await.unwrap().remove(0);
        }
        log.append(&lease, vec![done(40)]).await.unwrap();
        let before = everything(&log, &name).await;
        log.close().await;
        let log = file.open().await;
        assert_eq!(everything(&log, &name).await, before);
        assert_eq!(before.1.1, folded(&name, &log.entries(&name).await));
        log.close().await;
    }
}

#[tokio::test]
async fn a_log_that_was_dropped_instead_of_closed_is_all_there() {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![chunk(2, "a", "c"), said(3, TaskState::InputRequired, "what?")]).await.unwrap();
    let before = everything(&log, "t").await;
    // The copy is what a process that is killed now leaves.
    let copy = File::new();
    log.backup_to(copy.path()).await.unwrap();
    drop(log);
    let log = copy.open().await;
    assert_eq!(everything(&log, "t").await, before);
}

#[tokio::test]
async fn a_list_is_the_same_from_memory_and_from_the_file() {
    let file = File::new();
    let log = file.open().await;
    for n in 0..30 {
        let name = format!("t{n}");
        match n % 3 {
            0 => drop(log.ended(&name, n / 4).await),
            1 => {
                let (lease, _) = log.begin(&name, vec![chunk(n, "a", "b")]).await;
                log.append(&lease, vec![said(n, TaskState::InputRequired, "what?")]).await.unwrap();
            }
            _ => drop(log.begin(&name, vec![chunk(n, "a", "b"), status(n / 4, TaskState::Working)]).await),
        }
    }
    let before = pages(&log).await;
    assert_eq!(before.iter().map(|page| page.0.len()).sum::<usize>(), 30);
    log.close().await;
    let log = file.open_with(&Sqlite::options().cache_bytes(0)).await;
    assert_eq!(pages(&log).await, before);
}

#[tokio::test]
async fn a_run_that_died_is_tried_again_with_what_opened_its_task_though_that_was_trimmed() {
    let file = File::new();
    let options = Sqlite::options()
        .retention(
            Retention::new().checkpoint_bytes(0).tail_bytes(0).pinned_task_bytes(0).tail_age(Duration::ZERO),
        )
        .cache_bytes(0);
    let log = file.open_with(&options).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    log.post(&ann(), &task("t"), turn(1, "one"), None, None).await.unwrap();
    let taken = EntryBody::Record(turn_taken(2));
    log.append(&lease, vec![Entry::written(at(2), RunRef::new(1), taken)]).await.unwrap();
    log.post(&ann(), &task("t"), turn(3, "two"), None, None).await.unwrap();
    for n in 4..40 {
        log.append(&lease, vec![chunk(n, "a", &"long ".repeat(200))]).await.unwrap();
    }
    log.close().await;
    let log = file.open_with(&options).await;
    assert!(number(&log, "SELECT min(last) FROM task_batch").await > 4, "the first batches are gone");
    let again = log.orphans(9).await.unwrap().remove(0);
    let start = log.start(&again, again.consumed).await.unwrap();
    assert_eq!((again.run.run, again.run.attempt, start.taken), (1, 2, 2));
    assert_eq!(start.turns.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(*start.turns[0].1, opened(0));
    assert_eq!(*start.turns[1].1, turn(1, "one"));
    assert_eq!(start.task.artifacts[0].parts.len(), 36);
    // What was consumed isn't kept any longer.
    log.append(&again, vec![status(50, TaskState::InputRequired)]).await.unwrap();
    assert_eq!(log.release(&again, 4).await.unwrap(), None);
    log.close().await;
    let log = file.open_with(&options).await;
    assert_eq!(number(&log, "SELECT count(*) FROM task_turn").await, 0);
    assert_eq!(log.orphans(9).await.unwrap(), []);
}

#[tokio::test]
async fn a_task_that_ended_without_time_to_be_stored_whole_is_stored_whole_by_the_next_process() {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![done(2)]).await.unwrap();
    let before = everything(&log, "t").await;
    log.close().await;
    super::rows::change(&file, "UPDATE task SET tail = 2").await;
    super::rows::change(&file, "DELETE FROM task_fold").await;
    let log = file.open().await;
    assert_eq!(everything(&log, "t").await, before);
    log.close().await;
    let log = file.open().await;
    assert_eq!(number(&log, "SELECT seq FROM task_fold").await, 3);
    assert_eq!(number(&log, "SELECT tail FROM task").await, 1);
    assert_eq!(everything(&log, "t").await, before);
}

#[tokio::test]
async fn keys_are_known_within_their_window_and_their_number() {
    let file = File::new();
    let options = Sqlite::options().retention(Retention::new().keys(3));
    let log = file.open_with(&options).await;
    for n in 0..5 {
        let create = Create::new(task(&format!("t{n}")), context(), ann(), Some(key(&format!("k{n}"))));
        assert!(matches!(log.create(create, vec![opened(n), done(n)]).await.unwrap(), Created::Ended(_)));
    }
    log.close().await;
    let log = file.open_with(&options).await;
    let mut known = Vec::new();
    for n in 0..5 {
        known.push(log.find(&ann(), None, &key(&format!("k{n}")), at(9)).await.unwrap().is_some());
    }
    assert_eq!(known, [false, false, true, true, true]);
    assert_eq!(log.find(&ann(), None, &key("k4"), at(600_004)).await.unwrap(), None);
}

#[tokio::test]
async fn readers_on_many_threads_read_a_task_from_the_file_once() {
    let file = File::new();
    let log = file.open().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![done(2)]).await.unwrap();
    log.close().await;
    let log = file.open().await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let log = log.clone();
        readers.spawn(async move {
            let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
            let all = log.rest(&mut reader, Limit::default()).await;
            all.iter().map(|entry| std::sync::Arc::as_ptr(&entry.entry) as usize).collect::<Vec<_>>()
        });
    }
    let all = readers.join_all().await;
    assert!(all.iter().all(|one| *one == all[0]), "one task was read into memory twice");
}

#[tokio::test]
async fn a_task_that_is_asked_for_before_it_is_made_is_made() {
    let file = File::new();
    let log = file.open().await;
    assert!(matches!(log.header(&ann(), &task("t")).await, Err(LogError::NotFound)));
    log.create(new("t"), vec![opened(0)]).await.unwrap();
    assert_eq!(log.whole("t").await.0, 1);
}
