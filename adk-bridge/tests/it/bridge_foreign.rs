//! Agents that know nothing of ADK.

use adk_bridge::a2a_core::Part as WirePart;
use adk_bridge::a2a_server::{Server, StatusSpec, executor_fn};
use adk_bridge::adk::{FunctionCall, Pending, Runner};
use adk_bridge::{RemoteAgent, Trust};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::bridge_fixture::{
    bind, collect, done, failed, foreign, foreign_card, paused, sketch, soon, stored, task_of,
};

pub(crate) fn caller(url: &str) -> Runner {
    Runner::new("demo", RemoteAgent::new("far", url))
}

/// What a turn with a foreign agent gives, and what of it is stored.
pub(crate) async fn turn(url: &str) -> (Vec<String>, Vec<String>) {
    let caller = caller(url);
    let events = collect(caller.run("ann", "s1", "go")).await;
    assert!(events.iter().all(|event| event.author == "far"));
    (sketch(&events), sketch(&stored(&caller, "ann", "s1").await[1..]))
}

#[tokio::test]
async fn a_message_is_an_answer() {
    let url = foreign(executor_fn(async |cx, out| Ok(out.message(cx.message.text() + "!").await?))).await;
    assert_eq!(turn(&url).await, (vec!["[go!]".into()], vec!["[go!]".into()]));
    assert_eq!(done(caller(&url).run("ann", "s1", "hi")).await.text(), "hi!");
}

#[tokio::test]
async fn chunks_make_one_event_whether_the_last_is_marked_or_not() {
    for marked in [true, false] {
        let url = foreign(executor_fn(async move |_, out| {
            let task = out.task().await?;
            let mut text = task.artifact("text");
            text.append("Hel").await?;
            text.append("lo ").await?;
            if marked {
                text.finish_with("you").await?;
            } else {
                text.append("you").await?;
            }
            Ok(task.complete().await?)
        }))
        .await;
        let seen = ["~[Hel]", "~[lo ]", "~[you]", "[Hello you]"].map(String::from).to_vec();
        assert_eq!(turn(&url).await, (seen, vec!["[Hello you]".to_owned()]));
    }
}

#[tokio::test]
async fn interleaved_artifacts_stay_apart() {
    let url = foreign(executor_fn(async |_, out| {
        let task = out.task().await?;
        let (mut one, mut two) = (task.artifact("one"), task.artifact("two"));
        one.append("a").await?;
        two.append("1").await?;
        one.append("b").await?;
        two.finish_with("2").await?;
        one.append("c").await?;
        Ok(task.complete().await?)
    }))
    .await;
    let events = collect(caller(&url).run("ann", "s1", "go")).await;
    assert_eq!(sketch(&events), ["~[a]", "~[1]", "~[b]", "~[2]", "[12]", "~[c]", "[abc]"]);
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let (one, two) = (ids[0], ids[1]);
    assert_eq!(ids, [one, two, one, two, two, one, one]);
    assert_ne!(one, two);
}

#[tokio::test]
async fn an_artifact_that_is_replaced_is_two_events() {
    let url = foreign(executor_fn(async |_, out| {
        let task = out.task().await?;
        let artifact = || adk_bridge::a2a_server::ArtifactSpec::with_id("result".parse().unwrap());
        task.artifact(artifact()).replace("draft").await?;
        task.artifact(artifact()).replace("final").await?;
        Ok(task.complete().await?)
    }))
    .await;
    assert_eq!(turn(&url).await.1, ["[draft]", "[final]"]);
}

#[tokio::test]
async fn progress_is_a_thought_that_nobody_stores() {
    let url = foreign(executor_fn(async |_, out| {
        let task = out.task().await?;
        task.working("looking").await?;
        task.artifact("a").replace("found").await?;
        Ok(task.complete_with("bye").await?)
    }))
    .await;
    let seen = ["~[thought:looking]", "[found]", "[bye]"].map(String::from).to_vec();
    assert_eq!(turn(&url).await, (seen, vec!["[found]".into(), "[bye]".into()]));
}

#[tokio::test]
async fn a_bare_end_is_no_event() {
    let url = foreign(executor_fn(async |_, out| Ok(out.task().await?.complete().await?))).await;
    assert_eq!(turn(&url).await, (vec![], vec![]));
    assert_eq!(done(caller(&url).run("ann", "s1", "hi")).await.text(), "");
}

#[tokio::test]
async fn bad_ends_are_failures_with_their_text_or_one_of_ours() {
    for (state, code, otherwise) in [
        ("failed", None, "the remote agent failed"),
        ("rejected", Some("TASK_REJECTED"), "the remote agent refused"),
        ("canceled", Some("TASK_CANCELED"), "the remote task was canceled"),
    ] {
        for text in [Some("too late"), None] {
            let url = foreign(executor_fn(async move |_, out| {
                let task = out.task().await?;
                task.artifact("a").replace("half").await?;
                let status = text.map_or_else(StatusSpec::none, StatusSpec::from);
                match state {
                    "failed" => task.fail(status).await?,
                    "rejected" => task.reject(status).await?,
                    _ => task.canceled(status).await?,
                }
                Ok(())
            }))
            .await;
            let error = failed(caller(&url).run("ann", "s1", "go")).await;
            assert_eq!((error.to_string().as_str(), error.code()), (text.unwrap_or(otherwise), code));
            assert_eq!(turn(&url).await.1.len(), 2);
        }
    }
}

/// Asks for a city until it gets one, and says where it goes.
async fn travels(streaming: bool) -> String {
    let agent = executor_fn(async |cx, out| {
        let task = out.task().await?;
        let said = cx.message.text();
        if !said.starts_with("to ") {
            task.artifact("note").replace(format!("heard {said}")).await?;
            return Ok(task.input_required("Which city?").await?);
        }
        task.artifact("trip").replace(said).await?;
        Ok(task.complete().await?)
    });
    bind(Server::builder(foreign_card(streaming), agent)).await.0
}

#[tokio::test]
async fn a_question_in_plain_text_is_a_pause_and_its_answer_a_text_to_the_same_task() {
    for streaming in [true, false] {
        let url = travels(streaming).await;
        let caller = caller(&url);
        let asks = paused(caller.run("ann", "s1", "hi")).await;
        assert_eq!(asks[0].call().name, "mock_function_call_for_required_user_input");
        assert_eq!(asks[0].call().args["input_required"], "Which city?");
        // An answer that isn't one: it is asked again, and that is another question.
        let again = paused(caller.run("ann", "s1", asks[0].answer("well"))).await;
        assert_ne!(again[0].id(), asks[0].id());
        let reply = done(caller.run("ann", "s1", again[0].answer("to Oslo"))).await;
        assert_eq!(sketch(&reply.events), ["[to Oslo]"]);
        let events = stored(&caller, "ann", "s1").await;
        let mock = "[→mock_function_call_for_required_user_input]?";
        let answer = "[←mock_function_call_for_required_user_input]";
        assert_eq!(
            sketch(&events),
            ["[hi]", "[heard hi]", mock, answer, "[heard well]", mock, answer, "[to Oslo]"]
        );
        assert_eq!(task_of(&events), task_of(&reply.events));
    }
}

#[tokio::test]
async fn a_plain_text_answers_a_peers_plain_question_too() {
    let url = travels(true).await;
    let caller = caller(&url);
    paused(caller.run("ann", "s1", "hi")).await;
    let reply = done(caller.run("ann", "s1", "to Rome")).await;
    assert_eq!(reply.text(), "to Rome");
    assert_eq!(task_of(&reply.events), task_of(&stored(&caller, "ann", "s1").await));
    // That task has ended: what comes next is another one in the same conversation.
    let next = done(caller.run("ann", "s1", "to Bonn")).await;
    assert_ne!(task_of(&reply.events), task_of(&next.events));
    assert_eq!(
        reply.events[0].custom_metadata["a2a:context_id"],
        next.events[0].custom_metadata["a2a:context_id"]
    );
}

#[tokio::test]
async fn an_authentication_that_is_asked_for_ends_the_turn_as_a_pause() {
    let url = foreign(executor_fn(async |cx, out| {
        let task = out.task().await?;
        if cx.message.text() == "done" {
            return Ok(task.complete_with("welcome").await?);
        }
        task.auth_required("log in at https://login.example").await?;
        Ok(task.flush().await?)
    }))
    .await;
    let caller = caller(&url);
    let asks = soon(paused(caller.run("ann", "s1", "hi"))).await;
    assert_eq!(asks[0].call().name, "mock_function_call_for_required_user_auth");
    assert_eq!(asks[0].call().args["auth_required"], "log in at https://login.example");
    assert_eq!(done(caller.run("ann", "s1", asks[0].answer("done"))).await.text(), "welcome");
}

#[tokio::test]
async fn a_question_of_an_agent_that_does_not_take_us_for_its_own_is_heard() {
    let url = travels(true).await;
    let caller = Runner::new("demo", RemoteAgent::new("far", &*url).trust(Trust::Own));
    let asks = paused(caller.run("ann", "s1", "hi")).await;
    assert_eq!(done(caller.run("ann", "s1", asks[0].answer("to Oslo"))).await.text(), "to Oslo");
}

#[tokio::test]
async fn pending_calls_of_a_peer_name_what_it_asked() {
    let call = FunctionCall::new("book", json!({"city": "Oslo"})).with_id("c-9");
    let url = foreign(executor_fn(async move |cx, out| {
        let task = out.task().await?;
        if cx.task.is_some() {
            let parts = adk_bridge::convert::part::all_from_a2a(&cx.message.parts);
            let answer = parts[0].as_function_response().unwrap().response["result"].clone();
            return Ok(task.complete_with(format!("{} {answer}", parts.len())).await?);
        }
        let part = adk_bridge::convert::part::to_a2a(&call.into(), &["c-9".into()]);
        Ok(task.input_required(vec![WirePart::text("please"), part]).await?)
    }))
    .await;
    let caller = caller(&url);
    let asks: Vec<Pending> = paused(caller.run("ann", "s1", "go")).await;
    assert_eq!((asks.len(), asks[0].id(), asks[0].call().name.as_str()), (1, "c-9", "book"));
    let answer = vec![adk_bridge::adk::Part::text("here"), asks[0].answer("ok")];
    assert_eq!(done(caller.run("ann", "s1", answer)).await.text(), "1 \"ok\"");
}

#[tokio::test]
async fn the_same_artifact_id_in_another_task_is_another_artifact() {
    let agent = executor_fn(async |cx, out| {
        let task = out.task().await?;
        if cx.message.text() == "ask" {
            return Ok(task.input_required("sure?").await?);
        }
        let artifact = adk_bridge::a2a_server::ArtifactSpec::with_id("result".parse().unwrap());
        task.artifact(artifact).replace("same").await?;
        Ok(task.complete().await?)
    });
    let (url, _) = bind(Server::builder(foreign_card(false), agent)).await;
    let caller = caller(&url);
    assert_eq!(done(caller.run("ann", "s1", "go")).await.text(), "same");
    let asks = paused(caller.run("ann", "s1", "ask")).await;
    assert_eq!(done(caller.run("ann", "s1", asks[0].answer("yes"))).await.text(), "same");
}
