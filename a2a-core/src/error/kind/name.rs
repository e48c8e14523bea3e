//! What errors are called where they have a name instead of a number.

use super::ErrorKind;

/// Names as the specification writes them; of two, the first one is what version 0.3 says.
const NAMES: [(ErrorKind, &str); 16] = [
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
    (ErrorKind::TaskGenerationMismatch, "TaskGenerationMismatchError"),
    (ErrorKind::Parse, "JSONParseError"),
    (ErrorKind::InvalidRequest, "InvalidRequestError"),
    (ErrorKind::MethodNotFound, "MethodNotFoundError"),
    (ErrorKind::InvalidParams, "InvalidParamsError"),
    (ErrorKind::Internal, "InternalError"),
];

impl ErrorKind {
    /// Its name in version 0.3, such as `TaskNotFoundError`; what has none is an `InternalError`.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("InternalError", |(_, name)| name)
    }

    /// The kind of that name, in whatever case and with whatever between its words: `TaskNotFoundError`,
    /// `task-not-found`.
    pub fn from_name(name: &str) -> Option<Self> {
        let is = |known: &str| letters(known).eq(letters(name));
        let known = NAMES.iter().find(|(_, known)| is(known) || known.strip_suffix("Error").is_some_and(is));
        known.map(|(kind, _)| *kind)
    }
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}
