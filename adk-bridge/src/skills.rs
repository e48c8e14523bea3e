//! The skills of a card, from what an agent tells about itself.

use a2a_core::AgentSkill;

use crate::adk::{Agent, AgentKind, Description};

/// The skills of an agent: its own, one for each tool, and those of the agents it runs.
///
/// Ids are stable: the agent's name, `<agent>-<tool>`, `<agent>-sub-agents` and `<sub-agent>_<skill>`. What a model
/// is instructed to do isn't published.
pub fn of(agent: &dyn Agent) -> Vec<AgentSkill> {
    let description = agent.describe();
    let mut skills = primary(agent.name(), &description);
    for sub in &description.sub_agents {
        skills.extend(primary(sub.name(), &sub.describe()).into_iter().map(|skill| below(sub.name(), skill)));
    }
    skills
}

/// What one agent does itself.
fn primary(name: &str, description: &Description<'_>) -> Vec<AgentSkill> {
    let tag = tag(&description.kind);
    let title = match description.kind {
        AgentKind::Llm => "model",
        AgentKind::Sequential | AgentKind::Parallel | AgentKind::Loop { .. } => "workflow",
        _ => "custom",
    };
    let own = AgentSkill::new(name, title, text(description), [tag]);
    let mut skills = vec![own.with_examples(description.examples.iter().copied())];
    for tool in &description.tools {
        let does = if tool.description.is_empty() {
            format!("Tool: {}", tool.name)
        } else {
            tool.description.clone()
        };
        skills.push(AgentSkill::new(format!("{name}-{}", tool.name), &tool.name, does, [tag, "tools"]));
    }
    if !description.sub_agents.is_empty() {
        let parts: Vec<String> = description.sub_agents.iter().map(|sub| introduce(*sub)).collect();
        let does = format!("Orchestrates: {}", parts.join("; "));
        skills.push(AgentSkill::new(
            format!("{name}-sub-agents"),
            "sub-agents",
            does,
            [tag, "orchestration"],
        ));
    }
    skills
}

/// The skill of an agent as one of the agent that runs it.
fn below(sub: &str, skill: AgentSkill) -> AgentSkill {
    let tags: Vec<String> = std::iter::once(format!("sub_agent:{sub}")).chain(skill.tags).collect();
    let named = format!("{sub}: {}", skill.name);
    AgentSkill::new(format!("{sub}_{}", skill.id), named, skill.description, tags)
        .with_examples(skill.examples)
}

fn introduce(sub: &dyn Agent) -> String {
    match sub.describe().text {
        "" => sub.name().to_owned(),
        text => format!("{}: {}", sub.name(), text.trim_end_matches('.')),
    }
}

fn tag(kind: &AgentKind) -> &'static str {
    match kind {
        AgentKind::Llm => "llm",
        AgentKind::Sequential => "sequential_workflow",
        AgentKind::Parallel => "parallel_workflow",
        AgentKind::Loop { .. } => "loop_workflow",
        _ => "custom_agent",
    }
}

/// What the agent says of itself, and in which way it runs others.
fn text(description: &Description<'_>) -> String {
    let flow = flow(description);
    match (description.text, flow) {
        ("", None) => match description.kind {
            AgentKind::Llm => "An agent that runs a model".to_owned(),
            _ => "An agent".to_owned(),
        },
        ("", Some(flow)) => flow,
        (text, None) => text.to_owned(),
        (text, Some(flow)) => format!("{}. {flow}", text.trim_end_matches('.')),
    }
}

fn flow(description: &Description<'_>) -> Option<String> {
    if description.sub_agents.is_empty() {
        return None;
    }
    let steps: Vec<String> = description.sub_agents.iter().map(|sub| introduce(*sub)).collect();
    match &description.kind {
        AgentKind::Sequential => Some(format!("In this order: {}.", steps.join("; then "))),
        AgentKind::Parallel => Some(format!("All at the same time: {}.", steps.join("; "))),
        AgentKind::Loop { max_iterations: Some(most) } => {
            Some(format!("Again and again, {most} times at most: {}.", steps.join("; then ")))
        }
        AgentKind::Loop { max_iterations: None } => {
            Some(format!("Again and again until one of them is done: {}.", steps.join("; then ")))
        }
        _ => None,
    }
}
