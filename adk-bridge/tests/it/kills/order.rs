//! What is stored first, without anybody dying: a kill between two stores finds the one or both.

use adk_bridge::{
    AdkExecutor, Runner,
    a2a_client::Client,
    a2a_core::TaskState,
    a2a_server::{Server, log::MemoryLog},
    adk::{InMemorySessions, ToolContext, tool_fn},
    agent_fn, card,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::points::{Log, Points, Sessions};
use crate::bridge_fixture::bind;

/// Otherwise a send that is repeated because its process died would begin another task, and do it all under other ids.
#[tokio::test]
async fn nothing_is_done_for_a_message_before_the_log_has_its_task() {
    let points = Points::new(0);
    let charged = points.clone();
    let charge = tool_fn("charge", "", async move |_: Value, _: ToolContext| {
        charged.pass("the charge");
        Ok(json!({}))
    });
    let agent =
        agent_fn("clerk", "", async move |cx, mut out| out.call(&cx, &charge, json!({})).await.map(drop));
    let card = card::of(&agent);
    let sessions = Sessions { sessions: InMemorySessions::new(), points: points.clone() };
    let executor = AdkExecutor::new(Runner::new("clerk", agent).sessions(sessions));
    let log = Log { log: MemoryLog::new(), points: points.clone() };
    let (url, _) = bind(Server::builder(card, executor).store(log)).await;
    let sent = Client::connect(&*url).await.unwrap().send_text("go").await.unwrap();
    assert_eq!(sent.task().unwrap().status.state, TaskState::Completed);
    let passed = points.passed();
    let first = |point: &str| passed.iter().position(|passed| passed == point).unwrap();
    assert!(first("after create") < first("before an event of the session"), "{passed:#?}");
    assert!(first("after create") < first("the charge"), "{passed:#?}");
}
