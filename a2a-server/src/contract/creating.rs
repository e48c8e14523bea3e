//! How a task begins: with an opening entry, once under its id, and with the lease of its first run.
//!
//! A task and its first batch are one append, so that a task without a beginning is never seen, and a send that is
//! answered at once costs one transaction.

use a2a_core::TaskState;

use super::{
    Trial,
    claim::{refused, same},
    fixture::{ann, at, chunk, context, done, folded, key, new, opened, query, record, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Created, Head, Limit, LogError};

promises! { "creating":
    a_new_task_is_leased_to_its_first_run,
    a_task_begins_with_one_opening_entry,
    a_task_id_is_given_once,
    a_task_id_is_given_once_though_many_want_it_at_once,
    a_terminal_entry_in_the_first_batch_ends_the_task_at_once,
    a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other,
}

/// A new task has its first batch in it and its first run holds the lease, so nobody else can start one.
pub async fn a_new_task_is_leased_to_its_first_run(trial: &Trial) {
    let log = trial.log().await;
    let (lease, head) = log.begin("t", vec![status(1, TaskState::Working)]).await;
    same("the lease", (&lease.task, lease.run.run, lease.run.attempt, lease.consumed), (&task("t"), 1, 1, 0));
    same("the head", head.clone(), Head::new(2, TaskState::Working, false, 0));
    let header = log.stands("t").await;
    same("the header", (header.context, header.head, header.run, header.leased), (context(), head, 1, true));
}

/// The first entry opens the task, no other does, and none is a turn: a turn is posted to a task that exists.
pub async fn a_task_begins_with_one_opening_entry(trial: &Trial) {
    let log = trial.log().await;
    for first in [vec![], vec![done(0)], vec![opened(0), opened(0)], vec![opened(0), turn(0, "early")]] {
        let what = format!("a task of {first:?}");
        refused!(what, log.create(new("t"), first).await, LogError::Store(_));
    }
    refused!("the task", log.header(&ann(), &task("t")).await, LogError::NotFound);
}

/// An id that is taken is refused and the task of that id stays as it is, its lease included.
pub async fn a_task_id_is_given_once(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for first in [vec![opened(1)], vec![opened(1), done(1)]] {
        refused!("a second task of that id", log.create(new("t"), first).await, LogError::Store(_));
    }
    same("the place of what the first one's run appends", log.write(&lease, vec![record(1)]).await.seq, 2);
    log.ended("u", 1).await;
    refused!("one that has ended", log.create(new("u"), vec![opened(2)]).await, LogError::Store(_));
}

/// Of many that want one id at the same time one gets it, as between replicas.
pub async fn a_task_id_is_given_once_though_many_want_it_at_once(trial: &Trial) {
    let log = trial.log().await;
    let mut makers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let log = log.clone();
        makers.spawn(async move { log.create(new("t"), vec![opened(n)]).await.is_ok() });
    }
    let made = makers.join_all().await.into_iter().filter(|made| *made).count();
    same("how many made it, and its last entry", (made, log.stands("t").await.head.seq), (1, 1));
}

/// A terminal entry in the first batch ends the task, which then has no lease, and what is behind it is dropped.
pub async fn a_terminal_entry_in_the_first_batch_ends_the_task_at_once(trial: &Trial) {
    let log = trial.log().await;
    let first = vec![opened(0), chunk(1, "a", "all"), done(2), chunk(3, "a", "late"), done(3)];
    let created = log.create(new("t"), first).await;
    let Ok(Created::Ended(snapshot)) = created else { panic!("promised was an end, but it is {created:?}") };
    let all = log.entries("t").await;
    same(
        "the snapshot and the entries",
        (snapshot.seq, &snapshot.state, all.len()),
        (3, &TaskState::Completed, 3),
    );
    same("the task that is answered", snapshot.to_task(), folded("t", &all));
    same("the task that is read", log.whole("t").await, (3, folded("t", &all)));
    same("whether a run is live", log.stands("t").await.leased, false);
}

/// A task that its first batch ended may be kept without its entries where nobody will read them, and nothing else
/// about it differs: a reader of it begins with the task.
pub async fn a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other(trial: &Trial) {
    let log = trial.log().await;
    let mut create = new("t");
    (create.replays, create.key) = (false, Some(key("k")));
    let first = vec![opened(0), chunk(1, "a", "all"), chunk(2, "b", "more"), done(3), chunk(4, "a", "late")];
    let like = log.create(new("like"), first.clone()).await;
    let Ok(Created::Ended(like)) = like else { panic!("promised was an end, but it is {like:?}") };
    let mut expected = like.to_task();
    expected.id = task("t");
    let created = log.create(create, first).await;
    let Ok(Created::Ended(snapshot)) = created else { panic!("promised was an end, but it is {created:?}") };
    same("where it stands", (snapshot.seq, &snapshot.state), (4, &TaskState::Completed));
    same("the task that is answered", &snapshot.to_task(), &expected);
    same("the task that is read", log.whole("t").await, (4, expected.clone()));
    let header = log.stands("t").await;
    let head = Head::new(4, TaskState::Completed, false, 0);
    same("the header", (header.head, header.run, header.leased), (head, 1, false));
    if log.remembers_keys() {
        let found = log.find(&ann(), None, &key("k"), at(5)).await.expect("find answers");
        same("what its key leads to", found, Some(task("t")));
    }
    refused!(
        "a late turn",
        log.post(&ann(), &task("t"), turn(5, "late"), None, None).await,
        LogError::Terminal
    );
    same("how many tasks are listed", log.tasks(&query(9)).await.tasks.len(), 2);
    for after in [None, Some(0), Some(2), Some(4)] {
        let mut attached = log.reader("t", after).await;
        let rest = log.rest(&mut attached.cursor, Limit::default()).await;
        if let Some(snapshot) = attached.snapshot {
            same("what a reader begins with", (snapshot.seq, snapshot.to_task()), (4, expected.clone()));
            same("what is behind that", rest.len(), 0);
        }
        same("where a reader comes to", attached.cursor.seq(), 4);
    }
}
