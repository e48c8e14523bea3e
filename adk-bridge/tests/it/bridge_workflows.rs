//! Workflows here, there, and across the socket.

use adk_bridge::adk::{
    Agent, AgentError, Event, FunctionCall, LoopAgent, ParallelAgent, Runner, SequentialAgent, agent_fn,
};
use adk_bridge::{Decision, timeline};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::bridge_fixture::{assert_same, done, failed, once, paused, serve, sketch, stored};

fn say(name: &'static str, words: &'static [&'static str]) -> impl Agent {
    agent_fn(name, "", async move |_, mut out| {
        for word in words {
            out.delta(*word).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn workflows_run_behind_the_socket_as_they_do_here() {
    assert_same(
        || SequentialAgent::new("flow").then(say("a", &["1", "2"])).then(say("b", &["3"])),
        once("go"),
    )
    .await;
    assert_same(
        || ParallelAgent::new("flow").then(say("a", &["1", "2", "3"])).then(say("b", &["x", "y"])),
        once("go"),
    )
    .await;
    let make = || {
        let until = agent_fn("until", "", async |cx, mut out| {
            let mut event = Event::default();
            let rounds = cx.history().iter().filter(|event| event.author == "a").count();
            event.actions.escalate = (rounds > 1).then_some(true);
            out.emit(event).await
        });
        LoopAgent::new("loop").then(say("a", &["again"])).then(until)
    };
    assert_same(make, once("go")).await;
}

#[tokio::test]
async fn a_failing_remote_ends_a_workflow_as_a_local_agent_does() {
    let fails = || agent_fn("fails", "", async |_, _| Err(AgentError::public("no")));
    let served = serve(fails()).await;
    for trusted in [served.own("fails"), served.peer("fails")] {
        let flow = SequentialAgent::new("flow").then(trusted).then(say("after", &["never"]));
        let runner = Runner::new("demo", flow);
        assert_eq!(failed(runner.run("ann", "s1", "go")).await.to_string(), "no");
        assert_eq!(sketch(&stored(&runner, "ann", "s1").await), ["[go]", "!no"]);
    }
}

#[tokio::test]
async fn a_loop_runs_a_remote_as_often_as_a_local_agent() {
    let counts = || {
        agent_fn("counts", "", async |cx, mut out| {
            let before = cx.history().iter().filter(|event| event.author == "counts").count();
            out.say(format!("{} {before}", cx.text())).await
        })
    };
    let served = serve(counts()).await;
    let around =
        |agent: Box<dyn Agent>| Runner::new("near", LoopAgent::new("loop").max_iterations(3).then(agent));
    let (local, remote) = (around(Box::new(counts())), around(Box::new(served.own("counts"))));
    for runner in [&local, &remote] {
        done(runner.run("ann", "s1", "go")).await;
    }
    let caller = stored(&remote, "ann", "s1").await;
    assert_eq!(timeline::diff_runs(stored(&local, "ann", "s1").await, &caller).to_string(), "");
    assert_eq!(timeline::diff(served.stored(&caller).await, &caller).to_string(), "");
}

#[tokio::test]
async fn an_answer_finds_the_remote_in_a_workflow_though_its_agents_are_elsewhere() {
    let far = || {
        SequentialAgent::new("far").then(agent_fn("asks", "", async |cx, mut out| {
            let call = FunctionCall::new("pay", json!({"amount": 900}));
            match cx.decision(&call) {
                Decision::NotAsked => out.ask(call).await,
                decision => out.say(format!("{}", decision.is_approved())).await,
            }
        }))
    };
    let served = serve(far()).await;
    for agent in
        [Box::new(far()) as Box<dyn Agent>, Box::new(served.own("far")), Box::new(served.peer("far"))]
    {
        let flow = SequentialAgent::new("flow").then(say("first", &["hi"])).then(agent);
        let runner = Runner::new("near", flow);
        let asks = paused(runner.run("ann", "s1", "go")).await;
        let reply = done(runner.run("ann", "s1", asks[0].approve())).await;
        assert_eq!(sketch(&reply.events), ["[true]"]);
    }
}
