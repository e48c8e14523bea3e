//! Errors as HTTP answers: the first two bytes are the status, the third one is the operation.

use a2a_core::{Error, Method, jsonrpc, v0_3};

pub fn check(data: &[u8]) {
    let &[high, low, operation, ref body @ ..] = data else { return };
    let status = u16::from_be_bytes([high, low]);
    let of = Method::ALL.get(usize::from(operation)).copied();
    let first = Error::from_http(status, body, of);
    assert_eq!(first, Error::from_http(status, body, of));

    let second = again(&first);
    assert_eq!(again(&second), second);
    if first.kind().reason().is_some() && first.http_status() >= 400 {
        assert_eq!(second, first);
    }
    over_json_rpc(&first);
    over_version_0_3(&first);
}

fn again(error: &Error) -> Error {
    let mut out = Vec::new();
    error.write_http(&mut out);
    Error::from_http(error.http_status(), &out, None)
}

/// Code, message and details are all that an answer carries.
fn over_json_rpc(error: &Error) {
    let read = |error: &Error| {
        let mut out = Vec::new();
        jsonrpc::write_error(&mut out, jsonrpc::Id::NULL, error);
        let answer = jsonrpc::Response::parse(&out).expect("what we answer is an answer");
        answer.result.expect_err("it is a failure")
    };
    let first = read(error);
    assert_eq!(first.message(), error.message());
    assert_eq!(first.details(), error.details());
    assert_eq!(read(&first), first);
}

fn over_version_0_3(error: &Error) {
    let old = v0_3::Error::from(error);
    let json = serde_json::to_vec(&old).expect("it can be written");
    let read: v0_3::Error = serde_json::from_slice(&json).expect("what was written is read");
    assert_eq!(read, old);
    assert_eq!(v0_3::Error::from(&Error::from(read)), old);
}
