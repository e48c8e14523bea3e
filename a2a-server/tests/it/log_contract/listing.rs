//! The tasks of an owner, latest status first.

use std::{collections::HashSet, sync::Arc};

use a2a_core::{ContextId, TaskState};
use a2a_server::log::{Artifacts, Create, Created, Lease, ListPage, ListPlace, ListQuery, TaskLog};
use pretty_assertions::assert_eq;

use crate::log_fixture::{ann, at, begin, chunk, done, opened, query, status, task, turn};

async fn list(log: &dyn TaskLog, query: &ListQuery) -> ListPage {
    log.list(&ann(), query).await.unwrap()
}

fn ids(page: &ListPage) -> Vec<String> {
    page.tasks.iter().map(|snapshot| snapshot.to_task().id.to_string()).collect()
}

/// Tasks `t0`, `t1`, … whose statuses are of these times, all WORKING.
async fn working(log: &dyn TaskLog, times: &[i64]) -> Vec<Lease> {
    let mut leases = Vec::new();
    for (n, time) in times.iter().enumerate() {
        leases.push(begin(log, &format!("t{n}"), vec![status(*time, TaskState::Working)]).await.0);
    }
    leases
}

pub(crate) async fn the_latest_status_comes_first(log: Arc<dyn TaskLog>) {
    let leases = working(&*log, &[30, 10, 20, 20, 40]).await;
    assert_eq!(ids(&list(&*log, &query(9)).await), ["t4", "t0", "t2", "t3", "t1"]);
    log.append(&leases[1], vec![chunk(90, "a", "no status")]).await.unwrap();
    log.append(&leases[3], vec![status(50, TaskState::InputRequired)]).await.unwrap();
    assert_eq!(ids(&list(&*log, &query(9)).await), ["t3", "t4", "t0", "t2", "t1"]);
    log.post(&ann(), &task("t2"), turn(60, "not paused"), None).await.unwrap();
    log.post(&ann(), &task("t3"), turn(70, "paused"), None).await.unwrap();
    log.append(&leases[1], vec![done(80)]).await.unwrap();
    let page = list(&*log, &query(9)).await;
    assert_eq!(ids(&page), ["t1", "t3", "t4", "t0", "t2"]);
    assert_eq!((page.total, page.next), (5, None));
}

pub(crate) async fn filters_narrow_the_list_and_its_total(log: Arc<dyn TaskLog>) {
    let leases = working(&*log, &[10, 20, 30, 40]).await;
    log.append(&leases[0], vec![chunk(50, "a", "b"), done(50)]).await.unwrap();
    let another: ContextId = "another".parse().unwrap();
    let elsewhere = Create::new(task("elsewhere"), another, ann(), None);
    assert!(matches!(log.create(elsewhere, vec![opened(25)]).await.unwrap(), Created::New(..)));
    let by = |change: fn(&mut ListQuery)| {
        let mut query = query(2);
        change(&mut query);
        query
    };
    for (query, total, first) in [
        (by(|_| ()), 5, vec!["t0", "t3"]),
        (by(|query| query.state = Some(TaskState::Working)), 3, vec!["t3", "t2"]),
        (by(|query| query.state = Some(TaskState::Completed)), 1, vec!["t0"]),
        (by(|query| query.context = "another".parse().ok()), 1, vec!["elsewhere"]),
        (by(|query| query.after = Some(at(30))), 3, vec!["t0", "t3"]),
        (by(|query| query.after = Some(at(41))), 1, vec!["t0"]),
        (
            by(|query| (query.after, query.state) = (Some(at(30)), Some(TaskState::Working))),
            2,
            vec!["t3", "t2"],
        ),
    ] {
        let page = list(&*log, &query).await;
        assert_eq!((page.total, ids(&page)), (total, first.into_iter().map(str::to_owned).collect()));
        assert_eq!(page.next.is_some(), total > 2);
    }
    let mut bare = query(1);
    (bare.view.artifacts, bare.view.history) = (Artifacts::Absent, Some(0));
    let task = list(&*log, &bare).await.tasks[0].to_task();
    assert_eq!((task.artifacts, task.history), (Vec::new(), Vec::new()));
}

pub(crate) async fn pages_cover_the_list_while_statuses_change(log: Arc<dyn TaskLog>) {
    let leases = working(&*log, &(0..50).map(|n| n / 3).collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    let mut next = query(7);
    loop {
        let page = list(&*log, &next).await;
        assert_eq!(page.total, 50);
        seen.extend(ids(&page));
        let Some(place) = page.next else { break };
        log.append(&leases[seen.len() % 50], vec![status(100, TaskState::Working)]).await.unwrap();
        log.append(&leases[49], vec![status(101, TaskState::Working)]).await.unwrap();
        next.from = Some(place);
    }
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    next.from = None;
    next.limit = 50;
    seen.extend(ids(&list(&*log, &next).await));
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 50);
}

pub(crate) async fn a_list_without_matches_is_empty(log: Arc<dyn TaskLog>) {
    let nothing = |page: ListPage| (page.tasks.len(), page.total, page.next);
    assert_eq!(nothing(list(&*log, &query(5)).await), (0, 0, None));
    working(&*log, &[1, 2]).await;
    let mut behind = query(5);
    behind.from = Some(ListPlace::new(at(-1), task("t")));
    assert_eq!(nothing(list(&*log, &behind).await), (0, 2, None));
    assert_eq!(nothing(list(&*log, &query(0)).await), (0, 2, None));
}
