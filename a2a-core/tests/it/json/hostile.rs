//! Bytes that were made to hurt.

use a2a_core::{
    AgentCard, Entry, EntryBody, Message, Metadata, Part, SendMessageRequest, StreamEvent, Task, Timestamp,
    entry::{Opened, RequestRecord},
    jsonrpc::{Request, Response},
    v0_3,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, written};

const RAW_VALUE: &str = "$serde_json::private::RawValue";

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

fn with_data(data: &str) -> String {
    format!(r#"{{"messageId":"m","role":"ROLE_USER","parts":[{{"data":{data}}}]}}"#)
}

/// Whether the app has turned on `arbitrary_precision` of `serde_json`.
fn keeps_every_digit() -> bool {
    read::<Value>("1e999").is_ok()
}

#[test]
fn data_and_metadata_nest_to_a_limit() {
    assert!(read::<Message>(&with_data(&nested(100))).is_ok());
    for levels in [101, 127, 128, 1_000_000] {
        assert!(read::<Message>(&with_data(&nested(levels))).is_err(), "{levels}");
    }
    let metadata = |levels| format!(r#"{{"messageId":"m","metadata":{{"deep":{}}}}}"#, nested(levels));
    assert!(read::<Message>(&metadata(99)).is_ok());
    assert!(read::<Message>(&metadata(100)).is_err());
    let unknown = |levels| format!(r#"{{"later":{}}}"#, nested(levels));
    assert!(read::<Part>(&unknown(100)).is_ok() && read::<StreamEvent>(&unknown(100)).is_ok());
    assert!(read::<Part>(&unknown(101)).is_err() && read::<StreamEvent>(&unknown(101)).is_err());
}

#[test]
fn the_deepest_data_that_is_taken_can_be_read_wherever_it_goes() {
    let message: Message = read(&with_data(&nested(100))).unwrap();
    let opened = Opened::new(message.clone(), RequestRecord::default());
    let entry = Entry::posted(Timestamp::UNIX_EPOCH, EntryBody::Opened(Box::new(opened)));
    assert_eq!(read(&written(&entry).to_string()), Ok(entry));
    let mut task = Task::new("t".parse().unwrap(), "c".parse().unwrap());
    task.history.push(message);
    let answer = json!({"jsonrpc": "2.0", "id": 1, "result": {"tasks": [task]}}).to_string();
    assert!(Response::parse(answer.as_bytes()).expect("it is an answer").result.is_ok());
    assert!(read::<Value>(&answer).is_ok());
}

#[test]
fn a_field_that_is_ignored_may_nest_as_it_likes() {
    let deep = nested(1_000_000);
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"deep":{deep}}},"deep":{deep}}}"#);
    let request = Request::parse(body.as_bytes()).expect("it is a call");
    assert!(request.into_send().is_err());
    assert!(read::<Task>(&format!(r#"{{"id":"t","deep":{deep}}}"#)).is_ok());
    for body in [deep.as_str(), &deep[..1_000_000], &format!(r#"{{"id":{deep}}}"#)] {
        assert!(Request::parse(body.as_bytes()).is_err());
        let _ = Response::parse(body.as_bytes());
    }
}

#[test]
fn json_in_a_string_stays_a_string() {
    let mut evil = "1".to_owned();
    for _ in 0..14 {
        evil = json!({RAW_VALUE: format!("{}{evil}{}", "[".repeat(120), "]".repeat(120))}).to_string();
    }
    for data in [&*evil, r#"{"$serde_json::private::RawValue":"1"}"#] {
        for body in [
            with_data(data),
            with_data(&format!("[{{\"a\":{data}}}]")),
            format!(r#"{{"messageId":"m","metadata":{data}}}"#),
            format!(r#"{{"messageId":"m","metadata":{{"k":{data}}}}}"#),
            format!(r#"{{"messageId":"m","parts":[{{"later":{data}}}]}}"#),
            format!(r#"{{"messageId":"m","parts":[{data}]}}"#),
        ] {
            let error = read::<Message>(&body).unwrap_err();
            assert!(error.contains("is reserved"), "{error}");
            let call = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"message":{body}}}}}"#);
            let request = Request::parse(call.as_bytes()).expect("it is a call");
            assert!(request.into_send().is_err());
        }
        assert!(read::<StreamEvent>(&format!(r#"{{"later":{data}}}"#)).is_err());
        assert!(read::<StreamEvent>(data).is_err());
        assert!(read::<v0_3::Part>(data).is_err());
        assert!(read::<v0_3::Part>(&format!(r#"{{"kind":"later",{}"#, &data[1..])).is_err());
        assert!(read::<v0_3::StreamEvent>(&format!(r#"{{"kind":"later",{}"#, &data[1..])).is_err());
        assert!(Response::parse(format!(r#"{{"id":1,"error":{{"data":{data}}}}}"#).as_bytes()).is_none());
        for body in [
            format!(r#"{{"name":"n","securitySchemes":{{"s":{{"later":{data}}}}}}}"#),
            format!(r#"{{"name":"n","capabilities":{{"extensions":[{{"params":{{"k":{data}}}}}]}}}}"#),
            format!(r#"{{"name":"n","signatures":[{{"header":{{"k":{data}}}}}]}}"#),
        ] {
            assert!(read::<AgentCard>(&body).is_err());
        }
    }
}

#[test]
fn a_lone_surrogate_is_refused_where_it_is_read() {
    for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\ud83dx""#] {
        assert!(read::<Message>(&format!(r#"{{"messageId":{text}}}"#)).is_err());
        assert!(read::<Part>(&format!(r#"{{"text":{text}}}"#)).is_err());
        assert!(read::<Part>(&format!(r#"{{"data":{text}}}"#)).is_err());
        assert!(read::<Part>(&format!(r#"{{"text":"a","later":{text}}}"#)).is_ok());
    }
}

#[test]
fn unusual_text_is_text() {
    for text in ["\0", "\u{7f}\u{2028}\u{feff}", "\u{1f600}", "\r\n", "\\u0000", "</script>"] {
        let part = Part::text(text);
        let json = written(&part).to_string();
        assert!(!json.contains(['\0', '\r', '\n']), "{json}");
        assert_eq!(read(&json), Ok(part));
    }
    let long = Part::text("\u{1}".repeat(2 << 20));
    assert_eq!(read(&written(&long).to_string()), Ok(long));
}

#[test]
fn numbers_are_exact_as_far_as_they_can_be() {
    let number = |text: &str| {
        read::<Part>(&format!(r#"{{"data":{text}}}"#)).map(|part| written(&part)["data"].to_string())
    };
    for exact in ["0", "-1", "18446744073709551615", "-9223372036854775808", "1.5"] {
        assert_eq!(number(exact).as_deref(), Ok(exact));
    }
    for (beyond, nearest) in [
        ("18446744073709551616", 18_446_744_073_709_552_000.0),
        ("-9223372036854775809", -9_223_372_036_854_775_808.0),
        ("99999999999999999999", 1e20),
        ("9007199254740993.0", 9_007_199_254_740_992.0),
        ("0.1000000000000000055511151231257827", 0.1),
    ] {
        if keeps_every_digit() {
            assert_eq!(number(beyond).as_deref(), Ok(beyond));
        } else {
            assert_eq!(read(&format!(r#"{{"data":{beyond}}}"#)), Ok(Part::data(json!(nearest))));
        }
    }
    for beyond_all in ["1e999", "-1e999", &"9".repeat(100_000)] {
        assert_eq!(number(beyond_all).is_ok(), keeps_every_digit());
    }
    for junk in ["01", "+1", ".5", "1.", "NaN", "Infinity", "0x10", "-"] {
        assert!(number(junk).is_err(), "{junk}");
    }
}

#[test]
fn a_number_is_the_same_in_metadata_as_in_data() {
    let text = r#"{"messageId":"m","metadata":{"a":18446744073709551615,"b":18446744073709551616,"c":1.0}}"#;
    let message: Message = read(text).unwrap();
    let part: Part = read(r#"{"data":{"a":18446744073709551615,"b":18446744073709551616,"c":1.0}}"#).unwrap();
    assert_eq!(part, Part::data(message.metadata));
}

#[test]
fn of_a_name_that_comes_twice_in_free_json_the_last_value_holds() {
    let part: Part = read(r#"{"data":{"a":1,"b":2,"a":3},"metadata":{"k":{"x":1,"x":null}}}"#).unwrap();
    assert_eq!(written(&part), json!({"data": {"a": 3, "b": 2}, "metadata": {"k": {"x": null}}}));
}

#[test]
fn a_number_in_disguise_is_a_number_or_refused() {
    for text in ["\"5\"", "\"x\"", "5", "\"1,2\"", "{}", "\"5\",\"x\":1"] {
        let json = format!(r#"{{"data":{{"$serde_json::private::Number":{text}}}}}"#);
        if let Ok(part) = read::<Part>(&json) {
            assert_eq!(part, Part::data(json!(5)));
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 50, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(
                "task|message|statusUpdate|artifact|artifactId|parts|text|data|metadata|status|state|id|messageId|x",
                inner,
                0..5
            )
            .prop_map(|members| members.into_iter().collect::<Metadata>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_survives_as_data_and_as_metadata(data in any_json()) {
        let part = Part::data(data.clone()).with_metadata(Metadata::from_iter([("k".to_owned(), data)]));
        prop_assert_eq!(read(&written(&part).to_string()), Ok(part));
    }

    #[test]
    fn any_json_is_a_message_of_the_protocol_or_not(json in any_json()) {
        let text = json.to_string();
        if let Ok(event) = read::<StreamEvent>(&text) {
            prop_assert_eq!(read(&written(&event).to_string()), Ok(event));
        }
        let _ = read::<Task>(&text);
        let _ = read::<SendMessageRequest>(&text);
        let _ = read::<AgentCard>(&text);
        let _ = read::<Entry>(&text);
    }
}
