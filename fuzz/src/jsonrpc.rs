//! The envelopes of JSON-RPC.

use a2a_core::{
    GetTaskRequest, ListTasksRequest, SendMessageRequest,
    jsonrpc::{Id, Request, Response, write_error, write_request, write_result},
};

pub fn check(data: &[u8]) {
    request(data);
    response(data);
}

fn request(data: &[u8]) {
    let request = match Request::parse(data) {
        Ok(request) => request,
        Err(malformed) => {
            let id = malformed.id.as_deref().map_or(Id::NULL, Id::from_json);
            let mut out = Vec::new();
            write_error(&mut out, id, &malformed.error);
            let read = Response::parse(&out).expect("what we answer is an answer");
            assert_eq!(read.result.as_ref().err(), Some(&malformed.error));
            return;
        }
    };
    let _ = request.params::<GetTaskRequest>();
    let _ = request.params_or_default::<ListTasksRequest>();
    let (id, method) = (request.id.as_json().to_owned(), request.method.clone().into_owned());
    let Ok(send) = request.into_send() else { return };
    let json: serde_json::Value = serde_json::from_str(&id).expect("an id is JSON");
    let written = write_request(json, &method, &send).expect("what was read can be written");
    let again = Request::parse(&written).expect("what we call is a call");
    assert_eq!(again.method, method);
    let again: Result<Box<SendMessageRequest>, _> = again.into_send();
    assert_eq!(again, Ok(send));
}

fn response(data: &[u8]) {
    let Some(response) = Response::parse(data) else { return };
    let mut out = Vec::new();
    match &response.result {
        Ok(result) => write_result(&mut out, response.id, |out| out.extend_from_slice(result.as_bytes())),
        Err(error) => write_error(&mut out, response.id, error),
    }
    let again = Response::parse(&out).expect("what we answer is an answer");
    assert_eq!(again.id.as_json(), response.id.as_json());
    assert_eq!(again.result, response.result);
}
