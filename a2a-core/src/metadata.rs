//! Free-form data beside the protocol's own fields.

/// Any JSON object, kept as it came; data of an extension is keyed by the extension's URI (§4.6.1).
///
/// Integers stay integers and a `null` value survives. An empty object is the same as none and isn't written.
pub type Metadata = serde_json::Map<String, serde_json::Value>;
