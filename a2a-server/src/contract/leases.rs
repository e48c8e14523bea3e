//! Who may write: one run at a time, and never one whose lease was given to another.
//!
//! A process that was thought dead and comes back, or a run that is slower than its successor, holds an older lease.
//! It learns so at whatever it does next, and nothing it does is in the log.

use std::sync::Arc;

use a2a_core::TaskState;

use super::{
    Trial,
    claim::{refused, same},
    fixture::{cancel, chunk, done, record, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Head, Lease, LeaseRequest, LogError, TaskLog};

promises! { "leases":
    a_later_lease_fences_the_one_before,
    a_lease_that_was_given_back_writes_nothing,
    a_lease_that_was_never_given_writes_nothing,
    a_live_run_keeps_its_lease,
    a_task_has_one_lease_at_a_time,
    a_task_that_has_ended_has_no_lease,
    leases_that_are_lost_are_not_renewed,
    a_stop_keeps_the_number_of_the_run,
    a_stop_that_is_given_back_takes_the_wish_with_it,
    a_stop_that_is_given_back_leaves_the_turns_to_the_next_run,
}

/// Panics unless this lease does nothing and the task stays as it is.
async fn fenced(log: &dyn TaskLog, lease: &Lease) {
    let before = (log.whole("t").await, log.stands("t").await);
    for entries in [vec![chunk(2, "a", "b")], vec![done(2)], vec![]] {
        refused!("an append of an older lease", log.append(lease, entries).await, LogError::Fenced);
    }
    refused!("a release of an older lease", log.release(lease, 0).await, LogError::Fenced);
    refused!("a start of an older lease", log.start(lease, 0).await, LogError::Fenced);
    let renewed = log.renew(std::slice::from_ref(lease)).await.expect("renew answers");
    same("what renew answers of an older lease", renewed, [None]);
    same("the task", (log.whole("t").await, log.stands("t").await), before);
}

/// As soon as a later lease was given, appends, starts, renewals and releases of the one before are refused with
/// `Fenced`, also behind the end that the later one wrote.
pub async fn a_later_lease_fences_the_one_before(trial: &Trial) {
    let log = trial.log().await;
    let first = log.paused("t").await;
    let second = log.take("t", LeaseRequest::NextRun).await;
    assert!(second.epoch > first.epoch, "promised was a later lease, but {second:?} is behind {first:?}");
    same("the number of the run", second.run.run, 2);
    fenced(&*log, &first).await;
    log.write(&second, vec![status(2, TaskState::InputRequired)]).await;
    same("the run behind a pause", log.give_back(&second, 0).await, None);
    let third = log.take("t", LeaseRequest::NextRun).await;
    fenced(&*log, &first).await;
    fenced(&*log, &second).await;
    log.write(&third, vec![done(2)]).await;
    for lease in [first, second] {
        refused!("an append behind the end", log.append(&lease, vec![done(2)]).await, LogError::Fenced);
    }
}

/// Who gave the lease back is fenced off at once, though nobody has taken it yet.
pub async fn a_lease_that_was_given_back_writes_nothing(trial: &Trial) {
    let log = trial.log().await;
    let lease = log.paused("t").await;
    fenced(&*log, &lease).await;
}

/// An epoch that the log hasn't reached is no lease either, nor is that of a task it doesn't have.
pub async fn a_lease_that_was_never_given_writes_nothing(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut later = lease.clone();
    later.epoch += 1;
    fenced(&*log, &later).await;
    later.epoch = u64::MAX;
    fenced(&*log, &later).await;
    same("the place of what the true run appends", log.write(&lease, vec![record(2)]).await.seq, 2);
    let missing = Lease::new(task("missing"), lease.epoch, lease.run, 0);
    refused!("an append to no task", log.append(&missing, vec![record(2)]).await, LogError::NotFound);
    refused!("a start on no task", log.start(&missing, 0).await, LogError::NotFound);
    refused!("a release of no task", log.release(&missing, 0).await, LogError::NotFound);
}

/// The lease of a live run is given to nobody, neither for the next run nor for a stop, also while the task is paused.
pub async fn a_live_run_keeps_its_lease(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for state in [TaskState::Working, TaskState::InputRequired] {
        log.write(&lease, vec![status(1, state.clone())]).await;
        for want in [LeaseRequest::NextRun, LeaseRequest::Stop] {
            let given = log.lease(&task("t"), want).await.expect("lease answers");
            same(format!("a lease for {want:?} beside a live run of a {state:?} task"), given, None);
        }
    }
    same("the place of what the run appends", log.write(&lease, vec![record(2)]).await.seq, 4);
    same("whether the run is live", log.stands("t").await.leased, true);
}

/// Of many who want the lease of a task at the same time one gets it.
pub async fn a_task_has_one_lease_at_a_time(trial: &Trial) {
    let log = trial.log().await;
    log.paused("t").await;
    let mut takers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let log = Arc::clone(&log);
        let want = if n % 2 == 0 { LeaseRequest::NextRun } else { LeaseRequest::Stop };
        takers.spawn(async move { log.lease(&task("t"), want).await.expect("lease answers") });
    }
    same("how many leases were given", takers.join_all().await.into_iter().flatten().count(), 1);
}

/// An end gives the lease back by itself, and no further lease is given; to give it back once more changes nothing.
pub async fn a_task_that_has_ended_has_no_lease(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    log.say("t", turn(1, "unanswered")).await;
    log.write(&lease, vec![done(1)]).await;
    same("whether a run is live", log.stands("t").await.leased, false);
    for want in [LeaseRequest::NextRun, LeaseRequest::Stop] {
        let given = log.lease(&task("t"), want).await.expect("lease answers");
        same(format!("a lease for {want:?} behind the end"), given, None);
    }
    same("the run behind the end", log.give_back(&lease, 0).await, None);
    let missing = log.lease(&task("missing"), LeaseRequest::Stop).await;
    refused!("a lease of no task", missing, LogError::NotFound);
}

/// Renewing answers for each lease in its place: where its task stands, or that it is lost.
pub async fn leases_that_are_lost_are_not_renewed(trial: &Trial) {
    let log = trial.log().await;
    let lost = log.paused("t").await;
    let live = log.take("t", LeaseRequest::NextRun).await;
    let (ended, _) = log.begin("ended", Vec::new()).await;
    log.write(&ended, vec![done(1)]).await;
    let missing = Lease::new(task("missing"), 1, live.run, 0);
    let renewed = log.renew(&[lost, live, ended, missing]).await.expect("renew answers");
    same(
        "what renew answers",
        renewed,
        [None, Some(Head::new(2, TaskState::InputRequired, false, 0)), None, None],
    );
    let none = log.renew(&[]).await.expect("renew answers");
    same("what renew answers to nothing", none, vec![]);
}

/// A stop is no run: it has the number of the one before, and may end the task.
pub async fn a_stop_keeps_the_number_of_the_run(trial: &Trial) {
    let log = trial.log().await;
    let first = log.paused("t").await;
    let stop = log.take("t", LeaseRequest::Stop).await;
    assert!(stop.epoch > first.epoch, "promised was a later lease, but {stop:?} is behind {first:?}");
    same("the number of the run", (stop.run.run, log.stands("t").await.run), (1, 1));
    fenced(&*log, &first).await;
    let head = log.write(&stop, vec![status(2, TaskState::Canceled)]).await;
    same("the state", head.state, TaskState::Canceled);
}

/// An agent that declines to be canceled leaves the task without the wish, or its next run would be canceled by it.
pub async fn a_stop_that_is_given_back_takes_the_wish_with_it(trial: &Trial) {
    let log = trial.log().await;
    log.paused("t").await;
    log.say("t", cancel(2)).await;
    let stop = log.take("t", LeaseRequest::Stop).await;
    same("whether a stop is wished", log.write(&stop, Vec::new()).await.cancel, true);
    same("the run behind the stop", log.give_back(&stop, 0).await, None);
    same("the header", log.stands("t").await.head, Head::new(3, TaskState::InputRequired, false, 0));
    let next = log.take("t", LeaseRequest::NextRun).await;
    same("the next run", next.run.run, 2);
    same("whether a stop is wished", log.write(&next, vec![record(3)]).await.cancel, false);
}

/// A turn that came while a stop was asked for starts the next run when the stop is given back.
pub async fn a_stop_that_is_given_back_leaves_the_turns_to_the_next_run(trial: &Trial) {
    let log = trial.log().await;
    log.paused("t").await;
    let stop = log.take("t", LeaseRequest::Stop).await;
    let posted = log.say("t", turn(2, "yes")).await;
    same("what became of the turn", (posted.seq, posted.run, posted.leased), (3, 1, true));
    let next = log.give_back(&stop, 0).await.expect("a turn is left, so the next run was to follow");
    same("the next run", (next.run.run, next.run.attempt), (2, 1));
    let turns = log.starts(&next, next.consumed).await.turns;
    same("its turns", turns.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3]);
    fenced(&*log, &stop).await;
}
