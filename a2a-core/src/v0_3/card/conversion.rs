use super::{AgentCapabilities, AgentCard, AgentInterface, AgentSkill};
use crate::{Error, ErrorKind, ProtocolBinding, Version};

/// The version that a card is in which doesn't say.
const VERSION: &str = "0.3";
/// The same with the patch that v0.3 wants.
const VERSION_WITH_PATCH: &str = "0.3.0";

impl From<AgentCard> for crate::AgentCard {
    fn from(old: AgentCard) -> Self {
        let mut card = Self::new(old.name, old.description, old.version);
        card.supported_interfaces =
            interfaces(&old.protocol_version, old.url, old.preferred_transport, old.additional_interfaces);
        card.provider = old.provider;
        card.documentation_url = old.documentation_url;
        card.capabilities.streaming = old.capabilities.streaming;
        card.capabilities.push_notifications = old.capabilities.push_notifications;
        card.capabilities.extensions = old.capabilities.extensions;
        card.capabilities.extended_agent_card = old.supports_authenticated_extended_card;
        card.security_schemes =
            old.security_schemes.into_iter().map(|(name, scheme)| (name, scheme.into())).collect();
        card.security_requirements = old.security;
        card.default_input_modes = old.default_input_modes;
        card.default_output_modes = old.default_output_modes;
        card.skills = old.skills.into_iter().map(Into::into).collect();
        card.signatures = old.signatures;
        card.icon_url = old.icon_url;
        card
    }
}

/// The interfaces that a card of v0.3 has: the main one first, and the others but for those that are the same.
pub(crate) fn interfaces(
    protocol_version: &str,
    url: String,
    preferred_transport: Option<ProtocolBinding>,
    additional: Vec<AgentInterface>,
) -> Vec<crate::AgentInterface> {
    let version = match protocol_version.parse::<Version>() {
        Ok(version) => version.to_string(),
        Err(_) if protocol_version.is_empty() => VERSION.to_owned(),
        Err(_) => protocol_version.to_owned(),
    };
    let main = AgentInterface { url, transport: preferred_transport.unwrap_or(ProtocolBinding::JsonRpc) };
    let others: Vec<_> = additional.into_iter().filter(|other| *other != main).collect();
    let main = Some(main).filter(|main| !main.url.is_empty());
    let new = |interface: AgentInterface| {
        crate::AgentInterface::new(interface.url, interface.transport, version.clone())
    };
    main.into_iter().chain(others).map(new).collect()
}

/// Fails with [`VersionNotSupported`](ErrorKind::VersionNotSupported) if no interface is of v0.3.
impl TryFrom<crate::AgentCard> for AgentCard {
    type Error = Error;

    fn try_from(card: crate::AgentCard) -> Result<Self, Error> {
        let mut of_v0_3 = card
            .supported_interfaces
            .into_iter()
            .filter(is_of_v0_3)
            .map(|interface| AgentInterface { url: interface.url, transport: interface.protocol_binding });
        let Some(main) = of_v0_3.next() else {
            let message = format!("The card of {:?} has no interface of version 0.3", card.name);
            return Err(Error::new(ErrorKind::VersionNotSupported, message));
        };
        Ok(Self {
            protocol_version: VERSION_WITH_PATCH.to_owned(),
            name: card.name,
            description: card.description,
            additional_interfaces: of_v0_3.filter(|other| *other != main).collect(),
            url: main.url,
            preferred_transport: Some(main.transport).filter(|transport| !transport.as_str().is_empty()),
            icon_url: card.icon_url,
            provider: card.provider,
            version: card.version,
            documentation_url: card.documentation_url,
            capabilities: AgentCapabilities {
                streaming: card.capabilities.streaming,
                push_notifications: card.capabilities.push_notifications,
                state_transition_history: None,
                extensions: card.capabilities.extensions,
            },
            security_schemes: card
                .security_schemes
                .into_iter()
                .map(|(name, scheme)| (name, scheme.into()))
                .collect(),
            security: card.security_requirements,
            default_input_modes: card.default_input_modes,
            default_output_modes: card.default_output_modes,
            skills: card.skills.into_iter().map(Into::into).collect(),
            supports_authenticated_extended_card: card.capabilities.extended_agent_card,
            signatures: card.signatures,
        })
    }
}

fn is_of_v0_3(interface: &crate::AgentInterface) -> bool {
    interface.protocol_version.parse::<Version>() == Ok(Version::V0_3)
}

impl From<AgentSkill> for crate::AgentSkill {
    fn from(old: AgentSkill) -> Self {
        Self {
            id: old.id,
            name: old.name,
            description: old.description,
            tags: old.tags,
            examples: old.examples,
            input_modes: old.input_modes,
            output_modes: old.output_modes,
            security_requirements: old.security,
        }
    }
}

impl From<crate::AgentSkill> for AgentSkill {
    fn from(skill: crate::AgentSkill) -> Self {
        Self {
            id: skill.id,
            name: skill.name,
            description: skill.description,
            tags: skill.tags,
            examples: skill.examples,
            input_modes: skill.input_modes,
            output_modes: skill.output_modes,
            security: skill.security_requirements,
        }
    }
}
