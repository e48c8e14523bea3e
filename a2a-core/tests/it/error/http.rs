//! Errors as HTTP answers, ours and whatever else comes.

use a2a_core::{Error, ErrorKind as K, Method};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{info, table};

const OURS: &str = "a2a-protocol.org";

fn written(error: &Error) -> Value {
    let mut out = Vec::new();
    error.write_http(&mut out);
    serde_json::from_slice(&out).expect("what we write is JSON")
}

fn read(status: u16, body: &Value) -> Error {
    Error::from_http(status, body.to_string().as_bytes(), None)
}

#[test]
fn a_body_has_the_http_status_the_grpc_status_and_the_reason() {
    let error = Error::task_not_found(&"t1".parse().unwrap());
    assert_eq!(
        written(&error),
        json!({"error": {
            "code": 404, "status": "NOT_FOUND", "message": "Task not found",
            "details": [{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "TASK_NOT_FOUND",
                "domain": "a2a-protocol.org", "metadata": {"taskId": "t1"},
            }],
        }})
    );
    assert_eq!(
        written(&Error::new(K::Internal, "m")),
        json!({"error": {"code": 500, "status": "INTERNAL", "message": "m"}})
    );
    let large = Error::new(K::InvalidRequest, "m").with_http_status(413);
    assert_eq!(written(&large)["error"]["code"], 413);
    assert_eq!(large.http_status(), 413);
}

#[test]
fn a_kind_with_a_reason_survives_and_any_other_becomes_what_its_status_suggests() {
    for (kind, _, status, _, reason) in table() {
        let error = Error::new(kind, "m").with_info("k", "v");
        let suggested = match kind {
            K::MethodNotFound => K::MethodNotFound,
            K::Parse | K::InvalidRequest | K::InvalidParams => K::InvalidParams,
            _ => K::Internal,
        };
        let expected = if reason.is_some() { error.clone() } else { Error::new(suggested, "m") };
        assert_eq!(read(status, &written(&error)), expected, "{kind:?}");
    }
}

#[test]
fn violations_and_unknown_details_survive() {
    let error = Error::invalid_params("message.parts", "must not be empty");
    assert_eq!(read(400, &written(&error)), error);
    let help = json!([{"@type": "type.googleapis.com/google.rpc.Help", "links": []}]);
    let body =
        json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m", "details": help}});
    let error = read(429, &body);
    assert_eq!((error.kind(), Value::from(error.details().to_vec())), (K::ResourceExhausted, help));
}

#[test]
fn the_statuses_of_1_0_0_are_understood_with_a_reason_and_without() {
    for (status, name, reason, kind, bare) in [
        (409, "FAILED_PRECONDITION", "TASK_NOT_CANCELABLE", K::TaskNotCancelable, K::TaskNotCancelable),
        (
            415,
            "INVALID_ARGUMENT",
            "CONTENT_TYPE_NOT_SUPPORTED",
            K::ContentTypeNotSupported,
            K::ContentTypeNotSupported,
        ),
        (502, "INTERNAL", "INVALID_AGENT_RESPONSE", K::InvalidAgentResponse, K::InvalidAgentResponse),
        (
            400,
            "UNIMPLEMENTED",
            "PUSH_NOTIFICATION_NOT_SUPPORTED",
            K::PushNotificationNotSupported,
            K::UnsupportedOperation,
        ),
        (400, "UNIMPLEMENTED", "UNSUPPORTED_OPERATION", K::UnsupportedOperation, K::UnsupportedOperation),
        (400, "UNIMPLEMENTED", "VERSION_NOT_SUPPORTED", K::VersionNotSupported, K::UnsupportedOperation),
    ] {
        let with = json!({"error": {"code": status, "status": name, "message": "m", "details": [info(reason, OURS)]}});
        let error = read(status, &with);
        assert_eq!(error, Error::new(kind, "m"), "{status}");
        assert_eq!(error.http_status(), kind.http_status());
        let without = json!({"error": {"code": status, "status": name, "message": "m"}});
        assert_eq!(read(status, &without), Error::new(bare, "m"), "{status}");
    }
}

#[test]
fn a_reason_goes_before_a_code_and_a_code_before_a_status() {
    let code = |code: i64| json!({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "m"}});
    let mut all = code(-32002);
    all["error"]["data"] = json!([info("TASK_NOT_FOUND", OURS)]);
    assert_eq!(read(400, &all), Error::new(K::TaskNotFound, "m"));
    all["error"]["data"] = json!([info("TASK_NOT_FOUND", "example.com")]);
    assert_eq!(read(404, &all).kind(), K::TaskNotCancelable);
    assert_eq!(read(500, &code(-32002)), Error::new(K::TaskNotCancelable, "m"));
    // A code that says nothing leaves it to a status that says something.
    for vague in [-32603, -32600, -31401] {
        assert_eq!(read(401, &code(vague)), Error::new(K::Unauthenticated, "m"));
        assert_eq!(read(503, &code(vague)), Error::new(K::Unavailable, "m"));
    }
    assert_eq!(read(500, &code(-32600)), Error::new(K::InvalidRequest, "m").with_http_status(500));
    let unknown = read(422, &code(-32050));
    assert_eq!(unknown, Error::new(K::Other(-32050), "m").with_http_status(422));
    assert_eq!((unknown.kind().code(), unknown.http_status()), (-32050, 422));
}

#[test]
fn the_status_of_an_answer_counts_and_not_one_in_its_body() {
    for code in [0, 17, 404, 503] {
        assert_eq!(read(400, &json!({"code": code, "message": "m"})).kind(), K::InvalidRequest, "{code}");
    }
    // In a stream only the body has one.
    assert_eq!(read(200, &json!({"code": 503, "message": "m"})).kind(), K::Unavailable);
}

/// A draft of 1.1; 409 alone is what 1.0.0 had for a task that can't be canceled.
#[test]
fn a_conflict_that_aborts_is_one_of_generations() {
    let aborted = json!({"error": {"code": 409, "status": "ABORTED", "message": "m"}});
    assert_eq!(read(409, &aborted), Error::new(K::TaskGenerationMismatch, "m"));
}

#[test]
fn a_status_without_the_error_around_it_is_read() {
    assert_eq!(
        read(404, &json!({"code": 5, "message": "m", "details": []})),
        Error::new(K::TaskNotFound, "m")
    );
    assert_eq!(read(400, &json!({"code": 3, "message": "m"})), Error::new(K::InvalidParams, "m"));
    assert_eq!(
        read(404, &json!({"code": 404, "status": "NOT_FOUND", "message": "m"})),
        Error::new(K::TaskNotFound, "m")
    );
    assert_eq!(read(404, &json!({"code": 12, "message": "m"})), Error::new(K::MethodNotFound, "m"));
}

#[test]
fn problem_details_are_read_with_their_own_members() {
    let problem = json!({
        "type": "https://a2a-protocol.org/errors/task-not-found", "title": "Task Not Found", "status": 404,
        "detail": "There is none", "instance": "/tasks/t1", "taskId": "t1", "attempts": 2, "more": {"k": 1},
    });
    let expected =
        Error::new(K::TaskNotFound, "There is none").with_info("taskId", "t1").with_info("attempts", "2");
    assert_eq!(read(404, &problem), expected);
    let blank = json!({"type": "about:blank", "title": "Too Many Requests", "status": 429});
    assert_eq!(read(429, &blank), Error::new(K::ResourceExhausted, "Too Many Requests"));
}

#[test]
fn both_bodies_of_version_0_3_are_read() {
    let js = json!({"code": -32001, "message": "m", "data": {"taskId": "t"}});
    let error = read(404, &js);
    assert_eq!(
        (error.kind(), error.message(), error.details()),
        (K::TaskNotFound, "m", &[json!({"taskId": "t"})][..])
    );
    let python = json!({"type": "TaskNotFoundError", "message": "m"});
    assert_eq!(read(404, &python), Error::new(K::TaskNotFound, "m"));
    assert_eq!(read(500, &json!({"type": "ValueError", "message": "m"})), Error::new(K::Internal, "m"));
}

#[test]
fn what_frameworks_and_gateways_say_is_the_message() {
    for (status, body, kind, message) in [
        (404, json!({"detail": "Not Found"}), K::MethodNotFound, "Not Found"),
        (
            401,
            json!({"error": "invalid_token", "error_description": "expired"}),
            K::Unauthenticated,
            "expired",
        ),
        (403, json!({"error": "Forbidden", "path": "/x", "status": 403}), K::PermissionDenied, "Forbidden"),
        (503, json!({"message": "down"}), K::Unavailable, "down"),
    ] {
        assert_eq!(read(status, &body), Error::new(kind, message));
    }
    let listed = read(422, &json!({"detail": [{"loc": ["body"], "msg": "missing"}]}));
    let expected = "HTTP 422: {\"detail\":[{\"loc\":[\"body\"],\"msg\":\"missing\"}]}";
    assert_eq!(listed, Error::new(K::InvalidRequest, expected).with_http_status(422));
}

#[test]
fn a_body_that_cannot_be_read_is_kept_as_far_as_it_is_of_use() {
    let page = b"<html>\n  <h1>Bad\x00 Gateway</h1>\n</html>";
    let error = Error::from_http(502, page, Some(Method::GetTask));
    let expected = Error::new(K::Unavailable, "HTTP 502: <html> <h1>Bad\u{fffd} Gateway</h1> </html>");
    assert_eq!(error, expected.with_http_status(502));
    assert_eq!(
        Error::from_http(418, b"", None),
        Error::new(K::InvalidRequest, "HTTP 418").with_http_status(418)
    );
    assert_eq!(Error::from_http(409, b"<p>", None), Error::new(K::TaskNotCancelable, "HTTP 409: <p>"));
    let endless = "é".repeat(100_000);
    let error = Error::from_http(500, endless.as_bytes(), None);
    assert_eq!(error.message(), format!("HTTP 500: {}…", "é".repeat(100)));
    for body in ["[]", "null", "5", "{\"error\":", "{\"a\":\u{1}}", "\u{feff}{}"] {
        assert_eq!(Error::from_http(500, body.as_bytes(), None).kind(), K::Internal, "{body}");
    }
    let deep = format!("{{\"error\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(Error::from_http(400, deep.as_bytes(), None).kind(), K::InvalidRequest);
}

#[test]
fn nothing_found_is_a_missing_task_only_where_the_path_names_one_and_the_agent_answers() {
    for method in Method::ALL {
        let on_task = !matches!(
            method,
            Method::SendMessage
                | Method::SendStreamingMessage
                | Method::ListTasks
                | Method::GetExtendedAgentCard
        );
        let expected = if on_task { K::TaskNotFound } else { K::MethodNotFound };
        let body = br#"{"message":"m"}"#;
        assert_eq!(Error::from_http(404, body, Some(*method)).kind(), expected, "{method}");
        assert_eq!(Error::from_http(404, b"<html>", Some(*method)).kind(), K::MethodNotFound);
    }
    assert_eq!(Error::from_http(404, b"{}", None), Error::new(K::MethodNotFound, "HTTP 404: {}"));
}

#[test]
fn an_error_within_a_stream_has_its_status_in_its_body() {
    let error = Error::task_not_found(&"t".parse().unwrap());
    assert_eq!(read(200, &written(&error)), error);
    let bare = json!({"error": {"code": 503, "message": "m"}});
    assert_eq!(read(200, &bare), Error::new(K::Unavailable, "m"));
    assert_eq!(read(200, &json!({"error": {"message": "m"}})), Error::new(K::Internal, "m"));
    assert_eq!(read(200, &json!({"code": -32001, "message": "m"})), Error::new(K::TaskNotFound, "m"));
}

proptest! {
    #[test]
    fn an_answer_means_the_same_once_it_was_written_again(
        status in 100_u16..700,
        code in prop_oneof![-32800_i64..-31000, -10_i64..700],
        name in prop::option::of("NOT_FOUND|ABORTED|INTERNAL|UNIMPLEMENTED|FAILED_PRECONDITION|INVALID_ARGUMENT|NEW"),
        reason in prop::option::of("TASK_NOT_FOUND|UNAVAILABLE|TASK_GENERATION_MISMATCH|NEW"),
        message in prop::option::of(".{0,10}"),
        wrapped: bool,
    ) {
        let details = reason.iter().map(|reason| info(reason, OURS)).collect::<Vec<_>>();
        let object = json!({"code": code, "status": name, "message": message, "data": details});
        let first = read(status, &if wrapped { json!({"error": object}) } else { object });
        let second = read(first.http_status(), &written(&first));
        let third = read(second.http_status(), &written(&second));
        prop_assert_eq!(&third, &second);
        if first.kind().reason().is_some() {
            prop_assert_eq!(second, first);
        }
    }

    #[test]
    fn any_body_is_an_error(status: u16, body in prop::collection::vec(any::<u8>(), 0..300)) {
        let error = Error::from_http(status, &body, None);
        prop_assert!(error.message().len() <= 650);
    }
}

#[test]
fn a_reason_of_a_peer_that_has_one_for_every_error_says_which_and_is_kept() {
    let body = br#"{"error":{"code":404,"status":"NOT_FOUND","message":"no","details":[
        {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"METHOD_NOT_FOUND","domain":"a2a-protocol.org"}]}}"#;
    let error = Error::from_http(404, body, Some(Method::GetTask));
    assert_eq!(error.kind(), K::MethodNotFound);
    assert_eq!(error.details()[0]["reason"], "METHOD_NOT_FOUND");
}
