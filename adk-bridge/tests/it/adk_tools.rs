use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::adk::{
    Agent as _, AgentError, Event, FunctionCall, FunctionResponse, Outcome, Runner, Tool, ToolReply, Turn,
    agent_fn, tool_fn,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

async fn events(turn: Turn) -> Vec<Event> {
    match turn.outcome().await.unwrap() {
        Outcome::Done(reply) => reply.events,
        Outcome::Paused(asks) => panic!("paused: {asks:?}"),
    }
}

fn responses(events: &[Event]) -> Vec<Value> {
    events.iter().flat_map(Event::function_responses).map(|response| json!(response.response)).collect()
}

#[tokio::test]
async fn a_call_is_two_events_and_its_response_carries_what_the_tool_does() {
    let balance = tool_fn("balance", "What is left", async |args, cx| {
        assert_eq!(cx.invocation().agent(), "clerk");
        cx.set_state("seen", cx.call_id());
        Ok(json!({"of": args["of"], "available": 500}))
    });
    let declaration = balance.declaration().clone();
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        let reply = out.call(&cx, &balance, json!({"of": "ann"})).await?;
        assert_eq!(reply, ToolReply::Done(json!({"of": "ann", "available": 500})));
        Ok(())
    })
    .tool(&declaration);
    assert_eq!(agent.describe().tools, [&declaration]);

    let events = events(Runner::new("demo", agent).run("ann", "s1", "go")).await;
    let id = events[0].function_calls().next().unwrap().id.clone();
    assert!(id.starts_with("adk-"));
    let call = FunctionCall::new("balance", json!({"of": "ann"})).with_id(&id);
    assert_eq!(events[0].function_calls().collect::<Vec<_>>(), [&call]);
    let response = FunctionResponse::new(&id, "balance", json!({"of": "ann", "available": 500}));
    assert_eq!(events[1].function_responses().collect::<Vec<_>>(), [&response]);
    assert_eq!(json!(events[1].actions.state_delta), json!({"seen": id}));
    assert!(events.iter().all(|event| event.author == "clerk" && event.long_running_tool_ids.is_empty()));
}

#[tokio::test]
async fn a_result_that_is_no_object_is_named_in_the_event_only() {
    let now = tool_fn("now", "", async |_, _| Ok(json!("noon")));
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        let reply = out.call(&cx, &now, Value::Null).await?;
        assert_eq!(reply.into_value(), json!("noon"));
        Ok(())
    });
    let events = events(Runner::new("demo", agent).run("ann", "s1", "go")).await;
    assert_eq!(responses(&events), [json!({"result": "noon"})]);
}

#[tokio::test]
async fn a_tools_error_is_a_response_with_its_public_text_and_comes_back() {
    let private = tool_fn("f", "", async |_, _| -> Result<Value, _> { Err(AgentError::private("1234")) });
    let public = tool_fn("f", "", async |_, _| -> Result<Value, _> { Err(AgentError::public("closed")) });
    let tools: [Arc<dyn Tool>; 2] = [Arc::new(private), Arc::new(public)];
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        for tool in tools {
            out.call(&cx, &tool, json!({})).await.unwrap_err();
        }
        Ok(())
    });
    let events = events(Runner::new("demo", agent).run("ann", "s1", "go")).await;
    assert_eq!(responses(&events), [json!({"error": AgentError::GENERIC}), json!({"error": "closed"})]);
}

#[tokio::test]
async fn a_pending_call_pauses_and_its_answer_is_its_result_without_calling_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let ship = tool_fn("ship", "", async move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(ToolReply::Pending(json!({"status": "on its way"})))
    });
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        match out.call(&cx, &ship, json!({"to": "bob"})).await? {
            ToolReply::Pending(_) => Ok(()),
            ToolReply::Done(result) => out.say(format!("{} {result}", cx.text())).await,
        }
    });
    let runner = Runner::new("demo", agent);
    let Outcome::Paused(asks) = runner.run("ann", "s1", "go").outcome().await.unwrap() else {
        panic!("done")
    };
    assert_eq!(asks.len(), 1);
    assert!(!asks[0].is_confirmation());
    assert_eq!((asks[0].hint(), asks[0].call().name.as_str()), (None, "ship"));
    assert_eq!(asks[0].interim, json!({"status": "on its way"}).as_object().cloned());

    let answer = asks[0].answer(json!({"status": "there"}));
    let events = events(runner.run("ann", "s1", answer)).await;
    assert_eq!(events.iter().map(Event::text).collect::<Vec<_>>(), [r#"go {"status":"there"}"#]);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn call_ids_of_a_resumed_invocation_never_meet_earlier_ones() {
    let tool = tool_fn("f", "", async |_, _| Ok(json!({})));
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        out.call(&cx, &tool, json!({})).await?;
        out.call(&cx, &tool, json!({})).await?;
        let call = FunctionCall::new("g", json!({}));
        if cx.decision(&call).is_approved() { Ok(()) } else { out.ask(call).await }
    });
    let runner = Runner::new("demo", agent);
    let Outcome::Paused(asks) = runner.run("ann", "s1", "go").outcome().await.unwrap() else {
        panic!("done")
    };
    events(runner.run("ann", "s1", asks[0].approve())).await;
    let key = adk_bridge::adk::SessionKey::new(
        "demo".parse().unwrap(),
        "ann".parse().unwrap(),
        "s1".parse().unwrap(),
    );
    let sessions = adk_bridge::adk::Turns::sessions(&runner).unwrap();
    let session = sessions.load(&key, adk_bridge::adk::Window::All).await.unwrap().unwrap();
    let ids: Vec<_> =
        session.events.iter().flat_map(|event| event.function_calls()).map(|call| &call.id).collect();
    assert_eq!(ids.len(), 5);
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 5);
}
