//! Runs that are due and that nobody works on: what a process takes over that starts behind one that was killed.
//!
//! All but the first are skipped for a log that ends with its process.

use std::collections::HashSet;

use a2a_core::{EntryBody, TaskState};

use super::{
    Skipped, Trial,
    claim::{refused, same},
    fixture::{cancel, chunk, done, folded, key, record, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Lease, LeaseRequest, LogError, Retention, RunStart, Seq, TaskLog, turn_taken};

promises! { "orphans":
    what_lives_is_no_orphan,
    a_run_that_died_is_attempted_again,
    a_run_that_died_counts_as_live_until_it_is_taken_over,
    a_run_that_died_begins_with_what_opened_the_task,
    a_further_attempt_knows_what_was_taken,
    what_an_earlier_run_took_is_not_taken_by_a_later,
    a_turn_that_nobody_took_starts_the_next_run,
    a_stop_that_died_is_void,
    what_rests_is_no_orphan,
    attempts_count_up_over_several_deaths,
    orphans_are_answered_once_and_as_many_as_are_wanted,
}

async fn orphans(log: &dyn TaskLog) -> Vec<Lease> {
    let mut leases = log.orphans(99).await.expect("orphans answers");
    leases.sort_by(|a, b| a.task.cmp(&b.task));
    leases
}

/// The only orphan there is.
async fn orphan(log: &dyn TaskLog) -> Lease {
    let mut leases = orphans(log).await;
    same("how many runs are due", leases.len(), 1);
    leases.remove(0)
}

/// The lease with its run and attempt, and what was consumed before.
fn run(lease: &Lease) -> (&str, u32, u32, Seq) {
    (lease.task.as_str(), lease.run.run, lease.run.attempt, lease.consumed)
}

fn places(start: &RunStart) -> Vec<Seq> {
    start.turns.iter().map(|(seq, _)| *seq).collect()
}

/// A run whose process lives is never taken from it, nor is a task that is paused, stopped or ended anybody's to take.
pub async fn what_lives_is_no_orphan(trial: &Trial) {
    let log = trial.log().await;
    same("what is due in an empty log", orphans(&*log).await, vec![]);
    let (running, _) = log.begin("running", vec![status(1, TaskState::Working)]).await;
    log.say("running", turn(2, "more")).await;
    log.paused("paused").await;
    log.paused("stopping").await;
    let stop = log.take("stopping", LeaseRequest::Stop).await;
    log.ended("ended", 1).await;
    same("what is due beside live runs", orphans(&*log).await, vec![]);
    log.write(&running, vec![record(3)]).await;
    log.write(&stop, vec![record(3)]).await;
}

/// A run that died with its process is answered under its own number with the next attempt and a later lease, which
/// fences the dead one's.
pub async fn a_run_that_died_is_attempted_again(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let (dead, _) = log.begin("t", vec![chunk(1, "a", "b"), status(1, TaskState::Working)]).await;
    let log = trial.reopened(log).await?;
    let again = orphan(&*log).await;
    same("the run", run(&again), ("t", 1, 2, 0));
    assert!(again.epoch > dead.epoch, "promised was a later lease, but {again:?} is behind {dead:?}");
    refused!("an append of the dead", log.append(&dead, vec![done(2)]).await, LogError::Fenced);
    refused!("a release of the dead", log.release(&dead, 0).await, LogError::Fenced);
    refused!("a start of the dead", log.start(&dead, 0).await, LogError::Fenced);
    let renewed = log.renew(&[dead, again.clone()]).await.expect("renew answers");
    same("what is renewed", (renewed[0].is_some(), renewed[1].is_some()), (false, true));
    let header = log.stands("t").await;
    same("the header", (header.head.seq, header.run, header.leased), (3, 1, true));
    same("the place of what it appends", log.write(&again, vec![chunk(2, "a", "c")]).await.seq, 4);
    log.write(&again, vec![done(3)]).await;
    same("the task", log.whole("t").await, (5, folded("t", &log.entries("t").await)));
    Ok(())
}

/// Whoever comes before a run that died is taken over doesn't come into its place, or its message would have no answer: a
/// turn waits in its inbox, and no lease is given for another run or for a stop.
pub async fn a_run_that_died_counts_as_live_until_it_is_taken_over(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    log.begin("t", vec![status(1, TaskState::Working)]).await;
    let log = trial.reopened(log).await?;
    same("whether the task is leased", log.stands("t").await.leased, true);
    let posted = log.say("t", turn(2, "more")).await;
    same("what the poster learns", (posted.seq, posted.run, posted.leased), (3, 1, true));
    for want in [LeaseRequest::NextRun, LeaseRequest::Stop] {
        same("a lease", log.lease(&task("t"), want).await.expect("lease answers"), None);
    }
    let again = orphan(&*log).await;
    same("the run", run(&again), ("t", 1, 2, 0));
    same("its messages", places(&log.starts(&again, again.consumed).await), vec![1, 3]);
    Ok(())
}

/// A further attempt at the first run has the entry that opened the task before its turns, for nobody else has its
/// message any more; a further attempt at a later run has its turns.
pub async fn a_run_that_died_begins_with_what_opened_the_task(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    log.begin("first", vec![chunk(1, "a", "b")]).await;
    log.say("first", turn(2, "more")).await;
    log.paused("later").await;
    log.say("later", turn(2, "one")).await;
    log.take("later", LeaseRequest::NextRun).await;
    log.say("later", turn(3, "two")).await;
    let log = trial.reopened(log).await?;
    let leases = orphans(&*log).await;
    same("the runs", leases.iter().map(run).collect::<Vec<_>>(), [("first", 1, 2, 0), ("later", 2, 2, 0)]);
    let start = log.starts(&leases[0], 0).await;
    let all = log.entries("first").await;
    same("where the first run starts", (start.seq, &*start.task), (3, &folded("first", &all)));
    same("the entries it starts with", places(&start), [1, 3]);
    same("the first of them", &start.turns[0].1, &all[0].entry);
    assert!(matches!(start.turns[0].1.body, EntryBody::Opened(_)), "{:?} opens nothing", start.turns[0]);
    same("the turns that the later run starts with", places(&log.starts(&leases[1], 0).await), [3, 4]);
    Ok(())
}

/// The records of what an attempt took say to the next one how far the dead one's turns were its own.
pub async fn a_further_attempt_knows_what_was_taken(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let (lease, _) = log.begin("t", Vec::new()).await;
    log.begin("none", Vec::new()).await;
    for n in 0..3 {
        log.say("t", turn(n, "more")).await;
        log.say("none", turn(n, "more")).await;
    }
    let taken =
        |seq| a2a_core::Entry::written(super::fixture::at(4), lease.run, EntryBody::Record(turn_taken(seq)));
    log.write(&lease, vec![taken(2), chunk(4, "a", "b"), taken(3)]).await;
    log.write(&lease, vec![record(5)]).await;
    let log = trial.reopened(log).await?;
    let leases = orphans(&*log).await;
    let none = log.starts(&leases[0], 0).await;
    same("where nothing was taken", (none.taken, places(&none)), (0, vec![1, 2, 3, 4]));
    let start = log.starts(&leases[1], leases[1].consumed).await;
    same("where two turns were taken", (start.taken, places(&start)), (3, vec![1, 2, 3, 4]));
    let log = trial.reopened(log).await?;
    let third = orphans(&*log).await;
    same("where they were by the first of three attempts", log.starts(&third[1], 0).await.taken, 3);
    Ok(())
}

/// What counts as taken is what attempts at this run took: a run before it has consumed its own.
pub async fn what_an_earlier_run_took_is_not_taken_by_a_later(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let (first, _) = log.begin("t", Vec::new()).await;
    log.say("t", turn(1, "one")).await;
    let taken = a2a_core::Entry::written(super::fixture::at(2), first.run, EntryBody::Record(turn_taken(2)));
    log.write(&first, vec![taken, status(2, TaskState::InputRequired)]).await;
    same("the run behind the first", log.give_back(&first, 2).await, None);
    log.say("t", turn(3, "two")).await;
    let second = log.take("t", LeaseRequest::NextRun).await;
    log.write(&second, vec![record(4)]).await;
    let log = trial.reopened(log).await?;
    let again = orphan(&*log).await;
    same("the run", run(&again), ("t", 2, 2, 2));
    let start = log.starts(&again, again.consumed).await;
    same("what was taken, and what is to be", (start.taken, places(&start)), (0, vec![5]));
    Ok(())
}

/// A turn whose poster died before it took the lease isn't lost: the next run is due, in its first attempt.
pub async fn a_turn_that_nobody_took_starts_the_next_run(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    log.paused("t").await;
    log.say("t", turn(2, "yes")).await;
    let log = trial.reopened(log).await?;
    let next = orphan(&*log).await;
    same("the run", run(&next), ("t", 2, 1, 0));
    let start = log.starts(&next, next.consumed).await;
    same("the turns, and what was taken of them", (places(&start), start.taken), (vec![3], 0));
    log.write(&next, vec![status(3, TaskState::InputRequired)]).await;
    same("the run behind it", log.give_back(&next, 3).await, None);
    same("what is due then", orphans(&*log).await, vec![]);
    Ok(())
}

/// Nobody finishes a stop whose process died: the task is paused as before, and goes on with an answer or another stop.
pub async fn a_stop_that_died_is_void(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    for name in ["answered", "stopped"] {
        log.paused(name).await;
        log.say(name, cancel(2)).await;
    }
    let dead = log.take("answered", LeaseRequest::Stop).await;
    log.take("stopped", LeaseRequest::Stop).await;
    log.write(&dead, vec![record(3)]).await;
    let before = log.whole("answered").await;
    let log = trial.reopened(log).await?;
    same("what is due", orphans(&*log).await, vec![]);
    same("the task", log.whole("answered").await, before);
    let header = log.stands("answered").await;
    same("the header", (header.head.state, header.run, header.leased), (TaskState::InputRequired, 1, false));
    refused!("an append of the dead", log.append(&dead, vec![done(3)]).await, LogError::Fenced);
    log.say("answered", turn(4, "yes")).await;
    let next = log.take("answered", LeaseRequest::NextRun).await;
    same("the run of the answer", run(&next), ("answered", 2, 1, 0));
    refused!("an append of the dead", log.append(&dead, vec![done(3)]).await, LogError::Fenced);
    let stop = log.take("stopped", LeaseRequest::Stop).await;
    same(
        "the state behind another stop",
        log.write(&stop, vec![status(5, TaskState::Canceled)]).await.state,
        TaskState::Canceled,
    );
    Ok(())
}

/// A crash starts nothing by itself: a paused task without a turn waits on, and one that has ended is over.
pub async fn what_rests_is_no_orphan(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let (answered, _) = log.begin("answered", Vec::new()).await;
    log.say("answered", turn(1, "one")).await;
    log.write(&answered, vec![status(2, TaskState::AuthRequired)]).await;
    same("the run behind the pause", log.give_back(&answered, 2).await, None);
    log.ended("at once", 1).await;
    let (ended, _) = log.begin("ended", Vec::new()).await;
    log.say("ended", turn(1, "untaken")).await;
    log.write(&ended, vec![done(2)]).await;
    log.paused("paused").await;
    log.ended("behind", 3).await;
    let log = trial.reopened(log).await?;
    same("what is due", orphans(&*log).await, vec![]);
    let log = trial.reopened(log).await?;
    same("what is due behind a second crash", orphans(&*log).await, vec![]);
    Ok(())
}

/// A run that dies again and again has one attempt more each time, so that whoever takes it over can give it up.
pub async fn attempts_count_up_over_several_deaths(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(Retention::new()).await?;
    log.begin("t", Vec::new()).await;
    let mut before = 1;
    for attempt in 2..6 {
        log = trial.reopened(log).await?;
        let lease = orphan(&*log).await;
        same("the run", run(&lease), ("t", 1, attempt, 0));
        assert!(lease.epoch > before, "promised was a lease later than {before}, but it is {lease:?}");
        before = lease.epoch;
        log.write(&lease, vec![record(i64::from(attempt))]).await;
    }
    log = trial.reopened(log).await?;
    let lease = orphan(&*log).await;
    log.write(&lease, vec![status(9, TaskState::InputRequired)]).await;
    log.give_back(&lease, 0).await;
    let next = log.take("t", LeaseRequest::NextRun).await;
    same("the run behind a pause, in its first attempt", run(&next), ("t", 2, 1, 0));
    Ok(())
}

/// What one caller was answered no other is, at the same time or later, while this process lives; and a caller gets no
/// more than it can work on.
pub async fn orphans_are_answered_once_and_as_many_as_are_wanted(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    for n in 0..20 {
        log.begin(&format!("t{n}"), Vec::new()).await;
    }
    log.paused("late").await;
    log.post(&super::fixture::ann(), &task("late"), turn(2, "yes"), Some(key("k")), None)
        .await
        .expect("post takes a turn");
    let log = trial.reopened(log).await?;
    same("how many of none", log.orphans(0).await.expect("orphans answers").len(), 0);
    let mut takers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let log = log.clone();
        takers.spawn(async move {
            let leases = log.orphans(3).await.expect("orphans answers");
            assert!(leases.len() <= 3, "promised were at most 3 runs, but they are {}", leases.len());
            leases
        });
    }
    let mut all: Vec<_> = takers.join_all().await.into_iter().flatten().collect();
    same("how many of four times three", all.len(), 12);
    all.extend(orphans(&*log).await);
    same("how many in all", all.len(), 21);
    let tasks: HashSet<_> = all.iter().map(|lease| lease.task.clone()).collect();
    same("how many tasks they are of", tasks.len(), 21);
    same("what is due then", orphans(&*log).await, vec![]);
    let log = trial.reopened(log).await?;
    same("how many behind another crash", orphans(&*log).await.len(), 21);
    Ok(())
}
