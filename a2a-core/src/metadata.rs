//! Free-form data beside the protocol's own fields.

use crate::json::FreeForm;

/// Any JSON object, kept as it came; data of an extension is keyed by the extension's URI (§4.6.1).
///
/// Integers stay integers and a `null` value survives. An empty object is the same as none and isn't written.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// Reads JSON that somebody else has put into a string; `None` if it isn't any, or nests deeper than 100 levels.
pub fn parse_json(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok().map(|FreeForm(json)| json)
}
