//! The card of an agent.

use a2a_core::{AgentCapabilities, AgentCard, AgentExtension};

use crate::{adk::Agent, convert::keys, skills};

/// The version that a card made here has; set [`AgentCard::version`] to the agent's own.
pub const VERSION: &str = "1.0.0";

/// The card of an agent, built from what it tells about itself: its name, its text and its [`skills`].
///
/// It declares that the agent streams, ADK's extension, and ours for callers of our own. The server adds its
/// interface.
pub fn of(agent: &dyn Agent) -> AgentCard {
    let description = agent.describe();
    let text = if description.text.is_empty() { "An ADK agent" } else { description.text };
    let mut events = AgentExtension::new(keys::EVENTS_EXTENSION);
    let whole =
        "Updates carry the whole event they were made from, for callers that the agent counts as its own";
    events.description = Some(whole.to_owned());
    let capabilities = AgentCapabilities::new()
        .with_streaming(true)
        .with_extension(AgentExtension::new(keys::ADK_EXTENSION))
        .with_extension(events);
    let card = AgentCard::new(agent.name(), text, VERSION).with_capabilities(capabilities);
    skills::of(agent).into_iter().fold(card, AgentCard::with_skill)
}
