//! What readers see.

use std::sync::Arc;

use a2a_core::TaskState;
use a2a_server::log::{Artifacts, Limit, Page, TaskLog, View};
use pretty_assertions::assert_eq;

use crate::log_fixture::{
    Numbers, ann, begin, cancel, chunk, done, entries, folded, load, page_of, rest, said, status, task, turn,
};

pub(crate) async fn a_task_is_the_fold_of_its_entries_at_every_append(log: Arc<dyn TaskLog>) {
    for seed in 0..40 {
        let (name, mut numbers) = (format!("task-{seed}"), Numbers::from(seed));
        let (lease, _) = begin(&*log, &name, numbers.batch(0)).await;
        for n in 1..30 {
            match numbers.below(5) {
                0 => drop(log.post(&ann(), &task(&name), turn(n, "more"), None).await.unwrap()),
                1 => drop(log.post(&ann(), &task(&name), cancel(n), None).await.unwrap()),
                _ => drop(log.append(&lease, numbers.batch(n)).await.unwrap()),
            }
            let all = entries(&*log, &name).await;
            assert_eq!(load(&*log, &name).await, (all.len() as u64, folded(&name, &all)));
            let header = log.header(&ann(), &task(&name)).await.unwrap();
            assert_eq!(header.head.state, folded(&name, &all).status.state);
        }
        log.append(&lease, vec![done(40)]).await.unwrap();
        let all = entries(&*log, &name).await;
        assert_eq!(load(&*log, &name).await, (all.len() as u64, folded(&name, &all)));
    }
}

pub(crate) async fn a_reader_that_joins_anywhere_reads_the_rest_once(log: Arc<dyn TaskLog>) {
    let mut numbers = Numbers::from(7);
    let (lease, _) = begin(&*log, "t", numbers.batch(0)).await;
    for n in 1..10 {
        log.append(&lease, numbers.batch(n)).await.unwrap();
    }
    let before = entries(&*log, "t").await;
    let mut readers = Vec::new();
    for after in 0..=before.len() as u64 {
        readers.push(log.attach(&ann(), &task("t"), Some(after)).await.unwrap());
    }
    log.append(&lease, numbers.batch(11)).await.unwrap();
    let all = entries(&*log, "t").await;
    for (after, mut reader) in readers.into_iter().enumerate() {
        assert!(reader.snapshot.is_none());
        let read = rest(&*log, &mut reader.cursor, page_of(after % 4 + 1)).await;
        let (read, all): (Vec<_>, Vec<_>) = (read.iter().collect(), all[after..].iter().collect());
        assert_eq!(format!("{read:?}"), format!("{all:?}"));
        assert_eq!(reader.cursor.seq(), after as u64 + all.len() as u64);
    }
}

pub(crate) async fn readers_and_writer_at_once_see_the_same_log(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    let mut readers = tokio::task::JoinSet::new();
    for n in 0..6 {
        let log = Arc::clone(&log);
        let mut reader = log.attach(&ann(), &task("t"), (n % 2 == 0).then_some(0)).await.unwrap();
        readers.spawn(async move {
            let mut seen = reader.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
            loop {
                let Page::Entries(page) = log.read(&mut reader.cursor, page_of(n + 1)).await.unwrap() else {
                    panic!("nothing is trimmed so soon");
                };
                for entry in &page {
                    seen += 1;
                    assert_eq!(entry.seq, seen);
                }
                if page.last().is_some_and(|last| last.entry.body.is_terminal()) {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    let mut numbers = Numbers::from(3);
    for n in 0..300 {
        log.append(&lease, numbers.batch(n)).await.unwrap();
        tokio::task::yield_now().await;
    }
    let end = log.append(&lease, vec![done(301)]).await.unwrap().seq;
    assert_eq!(readers.join_all().await, [end; 6]);
}

pub(crate) async fn a_page_has_at_least_one_entry_and_ends_at_its_limits(log: Arc<dyn TaskLog>) {
    let text = "x".repeat(1000);
    begin(&*log, "t", (1..10).map(|n| chunk(n, "a", &text)).collect()).await;
    for (entries, bytes, want) in
        [(0, 0, 1), (3, 0, 1), (3, usize::MAX, 3), (100, 2100, 2), (usize::MAX, usize::MAX, 9)]
    {
        let mut reader = log.attach(&ann(), &task("t"), Some(1)).await.unwrap();
        let mut limit = Limit::default();
        (limit.entries, limit.bytes) = (entries, bytes);
        let Page::Entries(page) = log.read(&mut reader.cursor, limit).await.unwrap() else {
            panic!("trimmed")
        };
        assert_eq!(page.len(), want);
    }
}

pub(crate) async fn a_reader_without_a_place_begins_with_the_task(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![chunk(1, "a", "b"), status(1, TaskState::Working)]).await;
    let mut reader = log.attach(&ann(), &task("t"), None).await.unwrap();
    let snapshot = reader.snapshot.expect("the task");
    assert_eq!((snapshot.seq, reader.state, reader.cursor.seq()), (3, TaskState::Working, 3));
    assert_eq!(snapshot.to_task(), load(&*log, "t").await.1);
    assert!(rest(&*log, &mut reader.cursor, Limit::default()).await.is_empty());
    log.append(&lease, vec![chunk(2, "a", "c")]).await.unwrap();
    let read = rest(&*log, &mut reader.cursor, Limit::default()).await;
    assert_eq!((read.len(), read[0].seq), (1, 4));
}

pub(crate) async fn a_place_that_the_log_never_had_begins_with_the_task(log: Arc<dyn TaskLog>) {
    begin(&*log, "t", Vec::new()).await;
    for after in [2, u64::MAX] {
        let reader = log.attach(&ann(), &task("t"), Some(after)).await.unwrap();
        assert_eq!((reader.snapshot.map(|snapshot| snapshot.seq), reader.cursor.seq()), (Some(1), 1));
    }
}

pub(crate) async fn a_task_that_has_ended_is_still_read(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![chunk(1, "a", "b")]).await;
    log.append(&lease, vec![chunk(2, "a", "c"), done(3)]).await.unwrap();
    let mut reader = log.attach(&ann(), &task("t"), Some(2)).await.unwrap();
    assert_eq!((reader.snapshot.is_none(), reader.state), (true, TaskState::Completed));
    assert_eq!(rest(&*log, &mut reader.cursor, Limit::default()).await.len(), 2);
}

pub(crate) async fn a_view_has_what_is_wanted(log: Arc<dyn TaskLog>) {
    let said = |length: usize| said(1, TaskState::InputRequired, &"x".repeat(length));
    let (lease, _) = begin(&*log, "t", (0..4).map(said).collect()).await;
    log.append(&lease, vec![chunk(5, "a", "b"), status(6, TaskState::Working), chunk(7, "a", "c")])
        .await
        .unwrap();
    for ended in [false, true] {
        if ended {
            log.append(&lease, vec![done(8)]).await.unwrap();
        }
        let whole = folded("t", &entries(&*log, "t").await);
        for history in [Some(0), Some(2), Some(100), None] {
            for artifacts in [Artifacts::Absent, Artifacts::Present, Artifacts::Always] {
                let mut view = View::default();
                (view.history, view.artifacts) = (history, artifacts);
                let mut wanted = whole.clone();
                wanted.limit_history(history);
                if artifacts == Artifacts::Absent {
                    wanted.artifacts.clear();
                }
                let snapshot = log.load(&ann(), &task("t"), view).await.unwrap();
                let mut json = Vec::new();
                snapshot.write(&mut json);
                assert_eq!(snapshot.to_task(), wanted);
                assert_eq!(serde_json::from_slice::<a2a_core::Task>(&json).unwrap(), wanted);
            }
        }
    }
}
