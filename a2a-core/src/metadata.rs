//! Free-form data beside the protocol's own fields.

use crate::json::FreeForm;

/// Any JSON object, kept as it came; data of an extension is keyed by the extension's URI (§4.6.1).
///
/// Integers stay integers and a `null` value survives. An empty object is the same as none and isn't written. Of a
/// name that comes twice the last value holds.
///
/// # Numbers
///
/// An integer from `i64::MIN` to `u64::MAX` is exact, unlike at peers that are built on protobuf, which keep 53 bits.
/// One beyond that becomes the nearest double, as every number with a fraction or an exponent does, and one beyond
/// the doubles (`1e999`) is refused. Whoever needs more digits puts them into a string. An app that turns on
/// `serde_json`'s `arbitrary_precision` keeps them all. The same holds of a part's `data`.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// Reads JSON that somebody else has put into a string; `None` if it isn't any, or nests deeper than 100 levels.
pub fn parse_json(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok().map(|FreeForm(json)| json)
}
