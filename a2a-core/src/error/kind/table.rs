//! The one table of errors, for every binding (§5.4).

use super::ErrorKind;

/// One row of the table.
pub(super) struct Row {
    pub(super) kind: ErrorKind,
    pub(super) code: i64,
    pub(super) http: u16,
    pub(super) grpc: Status,
    pub(super) reason: Option<&'static str>,
}

/// A gRPC status, by number and name.
pub(super) type Status = (i32, &'static str);

const INVALID_ARGUMENT: Status = (3, "INVALID_ARGUMENT");
const NOT_FOUND: Status = (5, "NOT_FOUND");
const PERMISSION_DENIED: Status = (7, "PERMISSION_DENIED");
const RESOURCE_EXHAUSTED: Status = (8, "RESOURCE_EXHAUSTED");
const FAILED_PRECONDITION: Status = (9, "FAILED_PRECONDITION");
const ABORTED: Status = (10, "ABORTED");
const UNIMPLEMENTED: Status = (12, "UNIMPLEMENTED");
pub(super) const INTERNAL: Status = (13, "INTERNAL");
const UNAVAILABLE: Status = (14, "UNAVAILABLE");
const UNAUTHENTICATED: Status = (16, "UNAUTHENTICATED");

const fn row(kind: ErrorKind, code: i64, http: u16, grpc: Status, reason: Option<&'static str>) -> Row {
    Row { kind, code, http, grpc, reason }
}

/// Where two kinds share a code, the first one is what the code means.
pub(super) const TABLE: [Row; 20] = [
    row(ErrorKind::TaskNotFound, -32001, 404, NOT_FOUND, Some("TASK_NOT_FOUND")),
    row(ErrorKind::TaskNotCancelable, -32002, 400, FAILED_PRECONDITION, Some("TASK_NOT_CANCELABLE")),
    row(
        ErrorKind::PushNotificationNotSupported,
        -32003,
        400,
        FAILED_PRECONDITION,
        Some("PUSH_NOTIFICATION_NOT_SUPPORTED"),
    ),
    row(ErrorKind::UnsupportedOperation, -32004, 400, FAILED_PRECONDITION, Some("UNSUPPORTED_OPERATION")),
    row(
        ErrorKind::ContentTypeNotSupported,
        -32005,
        400,
        INVALID_ARGUMENT,
        Some("CONTENT_TYPE_NOT_SUPPORTED"),
    ),
    row(ErrorKind::InvalidAgentResponse, -32006, 500, INTERNAL, Some("INVALID_AGENT_RESPONSE")),
    row(
        ErrorKind::ExtendedAgentCardNotConfigured,
        -32007,
        400,
        FAILED_PRECONDITION,
        Some("EXTENDED_AGENT_CARD_NOT_CONFIGURED"),
    ),
    row(
        ErrorKind::ExtensionSupportRequired,
        -32008,
        400,
        FAILED_PRECONDITION,
        Some("EXTENSION_SUPPORT_REQUIRED"),
    ),
    row(ErrorKind::VersionNotSupported, -32009, 400, FAILED_PRECONDITION, Some("VERSION_NOT_SUPPORTED")),
    row(ErrorKind::TaskGenerationMismatch, -32010, 409, ABORTED, Some("TASK_GENERATION_MISMATCH")),
    row(ErrorKind::Parse, -32700, 400, INVALID_ARGUMENT, None),
    row(ErrorKind::InvalidRequest, -32600, 400, INVALID_ARGUMENT, None),
    row(ErrorKind::MethodNotFound, -32601, 404, UNIMPLEMENTED, None),
    row(ErrorKind::InvalidParams, -32602, 400, INVALID_ARGUMENT, None),
    row(ErrorKind::Internal, -32603, 500, INTERNAL, None),
    row(ErrorKind::Unavailable, -32603, 503, UNAVAILABLE, Some("UNAVAILABLE")),
    row(ErrorKind::Unauthenticated, -32603, 401, UNAUTHENTICATED, Some("UNAUTHENTICATED")),
    row(ErrorKind::PermissionDenied, -32603, 403, PERMISSION_DENIED, Some("PERMISSION_DENIED")),
    row(ErrorKind::ResourceExhausted, -32603, 429, RESOURCE_EXHAUSTED, Some("RESOURCE_EXHAUSTED")),
    row(ErrorKind::Transport, -32603, 500, INTERNAL, None),
];
