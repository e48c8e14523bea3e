//! Errors of version 0.3, in and out.

use a2a_core::{Error, ErrorKind, jsonrpc, v0_3};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::table;

fn old(error: &Error) -> Value {
    serde_json::to_value(v0_3::Error::from(error)).expect("it can be written")
}

fn native(error: Value) -> Error {
    serde_json::from_value::<v0_3::Error>(error).expect("it is an error").into()
}

#[test]
fn codes_that_version_0_3_has_stay_and_the_others_become_what_is_next_to_them() {
    for (kind, code, ..) in table() {
        let expected = match code {
            -32010..=-32008 => -32600,
            other => other,
        };
        assert_eq!(
            old(&Error::new(kind, "m").with_info("k", "v")),
            json!({"code": expected, "message": "m"})
        );
    }
}

#[test]
fn typed_details_are_left_out_and_data_of_version_0_3_stays() {
    assert_eq!(
        old(&Error::invalid_params("message", "is missing")),
        json!({"code": -32602, "message": "Invalid parameters: message: is missing"})
    );
    let with_data = json!({"code": -32001, "message": "m", "data": {"hint": {"a": [1, null]}}});
    assert_eq!(old(&native(with_data.clone())), with_data);
    for data in [json!([{"@type": "x"}]), json!([1]), json!("text"), json!({"@type": "x"})] {
        let error = native(json!({"code": -32001, "message": "m", "data": data}));
        assert_eq!(old(&error), json!({"code": -32001, "message": "m"}));
    }
}

#[test]
fn an_error_of_version_0_3_is_read_whatever_its_data_is() {
    assert_eq!(
        native(json!({"code": -32001, "message": "m", "data": null})),
        Error::new(ErrorKind::TaskNotFound, "m")
    );
    assert_eq!(native(json!({"code": -32050, "message": null})), Error::new(ErrorKind::Other(-32050), ""));
    assert_eq!(native(json!({"code": -32603, "data": "text"})).details(), [json!("text")]);
    let info = json!([{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "VERSION_NOT_SUPPORTED",
        "domain": "a2a-protocol.org",
    }]);
    let told = native(json!({"code": -32600, "message": "m", "data": info}));
    assert_eq!(told, Error::new(ErrorKind::VersionNotSupported, "m"));
}

#[test]
fn an_answer_of_version_0_3_carries_it() {
    let mut out = Vec::new();
    let id = jsonrpc::Id::from_json("7");
    jsonrpc::write_error_v0_3(&mut out, id, &v0_3::Error::new(-32001, "Task not found"));
    assert_eq!(
        serde_json::from_slice::<Value>(&out).unwrap(),
        json!({"jsonrpc": "2.0", "id": 7, "error": {"code": -32001, "message": "Task not found"}})
    );
}
