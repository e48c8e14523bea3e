//! What the server adds to the card of its agent: where to reach it, and what it can do.

mod declaration;
mod extended;
mod forwarded;
mod public_url;
mod reach;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
};

use a2a_core::{AgentCard, AgentInterface, CardShape, Error, ErrorKind, ProtocolBinding, Version};
use axum::http::request::Parts;

pub use self::extended::ExtendedCard;
pub(crate) use self::{
    declaration::{declare_cursors, declare_idempotency, declare_security},
    public_url::{PublicUrl, WrongUrl},
};
use crate::{
    Denial,
    operations::{CallContext, Service},
};

/// Where an agent says that it is, and its other card.
pub(crate) struct Cards {
    pub(crate) public_url: PublicUrl,
    /// Where gRPC is spoken, if that was said.
    pub(crate) grpc: Option<String>,
    pub(crate) extended: Option<Arc<dyn ExtendedCard>>,
    /// Where the server listens itself.
    pub(crate) local: OnceLock<SocketAddr>,
}

impl fmt::Debug for Cards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cards")
            .field("public_url", &self.public_url)
            .field("local", &self.local.get())
            .finish_non_exhaustive()
    }
}

impl Cards {
    /// The URL that a request came under; nothing if all of them come under the same.
    pub(crate) fn base(&self, request: &Parts) -> Option<Arc<str>> {
        self.public_url.of_request(request)
    }

    /// The URL where nothing is known of a request.
    fn usual_base(&self) -> Option<Arc<str>> {
        self.public_url.usual().or_else(|| self.local.get().map(|local| url(*local).into()))
    }

    /// Where gRPC is spoken. A proxy that passes HTTP on needn't pass on gRPC, so a public URL says nothing of it.
    fn grpc(&self) -> Option<String> {
        if !cfg!(feature = "grpc") {
            return None;
        }
        let bound = || {
            let local = self.local.get().filter(|_| matches!(self.public_url, PublicUrl::Unsaid))?;
            Some(reachable(*local).to_string())
        };
        self.grpc.clone().or_else(bound)
    }
}

/// The URL of a server that listens here.
pub(crate) fn url(local: SocketAddr) -> String {
    format!("http://{}/", reachable(local))
}

/// The address itself, unless it stands for all of the machine's: nobody can call that one, so then it is one of them,
/// which the machine itself can.
fn reachable(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, local.port())
}

impl Service {
    /// The card for everybody, to be served under a URL; where none is given, under the usual one.
    pub(crate) fn public_card(&self, base: Option<&str>) -> AgentCard {
        let mut card = self.card.clone();
        if self.derives_interfaces() {
            card.supported_interfaces = self.interfaces(base);
        }
        card
    }

    /// For clients of which versions it is written: nothing is added to what is signed.
    pub(crate) fn card_shape(&self) -> CardShape {
        if self.versions.contains(&Version::V0_3) && self.card.signatures.is_empty() {
            CardShape::Hybrid
        } else {
            CardShape::V1
        }
    }

    /// Says where the card can't be used, before anybody wonders.
    pub(crate) fn check_reach(&self) {
        let interfaces = self.public_card(None).supported_interfaces;
        reach::check(&interfaces, self.cards.local.get().copied());
    }

    /// The card for a caller who is known (§3.1.11).
    pub(crate) async fn extended_card(&self, cx: &CallContext) -> Result<AgentCard, Error> {
        if self.card.capabilities.extended_agent_card != Some(true) {
            return Err(Error::unsupported("This agent has no extended card"));
        }
        let Some(extended) = &self.cards.extended else {
            let text = "The extended card that this agent declares isn't configured";
            return Err(Error::new(ErrorKind::ExtendedAgentCardNotConfigured, text));
        };
        if cx.caller.is_anonymous() && cx.caller.scopes.is_empty() {
            return Err(Denial::missing().into());
        }
        let mut card = extended::ask(&**extended, &cx.caller).await?;
        if card.signatures.is_empty() {
            declaration::complete(&mut card, &self.card);
            if card.supported_interfaces.is_empty() {
                card.supported_interfaces = self.public_card(cx.base.as_deref()).supported_interfaces;
            }
        }
        Ok(card)
    }

    /// A card that names its interfaces, or is signed, is left alone.
    fn derives_interfaces(&self) -> bool {
        self.card.supported_interfaces.is_empty() && self.card.signatures.is_empty()
    }

    /// Every way to reach the agent, the preferred version first (§8.3).
    fn interfaces(&self, base: Option<&str>) -> Vec<AgentInterface> {
        let base = base.map(Arc::from).or_else(|| self.cards.usual_base());
        let grpc = self.cards.grpc();
        let mut interfaces = Vec::new();
        for version in &self.versions {
            let mut add = |url: &str, binding| {
                interfaces.push(AgentInterface::new(url, binding, version.to_string()));
            };
            if let Some(base) = &base {
                add(base, ProtocolBinding::JsonRpc);
                // Clients append the paths of operations, which begin with a slash.
                add(base.trim_end_matches('/'), ProtocolBinding::HttpJson);
            }
            if let Some(grpc) = &grpc {
                add(grpc, ProtocolBinding::Grpc);
            }
        }
        interfaces
    }
}
