//! What the next process tells, by a file.

use a2a_core::{Caller, Version};
use a2a_server::{
    Sqlite,
    contract::fixture::{at, context, opened, status, task},
    log::{Create, Created, Scope, TaskLog as _, Webhook},
};
use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;

use super::{pushing, quick, start_with, webhook::Hook};
use crate::{
    agents::{Gate, echo, patient},
    support::{id, says, serve, short},
};

#[tokio::test]
async fn the_webhooks_of_tasks_without_an_end_are_told_by_the_next_process() {
    let folder = TempDir::new().unwrap();
    let file = Sqlite::open(folder.path().join("tasks.db")).await.unwrap();
    let gate = Gate::new();
    let before = serve(pushing(patient(&gate), quick(), short()).store(file.clone())).await;
    let (mut ended, mut hook) = (Hook::new().await, Hook::new().await);
    gate.open();
    start_with(&before, "first", &json!({ "url": ended.url })).await;
    assert_eq!(ended.briefs().await, ["task SUBMITTED", "WORKING", "COMPLETED"]);
    let begun = start_with(&before, "go", &json!({ "url": hook.url, "token": "t" })).await;
    assert_eq!([hook.brief().await, hook.brief().await], ["task SUBMITTED", "WORKING"]);
    // What is committed is all that a killed process leaves.
    let copy = folder.path().join("copy.db");
    file.backup_to(&copy).await.unwrap();

    let after = serve(pushing(echo(), quick(), short()).store(Sqlite::open(&copy).await.unwrap())).await;
    let called = hook.rest().await;
    let briefs: Vec<_> = called.iter().map(super::webhook::Called::brief).collect();
    assert_eq!(briefs, ["task SUBMITTED", "WORKING", "FAILED"]);
    assert!(called.iter().all(|called| called.header("x-a2a-notification-token") == Some("t")));
    assert_eq!(after.get(id(&begun)).await["status"]["state"], "TASK_STATE_FAILED");
    after.send(says("hi")).await;
    assert!(!ended.was_called());
}

#[tokio::test]
async fn a_webhook_of_v0_3_is_told_the_whole_task_with_each_status() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tasks.db");
    let mut hook = Hook::new().await;
    let file = Sqlite::open(&path).await.unwrap();
    let mut config =
        a2a_core::TaskPushNotificationConfig::new(&*hook.url).with_task_id(task("t")).with_token("x");
    config.id = Some("old".to_owned());
    let mut create = Create::new(task("t"), context(), Scope::of(&Caller::anonymous()), None);
    create.webhook = Some(Box::new(Webhook::new(config, Version::V0_3)));
    let first = vec![
        opened(0),
        a2a_server::contract::fixture::chunk(1, "a", "b"),
        status(2, a2a_core::TaskState::Working),
    ];
    let created = file.create(create, first).await.unwrap();
    assert!(matches!(created, Created::New(..)), "{created:?}");
    file.close().await;

    let host = serve(pushing(echo(), quick(), short()).store(Sqlite::open(&path).await.unwrap())).await;
    let called = hook.rest().await;
    let states: Vec<_> = called.iter().map(super::webhook::Called::brief).collect();
    assert_eq!(states, ["task submitted", "task working", "task failed"]);
    for called in &called {
        let names = ["content-type", "x-a2a-notification-token", "a2a-version"];
        assert_eq!(names.map(|name| called.header(name)), [Some("application/json"), Some("x"), None]);
        assert_eq!(called.body["artifacts"][0]["parts"], json!([{ "kind": "text", "text": "b" }]));
    }
    let whole = crate::support::task(&host.get("t").await);
    let last = serde_json::to_value(a2a_core::v0_3::Task::from(whole)).unwrap();
    assert_eq!(called[2].body, last);
    assert_eq!(called[1].body["status"]["timestamp"], json!(at(2)));
}
