//! The card of an agent.

use a2a_core::{AgentCapabilities, AgentCard, AgentExtension};

use crate::{adk::Agent, convert::keys, skills};

/// The version that a card made here has; set [`AgentCard::version`] to the agent's own.
pub const VERSION: &str = "1.0.0";

/// The card of an agent, built from what it tells about itself: its name, its text and its [`skills`].
///
/// It declares that the agent streams and takes any MIME type, ADK's extension, and ours for callers of our own. The
/// server adds its interfaces. Set [`AgentCard::default_input_modes`] where the agent takes less: the server then refuses
/// the rest.
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
    let mut card = AgentCard::new(agent.name(), text, VERSION).with_capabilities(capabilities);
    // Whatever comes is handed to the agent, and nothing that it tells of itself says which of it makes sense to it.
    card.default_input_modes = vec!["*/*".to_owned()];
    skills::of(agent).into_iter().fold(card, AgentCard::with_skill)
}
