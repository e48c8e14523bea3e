use std::error::Error as _;

use a2a_core::{
    Error, ErrorKind,
    jsonrpc::{self, Id, Response},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

mod http;
mod status;
mod v0_3;

type Row = (ErrorKind, i64, u16, (&'static str, i32), Option<&'static str>);

/// Each kind with its code, HTTP status, gRPC status and reason.
fn table() -> Vec<Row> {
    use ErrorKind as K;
    let precondition = ("FAILED_PRECONDITION", 9);
    let argument = ("INVALID_ARGUMENT", 3);
    let internal = ("INTERNAL", 13);
    vec![
        (K::TaskNotFound, -32001, 404, ("NOT_FOUND", 5), Some("TASK_NOT_FOUND")),
        (K::TaskNotCancelable, -32002, 400, precondition, Some("TASK_NOT_CANCELABLE")),
        (K::PushNotificationNotSupported, -32003, 400, precondition, Some("PUSH_NOTIFICATION_NOT_SUPPORTED")),
        (K::UnsupportedOperation, -32004, 400, precondition, Some("UNSUPPORTED_OPERATION")),
        (K::ContentTypeNotSupported, -32005, 400, argument, Some("CONTENT_TYPE_NOT_SUPPORTED")),
        (K::InvalidAgentResponse, -32006, 500, internal, Some("INVALID_AGENT_RESPONSE")),
        (
            K::ExtendedAgentCardNotConfigured,
            -32007,
            400,
            precondition,
            Some("EXTENDED_AGENT_CARD_NOT_CONFIGURED"),
        ),
        (K::ExtensionSupportRequired, -32008, 400, precondition, Some("EXTENSION_SUPPORT_REQUIRED")),
        (K::VersionNotSupported, -32009, 400, precondition, Some("VERSION_NOT_SUPPORTED")),
        (K::TaskGenerationMismatch, -32010, 409, ("ABORTED", 10), Some("TASK_GENERATION_MISMATCH")),
        (K::Parse, -32700, 400, argument, None),
        (K::InvalidRequest, -32600, 400, argument, None),
        (K::MethodNotFound, -32601, 404, ("UNIMPLEMENTED", 12), None),
        (K::InvalidParams, -32602, 400, argument, None),
        (K::Internal, -32603, 500, internal, None),
        (K::Unavailable, -32603, 503, ("UNAVAILABLE", 14), Some("UNAVAILABLE")),
        (K::Unauthenticated, -32603, 401, ("UNAUTHENTICATED", 16), Some("UNAUTHENTICATED")),
        (K::PermissionDenied, -32603, 403, ("PERMISSION_DENIED", 7), Some("PERMISSION_DENIED")),
        (K::ResourceExhausted, -32603, 429, ("RESOURCE_EXHAUSTED", 8), Some("RESOURCE_EXHAUSTED")),
        (K::Transport, -32603, 500, internal, None),
        (K::Other(-32011), -32011, 500, internal, None),
    ]
}

fn written(error: &Error) -> Value {
    let mut out = Vec::new();
    jsonrpc::write_error(&mut out, Id::NULL, error);
    serde_json::from_slice(&out).expect("what we write is JSON")
}

fn read(answer: &Value) -> Error {
    let text = answer.to_string();
    Response::parse(text.as_bytes()).expect("it is an answer").result.expect_err("it is a failure")
}

fn wire(code: i64, data: &Value) -> Error {
    read(&json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": "m", "data": data}}))
}

fn info(reason: &str, domain: &str) -> Value {
    json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": domain})
}

#[test]
fn each_kind_has_its_code_statuses_and_reason() {
    let found: Vec<Row> = table()
        .into_iter()
        .map(|(kind, ..)| {
            let grpc = (kind.grpc_status(), kind.grpc_code());
            (kind, kind.code(), kind.http_status(), grpc, kind.reason())
        })
        .collect();
    assert_eq!(found, table());
}

#[test]
fn a_code_is_the_kind_it_was_unless_several_share_it() {
    for (kind, code, ..) in table() {
        let expected = if code == -32603 { ErrorKind::Internal } else { kind };
        assert_eq!(ErrorKind::from_code(code), expected);
    }
    for code in [0, 1, -32099, -32000, -31401, i64::MIN, i64::MAX] {
        assert_eq!(ErrorKind::from_code(code), ErrorKind::Other(code));
        assert_eq!(ErrorKind::from_code(code).code(), code);
    }
}

#[test]
fn a_reason_names_its_kind() {
    for (kind, _, _, _, reason) in table() {
        if let Some(reason) = reason {
            assert_eq!(ErrorKind::from_reason(reason), Some(kind));
        }
    }
    for reason in ["", "task_not_found", "SOMETHING_NEW"] {
        assert_eq!(ErrorKind::from_reason(reason), None);
    }
}

#[test]
fn every_kind_with_a_code_or_reason_of_its_own_survives_the_wire() {
    for (kind, code, _, _, reason) in table() {
        let error = Error::new(kind, "m").with_info("taskId", "t").with_info("k", "v");
        let read = read(&written(&error));
        if reason.is_some() {
            assert_eq!(read, error);
        } else {
            assert_eq!(read, Error::new(ErrorKind::from_code(code), "m"), "{kind:?}");
        }
    }
}

#[test]
fn details_are_a_list_of_typed_objects() {
    let error = Error::task_not_found(&"t1".parse().unwrap());
    assert_eq!(
        written(&error),
        json!({"jsonrpc": "2.0", "id": null, "error": {
            "code": -32001, "message": "Task not found",
            "data": [{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "TASK_NOT_FOUND",
                "domain": "a2a-protocol.org", "metadata": {"taskId": "t1"},
            }],
        }})
    );
    let error = Error::invalid_params("message.parts", "must not be empty");
    assert_eq!(
        written(&error),
        json!({"jsonrpc": "2.0", "id": null, "error": {
            "code": -32602, "message": "Invalid parameters: message.parts: must not be empty",
            "data": [{
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{"field": "message.parts", "description": "must not be empty"}],
            }],
        }})
    );
    assert_eq!(read(&written(&error)), error);
    let bare = Error::new(ErrorKind::Internal, "m");
    assert_eq!(written(&bare)["error"], json!({"code": -32603, "message": "m"}));
}

#[test]
fn an_error_is_classified_by_its_reason_then_by_its_code() {
    let ours = "a2a-protocol.org";
    assert_eq!(wire(-32603, &json!([info("TASK_NOT_FOUND", ours)])).kind(), ErrorKind::TaskNotFound);
    assert_eq!(wire(-32001, &json!([info("UNAVAILABLE", ours)])).kind(), ErrorKind::Unavailable);
    for (reason, domain) in [("TASK_NOT_FOUND", "example.com"), ("TASK_NOT_FOUND", ""), ("NEW", ours)] {
        let error = wire(-32002, &json!([info(reason, domain)]));
        assert_eq!(error.kind(), ErrorKind::TaskNotCancelable);
        assert_eq!(error.details(), [info(reason, domain)]);
    }
}

#[test]
fn an_error_with_several_reasons_is_still_the_same_when_it_is_sent_on() {
    let ours = |reason| info(reason, "a2a-protocol.org");
    for (reasons, kind) in [
        (["TASK_NOT_FOUND", "VERSION_NOT_SUPPORTED"], ErrorKind::TaskNotFound),
        (["TASK_NOT_FOUND", "INVALID_PARAMS"], ErrorKind::TaskNotFound),
        (["INVALID_PARAMS", "TASK_NOT_FOUND"], ErrorKind::TaskNotFound),
        (["INVALID_PARAMS", "METHOD_NOT_FOUND"], ErrorKind::InvalidParams),
    ] {
        let error = wire(-32002, &json!(reasons.map(ours)));
        assert_eq!(error.kind(), kind, "{reasons:?}");
        assert_eq!(read(&written(&error)), error, "{reasons:?}");
    }
}

#[test]
fn metadata_of_an_error_is_text_even_from_a_peer_that_writes_something_else() {
    let mut detail = info("TASK_NOT_FOUND", "a2a-protocol.org");
    detail["metadata"] = json!({"taskId": "t", "n": 5, "none": null, "list": [1]});
    let error = wire(-32603, &json!([detail]));
    let expected = Error::new(ErrorKind::TaskNotFound, "m")
        .with_info("taskId", "t")
        .with_info("n", "5")
        .with_info("none", "null")
        .with_info("list", "[1]");
    assert_eq!(error, expected);
    for nothing in [Value::Null, json!("text"), json!([])] {
        detail["metadata"] = nothing;
        assert_eq!(wire(-32603, &json!([detail])), Error::new(ErrorKind::TaskNotFound, "m"));
    }
}

#[test]
fn violations_are_read_as_tolerantly_as_they_come() {
    let error = wire(
        -32602,
        &json!([{
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "field_violations": [{"field": "a", "reason": "R"}, {"description": "d", "field": null}],
        }]),
    );
    let found: Vec<_> =
        error.violations().iter().map(|wrong| (wrong.field.as_str(), wrong.description.as_str())).collect();
    assert_eq!(found, [("a", ""), ("", "d")]);
}

#[test]
fn details_that_are_unknown_or_unreadable_are_kept_and_written_again() {
    let unknown = json!([
        {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
        {"@type": 5},
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": 5},
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo"},
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": 1, "domain": "a2a-protocol.org"},
        "text", null, [1],
    ]);
    let error = wire(-32011, &unknown);
    assert_eq!(Value::from(error.details().to_vec()), unknown);
    assert_eq!(written(&error)["error"], json!({"code": -32011, "message": "m", "data": unknown}));
    assert_eq!(read(&written(&error)), error);
}

#[test]
fn a_cause_is_kept_for_the_log_and_never_written() {
    let cause = std::io::Error::other("password=hunter2");
    let error = Error::internal(cause);
    assert!(!written(&error).to_string().contains("hunter2"));
    assert!(!error.to_string().contains("hunter2"));
    assert_eq!(error.source().map(ToString::to_string), Some("password=hunter2".to_owned()));
    assert_eq!(error, Error::new(ErrorKind::Internal, "Internal error"));
    assert_eq!(error.clone().source().map(ToString::to_string), error.source().map(ToString::to_string));
}

#[test]
fn an_object_a_text_or_nothing_is_taken_for_data_and_so_is_another_name_for_it() {
    let ours = info("TASK_NOT_FOUND", "a2a-protocol.org");
    let untyped = json!({"reason": "TASK_NOT_FOUND", "domain": "a2a-protocol.org"});
    for data in [&ours, &untyped, &json!([untyped])] {
        assert_eq!(wire(-32603, data), Error::new(ErrorKind::TaskNotFound, "m"));
    }
    assert_eq!(wire(-32001, &json!("gone")).details(), [json!("gone")]);
    assert_eq!(wire(-32001, &json!({"a": 1})).details(), [json!({"a": 1})]);
    assert_eq!(wire(-32001, &Value::Null), Error::new(ErrorKind::TaskNotFound, "m"));
    let java = json!({"id": 1, "error": {"code": -32603, "message": "m", "details": [ours]}});
    assert_eq!(read(&java), Error::new(ErrorKind::TaskNotFound, "m"));
}
