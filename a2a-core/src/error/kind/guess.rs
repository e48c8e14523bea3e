//! What a status says of an error that has neither a reason nor a code.

use super::ErrorKind;

/// All statuses of gRPC, in the order of their numbers.
const GRPC: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl ErrorKind {
    /// The kind that an HTTP status alone suggests, when the body says nothing.
    ///
    /// It knows what 1.0.0 answered where 1.0.1 has 400: 409 for a task that can't be canceled, 415 for a content
    /// type. Its 502 for a bad answer of the agent is far more often that of a gateway.
    pub fn from_http_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 | 405 | 501 => Self::MethodNotFound,
            409 => Self::TaskNotCancelable,
            413 | 429 => Self::ResourceExhausted,
            415 => Self::ContentTypeNotSupported,
            408 | 502..=504 => Self::Unavailable,
            400..=499 => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }

    /// The kind that the number of a gRPC status alone suggests.
    ///
    /// Six kinds fail a precondition, and in 1.0.0 three of them were unimplemented: the widest stands for all.
    pub fn from_grpc_code(code: i32) -> Self {
        match code {
            3 | 11 => Self::InvalidParams,
            4 | 14 => Self::Unavailable,
            5 => Self::TaskNotFound,
            7 => Self::PermissionDenied,
            8 => Self::ResourceExhausted,
            9 | 12 => Self::UnsupportedOperation,
            10 => Self::TaskGenerationMismatch,
            16 => Self::Unauthenticated,
            _ => Self::Internal,
        }
    }

    /// The kind that the name of a gRPC status alone suggests; `None` if there is no status of that name.
    pub fn from_grpc_status(name: &str) -> Option<Self> {
        grpc_code(name).map(Self::from_grpc_code)
    }
}

/// The number of the gRPC status of that name.
pub(in super::super) fn grpc_code(name: &str) -> Option<i32> {
    GRPC.iter().zip(0..).find(|(known, _)| **known == name).map(|(_, code)| code)
}
