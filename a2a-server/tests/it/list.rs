//! Listing tasks.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    support::{Host, host, id, says, says_to, state},
};

/// Tasks in two contexts and two states, oldest first.
async fn tasks() -> (Host, Vec<Value>) {
    let host = host(asks()).await;
    let mut all = Vec::new();
    for (text, context) in [("one", "a"), ("done", "a"), ("two", "b"), ("done", "b"), ("three", "b")] {
        let mut message = says(text);
        message["contextId"] = context.into();
        all.push(host.send(message).await);
    }
    (host, all)
}

fn ids(page: &Value) -> Vec<&str> {
    page["tasks"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn filters_add_up() {
    let (host, all) = tasks().await;
    let matching = |wanted: &dyn Fn(&Value) -> bool| {
        let mut ids =
            all.iter().filter(|task| wanted(task)).map(|task| id(task).to_owned()).collect::<Vec<_>>();
        ids.sort();
        ids
    };
    let in_b = |task: &Value| task["contextId"] == "b";
    let ended = |task: &Value| state(task) == "COMPLETED";
    for (filter, expected) in [
        (json!({}), matching(&|_| true)),
        (json!({ "contextId": "b" }), matching(&in_b)),
        (json!({ "status": "TASK_STATE_COMPLETED" }), matching(&ended)),
        (
            json!({ "contextId": "b", "status": "TASK_STATE_COMPLETED" }),
            matching(&|task| in_b(task) && ended(task)),
        ),
        (json!({ "statusTimestampAfter": all[0]["status"]["timestamp"] }), matching(&|_| true)),
        (json!({ "statusTimestampAfter": "2200-01-01T00:00:00Z" }), Vec::new()),
        (json!({ "contextId": "nowhere" }), Vec::new()),
    ] {
        let page = host.call("ListTasks", filter.clone()).await;
        let mut found = ids(&page);
        found.sort_unstable();
        assert_eq!(found, expected, "{filter}");
        assert_eq!(page["totalSize"], expected.len());
        assert_eq!((&page["pageSize"], &page["nextPageToken"]), (&json!(50), &json!("")));
    }
}

#[tokio::test]
async fn pages_cover_every_task_once_latest_status_first() {
    let (host, all) = tasks().await;
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = host.call("ListTasks", json!({ "pageSize": 2, "pageToken": token })).await;
        assert_eq!((&page["pageSize"], &page["totalSize"]), (&json!(2), &json!(5)));
        seen.extend(page["tasks"].as_array().unwrap().clone());
        page["nextPageToken"].as_str().unwrap().clone_into(&mut token);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), all.len());
    let times = seen.iter().map(|task| task["status"]["timestamp"].as_str().unwrap()).collect::<Vec<_>>();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    for task in &all {
        assert!(seen.iter().any(|seen| seen["id"] == task["id"]));
    }
}

#[tokio::test]
async fn a_page_holds_fifty_unless_more_are_asked_for() {
    let host = host(asks()).await;
    for number in 0..51 {
        host.send(says(&number.to_string())).await;
    }
    for (params, listed, size) in
        [(json!({}), 50, 50), (json!({ "pageSize": 51 }), 51, 51), (json!({ "pageSize": 100 }), 51, 100)]
    {
        let page = host.call("ListTasks", params.clone()).await;
        assert_eq!((ids(&page).len(), &page["pageSize"]), (listed, &json!(size)), "{params}");
        assert_eq!(page["nextPageToken"] == "", listed == 51, "{params}");
        assert_eq!(page["totalSize"], 51, "{params}");
    }
    let first = host.call("ListTasks", json!({})).await;
    let rest = host.call("ListTasks", json!({ "pageToken": first["nextPageToken"] })).await;
    assert_eq!((ids(&rest).len(), &rest["nextPageToken"]), (1, &json!("")));
}

#[tokio::test]
async fn a_task_that_is_taken_up_again_moves_to_the_front() {
    let (host, all) = tasks().await;
    host.send(says_to(id(&all[0]), "again")).await;
    let page = host.call("ListTasks", json!({})).await;
    let latest = page["tasks"].as_array().unwrap().iter().find(|task| task["id"] == all[0]["id"]).unwrap();
    assert!(page["tasks"][0]["status"]["timestamp"] == latest["status"]["timestamp"]);
}

#[tokio::test]
async fn artifacts_and_history_come_as_asked() {
    let host = host(echo()).await;
    host.send(says("hi")).await;
    let first = async |params: Value| host.call("ListTasks", params).await["tasks"][0].clone();
    for params in [json!({}), json!({ "includeArtifacts": false })] {
        assert!(first(params).await.get("artifacts").is_none());
    }
    let with = first(json!({ "includeArtifacts": true, "historyLength": 0 })).await;
    assert_eq!(with["artifacts"][0]["parts"], json!([{ "text": "hi" }]));
    assert!(with.get("history").is_none());
}

#[tokio::test]
async fn an_empty_list_of_artifacts_is_there_when_asked_for() {
    let host = host(asks()).await;
    host.send(says("hi")).await;
    let page = host.call("ListTasks", json!({ "includeArtifacts": true })).await;
    assert_eq!(page["tasks"][0]["artifacts"], json!([]));
}

#[tokio::test]
async fn a_call_without_parameters_lists_everything() {
    let host = host(echo()).await;
    let empty = host.post(br#"{"jsonrpc":"2.0","id":"x","method":"ListTasks"}"#).await;
    let page = json!({ "tasks": [], "nextPageToken": "", "pageSize": 50, "totalSize": 0 });
    assert_eq!(empty, json!({ "jsonrpc": "2.0", "id": "x", "result": page }));
}
