//! What a card tells, and what it doesn't.

use adk_bridge::adk::{
    AgentKind, Description, EventStream, FunctionDeclaration, InvocationContext, LoopAgent, ParallelAgent,
    SequentialAgent, Tool as _, agent_fn, tool_fn,
};
use adk_bridge::convert::keys;
use adk_bridge::{Agent, card, skills};
use pretty_assertions::assert_eq;
use serde_json::json;

/// An agent with everything a card may tell, and an instruction that it mustn't.
struct Model {
    declaration: FunctionDeclaration,
}

impl Model {
    fn new() -> Self {
        let search = tool_fn("search", "Looks something up", async |_, _| Ok(json!({})));
        Self { declaration: search.declaration().clone() }
    }
}

impl Agent for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn run(&self, _: InvocationContext) -> EventStream<'_> {
        EventStream::new(|mut out| async move { out.say("hi").await })
    }

    fn describe(&self) -> Description<'_> {
        let mut description = Description::new(AgentKind::Llm, "Knows things");
        description.instruction = Some("You are secret-7");
        description.tools.push(&self.declaration);
        description.examples.push("what is up?");
        description
    }
}

fn clerk() -> impl Agent {
    let tools = ["balance", "pay"].map(|name| tool_fn(name, "", async |_, _| Ok(json!({}))));
    agent_fn("clerk", "pays what you ask", async |_, _| Ok(()))
        .tool(tools[0].declaration())
        .tool(tools[1].declaration())
        .example("pay 18 to ann")
}

fn ids(agent: &dyn Agent) -> Vec<String> {
    skills::of(agent).into_iter().map(|skill| skill.id).collect()
}

fn texts(agent: &dyn Agent) -> Vec<(String, Vec<String>, String)> {
    skills::of(agent).into_iter().map(|skill| (skill.name, skill.tags, skill.description)).collect()
}

#[test]
fn an_agent_and_its_tools_are_skills() {
    assert_eq!(ids(&clerk()), ["clerk", "clerk-balance", "clerk-pay"]);
    assert_eq!(skills::of(&clerk())[0].examples, ["pay 18 to ann"]);
    let text = |name: &str, tags: &[&str], text: &str| {
        (name.to_owned(), tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>(), text.to_owned())
    };
    assert_eq!(
        texts(&Model::new()),
        [text("model", &["llm"], "Knows things"), text("search", &["llm", "tools"], "Looks something up")]
    );
}

#[test]
fn instructions_are_never_published() {
    let flow = SequentialAgent::new("flow").then(Model::new());
    for agent in [&Model::new() as &dyn Agent, &flow] {
        assert!(!serde_json::to_string(&card::of(agent)).unwrap().contains("secret-7"));
    }
}

#[test]
fn workflows_tell_how_they_run_their_agents() {
    let other = || agent_fn("other", "", async |_, _| Ok(()));
    let flow = SequentialAgent::new("flow").text("Plans a trip.").then(clerk()).then(other());
    assert_eq!(
        ids(&flow),
        ["flow", "flow-sub-agents", "clerk_clerk", "clerk_clerk-balance", "clerk_clerk-pay", "other_other"]
    );
    let all = skills::of(&flow);
    assert_eq!(all[0].description, "Plans a trip. In this order: clerk: pays what you ask; then other.");
    assert_eq!((&*all[0].tags, &*all[1].tags[1]), (&["sequential_workflow".to_owned()][..], "orchestration"));
    assert_eq!(all[2].tags, ["sub_agent:clerk", "custom_agent"]);
    assert_eq!(all[2].name, "clerk: custom");
    assert_eq!(all[2].examples, ["pay 18 to ann"]);
    let first =
        |agent: &dyn Agent| (skills::of(agent)[0].tags[0].clone(), skills::of(agent)[0].description.clone());
    let parallel = first(&ParallelAgent::new("p").then(clerk()));
    assert_eq!(
        parallel,
        ("parallel_workflow".into(), "All at the same time: clerk: pays what you ask.".into())
    );
    let repeat = first(&LoopAgent::new("l").max_iterations(3).then(other()));
    assert_eq!(repeat, ("loop_workflow".into(), "Again and again, 3 times at most: other.".into()));
}

#[tokio::test]
async fn the_served_card_streams_and_declares_its_extensions() {
    let served = crate::bridge_fixture::serve(clerk()).await;
    let client = adk_bridge::a2a_client::Client::connect(&*served.url).await.unwrap();
    let card = client.card().unwrap();
    assert_eq!((card.name.as_str(), card.description.as_str()), ("clerk", "pays what you ask"));
    assert_eq!(card.capabilities.streaming, Some(true));
    let uris = card.capabilities.extensions.iter().map(|extension| extension.uri.as_str());
    // Declared where gRPC is built in, which other packages of the workspace may have seen to.
    let uris: Vec<_> = uris.filter(|uri| *uri != adk_bridge::a2a_core::CURSOR_EXTENSION).collect();
    let idempotency = adk_bridge::a2a_core::IDEMPOTENCY_EXTENSION;
    assert_eq!(uris, [keys::ADK_EXTENSION, keys::EVENTS_EXTENSION, idempotency]);
    assert_eq!(card.skills.len(), 3);
}
