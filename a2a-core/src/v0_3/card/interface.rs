use serde::{Deserialize, Deserializer, Serialize};

use crate::{ProtocolBinding, open_name};

/// One more way to reach an agent: a URL and what is spoken there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentInterface {
    /// An absolute URL; for gRPC it may be `host:port`.
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub url: String,
    /// What is spoken there.
    #[serde(default = "open_name::unsaid", deserialize_with = "open_name::or_unsaid")]
    pub transport: ProtocolBinding,
}

impl AgentInterface {
    /// This transport at this URL.
    pub fn new(url: impl Into<String>, transport: impl Into<ProtocolBinding>) -> Self {
        Self { url: url.into(), transport: transport.into() }
    }
}

/// ProtoJSON doesn't tell an empty transport from none.
pub(super) fn transport<'de, D>(deserializer: D) -> Result<Option<ProtocolBinding>, D::Error>
where
    D: Deserializer<'de>,
{
    let name: Option<String> = crate::json::non_empty(deserializer)?;
    Ok(name.map(ProtocolBinding::from))
}
