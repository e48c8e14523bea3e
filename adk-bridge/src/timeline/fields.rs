use serde_json::{Map, Value};

use super::Difference;
use super::names::Names;
use crate::adk::{CONFIRMATION, Event};

/// The fields of an event that count.
pub(super) fn of(event: &Event) -> Value {
    let mut value = serde_json::to_value(event).expect("an event has string keys only");
    if let Value::Object(fields) = &mut value {
        fields.remove("timestamp");
        if let Some(Value::Object(custom)) = fields.get_mut("customMetadata") {
            custom.retain(|key, _| !key.starts_with("a2a:"));
            if custom.is_empty() {
                fields.remove("customMetadata");
            }
        }
    }
    value
}

/// The differences of two events.
pub(super) fn compare(index: usize, a: &Value, b: &Value, names: &mut Names) -> Vec<Difference> {
    let mut found = Found { index, names, differences: Vec::new() };
    let empty = Map::new();
    let (a, b) = (a.as_object().unwrap_or(&empty), b.as_object().unwrap_or(&empty));
    for key in keys(a, b) {
        if !LATE.contains(&key) {
            found.member((Place::Event, a), key, key, a.get(key), b.get(key));
        }
    }
    for key in LATE {
        found.member((Place::Event, a), key, key, a.get(key), b.get(key));
    }
    found.differences
}

/// Fields that refer to ids which other fields of the event introduce.
const LATE: [&str; 2] = ["actions", "longRunningToolIds"];

/// What sort of object a field is in: it decides which fields are ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Event,
    Content,
    Part,
    Call,
    ConfirmationArgs,
    CredentialArgs,
    Actions,
    ById,
    Data,
}

impl Place {
    fn is_id(self, key: &str) -> bool {
        match self {
            Self::Event => matches!(key, "id" | "invocationId" | "isolationScope"),
            Self::Call => key == "id",
            Self::CredentialArgs => key == "functionCallId",
            Self::Content | Self::Part | Self::ConfirmationArgs | Self::Actions | Self::ById | Self::Data => {
                false
            }
        }
    }

    /// What a member of this object is.
    fn below(self, key: &str, object: &Map<String, Value>) -> Self {
        match (self, key) {
            (Self::Event, "content") => Self::Content,
            (Self::Event, "actions") => Self::Actions,
            (Self::Content, "parts") => Self::Part,
            (
                Self::Part,
                "functionCall"
                | "functionResponse"
                | "toolCall"
                | "toolResponse"
                | "executableCode"
                | "codeExecutionResult",
            )
            | (Self::ConfirmationArgs, "originalFunctionCall") => Self::Call,
            (Self::Call, "args") => match object.get("name").and_then(Value::as_str) {
                Some(CONFIRMATION) => Self::ConfirmationArgs,
                Some("adk_request_credential") => Self::CredentialArgs,
                _ => Self::Data,
            },
            (Self::Actions, "requestedToolConfirmations" | "requestedAuthConfigs") => Self::ById,
            _ => Self::Data,
        }
    }
}

struct Found<'n> {
    index: usize,
    names: &'n mut Names,
    differences: Vec<Difference>,
}

impl Found<'_> {
    fn member(
        &mut self,
        (place, object): (Place, &Map<String, Value>),
        key: &str,
        path: &str,
        a: Option<&Value>,
        b: Option<&Value>,
    ) {
        match (a, b) {
            (Some(Value::String(a)), Some(Value::String(b)))
                if place.is_id(key) && self.names.matches(a, b) => {}
            (Some(Value::Array(ids)), Some(Value::Array(others)))
                if (place, key) == (Place::Event, "longRunningToolIds") && self.same_ids(ids, others) => {}
            (Some(a), Some(b)) if !place.is_id(key) => self.value(place.below(key, object), path, a, b),
            (None, None) => {}
            (a, b) => self.differ(path, a, b),
        }
    }

    fn value(&mut self, place: Place, path: &str, a: &Value, b: &Value) {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) if place == Place::ById => self.by_id(path, a, b),
            (Value::Object(a), Value::Object(b)) => {
                for key in keys(a, b) {
                    self.member((place, a), key, &format!("{path}.{key}"), a.get(key), b.get(key));
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                for index in 0..a.len().max(b.len()) {
                    let path = format!("{path}[{index}]");
                    match (a.get(index), b.get(index)) {
                        (Some(a), Some(b)) => self.value(place, &path, a, b),
                        (a, b) => self.differ(&path, a, b),
                    }
                }
            }
            _ if a == b => {}
            _ => self.differ(path, Some(a), Some(b)),
        }
    }

    /// Compares objects whose keys are ids.
    fn by_id(&mut self, path: &str, a: &Map<String, Value>, b: &Map<String, Value>) {
        let mut rest: Vec<&String> = b.keys().collect();
        for (id, value) in a {
            let known = self.names.of(id).and_then(|name| rest.iter().position(|other| *other == name));
            let unknown =
                || self.names.of(id).is_none().then(|| rest.iter().position(|key| b[*key] == *value));
            let Some(position) = known.or_else(|| unknown().flatten()) else {
                self.differ(&format!("{path}.{id}"), Some(value), None);
                continue;
            };
            let other = rest.remove(position);
            let path = format!("{path}.{id}");
            if self.names.matches(id, other) {
                self.value(Place::Data, &path, value, &b[other]);
            } else {
                self.differ(&path, Some(value), Some(&b[other]));
            }
        }
        for id in rest {
            self.differ(&format!("{path}.{id}"), None, Some(&b[id]));
        }
    }

    /// Whether two lists hold the same ids, in any order.
    fn same_ids(&mut self, a: &[Value], b: &[Value]) -> bool {
        let texts =
            |ids: &[Value]| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        let (a, mut b) = (texts(a), texts(b));
        let (known, new): (Vec<_>, Vec<_>) = a.into_iter().partition(|id| self.names.of(id).is_some());
        for id in known {
            let Some(position) = b.iter().position(|other| self.names.of(&id) == Some(other)) else {
                return false;
            };
            b.remove(position);
        }
        new.len() == b.len() && new.iter().zip(&b).all(|(id, other)| self.names.matches(id, other))
    }

    fn differ(&mut self, path: &str, a: Option<&Value>, b: Option<&Value>) {
        self.differences.push(Difference {
            index: self.index,
            path: path.to_owned(),
            left: a.cloned(),
            right: b.cloned(),
        });
    }
}

/// The keys of both, each once, in order.
fn keys<'v>(a: &'v Map<String, Value>, b: &'v Map<String, Value>) -> Vec<&'v str> {
    let mut keys: Vec<_> = a.keys().chain(b.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
