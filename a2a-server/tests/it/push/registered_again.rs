//! Webhooks that are registered once more: while they are told, while they are removed, and behind the end.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{
    host, pushing, quick, register, start_with,
    webhook::{Answer, Called, Hook},
};
use crate::{
    agents::{Gate, asks, patient},
    mortal_log::{MortalLog, Op},
    support::{id, says_to, serve, short, soon},
};

const DELETE: &str = "DeleteTaskPushNotificationConfig";

fn kind(called: &Called) -> (String, Option<&str>, Option<&str>) {
    (called.brief(), called.header("content-type"), called.header("a2a-version"))
}

#[tokio::test]
async fn what_is_told_next_is_of_the_version_that_registered_it_last() {
    let (gate, held) = (Gate::new(), Gate::new());
    let host = host(patient(&gate)).await;
    let mut hook = Hook::answering([Answer::Behind(held.clone())]).await;
    let begun = start_with(&host, "go", &json!({ "url": hook.url, "id": "one" })).await;
    let first = hook.next().await;
    assert_eq!(kind(&first), ("task SUBMITTED".to_owned(), Some("application/a2a+json"), Some("1.0")));
    let config = json!({ "url": hook.url, "id": "one" });
    let old = json!({ "taskId": id(&begun), "pushNotificationConfig": config });
    host.call("tasks/pushNotificationConfig/set", old).await;
    held.open();
    let next = hook.next().await;
    assert_eq!(kind(&next), ("task working".to_owned(), Some("application/json"), None));
    gate.open();
    assert_eq!(hook.briefs().await, ["task completed"]);
}

#[tokio::test]
async fn a_webhook_that_is_registered_while_another_of_its_id_is_removed_is_told() {
    let (gate, log) = (Gate::new(), MortalLog::new());
    let removed = log.hold(Op::Unhook);
    let host = serve(pushing(patient(&gate), quick(), short()).store(log.clone())).await;
    let (mut before, mut after) = (Hook::new().await, Hook::new().await);
    let begun = start_with(&host, "go", &json!({ "url": before.url, "id": "one" })).await;
    assert_eq!([before.brief().await, before.brief().await], ["task SUBMITTED", "WORKING"]);
    let one = json!({ "taskId": id(&begun), "id": "one" });
    let removing = host.call(DELETE, one);
    let registering = async {
        while log.calls(Op::Unhook) == 0 {
            tokio::task::yield_now().await;
        }
        register(&host, id(&begun), "one", &after.url).await;
        removed.open();
    };
    soon(async { tokio::join!(removing, registering) }).await;
    gate.open();
    assert_eq!(after.briefs().await, ["COMPLETED"]);
    assert!(!before.was_called());
}

#[tokio::test]
async fn what_was_told_is_not_told_again_behind_the_end() {
    let (host, mut hook) = (host(asks()).await, Hook::new().await);
    let begun = start_with(&host, "who", &json!({ "url": hook.url, "id": "one" })).await;
    let configuration =
        json!({ "returnImmediately": true, "taskPushNotificationConfig": { "url": hook.url, "id": "two" } });
    let done = json!({ "message": says_to(id(&begun), "done"), "configuration": configuration });
    let key = [("idempotency-key", "k")];
    host.call_with(&key, "SendMessage", done.clone()).await;
    // Each of the two ends with the task.
    let mut called = hook.briefs().await;
    called.extend(hook.briefs().await);
    soon(host.handle.drain()).await;
    assert!(!hook.was_called());
    called.sort_unstable();
    let all = ["COMPLETED", "COMPLETED", "INPUT_REQUIRED", "WORKING", "WORKING", "task SUBMITTED"];
    assert_eq!(called, all);
    for id_of in ["one", "two", "three"] {
        register(&host, id(&begun), id_of, &hook.url).await;
    }
    // The message that was sent before is answered as before.
    let again = host.call_with(&key, "SendMessage", done).await;
    assert_eq!(again["result"]["task"]["id"], *id(&begun));
    soon(host.handle.drain()).await;
    assert!(!hook.was_called());
}

#[tokio::test]
async fn what_waits_for_others_is_told_where_the_webhook_is_by_then() {
    let (gate, held) = (Gate::new(), Gate::new());
    let host = serve(pushing(patient(&gate), quick().in_flight(1), short())).await;
    let mut first = Hook::answering([Answer::Behind(held.clone())]).await;
    let (mut before, mut after) = (Hook::new().await, Hook::new().await);
    start_with(&host, "one", &json!({ "url": first.url })).await;
    first.next().await;
    let other = start_with(&host, "two", &json!({ "url": before.url, "id": "one" })).await;
    // Long behind the first event.
    let mut stream = host.subscribe(id(&other)).await;
    gate.open();
    gate.open();
    stream.rest().await;
    register(&host, id(&other), "one", &after.url).await;
    held.open();
    assert_eq!(after.briefs().await, ["task SUBMITTED", "WORKING", "COMPLETED"]);
    assert!(!before.was_called());
}
