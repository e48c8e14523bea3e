//! The typed details of an error (§5.4, §9.5): an array of objects with an `@type`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq as _};
use serde_json::Value;

use super::{Error, ErrorKind};
use crate::json;

/// A parameter that was wrong, from `google.rpc.BadRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Its path, such as `message.parts`.
    #[serde(default, deserialize_with = "json::or_default")]
    pub field: String,
    /// How it would be right.
    #[serde(default, deserialize_with = "json::or_default")]
    pub description: String,
}

const ERROR_INFO: &str = "type.googleapis.com/google.rpc.ErrorInfo";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";
const DOMAIN: &str = "a2a-protocol.org";

#[derive(Serialize)]
struct ErrorInfo<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    reason: &'static str,
    domain: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BadRequest<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    field_violations: &'a [FieldViolation],
}

/// The details of an error as it writes them.
pub(crate) struct Details<'a>(pub(crate) &'a Error);

impl Details<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        let error = &self.0.0;
        error.kind.reason().is_none() && error.violations.is_empty() && error.details.is_empty()
    }
}

impl Serialize for Details<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = &self.0.0;
        let mut list = serializer.serialize_seq(None)?;
        if let Some(reason) = error.kind.reason() {
            list.serialize_element(&ErrorInfo {
                kind: ERROR_INFO,
                reason,
                domain: DOMAIN,
                metadata: &error.info,
            })?;
        }
        if !error.violations.is_empty() {
            list.serialize_element(&BadRequest { kind: BAD_REQUEST, field_violations: &error.violations })?;
        }
        for detail in &error.details {
            list.serialize_element(detail)?;
        }
        list.end()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyBadRequest {
    #[serde(default, alias = "field_violations")]
    field_violations: Vec<FieldViolation>,
}

impl Error {
    /// From what a peer sent: classified by reason, then by `kind`, which comes from the code or the status.
    pub(crate) fn from_wire(kind: ErrorKind, message: String, data: Option<Value>) -> Self {
        let mut error = Self::new(kind, message);
        error.take_details(data);
        error
    }

    /// Takes details in whatever form they came; the first reason among them says the kind.
    pub(super) fn take_details(&mut self, data: Option<Value>) {
        let details = match data {
            Some(Value::Array(details)) => details,
            Some(Value::Null) | None => Vec::new(),
            Some(other) => vec![other],
        };
        let mut said = Said::default();
        for detail in details {
            self.take_detail(detail, &mut said);
        }
        self.0.kind = said.reason.or(said.name).unwrap_or(self.0.kind);
    }

    fn take_detail(&mut self, detail: Value, said: &mut Said) {
        match detail.get("@type").and_then(Value::as_str) {
            // One in our domain is ours, even from a peer that leaves the type out.
            Some(ERROR_INFO) | None => {
                let reason = detail["reason"].as_str().filter(|_| detail["domain"] == DOMAIN);
                if let Some(kind) = reason.and_then(ErrorKind::from_reason) {
                    said.reason.get_or_insert(kind);
                    let metadata = detail["metadata"].as_object().into_iter().flatten();
                    self.0.info.extend(metadata.map(|(key, value)| (key.clone(), text(value))));
                    return;
                }
                // A peer with a reason for every error: it says which one this is, and stays among the details.
                said.name = said.name.or_else(|| reason.and_then(ErrorKind::from_name));
            }
            Some(BAD_REQUEST) => {
                if let Ok(bad) = AnyBadRequest::deserialize(&detail) {
                    self.0.violations.extend(bad.field_violations);
                    return;
                }
            }
            _ => {}
        }
        self.0.details.push(detail);
    }
}

/// What details say of the kind. We write the reason first and the names that came behind it, so the first one counts
/// and a reason before any name: what is sent on is read as the same.
#[derive(Default)]
struct Said {
    reason: Option<ErrorKind>,
    name: Option<ErrorKind>,
}

/// Metadata values are strings, but not all peers know.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
