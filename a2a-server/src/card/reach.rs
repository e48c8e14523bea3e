//! Whether anybody can reach what a card names.

use std::net::{IpAddr, SocketAddr};

use a2a_core::{AgentInterface, ProtocolBinding};
use axum::http::{Uri, uri::Authority};

/// Warns of interfaces that nobody can call, or nobody from elsewhere; `local` is where the server listens, if it does
/// so itself.
pub(super) fn check(interfaces: &[AgentInterface], local: Option<SocketAddr>) {
    if interfaces.is_empty() {
        tracing::warn!("the card names no interface: no client can find this agent. Set public_url(..)");
    }
    let beyond = local.is_some_and(|local| !local.ip().is_loopback());
    let mut told: Vec<&str> = Vec::new();
    for interface in interfaces {
        let url = interface.url.as_str();
        // Several bindings at one place are one place.
        let known = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
        if told.contains(&known) {
            continue;
        }
        told.push(known);
        let Some(place) = Place::of(interface) else {
            tracing::warn!(
                url,
                "the card names an interface whose URL can't be called: it has to be absolute"
            );
            continue;
        };
        match place {
            Place::Unspecified => {
                tracing::warn!(
                    url,
                    "the card names an address that stands for all and can't be called. Set public_url(..)"
                );
            }
            Place::Loopback if beyond => {
                tracing::warn!(
                    url,
                    "the server can be reached from elsewhere, but its card names this machine only. Set public_url(..)"
                );
            }
            Place::Elsewhere { open: true } => {
                tracing::info!(url, "the card names a URL without TLS: whoever is on the way can read it");
            }
            Place::Loopback | Place::Elsewhere { open: false } => {}
        }
    }
}

/// Where a URL leads.
enum Place {
    /// To no address in particular.
    Unspecified,
    /// To this machine.
    Loopback,
    /// To another; `open` if without TLS, on a name or an address that isn't of a private network.
    Elsewhere { open: bool },
}

impl Place {
    /// Nothing if it leads nowhere.
    fn of(interface: &AgentInterface) -> Option<Self> {
        let url: Option<Uri> = interface.url.parse().ok().filter(|url: &Uri| url.scheme().is_some());
        let (authority, open) = match &url {
            Some(url) => (url.authority()?.clone(), url.scheme_str() == Some("http")),
            None if interface.protocol_binding == ProtocolBinding::Grpc => {
                (interface.url.parse::<Authority>().ok()?, false)
            }
            None => return None,
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        Some(match host.parse::<IpAddr>() {
            Ok(ip) if ip.is_unspecified() => Self::Unspecified,
            Ok(ip) if ip.is_loopback() => Self::Loopback,
            Ok(IpAddr::V4(ip)) => Self::Elsewhere { open: open && !ip.is_private() && !ip.is_link_local() },
            Ok(IpAddr::V6(ip)) => {
                let local = ip.is_unique_local() || ip.is_unicast_link_local();
                Self::Elsewhere { open: open && !local }
            }
            Err(_) if host == "localhost" || host.ends_with(".localhost") => Self::Loopback,
            Err(_) => Self::Elsewhere { open: open && host.contains('.') },
        })
    }
}
