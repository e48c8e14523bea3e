use serde::{Deserialize, Serialize};

use crate::{
    Tenant, json,
    open_name::{self, open_name},
};

open_name! {
    /// How the operations travel (§4.4.6). Any text converts into it; one that isn't known here names a custom
    /// binding, which should be a URI (§5.8).
    pub enum ProtocolBinding {
        /// JSON-RPC 2.0 over HTTP (§9).
        JsonRpc = "JSONRPC",
        /// gRPC (§10).
        Grpc = "GRPC",
        /// REST-like HTTP with JSON (§11).
        HttpJson = "HTTP+JSON",
    }
}

/// One way to reach an agent: a URL, what is spoken there and in which version (§4.4.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentInterface {
    /// An absolute URL; for gRPC it may be `host:port`.
    #[serde(default, deserialize_with = "json::or_default")]
    pub url: String,
    /// What is spoken there.
    #[serde(
        alias = "protocol_binding",
        default = "open_name::unsaid",
        deserialize_with = "open_name::or_unsaid"
    )]
    pub protocol_binding: ProtocolBinding,
    /// What a client has to put into `tenant` of every request to this interface.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// The version of the protocol as `Major.Minor`.
    #[serde(alias = "protocol_version", default, deserialize_with = "json::or_default")]
    pub protocol_version: String,
}

impl AgentInterface {
    /// An interface without a tenant.
    pub fn new(
        url: impl Into<String>,
        protocol_binding: impl Into<ProtocolBinding>,
        protocol_version: impl Into<String>,
    ) -> Self {
        Self {
            url: url.into(),
            protocol_binding: protocol_binding.into(),
            tenant: None,
            protocol_version: protocol_version.into(),
        }
    }

    /// The same interface for one tenant.
    #[must_use]
    pub fn with_tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = Some(tenant);
        self
    }
}
