//! Whose a task is.

use std::sync::Arc;

use a2a_core::{Caller, CallerKind, TaskState};
use a2a_server::log::{LogError, Scope, TaskLog, View};
use pretty_assertions::assert_eq;

use crate::log_fixture::{ann, begin, cancel, done, ended, load, query, scope, status, task, turn};

/// Tasks of Ann's in all states: running, paused, ended.
async fn tasks(log: &dyn TaskLog) {
    begin(log, "running", Vec::new()).await;
    let (lease, _) = begin(log, "paused", vec![status(1, TaskState::InputRequired)]).await;
    log.release(&lease, 0).await.unwrap();
    ended(log, "ended", 0).await;
}

async fn assert_missing_for(log: &dyn TaskLog, who: &Scope) {
    for name in ["running", "paused", "ended", "never"] {
        let task = task(name);
        assert!(matches!(log.header(who, &task).await, Err(LogError::NotFound)));
        assert!(matches!(log.load(who, &task, View::default()).await, Err(LogError::NotFound)));
        assert!(matches!(log.attach(who, &task, None).await, Err(LogError::NotFound)));
        assert!(matches!(log.attach(who, &task, Some(0)).await, Err(LogError::NotFound)));
        for entry in [turn(2, "t"), cancel(2), done(2)] {
            assert!(matches!(log.post(who, &task, entry, None).await, Err(LogError::NotFound)));
        }
    }
    let page = log.list(who, &query(9)).await.unwrap();
    assert_eq!((page.tasks.len(), page.total), (0, 0));
}

pub(crate) async fn a_task_of_somebody_else_is_a_missing_one(log: Arc<dyn TaskLog>) {
    tasks(&*log).await;
    assert_missing_for(&*log, &scope("bob")).await;
    assert_missing_for(&*log, &Scope::of(&Caller::anonymous())).await;
    assert_missing_for(&*log, &Scope::of(&Caller::new(CallerKind::Service, "ann"))).await;
    assert_eq!(log.list(&ann(), &query(9)).await.unwrap().total, 3);
    assert_eq!(load(&*log, "running").await.0, 1);
}

pub(crate) async fn a_tenant_is_part_of_the_owner(log: Arc<dyn TaskLog>) {
    tasks(&*log).await;
    let mut caller = Caller::new(CallerKind::User, "ann");
    caller.tenant = Some("acme".parse().unwrap());
    assert_missing_for(&*log, &Scope::of(&caller)).await;
}
