//! What a body says, whichever of the known forms it has.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    ErrorKind,
    error::{kind::grpc_code, text},
    json::{self, FreeForm},
};

/// The members that are read for themselves.
const READ: [&str; 12] = [
    "code",
    "data",
    "detail",
    "details",
    "error",
    "error_description",
    "instance",
    "jsonrpc",
    "message",
    "status",
    "title",
    "type",
];

#[derive(Default)]
pub(super) struct Said {
    /// By its JSON-RPC code or by its name.
    pub(super) kind: Option<ErrorKind>,
    pub(super) http_status: Option<u16>,
    pub(super) grpc_code: Option<i32>,
    pub(super) message: Option<String>,
    pub(super) details: Option<Value>,
    pub(super) info: BTreeMap<String, String>,
}

impl Said {
    /// `None` if the body isn't a JSON object.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let FreeForm(Value::Object(mut outer)) = serde_json::from_slice(body).ok()? else { return None };
        let inner = outer.get_mut("error").and_then(Value::as_object_mut).map(std::mem::take);
        let mut object = inner.unwrap_or(outer);
        let details = object.remove("details").or_else(|| object.remove("data"));
        let mut said = Self { message: message(&object), details, ..Self::default() };
        for code in ["code", "status"].iter().filter_map(|name| object.get(*name)) {
            said.take_code(code);
        }
        if let Some(name) = object.get("type").and_then(Value::as_str) {
            said.kind = said.kind.or_else(|| ErrorKind::from_name(last(name)));
            said.take_members(&object);
        }
        Some(said)
    }

    /// A JSON-RPC code, an HTTP or a gRPC status, by number or by name.
    fn take_code(&mut self, code: &Value) {
        match json::integer(code) {
            Some(code) if code < 0 => self.kind = Some(ErrorKind::from_code(code)),
            Some(code @ 1..=16) => self.grpc_code = i32::try_from(code).ok(),
            Some(status @ 400..=599) => self.http_status = u16::try_from(status).ok(),
            Some(_) => {}
            None => self.grpc_code = code.as_str().and_then(grpc_code).or(self.grpc_code),
        }
    }

    /// Problem details have what belongs to the problem as members beside the known ones.
    fn take_members(&mut self, problem: &Map<String, Value>) {
        let others = problem.iter().filter(|(name, value)| {
            !READ.contains(&name.as_str()) && (value.is_string() || value.is_number())
        });
        self.info.extend(others.map(|(name, value)| (name.clone(), text(value))));
    }
}

/// The first member with a sentence for people.
fn message(object: &Map<String, Value>) -> Option<String> {
    let said = |name: &&str| object.get(*name).and_then(Value::as_str).filter(|text| !text.is_empty());
    ["message", "detail", "error_description", "title", "error"].iter().find_map(said).map(str::to_owned)
}

/// The end of a URL or URN.
fn last(name: &str) -> &str {
    name.trim_end_matches('/').rsplit(['/', ':', '#']).next().unwrap_or(name)
}
