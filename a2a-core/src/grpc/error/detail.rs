//! Details of errors as `google.protobuf.Any`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use prost::Message;
use prost_types::{Any, Struct};
use serde_json::{Value, json};

use crate::{
    Error, error,
    grpc::{rpc, value},
};

const URL: &str = "type.googleapis.com/";
const ERROR_INFO: &str = "google.rpc.ErrorInfo";
const BAD_REQUEST: &str = "google.rpc.BadRequest";
const STRUCT: &str = "google.protobuf.Struct";
const DOMAIN: &str = "a2a-protocol.org";

pub(super) fn to_any(error: &Error) -> Vec<Any> {
    let info = error.kind().reason().map(|reason| {
        let metadata = error.info().clone();
        any(ERROR_INFO, &rpc::ErrorInfo { reason: reason.to_owned(), domain: DOMAIN.to_owned(), metadata })
    });
    let violations = error.violations().iter().map(|violation| rpc::bad_request::FieldViolation {
        field: violation.field.clone(),
        description: violation.description.clone(),
    });
    let bad_request = rpc::BadRequest { field_violations: violations.collect() };
    let bad_request = (!bad_request.field_violations.is_empty()).then(|| any(BAD_REQUEST, &bad_request));
    let others = error.details().iter().filter_map(other);
    info.into_iter().chain(bad_request).chain(others).collect()
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("{URL}{name}"), value: message.encode_to_vec() }
}

/// A detail that isn't the protocol's own, from its JSON. One that nests too deeply isn't worth failing for.
fn other(detail: &Value) -> Option<Any> {
    let kind = detail.get("@type").and_then(Value::as_str).unwrap_or_default();
    let value = detail.get("value");
    if is(kind, ERROR_INFO) {
        return Some(any(ERROR_INFO, &error_info(detail)));
    }
    if is(kind, STRUCT) {
        let members = value.and_then(Value::as_object)?;
        return Some(any(STRUCT, &value::to_struct(members.clone()).ok()?));
    }
    if let Some(bytes) = value.filter(|_| !kind.is_empty()).and_then(|value| bytes(detail, value)) {
        return Some(Any { type_url: kind.to_owned(), value: bytes });
    }
    let members = match detail {
        Value::Object(members) => members.clone(),
        other => [("value".to_owned(), other.clone())].into_iter().collect(),
    };
    Some(any(STRUCT, &value::to_struct(members).ok()?))
}

/// The bytes that [`from_any`] wrote as base64, beside the type and nothing else.
fn bytes(detail: &Value, value: &Value) -> Option<Vec<u8>> {
    let alone = detail.as_object().is_some_and(|members| members.len() == 2);
    value.as_str().filter(|_| alone).and_then(|text| STANDARD.decode(text).ok())
}

/// One of another domain, or with a reason that this version doesn't know.
fn error_info(detail: &Value) -> rpc::ErrorInfo {
    let text = |name| detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let metadata = detail.get("metadata").and_then(Value::as_object).into_iter().flatten();
    let metadata = metadata.map(|(key, value)| (key.clone(), error::text(value)));
    rpc::ErrorInfo { reason: text("reason"), domain: text("domain"), metadata: metadata.collect() }
}

/// The JSON of a detail, with its bytes as base64 where its type isn't known or they can't be read.
pub(super) fn from_any(any: &Any) -> Value {
    known(any).unwrap_or_else(|| json!({ "@type": any.type_url, "value": STANDARD.encode(&any.value) }))
}

fn known(any: &Any) -> Option<Value> {
    let bytes = any.value.as_slice();
    if is(&any.type_url, ERROR_INFO) {
        let rpc::ErrorInfo { reason, domain, metadata } = rpc::ErrorInfo::decode(bytes).ok()?;
        let mut detail = json!({ "@type": format!("{URL}{ERROR_INFO}"), "reason": reason, "domain": domain });
        if !metadata.is_empty() {
            detail["metadata"] = metadata.into_iter().collect();
        }
        return Some(detail);
    }
    if is(&any.type_url, BAD_REQUEST) {
        let violations = rpc::BadRequest::decode(bytes).ok()?.field_violations.into_iter();
        let violations = violations.map(|one| json!({ "field": one.field, "description": one.description }));
        let violations: Vec<_> = violations.collect();
        return Some(json!({ "@type": format!("{URL}{BAD_REQUEST}"), "fieldViolations": violations }));
    }
    if is(&any.type_url, STRUCT) {
        let members = value::from_struct(Struct::decode(bytes).ok()?).ok()?;
        // JSON whose type has no protobuf form here brings its type along.
        return Some(if members.contains_key("@type") {
            members.into()
        } else {
            json!({ "@type": format!("{URL}{STRUCT}"), "value": members })
        });
    }
    None
}

/// Whether a type URL, of whatever host, names this message.
fn is(url: &str, name: &str) -> bool {
    url.rsplit('/').next() == Some(name)
}
