//! Errors as version 0.3 writes them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Error as Native, ErrorKind,
    json::{self, FreeForm},
};

/// An error of version 0.3: the `error` of a JSON-RPC answer, and the whole body of an HTTP+JSON one.
///
/// From an error of version 1.0:
///
/// | version 1.0 | here |
/// |---|---|
/// | the codes -32001 to -32007, those of JSON-RPC, unknown ones | the same |
/// | `ExtensionSupportRequired`, `VersionNotSupported`, `TaskGenerationMismatch` | -32600, invalid request |
/// | every other kind | -32603, internal error |
/// | the typed details | left out: of the readers of version 0.3 one takes no list, another nothing but a list |
/// | the `data` that a peer of version 0.3 sent, if it is an object without a type | the same |
///
/// To an error of version 1.0 everything maps; `data` is among its [details](Native::details). An HTTP+JSON answer
/// is better read with [`Error::from_http`](Native::from_http), which looks at its status, too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Error {
    /// The JSON-RPC code.
    #[serde(default, deserialize_with = "json::code")]
    pub code: i64,
    /// A sentence for people.
    #[serde(default, deserialize_with = "json::or_default")]
    pub message: String,
    /// Anything; `null` is the same as nothing.
    #[serde(default, deserialize_with = "free_form", skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl Error {
    /// An error of this code without data.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }
}

impl From<&Native> for Error {
    fn from(error: &Native) -> Self {
        let kind = match error.kind() {
            ErrorKind::ExtensionSupportRequired
            | ErrorKind::VersionNotSupported
            | ErrorKind::TaskGenerationMismatch => ErrorKind::InvalidRequest,
            kind => kind,
        };
        let data = match error.details() {
            [detail @ Value::Object(members)] if !members.contains_key("@type") => Some(detail.clone()),
            _ => None,
        };
        Self { data, ..Self::new(kind.code(), error.message()) }
    }
}

impl From<Error> for Native {
    fn from(error: Error) -> Self {
        Self::from_wire(ErrorKind::from_code(error.code), error.message, error.data)
    }
}

fn free_form<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Option::<FreeForm>::deserialize(deserializer)?.map(|data| data.0))
}
