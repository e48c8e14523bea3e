//! The JSON of a card: read in either version, written for one or both.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    AgentCapabilities, AgentCard, AgentCardSignature, AgentInterface, AgentProvider, AgentSkill,
    ProtocolBinding,
};
use crate::{
    json,
    security::{SecurityRequirement, SecurityScheme},
    v0_3,
};

/// A card as it is read: of v1.0, of v0.3 or of both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an agent card")]
struct Fields {
    name: String,
    #[serde(default, deserialize_with = "json::or_default")]
    description: String,
    #[serde(alias = "supported_interfaces", default, deserialize_with = "json::or_default")]
    supported_interfaces: Vec<AgentInterface>,
    #[serde(default)]
    provider: Option<AgentProvider>,
    #[serde(default, deserialize_with = "json::or_default")]
    version: String,
    #[serde(alias = "documentation_url", default)]
    documentation_url: Option<String>,
    #[serde(default, deserialize_with = "json::or_default")]
    capabilities: AgentCapabilities,
    #[serde(alias = "security_schemes", default, deserialize_with = "crate::security::schemes")]
    security_schemes: BTreeMap<String, SecurityScheme>,
    #[serde(alias = "security_requirements", default)]
    security_requirements: Option<Vec<SecurityRequirement>>,
    #[serde(alias = "default_input_modes", default, deserialize_with = "json::or_default")]
    default_input_modes: Vec<String>,
    #[serde(alias = "default_output_modes", default, deserialize_with = "json::or_default")]
    default_output_modes: Vec<String>,
    #[serde(default, deserialize_with = "json::or_default")]
    skills: Vec<AgentSkill>,
    #[serde(default, deserialize_with = "json::or_default")]
    signatures: Vec<AgentCardSignature>,
    #[serde(alias = "icon_url", default)]
    icon_url: Option<String>,

    #[serde(default, deserialize_with = "json::if_it_can_be_read")]
    url: Option<String>,
    #[serde(alias = "preferred_transport", default, deserialize_with = "json::if_it_can_be_read")]
    preferred_transport: Option<String>,
    #[serde(alias = "additional_interfaces", default, deserialize_with = "json::if_it_can_be_read")]
    additional_interfaces: Option<Vec<v0_3::AgentInterface>>,
    #[serde(alias = "protocol_version", default, deserialize_with = "json::if_it_can_be_read")]
    protocol_version: Option<String>,
    #[serde(default, deserialize_with = "json::if_it_can_be_read")]
    security: Option<Vec<SecurityRequirement>>,
    #[serde(
        alias = "supports_authenticated_extended_card",
        default,
        deserialize_with = "json::if_it_can_be_read"
    )]
    supports_authenticated_extended_card: Option<bool>,
}

impl<'de> Deserialize<'de> for AgentCard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::deserialize(deserializer).map(Self::from)
    }
}

impl From<Fields> for AgentCard {
    fn from(fields: Fields) -> Self {
        let is_v0_3 = fields.supported_interfaces.is_empty();
        let supported_interfaces = if is_v0_3 {
            v0_3::interfaces(
                &fields.protocol_version.unwrap_or_default(),
                fields.url.unwrap_or_default(),
                fields.preferred_transport.filter(|name| !name.is_empty()).map(ProtocolBinding::from),
                fields.additional_interfaces.unwrap_or_default(),
            )
        } else {
            fields.supported_interfaces
        };
        // A `no` that was put beside a card of v1.0 says nothing new, and would be a change to what is signed.
        let extended = fields.supports_authenticated_extended_card.filter(|yes| *yes || is_v0_3);
        let mut capabilities = fields.capabilities;
        capabilities.extended_agent_card = capabilities.extended_agent_card.or(extended);
        Self {
            name: fields.name,
            description: fields.description,
            supported_interfaces,
            provider: fields.provider,
            version: fields.version,
            documentation_url: fields.documentation_url,
            capabilities,
            security_schemes: fields.security_schemes,
            security_requirements: fields.security_requirements.or(fields.security).unwrap_or_default(),
            default_input_modes: fields.default_input_modes,
            default_output_modes: fields.default_output_modes,
            skills: fields.skills,
            signatures: fields.signatures,
            icon_url: fields.icon_url,
        }
    }
}

impl Serialize for AgentCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::new(self, None).serialize(serializer)
    }
}

/// A card as it is written, with what v0.3 says of it or without.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written<'a> {
    name: &'a str,
    description: &'a str,
    supported_interfaces: &'a [AgentInterface],
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a AgentProvider>,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation_url: Option<&'a str>,
    capabilities: &'a AgentCapabilities,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    security_schemes: BTreeMap<&'a str, Scheme<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    security_requirements: &'a [SecurityRequirement],
    default_input_modes: &'a [String],
    default_output_modes: &'a [String],
    skills: Vec<Skill<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    signatures: &'a [AgentCardSignature],
    #[serde(skip_serializing_if = "Option::is_none")]
    icon_url: Option<&'a str>,
    #[serde(flatten)]
    old: Option<Old<'a>>,
}

/// The fields that only v0.3 has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Old<'a> {
    protocol_version: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_transport: Option<&'a ProtocolBinding>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    additional_interfaces: &'a [v0_3::AgentInterface],
    #[serde(serialize_with = "v0_3::write_requirements", skip_serializing_if = "<[_]>::is_empty")]
    security: &'a [SecurityRequirement],
    #[serde(skip_serializing_if = "Option::is_none")]
    supports_authenticated_extended_card: Option<bool>,
}

#[derive(Serialize)]
struct Scheme<'a> {
    #[serde(flatten)]
    new: &'a SecurityScheme,
    #[serde(flatten)]
    old: Option<&'a v0_3::SecurityScheme>,
}

#[derive(Serialize)]
struct Skill<'a> {
    #[serde(flatten)]
    new: &'a AgentSkill,
    #[serde(serialize_with = "v0_3::write_requirements", skip_serializing_if = "<[_]>::is_empty")]
    security: &'a [SecurityRequirement],
}

impl<'a> Written<'a> {
    pub(super) fn new(card: &'a AgentCard, old: Option<&'a v0_3::AgentCard>) -> Self {
        let scheme = |(name, new): (&'a String, &'a SecurityScheme)| {
            let old = old.and_then(|old| old.security_schemes.get(name));
            // What nobody knows is the same in both, and a field is written once.
            let old = old.filter(|old| !matches!(old, v0_3::SecurityScheme::Unknown(_)));
            (name.as_str(), Scheme { new, old })
        };
        let skill = |new: &'a AgentSkill| Skill {
            new,
            security: old.map_or(&[], |_| new.security_requirements.as_slice()),
        };
        Self {
            name: &card.name,
            description: &card.description,
            supported_interfaces: &card.supported_interfaces,
            provider: card.provider.as_ref(),
            version: &card.version,
            documentation_url: card.documentation_url.as_deref(),
            capabilities: &card.capabilities,
            security_schemes: card.security_schemes.iter().map(scheme).collect(),
            security_requirements: &card.security_requirements,
            default_input_modes: &card.default_input_modes,
            default_output_modes: &card.default_output_modes,
            skills: card.skills.iter().map(skill).collect(),
            signatures: &card.signatures,
            icon_url: card.icon_url.as_deref(),
            old: old.map(|old| Old {
                protocol_version: &old.protocol_version,
                url: &old.url,
                preferred_transport: old.preferred_transport.as_ref(),
                additional_interfaces: &old.additional_interfaces,
                security: &old.security,
                supports_authenticated_extended_card: old.supports_authenticated_extended_card,
            }),
        }
    }
}
