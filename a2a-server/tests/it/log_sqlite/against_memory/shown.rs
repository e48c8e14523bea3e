//! What two answers are compared by.

use std::fmt;

use a2a_server::log::{Created, ListPage, LogError, Result, Snapshot};
use pretty_assertions::assert_eq;

pub(super) fn error(error: &LogError) -> String {
    match error {
        LogError::Store(_) => "the store failed".into(),
        other => format!("{other:?}"),
    }
}

/// That the file answers what memory does.
pub(super) fn same<T>(file: &Result<T>, memory: &Result<T>, show: impl Fn(&T) -> String) {
    let shown = |answer: &Result<T>| answer.as_ref().map_or_else(error, &show);
    assert_eq!(shown(file), shown(memory));
}

pub(super) fn any(answer: &impl fmt::Debug) -> String {
    format!("{answer:?}")
}

pub(super) fn snapshot(snapshot: &Snapshot) -> String {
    let mut json = Vec::new();
    snapshot.write(&mut json);
    let (task, json) = (snapshot.to_task(), String::from_utf8(json).unwrap());
    format!("{} {:?} {task:?} {json}", snapshot.seq, snapshot.state)
}

pub(super) fn created(created: &Created) -> String {
    match created {
        Created::Ended(ended) => format!("ended {}", snapshot(ended)),
        other => format!("{other:?}"),
    }
}

pub(super) fn page(page: &ListPage) -> String {
    let tasks: Vec<_> = page.tasks.iter().map(snapshot).collect();
    format!("{tasks:#?} {} {:?}", page.total, page.next)
}
