//! What our executor and our proxy put on the wire, where ADK's bridges are strict.

use std::sync::{Arc, Mutex};

use adk_bridge::RemoteAgent;
use adk_bridge::a2a_client::Client;
use adk_bridge::a2a_core::{AgentExtension, TaskState};
use adk_bridge::a2a_server::{Server, executor_fn};
use adk_bridge::adk::{
    Agent, Content, Event, FunctionCall, FunctionResponse, Part, PartData, Role, Runner, agent_fn,
};
use adk_bridge::convert::keys;
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{Served, bind, done, foreign_card, serve, soon, user_message};

fn event(parts: impl IntoIterator<Item = Part>) -> Event {
    Event::default().with_content(Content::new(Role::Model, parts))
}

/// Says in one turn what is hard to say.
fn odd() -> impl Agent {
    agent_fn("odd", "", async |_, mut out| {
        out.delta("").await?;
        out.delta("He").await?;
        out.delta("").await?;
        out.emit(event([Part::text(""), Part::text("Hey")])).await?;
        out.emit(event([])).await?;
        out.emit(Event::default()).await?;
        let mut acts = Event::default();
        acts.actions.escalate = Some(true);
        acts.actions.state_delta.insert("k".into(), json!(1));
        out.emit(acts).await?;
        let mut signature = Part::new(PartData::Other(serde_json::Map::new()));
        signature.thought_signature = Some(vec![0xfb, 0xff]);
        out.emit(event([signature])).await?;
        let mut pending = event([FunctionCall::new("wait", json!({})).with_id("c-1").into()]);
        pending.long_running_tool_ids = vec!["c-1".into()];
        out.emit(pending).await?;
        let interim = FunctionResponse::new("c-1", "wait", json!({"status": "pending"}));
        out.emit(event([interim.into()])).await
    })
}

/// The updates that a stream of a peer has; the task that waits is canceled once it works.
async fn updates(served: &Served, text: &str) -> Vec<Value> {
    let client = Client::connect(&*served.url).await.unwrap();
    let mut stream = client.call().stream_text(text).await.unwrap();
    let mut updates = Vec::new();
    while let Some(update) = soon(stream.next()).await {
        updates.push(serde_json::to_value(update.unwrap()).unwrap());
        let task = stream.task().unwrap();
        if text == "wait" && task.status.state == TaskState::Working {
            client.cancel(&task.id).await.unwrap();
        }
    }
    updates
}

/// All objects in a value that have this member.
fn having<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    if value.get(key).is_some() {
        found.push(value);
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| having(value, key, found)),
        Value::Object(members) => members.values().for_each(|value| having(value, key, found)),
        _ => {}
    }
}

#[tokio::test]
async fn no_message_artifact_or_text_is_empty() {
    let updates = Value::Array(updates(&serve(odd()).await, "go").await);
    let mut said = Vec::new();
    having(&updates, "messageId", &mut said);
    having(&updates, "artifactId", &mut said);
    assert!(said.len() > 3);
    for said in said {
        let parts = said["parts"].as_array().unwrap();
        assert!(!parts.is_empty(), "{said}");
        assert!(
            parts.iter().all(|part| part["text"] != "" && part.get("data") != Some(&Value::Null)),
            "{said}"
        );
    }
}

#[tokio::test]
async fn each_whole_event_ends_its_artifact_in_one_piece() {
    let updates = updates(&serve(odd()).await, "go").await;
    let artifacts: Vec<(Value, bool, bool)> = updates
        .iter()
        .filter_map(|update| update.get("artifactUpdate"))
        .map(|update| {
            let flag = |key: &str| update[key] == true;
            (update["artifact"]["parts"].clone(), flag("append"), flag("lastChunk"))
        })
        .collect();
    let said = |text: &str| json!({"text": text});
    let whole = |data: Value| json!({"data": data, "metadata": {"adk_type": "genai_part"}});
    let expected = [
        (json!([said("He")]), false, false),
        (json!([said("He")]), false, true),
        (json!([whole(said("")), said("Hey")]), false, true),
        (json!([whole(json!({"thoughtSignature": "+/8="}))]), false, true),
    ];
    assert_eq!(artifacts, expected);
}

#[tokio::test]
async fn the_task_and_each_status_name_adks_extension() {
    let served = serve(agent_fn("agent", "", async |cx, mut out| {
        if cx.text() == "wait" {
            return std::future::pending().await;
        }
        if cx.text() == "fail" {
            return Err(adk_bridge::AgentError::public("no").with_code("NO"));
        }
        out.say("yes").await
    }))
    .await;
    for text in ["go", "fail", "wait"] {
        let updates = updates(&served, text).await;
        let places = updates.iter().filter_map(|update| update.get("task").or(update.get("statusUpdate")));
        let marks: Vec<_> = places.map(|place| &place["metadata"][keys::ADK_EXTENSION]).collect();
        assert!(marks.len() > 2 && marks.iter().all(|mark| **mark == true), "{updates:?}");
    }
    let updates = updates(&served, "fail").await;
    let end = &updates.last().unwrap()["statusUpdate"];
    // Go looks for the code beside the message, Python in it.
    assert_eq!(
        [&end["metadata"]["adk_error_code"], &end["status"]["message"]["metadata"]["adk_error_code"]],
        ["NO"; 2]
    );
    assert_eq!(
        end["status"]["message"]["parts"],
        json!([{"text": "no", "metadata": {"adk_is_error_message": true}}])
    );
}

#[tokio::test]
async fn a_transfer_is_told_until_it_has_happened() {
    let served = serve(agent_fn("agent", "", async |cx, mut out| {
        let mut hands = Event::new("agent").with_content("over to helper");
        hands.actions.transfer_to_agent = Some("helper".into());
        out.emit(hands).await?;
        if cx.text() == "here" {
            out.emit(Event::new("helper").with_content("at your service")).await?;
        }
        Ok(())
    }))
    .await;
    for (text, told) in [("here", Value::Null), ("elsewhere", "helper".into())] {
        let updates = updates(&served, text).await;
        let end = &updates.last().unwrap()["statusUpdate"];
        assert_eq!(end["metadata"].get(keys::TRANSFER_TO_AGENT).unwrap_or(&Value::Null), &told, "{text}");
        assert_eq!(end["status"]["state"], "TASK_STATE_COMPLETED");
    }
}

#[tokio::test]
async fn the_proxy_asks_for_adks_extension() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let known = Arc::clone(&asked);
    let agent = executor_fn(async move |cx, out| {
        known.lock().unwrap().extend(cx.extensions.clone());
        Ok(out.message("hi").await?)
    });
    let mut card = foreign_card(true);
    card.capabilities.extensions.push(AgentExtension::new(keys::ADK_EXTENSION));
    let (url, _) = bind(Server::builder(card, agent)).await;
    done(Runner::new("demo", RemoteAgent::new("far", url)).run("ann", "s1", "go")).await;
    assert_eq!(*asked.lock().unwrap(), [keys::ADK_EXTENSION]);
}

#[tokio::test]
async fn the_whole_numbers_of_a_python_caller_are_integers_for_the_agent() {
    let served = serve(agent_fn("asks", "", async |cx, mut out| {
        let call = FunctionCall::new("count", json!({})).with_id("c-1");
        if let Some(answer) = cx.message().function_responses().next() {
            return out.say(json!(answer.response).to_string()).await;
        }
        let mut pending = event([call.into()]);
        pending.long_running_tool_ids = vec!["c-1".into()];
        out.emit(pending).await
    }))
    .await;
    let client = Client::connect(&*served.url).await.unwrap();
    let asked = client.send_text("go").await.unwrap();
    let task = asked.task().unwrap();
    let response =
        json!({"id": "c-1", "name": "count", "response": {"n": 3.0, "deep": [{"m": -1.0}], "x": 2.5}});
    let mut part = adk_bridge::a2a_core::Part::data(response);
    part.metadata.insert(keys::TYPE.into(), keys::FUNCTION_RESPONSE.into());
    let mut message = user_message("m-2", vec![part]);
    (message.task_id, message.context_id) = (Some(task.id.clone()), task.context_id.clone());
    let answer = client.call().send(message).await.unwrap();
    let artifacts = &answer.task().unwrap().artifacts;
    assert_eq!(artifacts.last().unwrap().text(), r#"{"deep":[{"m":-1}],"n":3,"x":2.5}"#);
}
