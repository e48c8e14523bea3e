//! Which run may write.

use std::sync::Arc;

use a2a_core::TaskState;
use a2a_server::log::{Head, Lease, LeaseRequest, LogError, TaskLog};
use pretty_assertions::assert_eq;

use crate::log_fixture::{
    ann, begin, cancel, chunk, done, entries, folded, load, record, status, task, turn,
};

/// A task that was paused by its first run.
async fn paused(log: &dyn TaskLog) -> Lease {
    let (lease, _) = begin(log, "t", vec![status(1, TaskState::InputRequired)]).await;
    assert_eq!(log.release(&lease, 0).await.unwrap(), None);
    lease
}

async fn take(log: &dyn TaskLog, want: LeaseRequest) -> Lease {
    log.lease(&task("t"), want).await.unwrap().expect("nobody has the lease")
}

pub(crate) async fn a_later_lease_fences_the_one_before(log: Arc<dyn TaskLog>) {
    let first = paused(&*log).await;
    let second = take(&*log, LeaseRequest::NextRun).await;
    assert_eq!((second.epoch, second.run.run), (2, 2));
    for entries in [vec![chunk(2, "a", "b")], vec![done(2)], vec![]] {
        assert!(matches!(log.append(&first, entries).await, Err(LogError::Fenced)));
    }
    assert!(matches!(log.release(&first, 0).await, Err(LogError::Fenced)));
    assert!(matches!(log.start(&first, 0).await, Err(LogError::Fenced)));
    log.append(&second, vec![done(2)]).await.unwrap();
    assert!(matches!(log.append(&first, vec![done(2)]).await, Err(LogError::Fenced)));
}

pub(crate) async fn a_lease_that_was_given_back_writes_nothing(log: Arc<dyn TaskLog>) {
    let lease = paused(&*log).await;
    assert!(matches!(log.append(&lease, vec![done(2)]).await, Err(LogError::Fenced)));
    assert!(matches!(log.release(&lease, 0).await, Err(LogError::Fenced)));
    assert_eq!(load(&*log, "t").await.0, 2);
}

pub(crate) async fn a_task_has_one_lease_at_a_time(log: Arc<dyn TaskLog>) {
    paused(&*log).await;
    let mut takers = tokio::task::JoinSet::new();
    for n in 0..8 {
        let log = Arc::clone(&log);
        let want = if n % 2 == 0 { LeaseRequest::NextRun } else { LeaseRequest::Stop };
        takers.spawn(async move { log.lease(&task("t"), want).await.unwrap() });
    }
    assert_eq!(takers.join_all().await.into_iter().flatten().count(), 1);
}

pub(crate) async fn a_stop_keeps_the_number_of_the_run(log: Arc<dyn TaskLog>) {
    paused(&*log).await;
    let stop = take(&*log, LeaseRequest::Stop).await;
    assert_eq!((stop.epoch, stop.run.run), (2, 1));
    let head = log.append(&stop, vec![status(2, TaskState::Canceled)]).await.unwrap();
    assert_eq!(head.state, TaskState::Canceled);
}

pub(crate) async fn a_stop_that_is_given_back_takes_the_wish_with_it(log: Arc<dyn TaskLog>) {
    paused(&*log).await;
    log.post(&ann(), &task("t"), cancel(2), None).await.unwrap();
    let stop = take(&*log, LeaseRequest::Stop).await;
    assert!(log.renew(std::slice::from_ref(&stop)).await.unwrap()[0].as_ref().unwrap().cancel);
    assert_eq!(log.release(&stop, 0).await.unwrap(), None);
    let next = take(&*log, LeaseRequest::NextRun).await;
    assert!(!log.append(&next, vec![record(3)]).await.unwrap().cancel);
}

pub(crate) async fn a_run_that_leaves_a_turn_behind_is_followed_by_the_next(log: Arc<dyn TaskLog>) {
    let (first, _) = begin(&*log, "t", Vec::new()).await;
    log.post(&ann(), &task("t"), turn(1, "one"), None).await.unwrap();
    log.post(&ann(), &task("t"), turn(2, "two"), None).await.unwrap();
    let second = log.release(&first, 2).await.unwrap().expect("a turn is left");
    assert_eq!((second.epoch, second.run.run, second.consumed), (2, 2, 2));
    assert!(matches!(log.append(&first, vec![done(2)]).await, Err(LogError::Fenced)));
    assert_eq!(log.lease(&task("t"), LeaseRequest::NextRun).await.unwrap(), None);
    assert_eq!(log.release(&second, 3).await.unwrap(), None);
}

pub(crate) async fn turns_that_were_consumed_are_not_offered_again(log: Arc<dyn TaskLog>) {
    let (first, _) = begin(&*log, "t", Vec::new()).await;
    log.post(&ann(), &task("t"), turn(1, "one"), None).await.unwrap();
    assert_eq!(log.release(&first, 2).await.unwrap(), None);
    log.post(&ann(), &task("t"), turn(2, "two"), None).await.unwrap();
    let second = take(&*log, LeaseRequest::NextRun).await;
    assert_eq!(second.consumed, 2);
    let start = log.start(&second, second.consumed).await.unwrap();
    assert_eq!(start.turns.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3]);
    assert_eq!(log.release(&second, 3).await.unwrap(), None);
    let third = take(&*log, LeaseRequest::NextRun).await;
    assert_eq!(log.release(&third, 0).await.unwrap(), None);
}

pub(crate) async fn a_run_begins_with_the_task_and_its_turns(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![chunk(1, "a", "b")]).await;
    log.post(&ann(), &task("t"), turn(2, "one"), None).await.unwrap();
    for n in 0..50 {
        log.append(&lease, vec![chunk(n, "a", &"long ".repeat(500))]).await.unwrap();
    }
    log.post(&ann(), &task("t"), turn(60, "two"), None).await.unwrap();
    let start = log.start(&lease, 0).await.unwrap();
    let all = entries(&*log, "t").await;
    assert_eq!((start.seq, &*start.task), (54, &folded("t", &all)));
    let turns = [(3, &all[2].entry), (54, &all[53].entry)];
    assert_eq!(start.turns.iter().map(|(seq, turn)| (*seq, turn)).collect::<Vec<_>>(), turns);
    assert_eq!(log.start(&lease, 3).await.unwrap().turns.len(), 1);
}

pub(crate) async fn a_task_that_has_ended_has_no_lease(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    log.append(&lease, vec![done(1)]).await.unwrap();
    for want in [LeaseRequest::NextRun, LeaseRequest::Stop] {
        assert_eq!(log.lease(&task("t"), want).await.unwrap(), None);
    }
    assert_eq!(log.release(&lease, 0).await.unwrap(), None);
    assert!(matches!(log.lease(&task("missing"), LeaseRequest::Stop).await, Err(LogError::NotFound)));
}

pub(crate) async fn leases_that_are_lost_are_not_renewed(log: Arc<dyn TaskLog>) {
    let lost = paused(&*log).await;
    let live = take(&*log, LeaseRequest::NextRun).await;
    let (ended, _) = begin(&*log, "ended", Vec::new()).await;
    log.append(&ended, vec![done(1)]).await.unwrap();
    let missing = Lease::new(task("missing"), 1, live.run, 0);
    let renewed = log.renew(&[lost, live, ended, missing]).await.unwrap();
    assert_eq!(renewed, [None, Some(Head::new(2, TaskState::InputRequired, false, 0)), None, None]);
}
