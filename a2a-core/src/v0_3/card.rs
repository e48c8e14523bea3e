//! The agent card of v0.3.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::security::{self, SecurityScheme};
use crate::{AgentCardSignature, AgentProvider, ProtocolBinding, SecurityRequirement, json};

mod capability;
mod conversion;
mod interface;
mod skill;

pub(crate) use self::conversion::interfaces;
pub use self::{capability::AgentCapabilities, interface::AgentInterface, skill::AgentSkill};

/// An agent's self-description in v0.3: one main URL, and others beside it.
///
/// ```
/// use a2a_core::{AgentCard, AgentInterface, ProtocolBinding, v0_3};
///
/// let old = v0_3::AgentCard::new("Weather", "Tells the weather", "1.0.0", "https://example.com/a2a");
/// let card = AgentCard::from(old.clone());
/// let interface = AgentInterface::new("https://example.com/a2a", ProtocolBinding::JsonRpc, "0.3");
/// assert_eq!(card.supported_interfaces, [interface]);
/// assert_eq!(v0_3::AgentCard::try_from(card)?, old);
/// # Ok::<(), a2a_core::Error>(())
/// ```
///
/// Reading takes v0.3's own JSON, the ProtoJSON of the package `a2a.v1` (security schemes in wrappers, requirements
/// with `schemes`), and of a card of both versions what it says in v0.3. Only the name has to be there.
///
/// # What can't be mapped
///
/// [`crate::AgentCard`] to [`AgentCard`], by `TryFrom`:
///
/// | v1.0 | v0.3 |
/// |---|---|
/// | interfaces of other versions | left out; with none of v0.3 the conversion fails with [`VersionNotSupported`](crate::ErrorKind::VersionNotSupported) |
/// | an interface of another patch, `0.3.1` | one of `0.3.0` |
/// | the tenant of an interface | left out: v0.3 has only the URL to route by |
/// | an interface that is the same as the first of v0.3 | left out |
/// | `deviceCode` | the scheme stays, without a flow |
/// | `pkceRequired` | left out |
/// | the place of an API key that isn't known | `header` |
/// | schemes and flows that aren't known | a scheme as it came, a flow not at all |
/// | `signatures` | as they came; whoever needs one to hold verifies it before |
///
/// [`AgentCard`] to [`crate::AgentCard`], by `From`:
///
/// | v0.3 | v1.0 |
/// |---|---|
/// | `protocolVersion` with a patch, or none | `0.3.0` becomes `0.3`, and none is `0.3` |
/// | no `preferredTransport` | JSON-RPC |
/// | an additional interface that is the same as the main one | left out |
/// | several flows of one OAuth scheme | one: authorization code, client credentials, implicit, password, the first there is |
/// | `stateTransitionHistory` | left out |
/// | `signatures` | as they came; they hold for v1.0 only if they were made for it |
///
/// All else is the same in both, and a card that is mapped without one of these rows comes back as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentCard {
    /// The version of the protocol, with its patch: `0.3.0`.
    #[serde(alias = "protocol_version", default, deserialize_with = "json::or_default")]
    pub protocol_version: String,
    /// A name for people.
    pub name: String,
    /// What the agent does.
    #[serde(default, deserialize_with = "json::or_default")]
    pub description: String,
    /// Where to reach it by the preferred transport.
    #[serde(default, deserialize_with = "json::or_default")]
    pub url: String,
    /// What is spoken at `url`; JSON-RPC if absent.
    #[serde(alias = "preferred_transport", default, deserialize_with = "interface::transport")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_transport: Option<ProtocolBinding>,
    /// Other ways to reach it; the main one may be among them.
    #[serde(alias = "additional_interfaces", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_interfaces: Vec<AgentInterface>,
    /// A picture of it.
    #[serde(alias = "icon_url", default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// Who runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<AgentProvider>,
    /// The agent's own version, in a form of its choice.
    #[serde(default, deserialize_with = "json::or_default")]
    pub version: String,
    /// Where it is documented.
    #[serde(alias = "documentation_url", default, skip_serializing_if = "Option::is_none")]
    pub documentation_url: Option<String>,
    /// Which optional parts of the protocol it supports.
    #[serde(default, deserialize_with = "json::or_default")]
    pub capabilities: AgentCapabilities,
    /// How a client can authenticate, by the names that requirements use.
    #[serde(alias = "security_schemes", default, deserialize_with = "crate::security::schemes")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub security_schemes: BTreeMap<String, SecurityScheme>,
    /// How a client has to authenticate: any one of these will do.
    #[serde(default, deserialize_with = "json::or_default", serialize_with = "security::write_requirements")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<SecurityRequirement>,
    /// MIME types that every skill takes unless it says otherwise.
    #[serde(alias = "default_input_modes", default, deserialize_with = "json::or_default")]
    pub default_input_modes: Vec<String>,
    /// MIME types that every skill gives unless it says otherwise.
    #[serde(alias = "default_output_modes", default, deserialize_with = "json::or_default")]
    pub default_output_modes: Vec<String>,
    /// What it can do.
    #[serde(default, deserialize_with = "json::or_default")]
    pub skills: Vec<AgentSkill>,
    /// Has another card for clients that authenticate.
    #[serde(alias = "supports_authenticated_extended_card", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_authenticated_extended_card: Option<bool>,
    /// Proofs of who made the card. v0.3 doesn't say over which bytes.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<AgentCardSignature>,
}

impl AgentCard {
    /// A card of an agent that takes and gives plain text by JSON-RPC at `url`, with no skill yet.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        version: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self {
            protocol_version: "0.3.0".to_owned(),
            name: name.into(),
            description: description.into(),
            url: url.into(),
            preferred_transport: Some(ProtocolBinding::JsonRpc),
            additional_interfaces: Vec::new(),
            icon_url: None,
            provider: None,
            version: version.into(),
            documentation_url: None,
            capabilities: AgentCapabilities::default(),
            security_schemes: BTreeMap::new(),
            security: Vec::new(),
            default_input_modes: vec!["text/plain".to_owned()],
            default_output_modes: vec!["text/plain".to_owned()],
            skills: Vec::new(),
            supports_authenticated_extended_card: None,
            signatures: Vec::new(),
        }
    }
}
