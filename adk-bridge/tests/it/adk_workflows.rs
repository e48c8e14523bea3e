use adk_bridge::adk::{
    Agent, AgentError, AgentKind, Decision, Event, FunctionCall, LoopAgent, Outcome, ParallelAgent, Pending,
    Runner, SequentialAgent, Turn, agent_fn,
};
use pretty_assertions::assert_eq;
use serde_json::json;

fn say(name: &'static str) -> impl Agent {
    agent_fn(name, "Says its name", async move |_, mut out| {
        out.say(format!("{name} 1")).await?;
        out.say(format!("{name} 2")).await
    })
}

fn ask(name: &'static str) -> impl Agent {
    agent_fn(name, "Asks", async move |cx, mut out| {
        let call = FunctionCall::new("go", json!({}));
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            _ => out.say(format!("{name} may")).await,
        }
    })
}

async fn end(turn: Turn) -> (Vec<Event>, Vec<Pending>) {
    use futures_util::StreamExt as _;
    let events: Vec<Event> = turn.map(Result::unwrap).collect().await;
    let pending = Pending::collect(&events);
    (events, pending)
}

fn said(events: &[Event]) -> Vec<(&str, String)> {
    events.iter().map(|event| (event.author.as_str(), event.text())).collect()
}

fn pairs(expected: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    expected.iter().map(|(author, text)| (*author, (*text).to_owned())).collect()
}

#[tokio::test]
async fn a_sequence_runs_its_children_in_order() {
    let runner = Runner::new("demo", SequentialAgent::new("all").then(say("a")).then(say("b")));
    let (events, _) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!(said(&events), pairs(&[("a", "a 1"), ("a", "a 2"), ("b", "b 1"), ("b", "b 2")]));
}

#[tokio::test]
async fn a_later_child_sees_what_an_earlier_one_said() {
    let last = agent_fn("last", "", async |cx, mut out| {
        let seen: Vec<_> = cx.history().iter().map(|event| event.text()).collect();
        out.say(seen.join(", ")).await
    });
    let runner = Runner::new("demo", SequentialAgent::new("all").then(say("a")).then(last));
    let (events, _) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!(events.last().unwrap().text(), "go, a 1, a 2");
}

#[tokio::test]
async fn a_sequence_stops_at_a_question_and_goes_on_with_the_child_that_asked() {
    let inner = SequentialAgent::new("inner").then(say("b")).then(ask("c"));
    let runner = Runner::new("demo", SequentialAgent::new("all").then(say("a")).then(inner).then(say("d")));
    let (events, asks) = end(runner.run("ann", "s1", "go")).await;
    let authors: Vec<_> = events.iter().map(|event| event.author.as_str()).collect();
    assert_eq!(authors, ["a", "a", "b", "b", "c"]);
    let (events, asks) = end(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(said(&events), pairs(&[("c", "c may"), ("d", "d 1"), ("d", "d 2")]));
    assert_eq!(asks, []);
}

#[tokio::test]
async fn a_failure_of_a_child_ends_the_sequence_as_the_workflows_failure() {
    let broken = agent_fn("broken", "", async |_, _| Err(AgentError::public("no")));
    let runner = Runner::new("demo", SequentialAgent::new("all").then(broken).then(say("b")));
    let (events, _) = end(runner.run("ann", "s1", "go")).await;
    let errors: Vec<_> =
        events.iter().map(|event| (event.author.as_str(), event.error_message.as_deref())).collect();
    assert_eq!(errors, [("all", Some("no"))]);
}

#[tokio::test]
async fn a_group_runs_at_the_same_time_in_branches() {
    let nested = ParallelAgent::new("inner").then(say("b"));
    let runner = Runner::new("demo", ParallelAgent::new("all").then(say("a")).then(nested));
    let (mut events, _) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!(events.iter().map(Event::text).take(2).collect::<Vec<_>>(), ["a 1", "b 1"]);
    events.sort_by_key(Event::text);
    let branches: Vec<_> = events.iter().map(|event| (event.text(), event.branch.clone().unwrap())).collect();
    assert_eq!(
        branches,
        [("a 1", "all.a"), ("a 2", "all.a"), ("b 1", "all.inner.inner.b"), ("b 2", "all.inner.inner.b")]
            .map(|(text, branch)| (text.to_owned(), branch.to_owned()))
    );
}

#[tokio::test]
async fn a_groups_answer_runs_only_those_again_that_asked() {
    let runner = Runner::new("demo", ParallelAgent::new("all").then(say("a")).then(ask("b")).then(ask("c")));
    let (events, asks) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!((events.len(), asks.len()), (4, 2));
    let b = asks.iter().find(|ask| ask.author == "b").unwrap();
    let (events, asks) = end(runner.run("ann", "s1", b.approve())).await;
    let mut authors: Vec<_> = events.iter().map(|event| event.author.as_str()).collect();
    authors.sort_unstable();
    assert_eq!(authors, ["b", "c"]);
    assert_eq!(asks.iter().map(|ask| ask.author.as_str()).collect::<Vec<_>>(), ["c"]);
}

#[tokio::test]
async fn a_loop_ends_after_its_iterations() {
    let once = agent_fn("a", "", async |_, mut out| out.say("x").await);
    let runner = Runner::new("demo", LoopAgent::new("all").then(once).max_iterations(3));
    let (events, _) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!(said(&events), pairs(&[("a", "x"), ("a", "x"), ("a", "x")]));
}

#[tokio::test]
async fn a_loop_ends_when_a_child_escalates() {
    let judge = agent_fn("judge", "", async |cx, mut out| {
        let mut event = Event::default().with_content("hm");
        event.actions.escalate = (cx.history().len() > 3).then_some(true);
        out.emit(event).await
    });
    let runner = Runner::new("demo", LoopAgent::new("all").then(judge).then(say("a")));
    let (events, _) = end(runner.run("ann", "s1", "go")).await;
    assert_eq!(said(&events), pairs(&[("judge", "hm"), ("a", "a 1"), ("a", "a 2"), ("judge", "hm")]));
}

#[tokio::test]
async fn a_loop_without_children_ends() {
    let (events, _) = end(Runner::new("demo", LoopAgent::new("all")).run("ann", "s1", "go")).await;
    assert_eq!(events, []);
}

#[tokio::test]
async fn a_loop_that_asks_in_each_iteration_finds_each_decision_in_its_place() {
    let runner = Runner::new("demo", LoopAgent::new("all").then(ask("a")).max_iterations(2));
    let (_, asks) = end(runner.run("ann", "s1", "go")).await;
    let (events, asks) = end(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(said(&events), pairs(&[("a", "a may"), ("a", "")]));
    let (events, _) = end(runner.run("ann", "s1", asks[0].approve())).await;
    assert_eq!(said(&events), pairs(&[("a", "a may"), ("a", "a may")]));
}

#[tokio::test]
async fn a_workflow_tells_what_it_is_made_of() {
    let agent = LoopAgent::new("all").then(say("a")).text("Twice").max_iterations(2);
    let about = agent.describe();
    assert_eq!((about.kind, about.text), (AgentKind::Loop { max_iterations: Some(2) }, "Twice"));
    assert_eq!(about.sub_agents.iter().map(|agent| agent.name()).collect::<Vec<_>>(), ["a"]);
    let outcome = Runner::new("demo", agent).run("ann", "s1", "go").outcome().await.unwrap();
    assert!(matches!(outcome, Outcome::Done(reply) if reply.text() == "a 2"));
}
