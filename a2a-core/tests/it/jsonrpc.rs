use a2a_core::{
    Error, ErrorKind, GetExtendedAgentCardRequest, GetTaskRequest,
    jsonrpc::{self, Id, MAX_ID_BYTES, Malformed, Request, Response},
    v0_3,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is said to a body that isn't a call: its id, the kind and the message.
fn refused(body: &[u8]) -> (Option<String>, ErrorKind, String) {
    let Malformed { id, error, .. } =
        Request::parse(body).expect_err(&format!("it isn't a call: {}", String::from_utf8_lossy(body)));
    (id.map(String::from), error.kind(), error.message().to_owned())
}

fn invalid(id: Option<&str>, what: &str) -> (Option<String>, ErrorKind, String) {
    let message = format!("Request payload validation error: {what}");
    (id.map(str::to_owned), ErrorKind::InvalidRequest, message)
}

/// The path and the description of what is wrong with the parameters of a send.
fn violation(params: &Value) -> (String, String) {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": params}).to_string();
    let request = Request::parse(body.as_bytes()).expect("it is a call");
    let error = request.into_send().expect_err(&body);
    assert_eq!(error.kind(), ErrorKind::InvalidParams);
    let [wrong] = error.violations() else { panic!("one thing is wrong: {error:?}") };
    assert_eq!(error, Error::invalid_params(&wrong.field, &wrong.description));
    (wrong.field.clone(), wrong.description.clone())
}

#[test]
fn a_call_has_an_id_a_method_and_parameters() {
    let body = br#" {"params":{"id":"t"},"x":[{}],"method":"Get\u0054ask","id":7,"jsonrpc":"2.0"} "#;
    let request = Request::parse(body).expect("it is a call");
    assert_eq!((request.id.as_json(), &*request.method), ("7", "GetTask"));
    assert_eq!(request.params(), Ok(GetTaskRequest::new("t".parse().unwrap())));
}

#[test]
fn what_is_not_json_is_a_parse_error_without_an_id() {
    for body in [
        &b""[..],
        b" ",
        b"{",
        b"{}{}",
        b"{\"id\":1,}",
        b"{\"id\":1}x",
        b"nul",
        b"'",
        b"\xff",
        b"\0",
        b"{\"id\":1,\"method\":\"\xff\"}",
        b"{\"id\":1,\"method\":\"a\nb\"}",
        b"\xef\xbb\xbf{}",
    ] {
        let (id, kind, message) = refused(body);
        assert_eq!((id, kind), (None, ErrorKind::Parse));
        assert!(message.starts_with("Invalid JSON payload: "), "{message}");
    }
}

#[test]
fn a_batch_is_refused_whatever_is_in_it() {
    let batch = invalid(None, "batches aren't supported, send one call a request");
    for body in [
        &b"[]"[..],
        br#"[{"jsonrpc":"2.0","id":1,"method":"GetTask"}]"#,
        br#"["2.0",1,"GetTask",{"id":"t"}]"#,
        b"\n[1]",
    ] {
        assert_eq!(refused(body), batch);
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for body in ["null", "true", "5", "\"text\"", " 1e3 "] {
        assert_eq!(refused(body.as_bytes()), invalid(None, "must be an object"));
    }
}

#[test]
fn an_envelope_that_lacks_something_is_refused_with_its_id() {
    let seven = Some("7");
    for (body, expected) in [
        (r#"{"id":7,"method":"m"}"#, invalid(seven, "missing field `jsonrpc`")),
        (r#"{"jsonrpc":"2.0","id":7}"#, invalid(seven, "missing field `method`")),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":5}"#,
            invalid(seven, "invalid type: integer, expected a string"),
        ),
        (
            r#"{"jsonrpc":2.0,"id":7,"method":"m"}"#,
            invalid(seven, "invalid type: floating point, expected a string"),
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":null}"#,
            invalid(seven, "invalid type: null, expected a string"),
        ),
        (r#"{"jsonrpc":"1.0","id":7,"method":"m"}"#, invalid(seven, "jsonrpc: must be \"2.0\", not \"1.0\"")),
        (r#"{"jsonrpc":"2.0","method":"m","id":7,"id":8}"#, invalid(None, "duplicate field `id`")),
        (r#"{"jsonrpc":"2.0","id":7,"method":"\ud800"}"#, invalid(seven, "unexpected end of hex escape")),
        ("{}", invalid(None, "missing field `jsonrpc`")),
    ] {
        let (id, kind, message) = refused(body.as_bytes());
        // serde_json says numbers another way when an app turns on `arbitrary_precision`.
        let message = message.replace("invalid type: number", "invalid type: floating point");
        assert_eq!((id, kind, message), expected, "{body}");
    }
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    for id in [
        "1",
        "0",
        "-7",
        "-0",
        "1.0",
        "1.50",
        "1e5",
        "9007199254740993",
        "123456789012345678901234567890",
        r#""""#,
        r#""a""#,
        r#""\u0061\n\"\\/\/é""#,
        r#""\ud800""#,
        r#""{""#,
        "null",
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id": {id} ,"method":"m"}}"#);
        let request = Request::parse(body.as_bytes()).expect("it is a call");
        assert_eq!(request.id.as_json(), id);
        let mut out = Vec::new();
        jsonrpc::write_result(&mut out, request.id, |out| out.extend_from_slice(b"null"));
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(r#"{{"jsonrpc":"2.0","id":{id},"result":null}}"#)
        );
        let broken = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":5}}"#);
        assert_eq!(refused(broken.as_bytes()).0.as_deref(), Some(id).filter(|id| *id != "null"));
    }
    let request = Request::parse(br#"{"jsonrpc":"2.0","method":"m"}"#).expect("it is a call");
    assert_eq!(request.id.as_json(), "null");
}

#[test]
fn an_id_of_another_type_is_refused_and_not_echoed() {
    let expected = invalid(None, "id: must be null, a number or a string, and not longer than 1024 bytes");
    for id in ["true", "false", "{}", "[1]", r#"{"$serde_json::private::RawValue":"1"}"#] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"m"}}"#);
        assert_eq!(refused(body.as_bytes()), expected);
        let broken = format!(r#"{{"jsonrpc":"2.0","id":{id}}}"#);
        assert_eq!(refused(broken.as_bytes()).0, None);
    }
}

#[test]
fn an_id_is_bounded_because_every_event_repeats_it() {
    let body = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"m"}}"#);
    let longest = "1".repeat(MAX_ID_BYTES);
    assert_eq!(Request::parse(body(&longest).as_bytes()).expect("it is a call").id.as_json(), longest);
    assert_eq!(refused(body(&format!("{longest}1")).as_bytes()).0, None);
    assert_eq!(refused(body(&format!("{:?}", "x".repeat(10 << 20))).as_bytes()).0, None);
}

#[test]
fn parameters_must_be_an_object() {
    for params in [json!([]), json!(["t"]), json!("text"), json!(5), json!(true), Value::Null] {
        assert_eq!(violation(&params), ("params".to_owned(), "must be an object".to_owned()));
    }
    let request = Request::parse(br#"{"jsonrpc":"2.0","method":"m"}"#).expect("it is a call");
    assert_eq!(request.params::<GetTaskRequest>(), Err(Error::invalid_params("params", "must be an object")));
}

#[test]
fn parameters_may_be_left_out_where_none_are_needed() {
    for params in ["", r#","params":null"#, r#","params":{}"#] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"GetExtendedAgentCard"{params}}}"#);
        let request = Request::parse(body.as_bytes()).expect("it is a call");
        assert_eq!(request.params_or_default(), Ok(GetExtendedAgentCardRequest::default()));
    }
    let body = br#"{"jsonrpc":"2.0","id":1,"method":"GetExtendedAgentCard","params":[]}"#;
    let request = Request::parse(body).expect("it is a call");
    assert!(request.params_or_default::<GetExtendedAgentCardRequest>().is_err());
}

#[test]
fn what_is_wrong_in_the_parameters_is_named_by_its_path() {
    let part = |part: Value| json!({"message": {"messageId": "m", "role": "ROLE_USER", "parts": [part]}});
    for (params, path, description) in [
        (json!({}), "params", "missing field `message`"),
        (json!({"message": null}), "message", "invalid type: null, expected struct Message"),
        (json!({"message": {}}), "message", "missing field `messageId`"),
        (
            json!({"message": {"messageId": ""}}),
            "message.messageId",
            "invalid value: string, expected a message id that isn't empty",
        ),
        (
            json!({"message": {"messageId": "m", "parts": {}}}),
            "message.parts",
            "invalid type: map, expected a sequence",
        ),
        (
            part(json!({})),
            "message.parts[0]",
            "a part has exactly one of text, raw, url and data, this one has none",
        ),
        (
            part(Value::Null),
            "message.parts[0]",
            "invalid type: null, expected a part with one of text, raw, url and data",
        ),
        (
            part(json!({"text": "a", "url": "b"})),
            "message.parts[0]",
            "a part has exactly one of text, raw, url and data, this one has two",
        ),
        (part(json!({"text": true})), "message.parts[0].text", "invalid type: boolean, expected a string"),
        (part(json!({"raw": "*"})), "message.parts[0].raw", "not valid base64"),
        (
            json!({"message": {"messageId": "m"}, "configuration": {"historyLength": "x"}}),
            "configuration.historyLength",
            "invalid value: string, expected a 32-bit integer",
        ),
    ] {
        assert_eq!(violation(&params), (path.to_owned(), description.to_owned()));
    }
}

#[test]
fn what_is_said_about_wrong_parameters_stays_short() {
    let long = "é".repeat(500_000);
    let (_, description) =
        violation(&json!({"message": {"messageId": "m", "parts": [{"text": "t"}]}, "metadata": long}));
    assert!(description.len() <= 200, "{} bytes", description.len());
    let mut deep = json!(0);
    for _ in 0..110 {
        deep = json!({ &long[..2000]: deep });
    }
    let (path, _) = violation(&json!({"message": {"messageId": "m"}, "metadata": {"deep": deep}}));
    assert!(path.len() <= 200, "{} bytes", path.len());
    for body in [
        json!({"jsonrpc": long, "id": 1, "method": "m"}),
        json!({"jsonrpc": "2.0", "id": 1, "method": {&long: 1}}),
        json!(long),
    ] {
        let (_, _, message) = refused(body.to_string().as_bytes());
        assert!(message.len() <= 400, "{} bytes", message.len());
    }
}

#[test]
fn a_call_is_written_as_it_is_read() {
    let params = GetTaskRequest::new("t".parse().unwrap());
    let body = jsonrpc::write_request(7, "GetTask", &params).expect("it can be written");
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({"jsonrpc": "2.0", "id": 7, "method": "GetTask", "params": {"id": "t"}})
    );
    let request = Request::parse(&body).expect("it is a call");
    assert_eq!(request.params(), Ok(params));
}

#[test]
fn an_answer_has_a_result_which_may_be_nothing() {
    for (body, id, result) in [
        (r#"{"jsonrpc":"2.0","id":1,"result":{"a": 1}}"#, "1", r#"{"a": 1}"#),
        (r#"{"jsonrpc":"2.0","id":"x","result":null}"#, r#""x""#, "null"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "1", "null"),
        (r#"{"id":1,"result":{},"error":null}"#, "1", "{}"),
        (r#"{"result":[]}"#, "null", "[]"),
    ] {
        let response = Response::parse(body.as_bytes()).expect("it is an answer");
        assert_eq!((response.id.as_json(), response.result), (id, Ok(result)));
    }
}

#[test]
fn what_is_no_answer_is_none() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "5",
        r#""x""#,
        r#"{"jsonrpc":"2.0"}"#,
        r#"[1,{"a":1}]"#,
        r"[1,null,null]",
        r#"{"id":1,"error":"text"}"#,
        r#"{"id":1,"result":{}"#,
        "<html>",
        r#"{"id":1,"error":{"code":"x"}}"#,
    ] {
        assert!(Response::parse(body.as_bytes()).is_none(), "{body}");
    }
}

#[test]
fn a_failure_is_read_whatever_its_data_is() {
    let unknown = Error::new(ErrorKind::Other(-32011), "m");
    for data in ["", r#","data":null"#, r#","data":[]"#] {
        let body = format!(r#"{{"id":1,"error":{{"code":-32011,"message":"m"{data}}}}}"#);
        assert_eq!(Response::parse(body.as_bytes()).expect("it is an answer").result, Err(unknown.clone()));
    }
    for data in
        [json!("text"), json!(5), json!(true), json!({}), json!({"a": {"b": null}}), json!({"@type": "t"})]
    {
        let body = json!({"id": 1, "error": {"code": -32011, "message": "m", "data": data}}).to_string();
        let error = Response::parse(body.as_bytes()).expect("it is an answer").result.unwrap_err();
        assert_eq!((error.kind(), error.details()), (ErrorKind::Other(-32011), &[data][..]));
    }
}

#[test]
fn the_code_of_a_failure_is_read_in_any_form_of_an_integer() {
    for code in ["-32001", "-32001.0", "-3.2001e4", "\"-32001\"", "\"-32001.0\""] {
        let body = format!(r#"{{"id":1,"error":{{"code":{code},"message":"m"}}}}"#);
        let expected = Error::new(ErrorKind::TaskNotFound, "m");
        assert_eq!(Response::parse(body.as_bytes()).unwrap().result, Err(expected.clone()), "{code}");
        assert_eq!(Error::from_http(500, body.as_bytes(), None), expected, "{code}");
        let old = format!(r#"{{"code":{code},"message":"m"}}"#);
        assert_eq!(serde_json::from_str::<v0_3::Error>(&old).unwrap().code, -32001, "{code}");
    }
    for code in ["-32001.5", "1e300", "true", "[]", "\"\"", "\"inf\"", "\"nan\""] {
        let body = format!(r#"{{"id":1,"error":{{"code":{code},"message":"m"}}}}"#);
        assert!(Response::parse(body.as_bytes()).is_none(), "{code}");
    }
}

#[test]
fn a_failure_wins_over_a_result_and_may_say_little() {
    let body = br#"{"id":1,"result":{},"error":{"code":-32001,"message":"m"}}"#;
    let response = Response::parse(body).expect("it is an answer");
    assert_eq!(response.result, Err(Error::new(ErrorKind::TaskNotFound, "m")));
    for body in [r#"{"id":1,"error":{}}"#, r#"{"error":{"code":null,"message":null}}"#] {
        let response = Response::parse(body.as_bytes()).expect("it is an answer");
        assert_eq!(response.result, Err(Error::new(ErrorKind::Other(0), "")));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_call_or_not(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::parse(&body);
        let _ = Response::parse(&body);
    }

    #[test]
    fn anything_near_a_call_gets_an_answer_that_is_json(
        body in r#"[\{\[]("(jsonrpc|id|method|params|error)"[:,]("2\.0"|[0-9]{1,30}|null|\{\}|\[\]|"\\u[0-9a-f]{4}")[,\}\]]?){0,6}"#
    ) {
        let answer = match Request::parse(body.as_bytes()) {
            Ok(request) => match request.clone().into_send() {
                Ok(_) => return Ok(()),
                Err(error) => (request.id.as_json().to_owned(), error),
            },
            Err(Malformed { id, error, .. }) => (id.map_or("null".to_owned(), String::from), error),
        };
        let mut out = Vec::new();
        jsonrpc::write_error(&mut out, Id::from_json(&answer.0), &answer.1);
        prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&out).is_ok());
        let read = Response::parse(&out).expect("it is an answer");
        prop_assert_eq!(read.id.as_json(), answer.0);
        prop_assert_eq!(read.result, Err(answer.1));
    }
}
