use serde::{Deserialize, Serialize};

use crate::{Metadata, json};

/// A detached JWS over a card: the card without its signatures, canonical, is the payload (§4.4.7, §8.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentCardSignature {
    /// The JWS header that is signed, as base64url of its JSON. Verify it as it came, never written anew.
    #[serde(default, deserialize_with = "json::or_default")]
    pub protected: String,
    /// The signature, as base64url.
    #[serde(default, deserialize_with = "json::or_default")]
    pub signature: String,
    /// The JWS header that isn't signed.
    #[serde(default, deserialize_with = "json::optional_metadata")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Metadata>,
}

impl AgentCardSignature {
    /// A signature without an unsigned header.
    pub fn new(protected: impl Into<String>, signature: impl Into<String>) -> Self {
        Self { protected: protected.into(), signature: signature.into(), header: None }
    }
}
