use crate::{
    AgentCapabilities, AgentCard, AgentCardSignature, AgentExtension, AgentInterface, AgentProvider, Error,
    ProtocolBinding,
    grpc::{
        field::{At as _, each, list, maybe, optional, optional_text, or_empty},
        v1, value,
    },
};

impl TryFrom<v1::AgentCard> for AgentCard {
    type Error = Error;

    fn try_from(card: v1::AgentCard) -> Result<Self, Error> {
        let schemes = card.security_schemes.into_iter().map(|(name, scheme)| (name, scheme.into()));
        Ok(Self {
            name: card.name,
            description: card.description,
            supported_interfaces: each(card.supported_interfaces),
            provider: card.provider.map(Into::into),
            version: card.version,
            documentation_url: card.documentation_url,
            capabilities: maybe(card.capabilities, "capabilities")?.unwrap_or_default(),
            security_schemes: schemes.collect(),
            security_requirements: each(card.security_requirements),
            default_input_modes: card.default_input_modes,
            default_output_modes: card.default_output_modes,
            skills: each(card.skills),
            signatures: list(card.signatures, "signatures")?,
            icon_url: card.icon_url,
        })
    }
}

impl TryFrom<AgentCard> for v1::AgentCard {
    type Error = Error;

    fn try_from(card: AgentCard) -> Result<Self, Error> {
        let schemes = card.security_schemes.into_iter().map(|(name, scheme)| (name, scheme.into()));
        Ok(Self {
            name: card.name,
            description: card.description,
            supported_interfaces: each(card.supported_interfaces),
            provider: card.provider.map(Into::into),
            version: card.version,
            documentation_url: card.documentation_url,
            capabilities: maybe(Some(card.capabilities), "capabilities")?,
            security_schemes: schemes.collect(),
            security_requirements: each(card.security_requirements),
            default_input_modes: card.default_input_modes,
            default_output_modes: card.default_output_modes,
            skills: each(card.skills),
            signatures: list(card.signatures, "signatures")?,
            icon_url: card.icon_url,
        })
    }
}

impl From<v1::AgentInterface> for AgentInterface {
    fn from(interface: v1::AgentInterface) -> Self {
        let v1::AgentInterface { url, protocol_binding, tenant, protocol_version } = interface;
        Self {
            url,
            protocol_binding: ProtocolBinding::from(protocol_binding),
            tenant: optional(tenant),
            protocol_version,
        }
    }
}

impl From<AgentInterface> for v1::AgentInterface {
    fn from(interface: AgentInterface) -> Self {
        let AgentInterface { url, protocol_binding, tenant, protocol_version } = interface;
        Self {
            url,
            protocol_binding: protocol_binding.to_string(),
            tenant: or_empty(tenant),
            protocol_version,
        }
    }
}

impl From<v1::AgentProvider> for AgentProvider {
    fn from(provider: v1::AgentProvider) -> Self {
        let v1::AgentProvider { url, organization } = provider;
        Self { url, organization }
    }
}

impl From<AgentProvider> for v1::AgentProvider {
    fn from(provider: AgentProvider) -> Self {
        let AgentProvider { url, organization } = provider;
        Self { url, organization }
    }
}

impl TryFrom<v1::AgentCapabilities> for AgentCapabilities {
    type Error = Error;

    fn try_from(capabilities: v1::AgentCapabilities) -> Result<Self, Error> {
        let v1::AgentCapabilities { streaming, push_notifications, extensions, extended_agent_card } =
            capabilities;
        let extensions = list(extensions, "extensions")?;
        Ok(Self { streaming, push_notifications, extensions, extended_agent_card })
    }
}

impl TryFrom<AgentCapabilities> for v1::AgentCapabilities {
    type Error = Error;

    fn try_from(capabilities: AgentCapabilities) -> Result<Self, Error> {
        let AgentCapabilities { streaming, push_notifications, extensions, extended_agent_card } =
            capabilities;
        let extensions = list(extensions, "extensions")?;
        Ok(Self { streaming, push_notifications, extensions, extended_agent_card })
    }
}

impl TryFrom<v1::AgentExtension> for AgentExtension {
    type Error = Error;

    fn try_from(extension: v1::AgentExtension) -> Result<Self, Error> {
        let v1::AgentExtension { uri, description, required, params } = extension;
        let params = params.map(value::from_struct).transpose().at("params")?;
        Ok(Self { uri, description: optional_text(description), required, params })
    }
}

impl TryFrom<AgentExtension> for v1::AgentExtension {
    type Error = Error;

    fn try_from(extension: AgentExtension) -> Result<Self, Error> {
        let AgentExtension { uri, description, required, params } = extension;
        let params = params.map(value::to_struct).transpose().at("params")?;
        Ok(Self { uri, description: or_empty(description), required, params })
    }
}

impl TryFrom<v1::AgentCardSignature> for AgentCardSignature {
    type Error = Error;

    fn try_from(signature: v1::AgentCardSignature) -> Result<Self, Error> {
        let v1::AgentCardSignature { protected, signature, header } = signature;
        let header = header.map(value::from_struct).transpose().at("header")?;
        Ok(Self { protected, signature, header })
    }
}

impl TryFrom<AgentCardSignature> for v1::AgentCardSignature {
    type Error = Error;

    fn try_from(signature: AgentCardSignature) -> Result<Self, Error> {
        let AgentCardSignature { protected, signature, header } = signature;
        let header = header.map(value::to_struct).transpose().at("header")?;
        Ok(Self { protected, signature, header })
    }
}
