//! What a log in memory keeps, and what it drops.

use std::time::Duration;

use a2a_core::{Entry, TaskState};
use a2a_server::{
    contract::{
        fixture::{
            ann, artifact, chunk, context, done, key, new, opened, page_of, progress, query, said, status,
            task, turn,
        },
        steps::Steps,
    },
    log::{Create, Created, Limit, LogCursor, LogError, MemoryLog, Page, Retention, TaskLog, View},
};
use pretty_assertions::assert_eq;

/// A log with a tail of about ten entries, and what is wanted beyond.
fn short(more: impl FnOnce(Retention) -> Retention) -> MemoryLog {
    MemoryLog::with(more(Retention::new().checkpoint_bytes(0).tail_bytes(1_200).pinned_task_bytes(0)))
}

/// Appends this many chunks, one by one.
async fn write(log: &MemoryLog, lease: &a2a_server::log::Lease, millis: i64, chunks: usize) {
    for n in 0..chunks {
        log.append(lease, vec![chunk(millis, "a", &n.to_string())]).await.unwrap();
    }
}

#[tokio::test]
async fn a_reader_behind_the_tail_gets_the_task_and_then_the_rest() {
    let log = short(|retention| retention);
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    write(&log, &lease, 1, 100).await;
    let snapshot = log.trimmed(&mut reader).await;
    assert_eq!((snapshot.seq, reader.seq()), (101, 101));
    assert_eq!(snapshot.to_task(), log.whole("t").await.1);
    log.append(&lease, vec![chunk(2, "a", "more"), done(2)]).await.unwrap();
    let mut fold = a2a_core::Fold::new(snapshot.to_task());
    for entry in log.rest(&mut reader, Limit::default()).await {
        fold.apply_entry(&entry.entry);
    }
    assert_eq!(fold.into_task(), log.whole("t").await.1);
}

#[tokio::test]
async fn what_is_not_folded_yet_is_never_trimmed() {
    let log = MemoryLog::with(Retention::new().tail_bytes(0).pinned_task_bytes(0).tail_age(Duration::ZERO));
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&log, &lease, 1, 100).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(1)).await.unwrap();
    assert_eq!(log.rest(&mut reader.cursor, Limit::default()).await.len(), 100);
}

#[tokio::test]
async fn an_attached_reader_loses_nothing_within_its_pin() {
    let log = short(|retention| retention.pinned_task_bytes(1 << 20));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    write(&log, &lease, 1, 1000).await;
    assert_eq!(log.rest(&mut reader, page_of(100)).await.len(), 1001);
    assert!(!log.has_all("t").await);
}

#[tokio::test]
async fn a_reader_that_is_dropped_pins_nothing() {
    let log = short(|retention| retention.pinned_task_bytes(1 << 20));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap();
    write(&log, &lease, 1, 100).await;
    assert!(log.has_all("t").await);
    drop(reader);
    assert!(!log.has_all("t").await);
}

#[tokio::test]
async fn a_pin_lapses_when_it_would_keep_too_much_of_one_task() {
    let log = short(|retention| retention.pinned_task_bytes(6_000));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    write(&log, &lease, 1, 30).await;
    assert!(log.has_all("t").await);
    write(&log, &lease, 1, 100).await;
    log.trimmed(&mut reader).await;
}

#[tokio::test]
async fn pins_lapse_when_they_would_keep_too_much_of_all_tasks() {
    let log = short(|retention| retention.pinned_task_bytes(1 << 20).pinned_bytes(25_000));
    let mut readers = Vec::new();
    for n in 0..10 {
        let name = format!("t{n}");
        let (lease, _) = log.begin(&name, Vec::new()).await;
        readers.push(log.attach(&ann(), &task(&name), Some(0)).await.unwrap().cursor);
        write(&log, &lease, 1, 100).await;
    }
    assert_eq!(log.rest(&mut readers[0], Limit::default()).await.len(), 101);
    log.trimmed(&mut readers[9]).await;
    drop(readers);
    let (lease, _) = log.begin("later", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("later"), Some(0)).await.unwrap().cursor;
    write(&log, &lease, 1, 100).await;
    assert_eq!(log.rest(&mut reader, Limit::default()).await.len(), 101);
}

#[tokio::test]
async fn a_pin_lapses_when_its_reader_stands_still() {
    let log = short(|retention| retention.pinned_task_bytes(1 << 20));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut still = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    let mut slow = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    for minute in 0..10 {
        write(&log, &lease, minute * 59_000, 50).await;
        assert!(
            matches!(log.read(&mut slow, page_of(40)).await.unwrap(), Page::Entries(page) if page.len() == 40)
        );
    }
    log.trimmed(&mut still).await;
    assert_eq!(log.rest(&mut slow, Limit::default()).await.len(), 501 - 400);
}

#[tokio::test]
async fn a_reader_that_has_everything_does_not_stand_still() {
    let log = short(|retention| retention.pinned_task_bytes(1 << 20));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(1)).await.unwrap().cursor;
    write(&log, &lease, 3_600_000, 100).await;
    assert_eq!(log.rest(&mut reader, Limit::default()).await.len(), 100);
}

#[tokio::test]
async fn a_reader_whose_pin_lapsed_pins_again_when_it_goes_on() {
    let log = short(|retention| retention.pinned_task_bytes(6_000));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    write(&log, &lease, 1, 200).await;
    log.trimmed(&mut reader).await;
    write(&log, &lease, 1, 30).await;
    assert_eq!(log.rest(&mut reader, Limit::default()).await.len(), 30);
}

#[tokio::test]
async fn old_entries_go_with_the_next_append() {
    let log = MemoryLog::with(Retention::new().checkpoint_bytes(0));
    let (lease, _) = log.begin("t", Vec::new()).await;
    write(&log, &lease, 0, 10).await;
    write(&log, &lease, 299_999, 1).await;
    assert!(log.has_all("t").await);
    write(&log, &lease, 300_000, 1).await;
    assert!(!log.has_all("t").await);
    assert!(log.attach(&ann(), &task("t"), Some(11)).await.unwrap().snapshot.is_none());
}

#[tokio::test]
async fn old_entries_of_an_ended_task_go_when_others_end() {
    let log = MemoryLog::new();
    log.ended("old", 0).await;
    log.ended("young", 200_000).await;
    assert!(log.has_all("old").await);
    log.ended("last", 300_000).await;
    assert_eq!((log.has_all("old").await, log.has_all("young").await), (false, true));
    assert_eq!(log.whole("old").await.1.status.state, TaskState::Completed);
}

#[tokio::test]
async fn a_task_that_would_grow_too_large_takes_only_its_end() {
    let log = MemoryLog::with(Retention::new().task_bytes(10_000));
    let (lease, _) = log.begin("t", Vec::new()).await;
    let much = "x".repeat(6_000);
    log.append(&lease, vec![chunk(1, "a", &much)]).await.unwrap();
    let before = log.whole("t").await;
    let refused = log.append(&lease, vec![chunk(1, "a", &much), done(1)]).await;
    assert!(matches!(refused, Err(LogError::TooLarge { limit: 10_000 })));
    let refused = log.post(&ann(), &task("t"), turn(1, &much), None, None).await;
    assert!(matches!(refused, Err(LogError::TooLarge { .. })));
    assert_eq!(log.whole("t").await, before);
    let end = said(2, TaskState::Failed, &much);
    assert_eq!(log.append(&lease, vec![end]).await.unwrap().state, TaskState::Failed);
    let refused = log.create(new("u"), vec![opened(1), chunk(1, "a", &much.repeat(2))]).await;
    assert!(matches!(refused, Err(LogError::TooLarge { .. })));
}

#[tokio::test]
async fn what_was_replaced_does_not_count_for_the_size_of_a_task() {
    let log = MemoryLog::with(Retention::new().task_bytes(10_000));
    let (lease, _) = log.begin("t", Vec::new()).await;
    for n in 0..100 {
        log.append(&lease, vec![artifact(n, "a", &"x".repeat(3_000)), status(n, TaskState::Working)])
            .await
            .unwrap();
    }
    for n in 0..1_000 {
        log.append(&lease, vec![progress(n)]).await.unwrap();
    }
}

#[tokio::test]
async fn ended_tasks_stay_under_their_bytes_and_the_oldest_go_first() {
    let log = MemoryLog::with(Retention::new().finished_bytes(1 << 20));
    log.begin("running", Vec::new()).await;
    let (paused, _) = log.begin("paused", vec![status(1, TaskState::InputRequired)]).await;
    log.release(&paused, 0).await.unwrap();
    for n in 0..100_000 {
        let create = Create::new(task(&format!("t{n}")), context(), ann(), Some(key(&format!("k{n}"))));
        let created = log.create(create, vec![opened(n), done(n)]).await.unwrap();
        assert!(matches!(created, Created::Ended(_)));
    }
    let page = log.list(&ann(), &query(100_000)).await.unwrap();
    let kept = page.total - 2;
    assert!((100..1_000).contains(&kept), "{kept} tasks of more than 1 KiB are kept in 1 MiB");
    for n in 0..100_000 {
        let found = log.header(&ann(), &task(&format!("t{n}"))).await.is_ok();
        assert_eq!(found, n >= 100_000 - kept, "task {n}");
    }
    assert_eq!(log.whole("running").await.0, 1);
    assert_eq!(log.whole("paused").await.0, 2);
    let again = Create::new(task("again"), context(), ann(), Some(key("k1")));
    assert!(matches!(log.create(again, vec![opened(0)]).await.unwrap(), Created::New(..)));
}

#[tokio::test]
async fn the_task_that_ended_last_stays_however_large_it_is() {
    let log = MemoryLog::with(Retention::new().finished_bytes(0));
    for n in 0..10 {
        let name = format!("t{n}");
        log.ended(&name, n).await;
        assert_eq!(log.whole(&name).await.0, 2);
        assert_eq!(log.list(&ann(), &query(9)).await.unwrap().total, 1);
    }
}

#[tokio::test]
async fn a_task_ends_in_the_order_of_its_end_not_of_its_beginning() {
    let log = MemoryLog::with(Retention::new().finished_bytes(0));
    let (first, _) = log.begin("first", Vec::new()).await;
    log.ended("second", 1).await;
    log.append(&first, vec![done(2)]).await.unwrap();
    assert!(matches!(log.header(&ann(), &task("second")).await, Err(LogError::NotFound)));
    assert_eq!(log.whole("first").await.0, 2);
}

#[tokio::test]
async fn an_attached_reader_reads_a_task_to_its_end_though_it_is_dropped() {
    let log = MemoryLog::with(Retention::new().finished_bytes(0));
    log.ended("t", 0).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    log.ended("u", 1).await;
    assert!(matches!(log.load(&ann(), &task("t"), View::default()).await, Err(LogError::NotFound)));
    assert_eq!(log.rest(&mut reader, page_of(1)).await.len(), 2);
}

#[tokio::test]
async fn an_attached_reader_of_a_dropped_task_learns_that_it_is_gone() {
    let log = MemoryLog::with(Retention::new().finished_bytes(0).pinned_bytes(0));
    log.ended("t", 0).await;
    let mut reader = log.attach(&ann(), &task("t"), Some(0)).await.unwrap().cursor;
    log.ended("u", 1).await;
    assert!(matches!(log.read(&mut reader, Limit::default()).await, Err(LogError::NotFound)));
}

#[tokio::test]
async fn a_full_log_takes_no_new_task_until_one_ends() {
    let log = MemoryLog::with(Retention::new().unfinished(2));
    let (first, _) = log.begin("first", Vec::new()).await;
    log.begin("second", Vec::new()).await;
    assert!(matches!(log.create(new("third"), vec![opened(0)]).await, Err(LogError::Full)));
    assert!(matches!(log.create(new("first"), vec![opened(0)]).await, Err(LogError::Full)));
    log.ended("at once", 0).await;
    log.append(&first, vec![done(1)]).await.unwrap();
    assert!(matches!(log.create(new("second"), vec![opened(0)]).await, Err(LogError::Store(_))));
    log.begin("third", Vec::new()).await;
    assert!(matches!(log.create(new("fourth"), vec![opened(0)]).await, Err(LogError::Full)));
}

#[tokio::test]
async fn the_oldest_key_is_forgotten_first() {
    let log = MemoryLog::with(Retention::new().keys(2));
    for (name, with, joined) in [
        ("a", "1", false),
        ("b", "2", false),
        ("c", "1", true),
        ("d", "3", false),
        ("e", "2", true),
        ("f", "1", false),
    ] {
        let create = Create::new(task(name), context(), ann(), Some(key(with)));
        let created = log.create(create, vec![opened(0)]).await.unwrap();
        assert_eq!(matches!(created, Created::Joined(_)), joined, "{name}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_engine_is_refused() {
    let log = MemoryLog::new();
    log.begin("t", Vec::new()).await;
    let mut cursor = LogCursor::new(task("t"), context(), 0, ());
    assert!(matches!(log.read(&mut cursor, Limit::default()).await, Err(LogError::Store(_))));
}

#[tokio::test]
async fn a_key_that_became_free_and_was_taken_again_is_as_young_as_that() {
    let log = MemoryLog::with(Retention::new().finished_bytes(0).keys(4));
    let send = async |name: &str, with: &str, millis: i64, behind: Vec<Entry>| {
        let create = Create::new(task(name), context(), ann(), Some(key(with)));
        let first = std::iter::once(opened(millis)).chain(behind).collect();
        matches!(log.create(create, first).await.unwrap(), Created::Joined(_))
    };
    assert!(!send("running", "0", 0, Vec::new()).await);
    assert!(!send("a", "1", 0, vec![done(0)]).await);
    assert!(!send("b", "2", 0, vec![done(0)]).await);
    assert!(!send("c", "1", 1, vec![done(1)]).await);
    assert!(!send("d", "3", 2, Vec::new()).await);
    assert!(!send("e", "4", 2, Vec::new()).await);
    assert!(send("f", "1", 3, Vec::new()).await);
}

#[tokio::test]
async fn entries_grow_old_while_the_oldest_tasks_go() {
    let log = MemoryLog::with(Retention::new().finished_bytes(10_000));
    for n in 0..30 {
        log.ended(&format!("t{n}"), n * 300_000).await;
        if n > 0 {
            assert!(!log.has_all(&format!("t{}", n - 1)).await);
        }
    }
    assert!(matches!(log.header(&ann(), &task("t0")).await, Err(LogError::NotFound)));
}
