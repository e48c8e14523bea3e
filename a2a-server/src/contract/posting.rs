//! The door of everybody else: turns and wishes to cancel, which need no lease.
//!
//! A post serialises with what the run appends, so a follow-up or a wish is seen at the next append, and it can't be
//! lost between two runs.

use a2a_core::{EntryBody, TaskState};

use super::{
    Trial,
    claim::{refused, same},
    fixture::{ann, cancel, chunk, done, folded, opened, record, said, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Head, LeaseRequest, LogEntry, LogError};

promises! { "posting":
    only_turns_and_wishes_are_posted,
    a_turn_to_a_paused_task_resumes_it_in_the_same_step,
    a_turn_to_a_running_task_waits_in_its_inbox,
    a_turn_before_a_run_gives_back_its_pause_is_not_lost,
    a_wish_to_cancel_changes_no_state,
    a_turn_without_a_message_is_taken_once_and_only_where_a_credential_is_awaited,
}

/// What the turn that was read resumes.
fn resumed(entry: &LogEntry) -> Option<TaskState> {
    match &entry.entry.body {
        EntryBody::Turn(turn) => turn.resumes.clone(),
        other => panic!("promised was the turn, but read was {other:?}"),
    }
}

/// What only a run may say is refused from everybody else, or a caller could end a task in the agent's name.
pub async fn only_turns_and_wishes_are_posted(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", Vec::new()).await;
    for entry in [opened(1), done(1), chunk(1, "a", "b"), record(1)] {
        let what = format!("{entry:?} that is posted");
        refused!(what, log.post(&ann(), &task("t"), entry, None, None).await, LogError::Store(_));
    }
    same("the last entry", log.whole("t").await.0, 1);
}

/// A turn moves a paused task to WORKING in the same step, at the turn's time, and remembers the state it left, so
/// that refusing it can restore that.
pub async fn a_turn_to_a_paused_task_resumes_it_in_the_same_step(trial: &Trial) {
    let log = trial.log().await;
    for state in [TaskState::InputRequired, TaskState::AuthRequired] {
        let name = format!("t-{state:?}");
        let (lease, _) = log.begin(&name, vec![said(1, state.clone(), "who are you?")]).await;
        same("the run behind a pause", log.give_back(&lease, 0).await, None);
        let posted = log.say(&name, turn(2, "ann")).await;
        same("what became of the turn", (posted.seq, posted.run, posted.leased), (3, 1, false));
        same("the head", log.stands(&name).await.head, Head::new(3, TaskState::Working, false, 3));
        let all = log.entries(&name).await;
        same("what the turn resumes", resumed(&all[2]), Some(state));
        same("the task", log.whole(&name).await.1, folded(&name, &all));
        let posted = log.say(&name, turn(3, "again")).await;
        same("what became of a second turn", (posted.seq, posted.run, posted.leased), (4, 1, false));
        same("what a second turn resumes", resumed(&log.entries(&name).await[3]), None);
    }
}

/// A turn to a running task changes no state and is in the inbox of its run, whatever the poster says it resumes.
pub async fn a_turn_to_a_running_task_waits_in_its_inbox(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![status(1, TaskState::Working)]).await;
    let mut sent = turn(2, "more");
    if let EntryBody::Turn(turn) = &mut sent.body {
        turn.resumes = Some(TaskState::InputRequired);
    }
    let posted = log.say("t", sent).await;
    same("what became of the turn", (posted.seq, posted.run, posted.leased), (3, 1, true));
    let head = log.write(&lease, vec![chunk(3, "a", "b")]).await;
    same("the head", head, Head::new(4, TaskState::Working, false, 3));
    same("what the turn resumes", resumed(&log.entries("t").await[2]), None);
}

/// A turn that comes between the pause of a run and its giving the lease back starts the next run by that.
pub async fn a_turn_before_a_run_gives_back_its_pause_is_not_lost(trial: &Trial) {
    let log = trial.log().await;
    let (first, _) = log.begin("t", vec![status(1, TaskState::InputRequired)]).await;
    let posted = log.say("t", turn(2, "yes")).await;
    same("what became of the turn", (posted.seq, posted.run, posted.leased), (3, 1, true));
    same("the state", log.stands("t").await.head.state, TaskState::Working);
    let next = log.give_back(&first, 0).await.expect("a turn is left, so the next run was to follow");
    same("the next run", (next.run.run, next.run.attempt, next.consumed), (2, 1, 0));
    let turns = log.starts(&next, next.consumed).await.turns;
    same("its turns", turns.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3]);
}

/// A wish is an entry and shows in the head, but leaves the state as it is: to cancel is up to whoever holds the
/// lease.
pub async fn a_wish_to_cancel_changes_no_state(trial: &Trial) {
    let log = trial.log().await;
    log.paused("paused").await;
    let before = log.whole("paused").await.1;
    let posted = log.say("paused", cancel(2)).await;
    same("what became of the wish", (posted.seq, posted.run, posted.leased), (3, 1, false));
    same("the task", log.whole("paused").await, (3, before));
    same("the head", log.stands("paused").await.head, Head::new(3, TaskState::InputRequired, true, 0));
    let stop = log.take("paused", LeaseRequest::Stop).await;
    let head = log.write(&stop, vec![status(3, TaskState::Canceled)]).await;
    same("the state behind the stop", head.state, TaskState::Canceled);
}

/// A turn that brings no message resumes a task in `AUTH_REQUIRED`, whether or not a run waits there, and leaves its
/// history as it is. In any other state it is refused, in the same step, so that of several one is taken.
pub async fn a_turn_without_a_message_is_taken_once_and_only_where_a_credential_is_awaited(trial: &Trial) {
    let log = trial.log().await;
    let again = |millis| {
        let mut entry = turn(millis, "begin");
        if let EntryBody::Turn(turn) = &mut entry.body {
            turn.again = true;
        }
        entry
    };
    for live in [false, true] {
        let name = format!("t-{live}");
        let (lease, _) = log.begin(&name, vec![said(1, TaskState::AuthRequired, "who are you?")]).await;
        if !live {
            same("the run behind a pause", log.give_back(&lease, 0).await, None);
        }
        let before = log.whole(&name).await.1.history.len();
        let posted = log.say(&name, again(2)).await;
        same("what became of it", (posted.seq, posted.run, posted.leased), (3, 1, live));
        same("the head", log.stands(&name).await.head, Head::new(3, TaskState::Working, false, 3));
        let all = log.entries(&name).await;
        same("what it resumes", resumed(&all[2]), Some(TaskState::AuthRequired));
        let (_, whole) = log.whole(&name).await;
        same("the task", &whole, &folded(&name, &all));
        // What was asked has become history, and nothing else.
        same("the history", whole.history.len(), before + 1);
        refused!(
            "a second one",
            log.post(&ann(), &task(&name), again(3), None, None).await,
            LogError::NotWaiting
        );
        same("the last entry", log.stands(&name).await.head.seq, 3);
    }
    log.paused("asks").await;
    refused!(
        "one for input",
        log.post(&ann(), &task("asks"), again(3), None, None).await,
        LogError::NotWaiting
    );
    log.ended("ended", 1).await;
    refused!(
        "one behind the end",
        log.post(&ann(), &task("ended"), again(3), None, None).await,
        LogError::Terminal
    );
}
