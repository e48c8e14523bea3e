//! What can go wrong, in the terms of every binding.

mod guess;
mod name;
mod table;

pub(super) use self::guess::grpc_code;
use self::table::{INTERNAL, Row, TABLE};

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
    /// The task has changed since the state that the client named (a draft of version 1.1).
    TaskGenerationMismatch,
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

    /// Whether the same request may succeed later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::ResourceExhausted | Self::Transport)
    }
}
