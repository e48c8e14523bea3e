//! Every operation, on every binding and in every version that is spoken, over real sockets: a test says what it asks
//! and looks at what it is told, and the same lines run on each [`Route`].

mod answer;
mod ask;
#[cfg(feature = "grpc")]
mod grpc;
mod http;
mod json;
mod stream;

use std::{fmt, net::SocketAddr};

use a2a_core::{Method, Version};

pub(crate) use self::{
    answer::{Answer, Told},
    ask::{Ask, message},
    stream::Events,
};

/// How the operations travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binding {
    JsonRpc,
    Rest,
    #[cfg(feature = "grpc")]
    Grpc,
}

/// A binding in a version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) binding: Binding,
    pub(crate) version: Version,
}

/// All of them.
pub(crate) const ROUTES: &[Route] = &[
    Route { binding: Binding::JsonRpc, version: Version::V1_0 },
    Route { binding: Binding::JsonRpc, version: Version::V0_3 },
    Route { binding: Binding::Rest, version: Version::V1_0 },
    Route { binding: Binding::Rest, version: Version::V0_3 },
    #[cfg(feature = "grpc")]
    Route { binding: Binding::Grpc, version: Version::V1_0 },
    #[cfg(feature = "grpc")]
    Route { binding: Binding::Grpc, version: Version::V0_3 },
];

impl Route {
    /// Whether its version has the operation: 0.3 can't list tasks.
    pub(crate) fn has(self, method: Method) -> bool {
        self.version != Version::V0_3 || method != Method::ListTasks
    }

    fn is_old(self) -> bool {
        self.version == Version::V0_3
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.binding, self.version)
    }
}

/// A client of one server on one route, with headers of its own.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) addr: SocketAddr,
    pub(crate) route: Route,
    pub(crate) headers: Vec<(String, String)>,
}

impl Peer {
    pub(crate) fn new(addr: SocketAddr, route: Route) -> Self {
        Self { addr, route, headers: Vec::new() }
    }

    /// The same with a header more, which over gRPC is metadata.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Asks, on a connection of its own.
    pub(crate) async fn ask(&self, ask: Ask) -> Answer {
        assert!(self.route.has(ask.method()), "{:?} has no {}", self.route, ask.method());
        match self.route.binding {
            Binding::JsonRpc => http::json_rpc(self, ask).await,
            Binding::Rest => http::rest(self, ask).await,
            #[cfg(feature = "grpc")]
            Binding::Grpc => grpc::ask(self, ask).await,
        }
    }
}
