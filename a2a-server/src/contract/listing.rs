//! An owner's tasks: the latest status first, then by id, narrowed by filters and cut into pages.
//!
//! The place behind a page is a time and an id, not a number, so tasks that move to the front meanwhile are neither
//! repeated nor make others be skipped.

use std::{cmp::Reverse, collections::HashSet};

use a2a_core::{ContextId, TaskState, Timestamp};

use super::{
    Skipped, Trial,
    claim::same,
    fixture::{Numbers, ann, at, chunk, context, done, opened, query, said, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{
    Artifacts, Create, Created, Lease, LeaseRequest, ListPage, ListPlace, ListQuery, Retention, TaskLog,
};

promises! { "listing":
    the_latest_status_comes_first,
    what_changes_no_status_moves_no_task,
    tasks_of_one_time_are_listed_by_their_ids,
    every_filter_narrows_the_list_and_its_total,
    lists_outlive_the_process,
    pages_cover_the_list_while_statuses_change,
    a_list_without_matches_is_empty,
    a_listed_task_is_the_task_in_the_view_that_is_wanted,
}

fn ids(page: &ListPage) -> Vec<String> {
    page.tasks.iter().map(|snapshot| snapshot.to_task().id.to_string()).collect()
}

/// Tasks `t0`, `t1`, … whose statuses are of these times, all WORKING.
async fn working(log: &dyn TaskLog, times: &[i64]) -> Vec<Lease> {
    let mut leases = Vec::new();
    for (n, time) in times.iter().enumerate() {
        leases.push(log.begin(&format!("t{n}"), vec![status(*time, TaskState::Working)]).await.0);
    }
    leases
}

/// A task stands in the list by the time of its status, and moves with the status: of a run, of a turn that resumes
/// it, or of its end.
pub async fn the_latest_status_comes_first(trial: &Trial) {
    let log = trial.log().await;
    let leases = working(&*log, &[30, 10, 20, 20, 40]).await;
    same("the list", ids(&log.tasks(&query(9)).await), ["t4", "t0", "t2", "t3", "t1"]);
    log.write(&leases[3], vec![status(50, TaskState::InputRequired)]).await;
    same("the list behind a status", ids(&log.tasks(&query(9)).await), ["t3", "t4", "t0", "t2", "t1"]);
    log.write(&leases[1], vec![done(80)]).await;
    log.say("t3", turn(90, "paused")).await;
    let page = log.tasks(&query(9)).await;
    same("the list behind an end and a turn", ids(&page), ["t3", "t1", "t4", "t0", "t2"]);
    same("how many there are, and what is behind", (page.total, page.next), (5, None));
    log.write(&leases[3], vec![status(5, TaskState::Working)]).await;
    same("the list behind an early clock", ids(&log.tasks(&query(9)).await), ["t1", "t4", "t0", "t2", "t3"]);
}

/// Content, records, leases and turns that resume nothing leave a task in its place.
pub async fn what_changes_no_status_moves_no_task(trial: &Trial) {
    let log = trial.log().await;
    let leases = working(&*log, &[30, 20]).await;
    log.paused("paused").await;
    log.write(&leases[1], vec![chunk(90, "a", "b"), super::fixture::record(91)]).await;
    log.say("t1", turn(92, "not paused")).await;
    log.say("t1", super::fixture::cancel(93)).await;
    log.take("paused", LeaseRequest::NextRun).await;
    same("the list", ids(&log.tasks(&query(9)).await), ["t0", "t1", "paused"]);
}

/// Tasks of the same time are in the order of their ids, byte by byte, also across pages.
pub async fn tasks_of_one_time_are_listed_by_their_ids(trial: &Trial) {
    let log = trial.log().await;
    let names = ["b", "B", "a", "ab", "a-", "é", "10", "9", "Z", "_"];
    for name in names {
        log.ended(name, 7).await;
    }
    let mut expected = names;
    expected.sort_unstable();
    same("the list", ids(&log.tasks(&query(99)).await), expected);
    for limit in 1..=names.len() {
        let listed = all_pages(&*log, &query(limit)).await;
        same(format!("the list in pages of {limit}"), listed, expected);
    }
}

async fn all_pages(log: &dyn TaskLog, first: &ListQuery) -> Vec<String> {
    let (mut query, mut all) = (first.clone(), Vec::new());
    loop {
        let page = log.tasks(&query).await;
        all.extend(ids(&page));
        assert!(
            all.len() <= first.limit.saturating_add(page.total),
            "pages of {} tasks have no end",
            page.total
        );
        query.from = page.next;
        if query.from.is_none() {
            return all;
        }
        assert_eq!(page.tasks.len(), first.limit, "promised is a full page where another is behind it");
    }
}

struct Row {
    id: String,
    context: ContextId,
    state: TaskState,
    at: Timestamp,
}

/// Twenty-four tasks of all sorts, in their order.
async fn assorted(log: &dyn TaskLog) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut numbers = Numbers::from(11);
    for n in 0..24 {
        let id = format!("t{n}");
        let contexts = [context(), "another".parse().expect("that is an id")];
        let states = [
            TaskState::Submitted,
            TaskState::Working,
            TaskState::InputRequired,
            TaskState::Completed,
            TaskState::Failed,
        ];
        let [context, state] =
            [numbers.below(2), numbers.below(5)].map(|n| usize::try_from(n).unwrap_or_default());
        let (context, state) = (contexts[context].clone(), states[state].clone());
        let millis = i64::try_from(numbers.below(6)).unwrap_or_default() * 10;
        let create = Create::new(task(&id), context.clone(), ann(), None);
        log.create(create, vec![opened(0), status(millis, state.clone())])
            .await
            .expect("create makes a task");
        rows.push(Row { id, context, state, at: at(millis) });
    }
    rows.sort_by_key(|row| (Reverse(row.at), row.id.clone()));
    rows
}

/// Context, state and time narrow the list each by itself and together; the total counts what matches on all pages,
/// and the pages are that list.
pub async fn every_filter_narrows_the_list_and_its_total(trial: &Trial) {
    let log = trial.log().await;
    let rows = assorted(&*log).await;
    check_lists(&*log, &rows).await;
}

/// The next process answers the same lists of the same filters in the same pages.
pub async fn lists_outlive_the_process(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let rows = assorted(&*log).await;
    let log = trial.reopened(log).await?;
    check_lists(&*log, &rows).await;
    Ok(())
}

/// Panics unless every filter, in every page, lists what it should of these.
async fn check_lists(log: &dyn TaskLog, rows: &[Row]) {
    let contexts = [None, Some(context()), "another".parse().ok(), "none".parse().ok()];
    let states = [None, Some(TaskState::Working), Some(TaskState::Completed), Some(TaskState::Rejected)];
    let times = [None, Some(at(-1)), Some(at(10)), Some(at(11)), Some(at(50)), Some(at(51))];
    for context in &contexts {
        for state in &states {
            for after in times {
                let mut query = query(7);
                (query.context, query.state, query.after) = (context.clone(), state.clone(), after);
                let matches = |row: &&Row| {
                    context.as_ref().is_none_or(|wanted| *wanted == row.context)
                        && state.as_ref().is_none_or(|wanted| *wanted == row.state)
                        && after.is_none_or(|after| row.at >= after)
                };
                let expected: Vec<_> = rows.iter().filter(matches).map(|row| row.id.clone()).collect();
                let what = format!("the list of {query:?}");
                same(format!("the total of {what}"), log.tasks(&query).await.total, expected.len());
                same(what, all_pages(log, &query).await, expected);
            }
        }
    }
    for limit in [1, 23, 24, 25, usize::MAX] {
        let listed = all_pages(log, &query(limit)).await;
        same(
            format!("the list in pages of {limit}"),
            listed,
            rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(),
        );
    }
}

/// While statuses change between pages no task is listed twice, and none is missed but those that moved to the front,
/// where the next look at the first page finds them.
pub async fn pages_cover_the_list_while_statuses_change(trial: &Trial) {
    let log = trial.log().await;
    let leases = working(&*log, &(0..50).map(|n| n / 3).collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    let mut next = query(7);
    loop {
        let page = log.tasks(&next).await;
        same("the total", page.total, 50);
        assert!(seen.len() <= 50, "pages of 50 tasks have no end");
        seen.extend(ids(&page));
        let Some(place) = page.next else { break };
        log.write(&leases[seen.len() % 50], vec![status(100, TaskState::Working)]).await;
        log.write(&leases[49], vec![status(101, TaskState::Working)]).await;
        next.from = Some(place);
    }
    let distinct = |seen: &[String]| seen.iter().cloned().collect::<HashSet<_>>().len();
    same("how many different tasks are among those listed", distinct(&seen), seen.len());
    seen.extend(ids(&log.tasks(&query(50)).await));
    same("how many tasks are found in all", distinct(&seen), 50);
}

/// Nothing is an empty page: no task, no match, a place behind the last one, or a limit of none.
pub async fn a_list_without_matches_is_empty(trial: &Trial) {
    let log = trial.log().await;
    let nothing = |page: ListPage| (page.tasks.len(), page.total, page.next);
    same("a list of no tasks", nothing(log.tasks(&query(5)).await), (0, 0, None));
    working(&*log, &[1, 2]).await;
    let mut behind = query(5);
    behind.from = Some(ListPlace::new(at(-1), task("t")));
    same("a page behind the last one", nothing(log.tasks(&behind).await), (0, 2, None));
    let none = log.tasks(&query(0)).await;
    same("a page of no tasks", (none.tasks.len(), none.total), (0, 2));
    let mut rejected = query(5);
    rejected.state = Some(TaskState::Rejected);
    same("a list of a state that none has", nothing(log.tasks(&rejected).await), (0, 0, None));
}

/// What is listed is what `load` answers with the same view, so a list costs no more than what is wanted of it.
pub async fn a_listed_task_is_the_task_in_the_view_that_is_wanted(trial: &Trial) {
    let log = trial.log().await;
    for (n, end) in [None, Some(done(9))].into_iter().enumerate() {
        let mut behind =
            vec![chunk(1, "a", "b"), said(2, TaskState::Working, "one"), said(3, TaskState::Working, "two")];
        behind.extend(end);
        let first = std::iter::once(opened(0)).chain(behind).collect();
        let created = log.create(super::fixture::new(&format!("t{n}")), first).await;
        assert!(matches!(created, Ok(Created::New(..) | Created::Ended(_))), "create answered {created:?}");
    }
    for history in [None, Some(0), Some(1)] {
        for artifacts in [Artifacts::Present, Artifacts::Absent] {
            let mut query = query(9);
            (query.view.history, query.view.artifacts) = (history, artifacts);
            let page = log.tasks(&query).await;
            same("how many tasks are listed", page.tasks.len(), 2);
            for listed in page.tasks {
                let loaded =
                    log.load(&ann(), &listed.to_task().id, query.view).await.expect("load finds the task");
                let what = format!("the view {:?} of a listed task", query.view);
                same(what, (listed.seq, listed.to_task()), (loaded.seq, loaded.to_task()));
            }
        }
    }
}
