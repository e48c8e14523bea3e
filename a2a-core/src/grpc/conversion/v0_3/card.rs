use crate::{
    AgentCardSignature, AgentExtension, AgentProvider, Error, ProtocolBinding,
    grpc::{
        field::{At as _, each, list, maybe, optional_text, or_empty},
        v0_3, value,
    },
    v0_3::{AgentCapabilities, AgentCard, AgentInterface, AgentSkill},
};

impl TryFrom<v0_3::AgentCard> for AgentCard {
    type Error = Error;

    fn try_from(card: v0_3::AgentCard) -> Result<Self, Error> {
        let schemes = card.security_schemes.into_iter().map(|(name, scheme)| (name, scheme.into()));
        Ok(Self {
            protocol_version: card.protocol_version,
            name: card.name,
            description: card.description,
            url: card.url,
            preferred_transport: optional_text(card.preferred_transport).map(ProtocolBinding::from),
            additional_interfaces: each(card.additional_interfaces),
            icon_url: optional_text(card.icon_url),
            provider: card.provider.map(Into::into),
            version: card.version,
            documentation_url: optional_text(card.documentation_url),
            capabilities: maybe(card.capabilities, "capabilities")?.unwrap_or_default(),
            security_schemes: schemes.collect(),
            security: each(card.security),
            default_input_modes: card.default_input_modes,
            default_output_modes: card.default_output_modes,
            skills: each(card.skills),
            supports_authenticated_extended_card: said(card.supports_authenticated_extended_card),
            signatures: list(card.signatures, "signatures")?,
        })
    }
}

impl TryFrom<AgentCard> for v0_3::AgentCard {
    type Error = Error;

    fn try_from(card: AgentCard) -> Result<Self, Error> {
        let schemes = card.security_schemes.into_iter().map(|(name, scheme)| (name, scheme.into()));
        Ok(Self {
            name: card.name,
            description: card.description,
            url: card.url,
            provider: card.provider.map(Into::into),
            version: card.version,
            documentation_url: or_empty(card.documentation_url),
            capabilities: maybe(Some(card.capabilities), "capabilities")?,
            security_schemes: schemes.collect(),
            security: each(card.security),
            default_input_modes: card.default_input_modes,
            default_output_modes: card.default_output_modes,
            skills: each(card.skills),
            supports_authenticated_extended_card: card.supports_authenticated_extended_card.unwrap_or(false),
            preferred_transport: or_empty(card.preferred_transport),
            additional_interfaces: each(card.additional_interfaces),
            protocol_version: card.protocol_version,
            signatures: list(card.signatures, "signatures")?,
            icon_url: or_empty(card.icon_url),
        })
    }
}

/// No is the same as nothing said.
fn said(flag: bool) -> Option<bool> {
    Some(flag).filter(|flag| *flag)
}

impl From<v0_3::AgentInterface> for AgentInterface {
    fn from(interface: v0_3::AgentInterface) -> Self {
        let v0_3::AgentInterface { url, transport } = interface;
        Self { url, transport: ProtocolBinding::from(transport) }
    }
}

impl From<AgentInterface> for v0_3::AgentInterface {
    fn from(interface: AgentInterface) -> Self {
        let AgentInterface { url, transport } = interface;
        Self { url, transport: transport.to_string() }
    }
}

impl From<v0_3::AgentProvider> for AgentProvider {
    fn from(provider: v0_3::AgentProvider) -> Self {
        let v0_3::AgentProvider { url, organization } = provider;
        Self { url, organization }
    }
}

impl From<AgentProvider> for v0_3::AgentProvider {
    fn from(provider: AgentProvider) -> Self {
        let AgentProvider { url, organization } = provider;
        Self { url, organization }
    }
}

impl TryFrom<v0_3::AgentCapabilities> for AgentCapabilities {
    type Error = Error;

    fn try_from(capabilities: v0_3::AgentCapabilities) -> Result<Self, Error> {
        let v0_3::AgentCapabilities { streaming, push_notifications, extensions } = capabilities;
        Ok(Self {
            streaming: said(streaming),
            push_notifications: said(push_notifications),
            state_transition_history: None,
            extensions: list(extensions, "extensions")?,
        })
    }
}

/// What it says of the history of states is left out: there is no field for it.
impl TryFrom<AgentCapabilities> for v0_3::AgentCapabilities {
    type Error = Error;

    fn try_from(capabilities: AgentCapabilities) -> Result<Self, Error> {
        Ok(Self {
            streaming: capabilities.streaming.unwrap_or(false),
            push_notifications: capabilities.push_notifications.unwrap_or(false),
            extensions: list(capabilities.extensions, "extensions")?,
        })
    }
}

impl TryFrom<v0_3::AgentExtension> for AgentExtension {
    type Error = Error;

    fn try_from(extension: v0_3::AgentExtension) -> Result<Self, Error> {
        let v0_3::AgentExtension { uri, description, required, params } = extension;
        let params = params.map(value::from_struct).transpose().at("params")?;
        Ok(Self { uri, description: optional_text(description), required, params })
    }
}

impl TryFrom<AgentExtension> for v0_3::AgentExtension {
    type Error = Error;

    fn try_from(extension: AgentExtension) -> Result<Self, Error> {
        let AgentExtension { uri, description, required, params } = extension;
        let params = params.map(value::to_struct).transpose().at("params")?;
        Ok(Self { uri, description: or_empty(description), required, params })
    }
}

impl From<v0_3::AgentSkill> for AgentSkill {
    fn from(skill: v0_3::AgentSkill) -> Self {
        let v0_3::AgentSkill { id, name, description, tags, examples, input_modes, output_modes, security } =
            skill;
        let security = each(security);
        Self { id, name, description, tags, examples, input_modes, output_modes, security }
    }
}

impl From<AgentSkill> for v0_3::AgentSkill {
    fn from(skill: AgentSkill) -> Self {
        let AgentSkill { id, name, description, tags, examples, input_modes, output_modes, security } = skill;
        let security = each(security);
        Self { id, name, description, tags, examples, input_modes, output_modes, security }
    }
}

impl TryFrom<v0_3::AgentCardSignature> for AgentCardSignature {
    type Error = Error;

    fn try_from(signature: v0_3::AgentCardSignature) -> Result<Self, Error> {
        let v0_3::AgentCardSignature { protected, signature, header } = signature;
        let header = header.map(value::from_struct).transpose().at("header")?;
        Ok(Self { protected, signature, header })
    }
}

impl TryFrom<AgentCardSignature> for v0_3::AgentCardSignature {
    type Error = Error;

    fn try_from(signature: AgentCardSignature) -> Result<Self, Error> {
        let AgentCardSignature { protected, signature, header } = signature;
        let header = header.map(value::to_struct).transpose().at("header")?;
        Ok(Self { protected, signature, header })
    }
}
