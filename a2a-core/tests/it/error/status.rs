//! What statuses and names say alone.

use a2a_core::ErrorKind as K;
use pretty_assertions::assert_eq;

use super::table;

#[test]
fn an_http_status_alone_suggests_a_kind() {
    for (status, kind) in [
        (400, K::InvalidRequest),
        (401, K::Unauthenticated),
        (403, K::PermissionDenied),
        (404, K::MethodNotFound),
        (405, K::MethodNotFound),
        (408, K::Unavailable),
        (409, K::TaskNotCancelable),
        (413, K::ResourceExhausted),
        (415, K::ContentTypeNotSupported),
        (418, K::InvalidRequest),
        (429, K::ResourceExhausted),
        (500, K::Internal),
        (501, K::MethodNotFound),
        (502, K::Unavailable),
        (503, K::Unavailable),
        (504, K::Unavailable),
        (0, K::Internal),
        (u16::MAX, K::Internal),
    ] {
        assert_eq!(K::from_http_status(status), kind, "{status}");
    }
}

#[test]
fn a_grpc_status_alone_suggests_a_kind_by_number_and_by_name() {
    for (code, name, kind) in [
        (0, "OK", K::Internal),
        (1, "CANCELLED", K::Internal),
        (2, "UNKNOWN", K::Internal),
        (3, "INVALID_ARGUMENT", K::InvalidParams),
        (4, "DEADLINE_EXCEEDED", K::Unavailable),
        (5, "NOT_FOUND", K::TaskNotFound),
        (6, "ALREADY_EXISTS", K::Internal),
        (7, "PERMISSION_DENIED", K::PermissionDenied),
        (8, "RESOURCE_EXHAUSTED", K::ResourceExhausted),
        (9, "FAILED_PRECONDITION", K::UnsupportedOperation),
        (10, "ABORTED", K::TaskGenerationMismatch),
        (11, "OUT_OF_RANGE", K::InvalidParams),
        (12, "UNIMPLEMENTED", K::UnsupportedOperation),
        (13, "INTERNAL", K::Internal),
        (14, "UNAVAILABLE", K::Unavailable),
        (15, "DATA_LOSS", K::Internal),
        (16, "UNAUTHENTICATED", K::Unauthenticated),
    ] {
        assert_eq!((K::from_grpc_code(code), K::from_grpc_status(name)), (kind, Some(kind)), "{name}");
    }
    for code in [-1, 17, i32::MIN, i32::MAX] {
        assert_eq!(K::from_grpc_code(code), K::Internal);
    }
    for name in ["", "not_found", "NOT FOUND", "NEW"] {
        assert_eq!(K::from_grpc_status(name), None);
    }
}

#[test]
fn a_name_is_read_as_bindings_and_frameworks_write_it() {
    for (name, kind) in [
        ("TaskNotFoundError", K::TaskNotFound),
        ("TaskNotFound", K::TaskNotFound),
        ("task-not-found", K::TaskNotFound),
        ("TASK_NOT_FOUND", K::TaskNotFound),
        ("AuthenticatedExtendedCardNotConfiguredError", K::ExtendedAgentCardNotConfigured),
        ("ExtendedAgentCardNotConfiguredError", K::ExtendedAgentCardNotConfigured),
        ("version-not-supported", K::VersionNotSupported),
        ("JSONParseError", K::Parse),
    ] {
        assert_eq!(K::from_name(name), Some(kind), "{name}");
    }
    for name in ["", "Error", "error", "ValueError", "about:blank", "TaskNotFoundErrorError"] {
        assert_eq!(K::from_name(name), None, "{name}");
    }
    for (kind, ..) in table() {
        let expected = if kind.name() == "InternalError" { K::Internal } else { kind };
        assert_eq!(K::from_name(kind.name()), Some(expected));
    }
    assert_eq!(K::ExtendedAgentCardNotConfigured.name(), "AuthenticatedExtendedCardNotConfiguredError");
}
