//! What the agent says of itself.

use std::net::SocketAddr;

use a2a_core::{AgentCapabilities, AgentCard, AgentExtension, AgentInterface, AgentSkill, ProtocolBinding};

use crate::options::Options;

/// The extension that a client has to ask for in the run with `--required-extension`.
pub(crate) const REQUIRED_EXTENSION: &str = "urn:a2a:tck:required-extension";

const MODES: [&str; 2] = ["text/plain", "*/*"];

/// The card of an agent that listens at these addresses.
pub(crate) fn card(options: &Options, http: SocketAddr, grpc: SocketAddr) -> AgentCard {
    let skill = AgentSkill::new(
        "conformance",
        "Conformance",
        "Does what the id or the text of a message names",
        ["test"],
    );
    let mut card =
        AgentCard::new("Conformance agent", "Answers the official suites", env!("CARGO_PKG_VERSION"))
            .with_capabilities(capabilities(options))
            .with_skill(skill);
    // Whatever comes is said again, and the instructions of the suites have types of their own.
    card.default_input_modes = vec!["*/*".to_owned()];
    card.default_output_modes = MODES.map(str::to_owned).into();
    let versions: &[&str] = if options.v03 { &["1.0", "0.3"] } else { &["1.0"] };
    for &version in versions {
        card = card
            .with_interface(AgentInterface::new(
                format!("http://{http}/jsonrpc"),
                ProtocolBinding::JsonRpc,
                version,
            ))
            .with_interface(AgentInterface::new(
                format!("http://{http}/rest"),
                ProtocolBinding::HttpJson,
                version,
            ))
            .with_interface(AgentInterface::new(grpc.to_string(), ProtocolBinding::Grpc, version));
    }
    card
}

fn capabilities(options: &Options) -> AgentCapabilities {
    let capabilities = AgentCapabilities::new()
        .with_streaming(options.streaming)
        .with_push_notifications(options.push)
        .with_extended_agent_card(options.extended_card);
    if options.required_extension {
        return capabilities.with_extension(AgentExtension::new(REQUIRED_EXTENSION).with_required(true));
    }
    capabilities
}
