//! Webhooks in a file: stored with what they came with, gone with their task, and counted.

use a2a_core::{TaskPushNotificationConfig, Version};
use a2a_server::{
    contract::{
        fixture::{ann, done, new, opened, task, turn},
        steps::Steps,
    },
    log::{Retention, TaskLog, Webhook},
    sqlite::{Sqlite, Synchronous, sqlx},
};
use pretty_assertions::assert_eq;

use super::{
    File,
    crashes::{bytes, cut, wal},
};

fn webhook(name: &str, id: &str, token: usize) -> Webhook {
    let config = TaskPushNotificationConfig::new("https://example.com/hook").with_task_id(task(name));
    let mut config = config.with_token("x".repeat(token));
    config.id = Some(id.to_owned());
    Webhook::new(config, Version::V1_0)
}

/// The ids of a task's webhooks; none if there is no task.
async fn ids(log: &Sqlite, name: &str) -> Option<Vec<String>> {
    let page = log.webhooks(&ann(), &task(name), 0, 99).await.ok()?;
    Some(page.webhooks.iter().map(|webhook| webhook.id().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_anywhere_leaves_both_a_message_and_its_webhook_or_neither() {
    let file = File::new();
    let options = Sqlite::options().synchronous(Synchronous::Normal);
    let log = file.open_with(&options).await;
    log.begin("first", Vec::new()).await;
    let start = bytes(&wal(&file));
    for n in 0..4 {
        let name = format!("t{n}");
        let mut create = new(&name);
        create.webhook = Some(Box::new(webhook(&name, "made", 3_000)));
        log.create(create, vec![opened(0)]).await.unwrap();
        let with = Some(Box::new(webhook(&name, "posted", 3_000)));
        log.post(&ann(), &task(&name), turn(1, &"x".repeat(3_000)), None, with).await.unwrap();
    }
    let whole = bytes(&wal(&file));
    assert!(whole < 3 << 20, "nothing is in the main file yet: {whole}");
    let mut seen = Vec::new();
    for length in (start..=whole).step_by(4096 + 24) {
        let copy = cut(&file, length);
        let log = copy.open_with(&options).await;
        for n in 0..4 {
            let name = format!("t{n}");
            let found = ids(&log, &name).await;
            let expected = match log.header(&ann(), &task(&name)).await.map(|header| header.head.seq) {
                Err(_) => None,
                Ok(1) => Some(vec!["made".to_owned()]),
                Ok(_) => Some(vec!["made".to_owned(), "posted".to_owned()]),
            };
            assert_eq!(found, expected, "{name} at {length}");
            seen.push(found.map(|ids| ids.len()));
        }
        log.close().await;
    }
    for number in [None, Some(1), Some(2)] {
        assert!(seen.contains(&number), "a file was cut where {number:?} webhooks are");
    }
}

#[tokio::test]
async fn a_write_that_fails_registers_nothing() {
    let file = File::new();
    let log = file.open_with(&Sqlite::options().max_bytes(160 << 10)).await;
    log.begin("t", Vec::new()).await;
    let much = webhook("t", "much", 400_000);
    assert!(log.put_webhook(&ann(), &task("t"), much.clone()).await.is_err());
    let posted = log.post(&ann(), &task("t"), turn(1, "more"), None, Some(Box::new(much))).await;
    assert!(posted.is_err(), "{posted:?}");
    assert_eq!((ids(&log, "t").await, log.whole("t").await.0), (Some(Vec::new()), 1));
    log.say("t", turn(1, "more")).await;
    log.put_webhook(&ann(), &task("t"), webhook("t", "little", 10)).await.unwrap();
    assert_eq!(ids(&log, "t").await, Some(vec!["little".to_owned()]));
}

#[tokio::test]
async fn webhooks_go_with_their_task_and_count_for_what_ended_tasks_may_take() {
    let file = File::new();
    let keep = Retention::new().finished_bytes(200_000);
    let log = file.open_with(&Sqlite::options().retention(keep)).await;
    for n in 0..40 {
        let name = format!("t{n}");
        let (lease, _) = log.begin(&name, Vec::new()).await;
        for id in ["before", "put again", "removed"] {
            log.put_webhook(&ann(), &task(&name), webhook(&name, id, 8_000)).await.unwrap();
        }
        log.put_webhook(&ann(), &task(&name), webhook(&name, "put again", 10)).await.unwrap();
        log.write(&lease, vec![done(1)]).await;
        log.delete_webhook(&ann(), &task(&name), "removed").await.unwrap();
        log.put_webhook(&ann(), &task(&name), webhook(&name, "behind", 8_000)).await.unwrap();
    }
    // Whatever sweeps are under way are before this.
    log.ended("last", 2).await;
    log.close().await;
    let mut connection =
        <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", file.path().display()))
            .await
            .unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM task").fetch_one(&mut connection).await.unwrap();
    assert!((8..14).contains(&kept), "{kept} tasks of about 17,000 bytes are kept");
    let left = "SELECT count(*) FROM task_webhook WHERE task NOT IN (SELECT key FROM task)";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&mut connection).await.unwrap();
    assert_eq!(left, 0);
    let reopened = file.open().await;
    let page = reopened.webhooks(&ann(), &task("t39"), 0, 9).await.unwrap();
    let ids: Vec<_> = page.webhooks.iter().map(Webhook::id).collect();
    assert_eq!(ids, ["before", "put again", "behind"]);
}

#[tokio::test]
async fn a_file_of_a_version_without_webhooks_takes_them() {
    let file = File::new();
    let log = file.open().await;
    log.begin("t", Vec::new()).await;
    log.close().await;
    let url = format!("sqlite://{}", file.path().display());
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
    let earlier = "DROP TABLE task_webhook; UPDATE a2a_schema SET version = 1 WHERE part = 'tasks'";
    sqlx::raw_sql(earlier).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let log = file.open().await;
    log.put_webhook(&ann(), &task("t"), webhook("t", "a", 3)).await.unwrap();
    assert_eq!(ids(&log, "t").await, Some(vec!["a".to_owned()]));
}
