//! What names and numbers say about an error that has no reason.

use crate::ErrorKind;

/// The names of version 0.3; the first one of a kind is what it writes.
const NAMES: [(ErrorKind, &str); 14] = [
    (ErrorKind::TaskNotFound, "TaskNotFoundError"),
    (ErrorKind::TaskNotCancelable, "TaskNotCancelableError"),
    (ErrorKind::PushNotificationNotSupported, "PushNotificationNotSupportedError"),
    (ErrorKind::UnsupportedOperation, "UnsupportedOperationError"),
    (ErrorKind::ContentTypeNotSupported, "ContentTypeNotSupportedError"),
    (ErrorKind::InvalidAgentResponse, "InvalidAgentResponseError"),
    (ErrorKind::ExtendedAgentCardNotConfigured, "AuthenticatedExtendedCardNotConfiguredError"),
    (ErrorKind::ExtendedAgentCardNotConfigured, "ExtendedAgentCardNotConfiguredError"),
    (ErrorKind::ExtensionSupportRequired, "ExtensionSupportRequiredError"),
    (ErrorKind::VersionNotSupported, "VersionNotSupportedError"),
    (ErrorKind::Parse, "JSONParseError"),
    (ErrorKind::InvalidParams, "InvalidParamsError"),
    (ErrorKind::MethodNotFound, "MethodNotFoundError"),
    (ErrorKind::InvalidRequest, "InvalidRequestError"),
];

/// What any other kind is called.
const INTERNAL: &str = "InternalError";

pub(super) fn name(kind: ErrorKind) -> &'static str {
    NAMES.iter().find(|(named, _)| *named == kind).map_or(INTERNAL, |(_, name)| name)
}

/// The kind that stands before a message, and the message without it. An internal error may be any that 0.3 has no
/// name for: its code says which.
pub(super) fn from_prefix(message: &str, code: i32) -> Option<(ErrorKind, &str)> {
    let (prefix, rest) = message.split_once(": ")?;
    let named = NAMES.iter().find(|(_, name)| *name == prefix).map(|(kind, _)| *kind);
    let kind = named.or_else(|| (prefix == INTERNAL).then(|| from_code(code)))?;
    Some((kind, rest))
}

/// The kind that a gRPC status alone suggests. Six kinds fail a precondition; the widest of them stands for all.
pub(super) fn from_code(code: i32) -> ErrorKind {
    match code {
        3 | 11 => ErrorKind::InvalidParams,
        4 | 14 => ErrorKind::Unavailable,
        5 => ErrorKind::TaskNotFound,
        7 => ErrorKind::PermissionDenied,
        8 => ErrorKind::ResourceExhausted,
        9 | 12 => ErrorKind::UnsupportedOperation,
        16 => ErrorKind::Unauthenticated,
        _ => ErrorKind::Internal,
    }
}
