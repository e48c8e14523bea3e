//! What a run begins with, and how one run follows another.
//!
//! A turn is answered by the run that takes it. What a run left untaken starts the next one, so every turn is offered
//! until it is consumed, and never again.

use super::{
    Trial,
    claim::{refused, same},
    fixture::{chunk, done, folded, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{LeaseRequest, LogError, RunStart, Seq};

promises! { "runs":
    a_run_that_leaves_a_turn_behind_is_followed_by_the_next,
    turns_that_were_consumed_are_not_offered_again,
    a_run_begins_with_the_task_and_its_turns,
    a_run_of_a_first_attempt_begins_with_turns_alone,
}

fn places(start: &RunStart) -> Vec<Seq> {
    start.turns.iter().map(|(seq, _)| *seq).collect()
}

/// To give the lease back while a turn is behind the last one consumed gives the next run's lease, and fences this
/// one: there is no moment at which nobody has to do with that turn.
pub async fn a_run_that_leaves_a_turn_behind_is_followed_by_the_next(trial: &Trial) {
    let log = trial.log().await;
    let (first, _) = log.begin("t", Vec::new()).await;
    log.say("t", turn(1, "one")).await;
    log.say("t", turn(2, "two")).await;
    let second = log.give_back(&first, 2).await.expect("a turn is left, so the next run was to follow");
    same("the next run", (second.run.run, second.run.attempt, second.consumed), (2, 1, 2));
    assert!(second.epoch > first.epoch, "promised was a later lease, but {second:?} is behind {first:?}");
    refused!("an append of the first run", log.append(&first, vec![done(2)]).await, LogError::Fenced);
    let given = log.lease(&task("t"), LeaseRequest::NextRun).await.expect("lease answers");
    same("a lease beside the next run", given, None);
    same("the run behind the second", log.give_back(&second, 3).await, None);
}

/// Consumed turns are in no later run's start, and what was consumed is never less than before.
pub async fn turns_that_were_consumed_are_not_offered_again(trial: &Trial) {
    let log = trial.log().await;
    let (first, _) = log.begin("t", Vec::new()).await;
    log.say("t", turn(1, "one")).await;
    same("the run behind the first", log.give_back(&first, 2).await, None);
    log.say("t", turn(2, "two")).await;
    let second = log.take("t", LeaseRequest::NextRun).await;
    same("what was consumed", second.consumed, 2);
    same("the turns of the second run", places(&log.starts(&second, second.consumed).await), [3]);
    same("the run behind the second", log.give_back(&second, 3).await, None);
    let third = log.take("t", LeaseRequest::NextRun).await;
    same("what was consumed", third.consumed, 3);
    same("the turns of the third run", places(&log.starts(&third, third.consumed).await), Vec::<Seq>::new());
    same("the run behind the third, which says it consumed nothing", log.give_back(&third, 0).await, None);
}

/// A run starts with the task as it stands and the turns behind the last one consumed, oldest first, however long the
/// log has become.
pub async fn a_run_begins_with_the_task_and_its_turns(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    log.say("t", turn(2, "one")).await;
    for n in 0..50 {
        log.write(&lease, vec![chunk(n, "a", &"long ".repeat(500))]).await;
    }
    log.say("t", turn(60, "two")).await;
    let start = log.starts(&lease, 0).await;
    let all = log.entries("t").await;
    same("the task", (start.seq, &*start.task), (54, &folded("t", &all)));
    let turns = [(3, &all[2].entry), (54, &all[53].entry)];
    same("the turns", start.turns.iter().map(|(seq, turn)| (*seq, turn)).collect::<Vec<_>>(), turns);
    same("the turns behind the first", places(&log.starts(&lease, 3).await), [54]);
    same("the turns behind both", places(&log.starts(&lease, 54).await), Vec::<Seq>::new());
}

/// The entry that opened the task is in the start of a further attempt only: the first one was made with it.
pub async fn a_run_of_a_first_attempt_begins_with_turns_alone(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    let start = log.starts(&lease, lease.consumed).await;
    same("the turns, and what was taken of them", (places(&start), start.taken), (vec![], 0));
}
