//! Errors as `google.rpc.Status`, which gRPC carries in `grpc-status-details-bin`.

mod detail;

use prost::Message as _;
use serde_json::Value;

use super::rpc;
use crate::{Error, ErrorKind};

/// Its code, its message and its details, `ErrorInfo` first; the cause stays here.
///
/// A kind without a reason has no `ErrorInfo`, as in JSON. Details that came as JSON and have no protobuf form known
/// here travel as a `google.protobuf.Struct`.
impl From<&Error> for rpc::Status {
    fn from(error: &Error) -> Self {
        Self {
            code: error.kind().grpc_code(),
            message: error.message().to_owned(),
            details: detail::to_any(error),
        }
    }
}

/// Classified by reason, then by the name before its message (see [`Error::from_grpc`]), then by its code.
impl From<rpc::Status> for Error {
    fn from(status: rpc::Status) -> Self {
        let details: Vec<Value> = status.details.iter().map(detail::from_any).collect();
        let (kind, message) = match named(&status.message) {
            // It is also what a kind without a name is called; the code says which.
            Some((ErrorKind::Internal, message)) => {
                (ErrorKind::from_grpc_code(status.code), message.to_owned())
            }
            Some((kind, message)) => (kind, message.to_owned()),
            None => (ErrorKind::from_grpc_code(status.code), status.message),
        };
        Self::from_wire(kind, message, Some(Value::Array(details)))
    }
}

impl Error {
    /// What an rpc failed with: its `grpc-status`, its `grpc-message` and the bytes of its `grpc-status-details-bin`,
    /// empty if there are none.
    ///
    /// It is classified by the reason in its details, then by the name that version 0.3 puts before the message
    /// (`"TaskNotFoundError: no such task"`), then by `code`, for which the statuses of 1.0.0 count, too:
    /// `UNIMPLEMENTED` is an unsupported operation. Details that can't be read are as good as none; details of types
    /// unknown here are kept, with their bytes as base64 in `value`.
    pub fn from_grpc(code: i32, message: impl Into<String>, details: &[u8]) -> Self {
        let mut status = rpc::Status::decode(details).unwrap_or_default();
        let message = message.into();
        status.code = code;
        if !message.is_empty() {
            status.message = message;
        }
        status.into()
    }

    /// The message of its status for a peer of version 0.3, which classifies by the name before the colon.
    pub fn grpc_message_v0_3(&self) -> String {
        format!("{}: {}", self.kind().name(), self.message())
    }
}

/// The kind whose name stands before a message, and the message without it.
fn named(message: &str) -> Option<(ErrorKind, &str)> {
    let (name, rest) = message.split_once(": ")?;
    let is_name = name.ends_with("Error") && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
    Some((ErrorKind::from_name(name).filter(|_| is_name)?, rest))
}
