//! Whose a task is: to everybody else it is a missing one, in every state and by every method.
//!
//! Nobody may learn that a task exists from how it is refused. The owner is the whole of a
//! [`Scope`]: who calls, what kind of caller that is, and the tenant it acts for.

use a2a_core::{Caller, CallerKind, ContextId};

use super::{
    Trial,
    claim::{refused, same},
    fixture::{ann, at, cancel, chunk, context, done, key, opened, query, scope, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Create, Created, LogError, Scope, TaskLog, View};

promises! { "owners":
    a_task_of_somebody_else_is_a_missing_one,
    a_tenant_is_part_of_the_owner,
    what_nobody_owns_is_nobodys,
    a_conversation_is_one_owners,
}

fn tenant(name: &str, of: Caller) -> Scope {
    let mut caller = of;
    caller.tenant = name.parse().ok();
    Scope::of(&caller)
}

fn user(name: &str) -> Caller {
    Caller::new(CallerKind::User, name)
}

/// Tasks of this owner in all states: running, paused, ended; answers what is to be the same in the end.
async fn own(log: &dyn TaskLog, who: &Scope) {
    let make = async |name: &str, behind| {
        let create = Create::new(task(name), context(), who.clone(), Some(key(name)));
        let first = std::iter::once(opened(0)).chain(behind).collect();
        log.create(create, first).await.expect("create makes a task")
    };
    make("running", Vec::new()).await;
    log.post(who, &task("running"), turn(1, "more"), Some(key("posted")), None)
        .await
        .expect("post takes a turn");
    let paused = make("paused", vec![super::fixture::status(1, a2a_core::TaskState::InputRequired)]).await;
    let Created::New(lease, _) = paused else { panic!("promised was a lease, but it is {paused:?}") };
    log.give_back(&lease, 0).await;
    make("ended", vec![chunk(1, "a", "b"), done(1)]).await;
}

/// Panics unless this scope finds nothing where somebody else has tasks.
async fn missing_for(log: &dyn TaskLog, who: &Scope) {
    for name in ["running", "paused", "ended", "never"] {
        let what = format!("the {name} task, for {who:?}");
        let task = task(name);
        refused!(what, log.header(who, &task).await, LogError::NotFound);
        refused!(what, log.load(who, &task, View::default()).await, LogError::NotFound);
        for after in [None, Some(0), Some(1), Some(9)] {
            refused!(what, log.attach(who, &task, after).await, LogError::NotFound);
        }
        for entry in [turn(2, "t"), cancel(2)] {
            for key in [None, Some(key(name)), Some(key("posted"))] {
                refused!(what, log.post(who, &task, entry.clone(), key, None).await, LogError::NotFound);
            }
        }
        let found = log.find(who, None, &key(name), at(2)).await.expect("find answers");
        let posted = log.find(who, Some(&task), &key("posted"), at(2)).await.expect("find answers");
        same(format!("what the key of {what} leads to"), (found, posted), (None, None));
    }
    let page = log.list(who, &query(9)).await.expect("list answers");
    same(format!("the list of {who:?}"), (page.tasks.len(), page.total, page.next), (0, 0, None));
}

/// Panics unless the owner finds its tasks, and they are as they were made.
async fn unchanged_for(log: &dyn TaskLog, who: &Scope) {
    for (name, seq) in [("running", 2), ("paused", 2), ("ended", 3)] {
        let loaded = log.load(who, &task(name), View::default()).await.expect("the owner finds its task");
        same(format!("the last entry of the {name} task"), loaded.seq, seq);
    }
    same("the owner's list", log.list(who, &query(9)).await.expect("list answers").total, 3);
}

/// Another user, another kind of caller of the same name, and callers whom nobody knows find nothing.
pub async fn a_task_of_somebody_else_is_a_missing_one(trial: &Trial) {
    let log = trial.log().await;
    own(&*log, &ann()).await;
    for who in ["bob", "Ann", "ann ", "an", "anna", ""] {
        missing_for(&*log, &scope(who)).await;
    }
    for kind in [CallerKind::Service, CallerKind::ApiKey, CallerKind::Session] {
        missing_for(&*log, &Scope::of(&Caller::new(kind, "ann"))).await;
    }
    missing_for(&*log, &Scope::of(&Caller::anonymous())).await;
    unchanged_for(&*log, &ann()).await;
}

/// One user acting for two tenants, or for none, is three owners.
pub async fn a_tenant_is_part_of_the_owner(trial: &Trial) {
    let log = trial.log().await;
    own(&*log, &tenant("acme", user("ann"))).await;
    missing_for(&*log, &ann()).await;
    missing_for(&*log, &tenant("other", user("ann"))).await;
    missing_for(&*log, &tenant("acme", user("bob"))).await;
    missing_for(&*log, &tenant("acme", Caller::anonymous())).await;
    unchanged_for(&*log, &tenant("acme", user("ann"))).await;
}

/// Callers whom nobody knows share what is theirs within their tenant, and nobody who is known finds it.
pub async fn what_nobody_owns_is_nobodys(trial: &Trial) {
    let log = trial.log().await;
    let nobody = Scope::of(&Caller::anonymous());
    own(&*log, &nobody).await;
    missing_for(&*log, &ann()).await;
    missing_for(&*log, &scope("")).await;
    missing_for(&*log, &tenant("acme", Caller::anonymous())).await;
    unchanged_for(&*log, &nobody).await;
}

/// Two owners may use the same name for a conversation, and neither sees the other's in it.
pub async fn a_conversation_is_one_owners(trial: &Trial) {
    let log = trial.log().await;
    let shared: ContextId = "shared".parse().expect("that is an id");
    for (name, who) in [("hers", ann()), ("his", scope("bob"))] {
        let create = Create::new(task(name), shared.clone(), who, None);
        log.create(create, vec![opened(0)]).await.expect("create makes a task");
    }
    for (name, who) in [("hers", ann()), ("his", scope("bob"))] {
        let mut query = query(9);
        query.context = Some(shared.clone());
        let page = log.list(&who, &query).await.expect("list answers");
        let ids: Vec<_> = page.tasks.iter().map(|snapshot| snapshot.to_task().id).collect();
        same(format!("the conversation, for {who:?}"), (ids, page.total), (vec![task(name)], 1));
    }
}
