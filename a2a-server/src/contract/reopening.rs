//! What a process finds that starts behind one that was killed: everything that was acknowledged, as it was.
//!
//! All of it is skipped for a log that ends with its process.

use std::sync::Arc;

use a2a_core::{Entry, Task, TaskState};

use super::{
    Skipped, Trial,
    claim::{refused, same},
    fixture::{ann, chunk, done, folded, new, opened, page_of, query, said, scope, status, task, turn},
    promise::promises,
    steps::Steps,
    trimming::{short, write},
};
use crate::log::{Create, Created, Head, LeaseRequest, Limit, LogError, Retention, Seq, TaskLog};

promises! { "reopening":
    every_task_is_as_it_was,
    readers_go_on_where_they_were,
    an_answer_to_a_paused_task_works,
    later_leases_are_later_than_all_before,
    what_was_refused_is_not_there,
    a_trimmed_log_stays_trimmed_and_loses_nothing,
    unfinished_tasks_count_on,
    finished_tasks_still_go_in_the_order_of_their_ends,
    what_many_wrote_at_once_is_there,
}

/// Tasks in every state, some of them written to in every way.
async fn tasks(log: &dyn TaskLog) -> Vec<&'static str> {
    let (lease, _) = log.begin("running", vec![chunk(1, "a", "b"), said(2, TaskState::Working, "hm")]).await;
    log.say("running", turn(3, "more")).await;
    log.write(&lease, vec![chunk(4, "b", "c"), super::fixture::record(4)]).await;
    log.say("running", super::fixture::cancel(5)).await;
    log.begin("begun", Vec::new()).await;
    log.paused("paused").await;
    let (lease, _) = log.begin("asks", vec![said(6, TaskState::AuthRequired, "who?")]).await;
    log.give_back(&lease, 0).await;
    log.ended("at once", 7).await;
    let mut create = new("short");
    create.replays = false;
    log.create(create, vec![opened(8), chunk(8, "a", "b"), done(8)]).await.expect("create makes a task");
    for (name, state) in [("failed", TaskState::Failed), ("canceled", TaskState::Canceled)] {
        let (lease, _) = log.begin(name, vec![chunk(9, "a", "b")]).await;
        log.write(&lease, vec![said(10, state, "over")]).await;
    }
    vec!["running", "begun", "paused", "asks", "at once", "short", "failed", "canceled"]
}

type Kept = (Vec<(Seq, Task, Head, u32)>, Vec<Vec<Arc<Entry>>>, Vec<(Seq, Task)>, usize);

/// All that a log answers of these tasks, but for what died with its process.
async fn kept(log: &dyn TaskLog, names: &[&str]) -> Kept {
    let (mut wholes, mut entries) = (Vec::new(), Vec::new());
    for name in names {
        let ((seq, task), header) = (log.whole(name).await, log.stands(name).await);
        wholes.push((seq, task, header.head, header.run));
        if *name != "short" {
            entries.push(log.entries(name).await.into_iter().map(|entry| entry.entry).collect());
        }
    }
    let page = log.tasks(&query(99)).await;
    let listed = page.tasks.iter().map(|listed| (listed.seq, listed.to_task())).collect();
    (wholes, entries, listed, page.total)
}

/// Tasks, headers, entries and lists are the same, again and again; whose they are, too.
pub async fn every_task_is_as_it_was(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(Retention::new()).await?;
    let names = tasks(&*log).await;
    let before = kept(&*log, &names).await;
    for _ in 0..3 {
        log = trial.reopened(log).await?;
        let now = kept(&*log, &names).await;
        for (n, name) in names.iter().enumerate() {
            same(format!("the {name} task"), &now.0[n], &before.0[n]);
        }
        same("the entries", &now.1, &before.1);
        same("the list", (&now.2, now.3), (&before.2, before.3));
        for name in &names {
            refused!("another's task", log.header(&scope("bob"), &task(name)).await, LogError::NotFound);
        }
    }
    Ok(())
}

/// From every place that a client remembers it reads what is behind that, across as many crashes as there are, also
/// of a task that has ended.
pub async fn readers_go_on_where_they_were(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(Retention::new()).await?;
    let (mut lease, _) = log.begin("t", vec![chunk(1, "a", "b"), status(1, TaskState::Working)]).await;
    for crash in 0..4 {
        log.write(&lease, vec![chunk(2, "a", "c"), chunk(2, "b", "d")]).await;
        if crash == 3 {
            log.write(&lease, vec![done(3)]).await;
        }
        let all = log.entries("t").await;
        log = trial.reopened(log).await?;
        for after in 0..=all.len() {
            let mut reader = log.reader("t", Some(after as Seq)).await;
            let what = format!("behind entry {after} of {} and {crash} more crashes", all.len());
            same(format!("whether a reader is told the task {what}"), reader.snapshot.is_some(), false);
            let read = log.rest(&mut reader.cursor, page_of(2)).await;
            let pairs = |entries: &[crate::log::LogEntry]| -> Vec<_> {
                entries.iter().map(|entry| (entry.seq, entry.entry.clone())).collect()
            };
            same(format!("what is read {what}"), pairs(&read), pairs(&all[after..]));
        }
        same("the task", log.whole("t").await, (all.len() as Seq, folded("t", &all)));
        match log.orphans(9).await.expect("orphans answers").pop() {
            Some(again) => lease = again,
            None => same("how many crashes there were before the end", crash, 3),
        }
    }
    Ok(())
}

/// A paused task is paused, and its answer starts its next run with what was said.
pub async fn an_answer_to_a_paused_task_works(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    log.paused("t").await;
    log.ended("behind", 2).await;
    let log = trial.reopened(log).await?;
    let header = log.stands("t").await;
    same("the header", (header.head.state, header.leased), (TaskState::InputRequired, false));
    let posted = log.say("t", turn(2, "yes")).await;
    same("what became of the turn", (posted.seq, posted.run, posted.leased), (3, 1, false));
    let next = log.take("t", LeaseRequest::NextRun).await;
    same("the run", (next.run.run, next.run.attempt, next.consumed), (2, 1, 0));
    let start = log.starts(&next, 0).await;
    same("its turns", start.turns.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3]);
    log.write(&next, vec![done(3)]).await;
    same("the task", log.whole("t").await, (4, folded("t", &log.entries("t").await)));
    Ok(())
}

/// A lease from before a crash is fenced off by every one that is given behind it, so that no two are the same.
pub async fn later_leases_are_later_than_all_before(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(Retention::new()).await?;
    let mut given = vec![log.paused("t").await];
    log.ended("behind", 2).await;
    for _ in 0..3 {
        log = trial.reopened(log).await?;
        let lease = log.take("t", LeaseRequest::NextRun).await;
        for before in &given {
            assert!(
                lease.epoch > before.epoch,
                "promised was a later lease, but {lease:?} is behind {before:?}"
            );
            refused!("an older lease", log.append(before, Vec::new()).await, LogError::Fenced);
        }
        log.write(&lease, vec![status(2, TaskState::InputRequired)]).await;
        log.give_back(&lease, 0).await;
        log.ended(&format!("behind-{}", given.len()), 3).await;
        given.push(lease);
    }
    Ok(())
}

/// What the log refused left no trace, and what it took is not taken twice.
pub async fn what_was_refused_is_not_there(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new().task_bytes(50_000).unfinished(2)).await?;
    let (lease, _) = log.begin("t", vec![status(1, TaskState::Working)]).await;
    let much = "x".repeat(60_000);
    refused!(
        "too much",
        log.append(&lease, vec![chunk(1, "a", "b"), chunk(1, "a", &much)]).await,
        LogError::TooLarge { .. }
    );
    refused!(
        "a run's turn",
        log.append(&lease, vec![chunk(1, "a", "b"), turn(1, "mine")]).await,
        LogError::Store(_)
    );
    refused!(
        "another's turn",
        log.post(&scope("bob"), &task("t"), turn(1, "his"), None, None).await,
        LogError::NotFound
    );
    refused!("a taken id", log.create(new("t"), vec![opened(1), done(1)]).await, LogError::Store(_));
    log.begin("second", Vec::new()).await;
    refused!("one too many", log.create(new("third"), vec![opened(1)]).await, LogError::Full);
    let before = (log.whole("t").await, log.stands("t").await.head);
    let log = trial.reopened(log).await?;
    same("the task", (log.whole("t").await, log.stands("t").await.head), before);
    same("how many tasks there are", log.tasks(&query(9)).await.total, 2);
    refused!("the third", log.header(&ann(), &task("third")).await, LogError::NotFound);
    Ok(())
}

/// What is kept is bounded over crashes too, and a reader that is too far behind is told the task and has all.
pub async fn a_trimmed_log_stays_trimmed_and_loses_nothing(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(short()).await?;
    let (mut lease, _) = log.begin("t", Vec::new()).await;
    for _ in 0..3 {
        write(&*log, &lease, 1, 100).await;
        let before = (log.whole("t").await, log.stands("t").await.head);
        log = trial.reopened(log).await?;
        same("the task", (log.whole("t").await, log.stands("t").await.head), before.clone());
        lease = log.orphans(9).await.expect("orphans answers").pop().expect("the run died with its process");
        let mut reader = log.reader("t", Some(before.1.seq - 5)).await;
        same("whether a reader that is close is told the task", reader.snapshot.is_some(), false);
        same("what it reads", log.rest(&mut reader.cursor, Limit::default()).await.len(), 5);
        let told = log.reader("t", Some(1)).await.snapshot;
        same(
            "what one that is far is told",
            told.map(|told| (told.seq, told.to_task())),
            Some(log.whole("t").await),
        );
    }
    Ok(())
}

/// Tasks that were unfinished before a crash count in what may be unfinished behind it, and no more when they end.
pub async fn unfinished_tasks_count_on(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new().unfinished(2)).await?;
    log.begin("running", Vec::new()).await;
    log.paused("paused").await;
    let log = trial.reopened(log).await?;
    refused!("a third", log.create(new("third"), vec![opened(0)]).await, LogError::Full);
    let lease = log.orphans(9).await.expect("orphans answers").pop().expect("the run died with its process");
    log.write(&lease, vec![done(1)]).await;
    log.begin("third", Vec::new()).await;
    refused!("a fourth", log.create(new("fourth"), vec![opened(0)]).await, LogError::Full);
    Ok(())
}

/// Tasks that had ended before a crash go before those that end behind it.
pub async fn finished_tasks_still_go_in_the_order_of_their_ends(trial: &Trial) -> Result<(), Skipped> {
    let mut log = trial.outliving(Retention::new().finished_bytes(200_000)).await?;
    let much = "x".repeat(5_000);
    for n in 0..60 {
        if n % 20 == 10 {
            log = trial.reopened(log).await?;
        }
        let create = Create::new(task(&format!("t{n}")), super::fixture::context(), ann(), None);
        let created = log.create(create, vec![opened(n), chunk(n, "a", &much), done(n)]).await;
        assert!(matches!(created, Ok(Created::Ended(_))), "promised was an end, but it is {created:?}");
    }
    let mut kept = Vec::new();
    for n in 0..60 {
        kept.push(log.header(&ann(), &task(&format!("t{n}"))).await.is_ok());
    }
    let first = kept.iter().position(|kept| *kept).unwrap_or(60);
    assert!((10..50).contains(&first), "of 60 tasks of 5 kB in 200 kB those from {first} on were kept");
    same("whether all later ones are kept", kept[first..].iter().all(|kept| *kept), true);
    Ok(())
}

/// Whatever was acknowledged to writers of many tasks at the same time is there, and nothing else, without a gap.
pub async fn what_many_wrote_at_once_is_there(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let log = Arc::clone(&log);
        writers.spawn(async move {
            let name = format!("t{n}");
            let (lease, _) = log.begin(&name, Vec::new()).await;
            let mut last = 1;
            for chunks in 0..10 {
                last = log.write(&lease, vec![chunk(chunks, "a", "b"), chunk(chunks, "a", "c")]).await.seq;
            }
            if n % 2 == 0 {
                last = log.write(&lease, vec![done(11)]).await.seq;
            }
            (name, last)
        });
    }
    let acknowledged = writers.join_all().await;
    let log = trial.reopened(log).await?;
    for (name, last) in acknowledged {
        let all = log.entries(&name).await;
        same(
            format!("the numbers of {name}"),
            all.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
            (1..=last).collect::<Vec<_>>(),
        );
        same(format!("the task {name}"), log.whole(&name).await, (last, folded(&name, &all)));
    }
    Ok(())
}
