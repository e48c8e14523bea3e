use serde::{Deserialize, Serialize};

use crate::{Tenant, json};

/// Parameters of [`GetExtendedAgentCard`](super::GetExtendedAgentCard) (§3.1.11).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetExtendedAgentCardRequest {
    /// The tenant of the interface that is called.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
}
