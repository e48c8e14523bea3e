//! Many who read and write the same tasks at once, of which none stays in memory.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use a2a_core::TaskState;
use a2a_server::{
    contract::{
        fixture::{Numbers, ann, chunk, done, folded, key, query, status, task, turn},
        steps::Steps,
    },
    log::{Lease, LeaseRequest, Limit, LogError, Page, Retention, TaskLog, View},
    sqlite::{Sqlite, Synchronous},
};
use pretty_assertions::assert_eq;

use super::File;

const TASKS: u64 = 5;

fn name(n: u64) -> String {
    format!("t{n}")
}

/// Runs of this task, one behind the other, until one ends it; how many entries it has then.
async fn runs(log: Sqlite, n: u64, first: Lease) -> u64 {
    let mut numbers = Numbers::from(n);
    let (mut lease, mut last) = (first, 1);
    for round in 0..25 {
        for _ in 0..numbers.below(4) {
            let head = log.write(&lease, vec![chunk(round, "a", "b"), chunk(round, "a", "c")]).await;
            assert!(head.seq >= last + 2, "{head:?} isn't behind {last}");
            last = head.seq;
        }
        let head = log.write(&lease, vec![status(round, TaskState::InputRequired)]).await;
        last = head.seq;
        if let Some(next) = log.give_back(&lease, head.inbox).await {
            lease = next;
            continue;
        }
        for _ in 0..numbers.below(20) {
            tokio::task::yield_now().await;
        }
        lease = log.take(&name(n), LeaseRequest::NextRun).await;
    }
    log.write(&lease, vec![done(99)]).await.seq
}

/// Posts until the task has ended.
async fn posts(log: Sqlite, n: u64, poster: u64) {
    for round in 0.. {
        let (of, with) = (task(&name(n)), Some(key(&format!("{poster} {round}"))));
        match log.post(&ann(), &of, turn(1, "more"), with.clone(), None).await {
            Ok(first) => {
                let again = log.post(&ann(), &of, turn(1, "more"), with, None).await.unwrap();
                assert_eq!(again.seq, first.seq);
            }
            Err(LogError::Terminal) => return,
            Err(error) => panic!("{error:?}"),
        }
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}

/// Follows the task to its end, as a reader that stays or one that comes back; answers where that is.
async fn follows(log: Sqlite, n: u64, stays: bool, seed: u64) -> u64 {
    let mut numbers = Numbers::from(seed);
    let mut limit = Limit::default();
    let mut attached = log.reader(&name(n), Some(0)).await;
    let mut last = attached.cursor.seq();
    loop {
        limit.entries = usize::try_from(numbers.below(5)).unwrap() + 1;
        match log.read(&mut attached.cursor, limit).await.unwrap() {
            Page::Entries(entries) => {
                for entry in entries {
                    assert_eq!(entry.seq, last + 1);
                    last = entry.seq;
                    if entry.entry.body.is_terminal() {
                        return last;
                    }
                }
            }
            Page::Trimmed(snapshot) => {
                assert!(snapshot.seq > last);
                last = snapshot.seq;
                if snapshot.state.is_terminal() {
                    return last;
                }
            }
        }
        assert_eq!(attached.cursor.seq(), last);
        if !stays {
            drop(attached);
            tokio::task::yield_now().await;
            attached = log.reader(&name(n), Some(last)).await;
            if let Some(snapshot) = &attached.snapshot {
                assert!(snapshot.seq >= last);
                if snapshot.state.is_terminal() {
                    return snapshot.seq;
                }
            }
            last = attached.cursor.seq();
        }
        tokio::task::yield_now().await;
    }
}

/// Reads tasks and lists, until told to stop.
async fn looks(log: Sqlite, stop: Arc<AtomicBool>, seed: u64) {
    let (mut numbers, mut places) = (Numbers::from(seed), vec![0; usize::try_from(TASKS).unwrap()]);
    while !stop.load(Ordering::Relaxed) {
        let n = numbers.below(TASKS);
        let snapshot = log.load(&ann(), &task(&name(n)), View::default()).await.unwrap();
        let last = &mut places[usize::try_from(n).unwrap()];
        assert!(snapshot.seq >= *last, "a task went back from {last} to {}", snapshot.seq);
        *last = snapshot.seq;
        if numbers.below(4) == 0 {
            assert!(log.tasks(&query(9)).await.tasks.len() as u64 >= TASKS);
        }
        // Others, for which there is no room beside these.
        let other = format!("other{}", numbers.below(20));
        assert_eq!(log.whole(&other).await.0, 2);
    }
}

async fn crowd(seed: u64, keep: Retention) {
    let file = File::new();
    let options = Sqlite::options().synchronous(Synchronous::Normal).retention(keep).cache_bytes(0);
    let log = file.open_with(&options).await;
    for n in 0..20 {
        log.paused(&format!("other{n}")).await;
    }
    let mut leases = Vec::new();
    for n in 0..TASKS {
        leases.push(log.begin(&name(n), Vec::new()).await.0);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let (mut at_work, mut runners, mut followers) =
        (tokio::task::JoinSet::new(), Vec::new(), tokio::task::JoinSet::new());
    for n in 0..4 {
        at_work.spawn(looks(log.clone(), Arc::clone(&stop), seed * 10 + n));
    }
    for (n, lease) in (0..TASKS).zip(leases) {
        for poster in 0..2 {
            at_work.spawn(posts(log.clone(), n, poster));
        }
        for stays in [true, false, false] {
            let follower = follows(log.clone(), n, stays, seed);
            followers.spawn(async move { (n, follower.await) });
        }
        runners.push(tokio::spawn(runs(log.clone(), n, lease)));
    }
    let mut ends = Vec::new();
    for runner in runners {
        ends.push(runner.await.unwrap());
    }
    while let Some(followed) = followers.join_next().await {
        let (n, end) = followed.unwrap();
        assert_eq!(end, ends[usize::try_from(n).unwrap()]);
    }
    stop.store(true, Ordering::Relaxed);
    at_work.join_all().await;
    let mut before = Vec::new();
    for n in 0..TASKS {
        before.push(log.whole(&name(n)).await);
        if log.has_all(&name(n)).await {
            let all = log.entries(&name(n)).await;
            assert_eq!(before.last(), Some(&(all.len() as u64, folded(&name(n), &all))));
        }
    }
    log.close().await;
    let log = file.open_with(&options).await;
    for (n, before) in (0..).zip(before) {
        assert_eq!(log.whole(&name(n)).await, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_task_that_many_use_at_once_is_one_task_to_all() {
    for seed in 0..super::against_memory::seeds() {
        println!("seed {seed}");
        crowd(seed, Retention::new().checkpoint_bytes(0)).await;
        let little = Retention::new().checkpoint_bytes(1_000).tail_bytes(1_000).pinned_task_bytes(2_000);
        crowd(seed, little).await;
    }
}
