//! The one table of errors, for every binding.

/// What went wrong, and so whose fault it is (§5.4 and its table in 5.1).
///
/// Open: a code that a newer peer sends is [`ErrorKind::Other`] and keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No such task, or it is somebody else's.
    TaskNotFound,
    /// The task has ended, or the agent can't stop it.
    TaskNotCancelable,
    /// The agent has no push notifications.
    PushNotificationNotSupported,
    /// The agent, or the task in its state, doesn't do that.
    UnsupportedOperation,
    /// A part has a MIME type that the agent doesn't take.
    ContentTypeNotSupported,
    /// The agent answered what the protocol forbids.
    InvalidAgentResponse,
    /// An extended card is declared but there is none.
    ExtendedAgentCardNotConfigured,
    /// The agent demands an extension that the client didn't ask for.
    ExtensionSupportRequired,
    /// The agent doesn't speak the version that was asked for.
    VersionNotSupported,
    /// The body isn't JSON.
    Parse,
    /// The body isn't a request.
    InvalidRequest,
    /// There is no such method.
    MethodNotFound,
    /// A parameter is missing or wrong.
    InvalidParams,
    /// The server failed; its log says why, the peer isn't told.
    Internal,
    /// The server can't now; trying again later may help.
    Unavailable,
    /// No credentials, or bad ones.
    Unauthenticated,
    /// The caller may not do that.
    PermissionDenied,
    /// A quota is used up.
    ResourceExhausted,
    /// The peer couldn't be reached or didn't answer in a form that can be read. Never crosses a wire.
    Transport,
    /// A JSON-RPC code that this version doesn't know.
    Other(i64),
}

/// One row of the table.
struct Row {
    kind: ErrorKind,
    code: i64,
    http: u16,
    grpc: Status,
    reason: Option<&'static str>,
}

/// A gRPC status, by number and name.
type Status = (i32, &'static str);

const INVALID_ARGUMENT: Status = (3, "INVALID_ARGUMENT");
const NOT_FOUND: Status = (5, "NOT_FOUND");
const PERMISSION_DENIED: Status = (7, "PERMISSION_DENIED");
const RESOURCE_EXHAUSTED: Status = (8, "RESOURCE_EXHAUSTED");
const FAILED_PRECONDITION: Status = (9, "FAILED_PRECONDITION");
const UNIMPLEMENTED: Status = (12, "UNIMPLEMENTED");
const INTERNAL: Status = (13, "INTERNAL");
const UNAVAILABLE: Status = (14, "UNAVAILABLE");
const UNAUTHENTICATED: Status = (16, "UNAUTHENTICATED");

const fn row(kind: ErrorKind, code: i64, http: u16, grpc: Status, reason: Option<&'static str>) -> Row {
    Row { kind, code, http, grpc, reason }
}

/// Where two kinds share a code, the first one is what the code means.
const TABLE: [Row; 19] = [
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

impl ErrorKind {
    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.kind == self)
    }

    /// Its JSON-RPC code.
    pub fn code(self) -> i64 {
        match self {
            Self::Other(code) => code,
            kind => kind.row().map_or(-32603, |row| row.code),
        }
    }

    /// Its HTTP status.
    pub fn http_status(self) -> u16 {
        self.row().map_or(500, |row| row.http)
    }

    /// The name of its gRPC status.
    pub fn grpc_status(self) -> &'static str {
        self.row().map_or(INTERNAL.1, |row| row.grpc.1)
    }

    /// The number of its gRPC status.
    pub fn grpc_code(self) -> i32 {
        self.row().map_or(INTERNAL.0, |row| row.grpc.0)
    }

    /// Its reason in `google.rpc.ErrorInfo`, where it has one.
    pub fn reason(self) -> Option<&'static str> {
        self.row().and_then(|row| row.reason)
    }

    /// The kind that this reason names.
    pub fn from_reason(reason: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.reason == Some(reason)).map(|row| row.kind)
    }

    /// The kind that a JSON-RPC code stands for; an unknown code is kept.
    pub fn from_code(code: i64) -> Self {
        TABLE.iter().find(|row| row.code == code).map_or(Self::Other(code), |row| row.kind)
    }

    /// The kind that an HTTP status alone suggests, when the body says nothing.
    pub fn from_http_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 | 405 | 501 => Self::MethodNotFound,
            413 | 429 => Self::ResourceExhausted,
            408 | 502..=504 => Self::Unavailable,
            400..=499 => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::ResourceExhausted | Self::Transport)
    }
}
