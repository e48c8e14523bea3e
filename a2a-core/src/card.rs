//! What an agent says about itself: who it is, what it can do and where to reach it (§8).
//!
//! A card is read tolerantly: only its name has to be there, and whatever else a peer left out is empty. What is
//! written is always whole. A card of v0.3 is read, too, and of one of both versions what v1.0 says holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    json,
    security::{SecurityRequirement, SecurityScheme},
};

mod capability;
mod interface;
mod shape;
mod signature;
mod skill;
mod wire;

pub use self::{
    capability::{AgentCapabilities, AgentExtension},
    interface::{AgentInterface, ProtocolBinding},
    shape::{CardShape, ShapedCard},
    signature::AgentCardSignature,
    skill::AgentSkill,
};

/// An agent's self-description, published for clients to find it and decide whether to call it (§4.4.1).
///
/// ```
/// use a2a_core::{AgentCard, AgentInterface, AgentSkill, ProtocolBinding};
///
/// let card = AgentCard::new("Weather", "Tells the weather of a city", "1.0.0")
///     .with_interface(AgentInterface::new("https://example.com/a2a", ProtocolBinding::JsonRpc, "1.0"))
///     .with_skill(AgentSkill::new("today", "Today", "The weather of today", ["weather"]));
/// assert_eq!(card.default_input_modes, ["text/plain"]);
/// ```
///
/// # Cards of v0.3
///
/// A card without `supportedInterfaces` is read as one of v0.3: its `url` with `preferredTransport` is the first
/// interface, and those of `additionalInterfaces` follow, in the version that it says. `security` holds where
/// `securityRequirements` is absent, and `supportsAuthenticatedExtendedCard` where the capabilities don't speak of
/// it. What else a card of v0.3 can say that this type can't is in [`v0_3::AgentCard`](crate::v0_3::AgentCard).
///
/// ```
/// use a2a_core::{AgentCard, AgentInterface, ProtocolBinding};
///
/// let json = r#"{
///     "name": "Weather", "protocolVersion": "0.3.0", "url": "https://example.com/a2a",
///     "additionalInterfaces": [{"url": "https://example.com/rest", "transport": "HTTP+JSON"}],
///     "supportsAuthenticatedExtendedCard": true
/// }"#;
/// let card: AgentCard = serde_json::from_str(json)?;
/// assert_eq!(
///     card.supported_interfaces,
///     [
///         AgentInterface::new("https://example.com/a2a", ProtocolBinding::JsonRpc, "0.3"),
///         AgentInterface::new("https://example.com/rest", ProtocolBinding::HttpJson, "0.3"),
///     ]
/// );
/// assert_eq!(card.capabilities.extended_agent_card, Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// It is written as v1.0 has it; [`AgentCard::shaped`] writes it for clients of both versions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AgentCard {
    /// A name for people.
    pub name: String,
    /// What the agent does.
    pub description: String,
    /// Where and how to reach it; the first is preferred (§8.3).
    pub supported_interfaces: Vec<AgentInterface>,
    /// Who runs it.
    pub provider: Option<AgentProvider>,
    /// The agent's own version, in a form of its choice.
    pub version: String,
    /// Where it is documented.
    pub documentation_url: Option<String>,
    /// Which optional parts of the protocol it supports.
    pub capabilities: AgentCapabilities,
    /// How a client can authenticate, by the names that requirements use.
    pub security_schemes: BTreeMap<String, SecurityScheme>,
    /// How a client has to authenticate: any one of these will do.
    pub security_requirements: Vec<SecurityRequirement>,
    /// MIME types that every skill takes unless it says otherwise.
    pub default_input_modes: Vec<String>,
    /// MIME types that every skill gives unless it says otherwise.
    pub default_output_modes: Vec<String>,
    /// What it can do.
    pub skills: Vec<AgentSkill>,
    /// Proofs of who made the card; they cover all but themselves (§8.4).
    pub signatures: Vec<AgentCardSignature>,
    /// A picture of it.
    pub icon_url: Option<String>,
}

impl AgentCard {
    /// A card of an agent that takes and gives plain text, with no interface and no skill yet.
    pub fn new(name: impl Into<String>, description: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            supported_interfaces: Vec::new(),
            provider: None,
            version: version.into(),
            documentation_url: None,
            capabilities: AgentCapabilities::default(),
            security_schemes: BTreeMap::new(),
            security_requirements: Vec::new(),
            default_input_modes: vec!["text/plain".to_owned()],
            default_output_modes: vec!["text/plain".to_owned()],
            skills: Vec::new(),
            signatures: Vec::new(),
            icon_url: None,
        }
    }

    /// Adds an interface behind those it has.
    #[must_use]
    pub fn with_interface(mut self, interface: AgentInterface) -> Self {
        self.supported_interfaces.push(interface);
        self
    }

    /// Says who runs the agent.
    #[must_use]
    pub fn with_provider(mut self, provider: AgentProvider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Replaces the capabilities.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: AgentCapabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Adds a skill.
    #[must_use]
    pub fn with_skill(mut self, skill: AgentSkill) -> Self {
        self.skills.push(skill);
        self
    }

    /// Adds a way to authenticate under a name; by itself it asks nobody to use it.
    #[must_use]
    pub fn with_security_scheme(
        mut self,
        name: impl Into<String>,
        scheme: impl Into<SecurityScheme>,
    ) -> Self {
        self.security_schemes.insert(name.into(), scheme.into());
        self
    }

    /// Adds a requirement as an alternative to those it has.
    #[must_use]
    pub fn with_security_requirement(mut self, requirement: SecurityRequirement) -> Self {
        self.security_requirements.push(requirement);
        self
    }
}

/// Who runs an agent (§4.4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentProvider {
    /// Its website.
    #[serde(default, deserialize_with = "json::or_default")]
    pub url: String,
    /// Its name.
    #[serde(default, deserialize_with = "json::or_default")]
    pub organization: String,
}

impl AgentProvider {
    /// A provider of this name and website.
    pub fn new(organization: impl Into<String>, url: impl Into<String>) -> Self {
        Self { url: url.into(), organization: organization.into() }
    }
}
