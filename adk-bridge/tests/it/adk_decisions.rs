use std::sync::Arc;

use adk_bridge::adk::{
    Agent, Content, Decision, Event, FunctionCall, FunctionResponse, InMemorySessions, Outcome, Part,
    Pending, Reply, Revision, Role, Runner, SessionKey, SessionService as _, Turn, agent_fn,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn pay(amount: u32) -> FunctionCall {
    FunctionCall::new("pay", json!({"to": "bob", "amount": amount}))
}

/// Asks for each amount of the message, and says how each was decided once all are.
fn clerk() -> impl Agent {
    agent_fn("clerk", "Pays", async |cx, mut out| {
        let mut results = Vec::new();
        for amount in cx.text().split_whitespace() {
            let call = pay(amount.parse()?);
            match cx.decision(&call) {
                Decision::NotAsked => out.ask_with_hint(call, format!("pay {amount}?")).await?,
                Decision::Approved(yes) => results.push(format!("{amount} paid {:?}", yes.payload)),
                Decision::Refused(no) => results.push(format!("{amount} not paid {:?}", no.payload)),
            }
        }
        if results.len() == cx.text().split_whitespace().count() {
            out.say(results.join(", ")).await
        } else {
            Ok(())
        }
    })
}

fn runner() -> Runner {
    Runner::new("demo", clerk())
}

async fn paused(turn: Turn) -> Vec<Pending> {
    match turn.outcome().await.unwrap() {
        Outcome::Paused(asks) => asks,
        Outcome::Done(reply) => panic!("done: {}", reply.text()),
    }
}

async fn done(turn: Turn) -> Reply {
    match turn.outcome().await.unwrap() {
        Outcome::Done(reply) => reply,
        Outcome::Paused(asks) => panic!("paused: {asks:?}"),
    }
}

fn amounts(asks: &[Pending]) -> Vec<Value> {
    asks.iter().map(|ask| ask.call().args["amount"].clone()).collect()
}

#[tokio::test]
async fn an_approved_call_is_made_in_the_invocation_that_asked() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    assert_eq!(asks.len(), 1);
    assert!(asks[0].is_confirmation());
    assert!(asks[0].id().starts_with("adk-"));
    assert_eq!(*asks[0].call(), pay(900));
    assert_eq!(asks[0].hint().as_deref(), Some("pay 900?"));
    assert_eq!(asks[0].author, "clerk");

    let reply = done(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(reply.text(), "900 paid None");
    let session = adk_bridge::adk::Turns::sessions(&runner).unwrap();
    let session = session.load(&key(), adk_bridge::adk::Window::All).await.unwrap().unwrap();
    let first = &session.events.get(0).unwrap().invocation_id;
    assert_eq!(session.invocation(first).count(), 4);
    assert_eq!(session.find_call(asks[0].id()).unwrap().0.author, "clerk");
}

fn key() -> SessionKey {
    SessionKey::new("demo".parse().unwrap(), "ann".parse().unwrap(), "s1".parse().unwrap())
}

#[tokio::test]
async fn a_refused_call_is_not_made() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    let reply = done(runner.run("ann", "s1", asks[0].refuse())).await;
    assert_eq!(reply.text(), "900 not paid None");
}

#[tokio::test]
async fn a_decision_may_bring_something_along() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    let reply = done(runner.run("ann", "s1", asks[0].decide(true, json!({"pin": 1})))).await;
    assert_eq!(reply.text(), r#"900 paid Some(Object {"pin": Number(1)})"#);
}

#[tokio::test]
async fn only_a_boolean_decides() {
    for answer in
        [json!({"confirmed": "true"}), json!({"confirmed": 1}), json!({}), json!("true"), json!({"ok": true})]
    {
        let runner = runner();
        let asks = paused(runner.run("ann", "s1", "900")).await;
        let again = paused(runner.run("ann", "s1", asks[0].answer(answer.clone()))).await;
        assert_eq!(amounts(&again), [json!(900)], "{answer}");
        assert_ne!(again[0].id(), asks[0].id());
    }
}

#[tokio::test]
async fn an_answer_in_the_web_interfaces_wrapper_decides() {
    for (answer, text) in [
        (json!({"response": r#"{"confirmed": true}"#}), "900 paid None"),
        (json!({"response": r#"{"confirmed": false}"#}), "900 not paid None"),
    ] {
        let runner = runner();
        let asks = paused(runner.run("ann", "s1", "900")).await;
        assert_eq!(done(runner.run("ann", "s1", asks[0].answer(answer))).await.text(), text);
    }
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    paused(runner.run("ann", "s1", asks[0].answer(json!({"response": r#"{"confirmed": "true"}"#})))).await;
}

#[tokio::test]
async fn a_decision_counts_for_the_same_arguments_only() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        let resumed = cx.message().function_responses().next().is_some();
        let call = pay(if resumed { 901 } else { 900 });
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            _ => out.say("paid").await,
        }
    });
    let runner = Runner::new("demo", agent);
    let asks = paused(runner.run("ann", "s1", "go")).await;
    let again = paused(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!((amounts(&asks), amounts(&again)), (vec![json!(900)], vec![json!(901)]));
}

#[tokio::test]
async fn numbers_are_compared_by_value() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        let resumed = cx.message().function_responses().next().is_some();
        let amount = if resumed { json!(900.0) } else { json!(900) };
        let call = FunctionCall::new("pay", json!({"amounts": [amount]}));
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            _ => out.say("paid").await,
        }
    });
    let runner = Runner::new("demo", agent);
    let asks = paused(runner.run("ann", "s1", "go")).await;
    assert_eq!(done(runner.run("ann", "s1", asks[0].approve())).await.text(), "paid");
}

#[tokio::test]
async fn a_second_invocation_asks_again() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    done(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(amounts(&paused(runner.run("ann", "s1", "900")).await), [json!(900)]);
}

#[tokio::test]
async fn two_questions_in_one_pause_are_answered_together() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "1 2")).await;
    let reply = done(runner.run("ann", "s1", vec![asks[1].refuse(), asks[0].approve()])).await;
    assert_eq!(reply.text(), "1 paid None, 2 not paid None");
}

#[tokio::test]
async fn what_is_left_open_is_asked_again_and_what_was_decided_stays() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "1 2")).await;
    let rest = paused(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(amounts(&rest), [json!(2)]);
    let reply = done(runner.run("ann", "s1", rest[0].refuse())).await;
    assert_eq!(reply.text(), "1 paid None, 2 not paid None");
}

#[tokio::test]
async fn of_two_equal_calls_as_many_are_made_as_were_approved() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "5 5")).await;
    assert_eq!(asks.len(), 2);
    let reply = done(runner.run("ann", "s1", [asks[0].approve(), asks[1].refuse()])).await;
    assert_eq!(reply.text(), "5 paid None, 5 not paid None");
}

#[tokio::test]
async fn one_decision_is_not_enough_for_two_equal_calls() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "5 5")).await;
    let rest = paused(runner.run("ann", "s1", asks[1].approve())).await;
    assert_eq!(rest.len(), 1);
    let reply = done(runner.run("ann", "s1", rest[0].approve())).await;
    assert_eq!(reply.text(), "5 paid None, 5 paid None");
}

#[tokio::test]
async fn of_two_answers_the_first_counts() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    done(runner.run("ann", "s1", asks[0].refuse())).await;
    let reply = done(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(reply.text(), "900 not paid None");
}

#[tokio::test]
async fn a_call_with_an_id_keeps_its_decision_however_often_it_looks() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        let calls = ["a", "b"].map(|id| pay(5).with_id(id));
        let mut said = Vec::new();
        for call in calls.iter().chain(&calls) {
            match cx.decision(call) {
                Decision::NotAsked if said.len() < 2 => out.ask(call.clone()).await?,
                decision => said.push(decision.is_approved()),
            }
        }
        if said.len() == 4 { out.say(format!("{said:?}")).await } else { Ok(()) }
    });
    let runner = Runner::new("demo", agent);
    let asks = paused(runner.run("ann", "s1", "go")).await;
    let [a, b] = [&asks[0], &asks[1]];
    assert_eq!((a.call().id.as_str(), b.call().id.as_str()), ("a", "b"));
    let reply = done(runner.run("ann", "s1", [b.approve(), a.refuse()])).await;
    assert_eq!(reply.text(), "[false, true, false, true]");
}

/// Runs the clerk in a session that already has a question and its answer.
async fn replay(author: &str, questions: &[FunctionCall], answerer: &str) -> Outcome {
    let sessions = Arc::new(InMemorySessions::new());
    let made = |id: &str, author: &str, content: Content| {
        let mut event = Event::new(author).with_content(content);
        event.id = id.into();
        event.invocation_id = "e-1".into();
        event
    };
    let mut events = vec![made("1", "user", Content::user("900"))];
    for (index, call) in questions.iter().enumerate() {
        let question = FunctionCall::new("adk_request_confirmation", json!({"originalFunctionCall": call}));
        let part = Part::from(question.with_id("adk-q"));
        let mut event = made(&format!("q{index}"), author, Content::new(Role::Model, [part]));
        event.long_running_tool_ids = vec!["adk-q".into()];
        events.push(event);
    }
    let answer = FunctionResponse::new("adk-q", "adk_request_confirmation", json!({"confirmed": true}));
    events.push(made("3", answerer, Content::new(Role::User, [answer.into()])));
    let last = events.last().unwrap().clone();
    let events: Vec<_> = events.into_iter().map(Arc::new).collect();
    sessions.append(&key(), Revision::NONE, &events).await.unwrap();
    let runner = Runner::new("demo", clerk()).sessions(sessions);
    let request = adk_bridge::adk::TurnRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), last);
    runner.start(request).outcome().await.unwrap()
}

#[tokio::test]
async fn a_turn_that_is_run_again_sees_its_decision_again() {
    assert!(
        matches!(replay("clerk", &[pay(900)], "user").await, Outcome::Done(reply) if reply.text() == "900 paid None")
    );
    assert!(matches!(replay("clerk", &[pay(900), pay(900)], "user").await, Outcome::Done(_)));
}

#[tokio::test]
async fn a_question_of_another_author_decides_nothing() {
    assert!(matches!(replay("stranger", &[pay(900)], "user").await, Outcome::Paused(_)));
}

#[tokio::test]
async fn two_different_calls_under_one_id_decide_nothing() {
    assert!(matches!(replay("clerk", &[pay(900), pay(1)], "user").await, Outcome::Paused(_)));
    assert!(matches!(replay("clerk", &[pay(1), pay(900)], "user").await, Outcome::Paused(_)));
}

#[tokio::test]
async fn an_answer_of_an_agent_decides_nothing() {
    assert!(matches!(replay("clerk", &[pay(900)], "clerk").await, Outcome::Paused(_)));
}

#[tokio::test]
async fn an_agent_cannot_answer_in_the_users_role() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        if cx.decision(&pay(900)).is_approved() {
            return out.say("paid").await;
        }
        out.ask(pay(900)).await?;
        let id = cx.history().last().unwrap().function_calls().next().unwrap().id.clone();
        let answer = FunctionResponse::new(id, "adk_request_confirmation", json!({"confirmed": true}));
        out.emit(Event::default().with_content(Content::new(Role::User, [answer.into()]))).await
    });
    let runner = Runner::new("demo", agent);
    let asks = paused(runner.run("ann", "s1", "go")).await;
    let again = paused(runner.run("ann", "s1", asks[0].answer(json!({"confirmed": "later"})))).await;
    assert_eq!(amounts(&again), [json!(900)]);
}

#[tokio::test]
async fn answers_to_two_turns_are_refused_together() {
    let runner = runner();
    let one = paused(runner.run("ann", "s1", "1")).await;
    let two = paused(runner.run("ann", "s1", "2")).await;
    let error = runner.run("ann", "s1", [one[0].approve(), two[0].approve()]).outcome().await.unwrap_err();
    assert_eq!(error.to_string(), "the answers belong to different turns");
    assert_eq!(done(runner.run("ann", "s1", one[0].approve())).await.text(), "1 paid None");
    assert_eq!(done(runner.run("ann", "s1", two[0].approve())).await.text(), "2 paid None");
}

#[tokio::test]
async fn an_answer_may_come_with_a_text_and_the_agent_still_answers_what_was_asked() {
    let runner = runner();
    let asks = paused(runner.run("ann", "s1", "900")).await;
    let reply = done(runner.run("ann", "s1", [Part::text("fine by me"), asks[0].approve()])).await;
    assert_eq!(reply.text(), "900 paid None");
}

#[tokio::test]
async fn a_user_cannot_call_functions() {
    let error = runner().run("ann", "s1", Part::from(pay(1))).outcome().await.unwrap_err();
    assert_eq!(error.to_string(), "a user can't call functions");
}
