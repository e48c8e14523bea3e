//! Errors as `google.rpc.Status`.

use a2a_core::{Error, ErrorKind, grpc::rpc};
use pretty_assertions::assert_eq;
use prost::Message;
use prost_types::Any;
use serde_json::json;

fn details(error: &Error) -> Vec<u8> {
    rpc::Status::from(error).encode_to_vec()
}

#[test]
fn every_kind_with_a_reason_says_it_in_error_info_and_comes_back_by_it() {
    let kinds = [
        ErrorKind::TaskNotFound,
        ErrorKind::TaskNotCancelable,
        ErrorKind::PushNotificationNotSupported,
        ErrorKind::UnsupportedOperation,
        ErrorKind::ContentTypeNotSupported,
        ErrorKind::InvalidAgentResponse,
        ErrorKind::ExtendedAgentCardNotConfigured,
        ErrorKind::ExtensionSupportRequired,
        ErrorKind::VersionNotSupported,
        ErrorKind::Unavailable,
        ErrorKind::Unauthenticated,
        ErrorKind::PermissionDenied,
        ErrorKind::ResourceExhausted,
    ];
    for kind in kinds {
        let error = Error::new(kind, "no").with_info("taskId", "t");
        let status = rpc::Status::from(&error);
        assert_eq!((status.code, status.message.as_str()), (kind.grpc_code(), "no"));
        assert_eq!(status.details[0].type_url, "type.googleapis.com/google.rpc.ErrorInfo");
        let info = rpc::ErrorInfo::decode(status.details[0].value.as_slice()).expect("it is one");
        let metadata = [("taskId".to_owned(), "t".to_owned())].into();
        let reason = kind.reason().expect("it has one").to_owned();
        assert_eq!(info, rpc::ErrorInfo { reason, domain: "a2a-protocol.org".to_owned(), metadata });
        // In 1.0.0 some of them were unimplemented.
        for code in [kind.grpc_code(), 12] {
            assert_eq!(Error::from_grpc(code, "no", &details(&error)), error);
        }
    }
}

#[test]
fn wrong_parameters_are_a_bad_request() {
    let error = Error::invalid_params("message.parts", "must not be empty");
    let status = rpc::Status::from(&error);
    assert_eq!((status.code, status.details.len()), (3, 1));
    assert_eq!(status.details[0].type_url, "type.googleapis.com/google.rpc.BadRequest");
    assert_eq!(Error::from_grpc(3, error.message(), &details(&error)), error);
}

#[test]
fn a_status_alone_suggests_a_kind() {
    for (code, kind) in [
        (3, ErrorKind::InvalidParams),
        (5, ErrorKind::TaskNotFound),
        (7, ErrorKind::PermissionDenied),
        (8, ErrorKind::ResourceExhausted),
        (9, ErrorKind::UnsupportedOperation),
        (12, ErrorKind::UnsupportedOperation),
        (13, ErrorKind::Internal),
        (14, ErrorKind::Unavailable),
        (16, ErrorKind::Unauthenticated),
        (99, ErrorKind::Internal),
    ] {
        let error = Error::from_grpc(code, "text", &[]);
        assert_eq!((error.kind(), error.message()), (kind, "text"));
    }
}

#[test]
fn details_that_cannot_be_read_are_as_good_as_none() {
    for bytes in [b"\xff\xff\xff".as_slice(), b"\x0a", b"not protobuf at all"] {
        assert_eq!(Error::from_grpc(5, "gone", bytes), Error::new(ErrorKind::TaskNotFound, "gone"));
    }
}

#[test]
fn details_of_unknown_types_are_kept_and_sent_on_as_they_came() {
    let retry =
        Any { type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(), value: vec![10, 2, 8, 3] };
    let broken = Any { type_url: "type.googleapis.com/google.rpc.ErrorInfo".to_owned(), value: vec![0xff] };
    let status = rpc::Status { code: 14, message: "later".to_owned(), details: vec![retry.clone(), broken] };
    let error = Error::from(status.clone());
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(
        error.details(),
        [
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "value": "CgIIAw=="}),
            json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "value": "/w=="}),
        ]
    );
    // The kind has a reason, which comes first.
    assert_eq!(rpc::Status::from(&error).details[1], retry);
}

#[test]
fn a_reason_of_another_domain_does_not_classify_and_is_sent_on() {
    let info = rpc::ErrorInfo {
        reason: "TASK_NOT_FOUND".to_owned(),
        domain: "example.com".to_owned(),
        metadata: [("a".to_owned(), "b".to_owned())].into(),
    };
    let detail =
        Any { type_url: "type.googleapis.com/google.rpc.ErrorInfo".to_owned(), value: info.encode_to_vec() };
    let status = rpc::Status { code: 13, message: "no".to_owned(), details: vec![detail] };
    let error = Error::from(status.clone());
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(rpc::Status::from(&error), status);
}

#[test]
fn details_that_came_as_json_travel_in_a_struct_and_come_back() {
    let body = json!({"code": -32603, "message": "no", "data": [
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"},
        {"@type": "type.googleapis.com/google.protobuf.Struct", "value": {"a": [1, null]}},
    ]});
    let error: Error = serde_json::from_value::<a2a_core::v0_3::Error>(body).expect("it is one").into();
    let status = rpc::Status::from(&error);
    assert!(status.details.iter().all(|any| any.type_url == "type.googleapis.com/google.protobuf.Struct"));
    assert_eq!(Error::from(status), error);
}

/// Only the two members that stand for bytes do, and a text that happens to be base64 beside others is none of them.
#[test]
fn a_detail_loses_none_of_its_members_on_the_way_through_protobuf() {
    let body = json!({"code": -32603, "message": "no", "data": [
        {"@type": "type.googleapis.com/example.Hint", "value": "abcd", "also": 1},
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "R", "domain": "example.com", "metadata": {"n": 5}},
    ]});
    let error: Error = serde_json::from_value::<a2a_core::v0_3::Error>(body).expect("it is one").into();
    let back = Error::from(rpc::Status::from(&error));
    assert_eq!(back.details()[0], error.details()[0]);
    // Its values are texts by definition.
    assert_eq!(back.details()[1]["metadata"], json!({"n": "5"}));
}

#[test]
fn the_name_before_a_message_of_0_3_says_the_kind() {
    let error = Error::new(ErrorKind::TaskNotCancelable, "it has ended: long ago");
    let message = error.grpc_message_v0_3();
    assert_eq!(message, "TaskNotCancelableError: it has ended: long ago");
    assert_eq!(Error::from_grpc(2, message, &[]), error);
    assert_eq!(
        Error::from_grpc(13, "AuthenticatedExtendedCardNotConfiguredError: none", &[]),
        Error::new(ErrorKind::ExtendedAgentCardNotConfigured, "none")
    );
    // What has no name there is an internal error by name; the code knows better.
    let error = Error::new(ErrorKind::ResourceExhausted, "slow down");
    assert_eq!(Error::from_grpc(8, error.grpc_message_v0_3(), &[]), error);
    for text in
        ["SomeOtherError: no", "no: TaskNotFoundError", "TaskNotFoundError", "task not found error: no"]
    {
        assert_eq!(Error::from_grpc(13, text, &[]), Error::new(ErrorKind::Internal, text));
    }
}
