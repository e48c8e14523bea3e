//! The protocol as version 0.3 has it, and the way to and from version 1.0.

mod card;
mod security;

pub(crate) use self::{card::interfaces, security::write_requirements};
pub use self::{
    card::{AgentCapabilities, AgentCard, AgentInterface, AgentSkill},
    security::{OAuth2SecurityScheme, OAuthFlows, SecurityScheme},
};
