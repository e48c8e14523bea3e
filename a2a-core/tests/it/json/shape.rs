//! Rules that hold for every message of the protocol, tried on a sample of each.

mod samples;

use a2a_core::{
    Artifact, GetTaskRequest, ListTasksResponse, Metadata, SendMessageRequest, SendMessageResponse,
    StreamEvent, Task,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use self::samples::{Sample, samples};
use super::{read, read_value, written};

/// Pointers to all values that the protocol defines, not to what is within `data` and metadata. Maps aren't among
/// them, for their names are anybody's, but their values are.
fn pointers(json: &Value, at: &str, out: &mut Vec<String>) {
    if !["/securitySchemes", "/schemes", "/scopes"].iter().any(|map| at.ends_with(map)) {
        out.push(at.to_owned());
    }
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                if !["data", "metadata", "params", "header"].contains(&name.as_str()) {
                    pointers(member, &format!("{at}/{name}"), out);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// Each sample with a change to one of its objects, or to one of its lists.
fn for_each(mut then: impl FnMut(&Sample, &str, &Value)) {
    for sample in samples() {
        let mut all = Vec::new();
        pointers(&sample.json, "", &mut all);
        for at in all {
            then(&sample, &at, sample.json.pointer(&at).expect("it is there"));
        }
    }
}

fn changed(sample: &Sample, at: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut json = sample.json.clone();
    change(json.pointer_mut(at).expect("it is there"));
    json
}

fn snake_case(name: &str) -> String {
    name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect()
}

#[test]
fn what_is_read_is_written_again() {
    for sample in samples() {
        assert_eq!((sample.again)(&sample.json).as_ref(), Ok(&sample.json));
    }
}

#[test]
fn null_is_absent_in_every_field() {
    for_each(|sample, at, value| {
        for name in
            value.as_object().into_iter().flatten().map(|(name, _)| name).filter(|name| *name != "data")
        {
            let null = changed(sample, at, |object| object[name] = Value::Null);
            let absent = changed(sample, at, |object| {
                object.as_object_mut().unwrap().remove(name);
            });
            assert_eq!((sample.again)(&null).ok(), (sample.again)(&absent).ok(), "{at}/{name}");
        }
    });
}

#[test]
fn null_is_no_element_of_a_list() {
    for_each(|sample, at, value| {
        if value.is_array() {
            let json = changed(sample, at, |list| list.as_array_mut().unwrap().push(Value::Null));
            assert!((sample.again)(&json).is_err(), "{at}");
        }
    });
}

#[test]
fn unknown_fields_are_ignored_in_every_object() {
    for_each(|sample, at, value| {
        if value.is_object() {
            let json = changed(sample, at, |object| object["a later field"] = json!({"x": [null, 1.5]}));
            assert_eq!((sample.again)(&json).as_ref(), Ok(&sample.json), "{at}");
        }
    });
}

#[test]
fn every_field_is_read_by_its_name_in_snake_case_too() {
    for_each(|sample, at, value| {
        let names = value.as_object().into_iter().flatten().map(|(name, _)| (name, snake_case(name)));
        for (name, snake) in names.filter(|(name, snake)| *name != snake) {
            let json = changed(sample, at, |object| {
                let value = object.as_object_mut().unwrap().remove(name).unwrap();
                object[&snake] = value;
            });
            assert_eq!((sample.again)(&json).as_ref(), Ok(&sample.json), "{at}/{snake}");
        }
    });
}

#[test]
fn a_value_of_another_type_is_refused_or_read_as_one_of_this_type() {
    for_each(|sample, at, _| {
        for other in [json!(true), json!(-1.5), json!("x"), json!([[]]), json!({"x": {}}), json!(u64::MAX)] {
            let json = changed(sample, at, |value| *value = other);
            if let Ok(again) = (sample.again)(&json) {
                assert_eq!((sample.again)(&again).as_ref(), Ok(&again), "{at}");
            }
        }
    });
}

#[test]
fn a_field_that_is_said_twice_is_refused() {
    for text in [
        r#"{"id":"a","id":"a"}"#,
        r#"{"id":"a","historyLength":1,"history_length":1}"#,
        r#"{"id":"a","historyLength":1,"historyLength":null}"#,
    ] {
        assert!(read::<GetTaskRequest>(text).unwrap_err().starts_with("duplicate field"), "{text}");
    }
}

#[test]
fn defaults_are_left_out_but_what_is_required_is_always_there() {
    for text in [
        r#"{"message":{"messageId":"m","role":"ROLE_USER","parts":[],"metadata":{},"extensions":[]},
            "configuration":{"acceptedOutputModes":[],"returnImmediately":false},"metadata":{}}"#,
        r#"{"message":{"messageId":"m","role":1},"configuration":null}"#,
    ] {
        let request: SendMessageRequest = read(text).unwrap();
        assert_eq!(
            written(&request),
            json!({"message": {"messageId": "m", "role": "ROLE_USER", "parts": []}})
        );
    }
    let artifact: Artifact = read(r#"{"artifactId":"a","name":"","parts":null}"#).unwrap();
    assert_eq!(written(&artifact), json!({"artifactId": "a", "parts": []}));
    let whole = json!({"tasks": [], "nextPageToken": "", "pageSize": 0, "totalSize": 0});
    assert_eq!(written(&ListTasksResponse::default()), whole);
    for text in ["{}", r#"{"tasks":null,"nextPageToken":null,"pageSize":null,"totalSize":null}"#] {
        assert_eq!(written(&read::<ListTasksResponse>(text).unwrap()), whole);
    }
    let task = json!({"id": "t", "artifacts": [], "history": [], "status": {"state": "TASK_STATE_WORKING"}});
    assert_eq!(
        written(&read_value::<Task>(&task).unwrap()),
        json!({"id": "t", "status": {"state": "TASK_STATE_WORKING"}})
    );
}

#[test]
fn an_event_and_an_answer_have_exactly_one_member() {
    let (task, message) = (json!({"id": "t"}), json!({"messageId": "m"}));
    for none in [json!({}), json!({"task": null}), json!({"task": null, "statusUpdate": null})] {
        assert!(read_value::<StreamEvent>(&none).unwrap_err().contains("this one has none"));
        assert!(read_value::<SendMessageResponse>(&none).is_err());
    }
    for two in [
        json!({"task": task, "message": message}),
        json!({"message": message, "status_update": {"taskId": "t"}}),
        json!({"x": 1, "task": task, "y": 2, "artifactUpdate": {"taskId": "t", "artifact": {"artifactId": "a"}}}),
    ] {
        assert!(read_value::<StreamEvent>(&two).unwrap_err().contains("two members are set"));
    }
    let both = json!({"task": task, "message": message});
    assert!(read_value::<SendMessageResponse>(&both).unwrap_err().contains("this one has two"));
    assert!(read::<SendMessageResponse>(r#"{"task":{"id":"t"},"task":{"id":"t"}}"#).is_err());
    assert!(read::<StreamEvent>(r#"{"task":{"id":"t"},"task":{"id":"t"}}"#).is_err());
    let beside = json!({"task": null, "later": 1, "message": message});
    assert!(matches!(read_value(&beside), Ok(StreamEvent::Message(_))));
    assert!(matches!(read_value(&beside), Ok(SendMessageResponse::Message(_))));
    for update in ["statusUpdate", "artifactUpdate", "later"] {
        let json = json!({update: {"taskId": "t", "artifact": {"artifactId": "a"}}});
        assert!(read_value::<SendMessageResponse>(&json).is_err());
    }
    for other in [json!(null), json!([]), json!([task]), json!("task"), json!(5)] {
        assert!(read_value::<StreamEvent>(&other).is_err());
        assert!(read_value::<SendMessageResponse>(&other).is_err());
    }
}

#[test]
fn an_answer_without_its_wrapper_is_told_by_what_is_in_it() {
    for name in ["task", "message"] {
        let wrapped =
            samples().into_iter().map(|sample| sample.json).find(|json| json.get(name).is_some()).unwrap();
        let answer: SendMessageResponse = read_value(&wrapped).unwrap();
        assert_eq!(read_value(&wrapped[name]), Ok(answer));
    }
    for (text, expected) in [
        (
            r#"{"kind":"task","metadata":{"big":18446744073709551615},"id":"t","contextId":"c","status":{"state":3}}"#,
            json!({"task": {"id": "t", "contextId": "c", "status": {"state": "TASK_STATE_COMPLETED"}, "metadata": {"big": u64::MAX}}}),
        ),
        (
            r#"{"taskId":"t","extensions":["urn:x"],"message_id":"m","role":2}"#,
            json!({"message": {"messageId": "m", "taskId": "t", "role": "ROLE_AGENT", "parts": [], "extensions": ["urn:x"]}}),
        ),
        (
            r#"{"id":1,"metadata":[],"task":{"id":"t"},"status":5}"#,
            json!({"task": {"id": "t", "status": {"state": "TASK_STATE_UNSPECIFIED"}}}),
        ),
    ] {
        assert_eq!(read::<SendMessageResponse>(text).map(|answer| written(&answer)), Ok(expected), "{text}");
    }
    for neither in [
        r#"{"id":"t"}"#,
        r#"{"id":"t","contextId":"c"}"#,
        r#"{"kind":"task"}"#,
        r#"{"status":{}}"#,
        r#"{"parts":[]}"#,
    ] {
        assert!(read::<SendMessageResponse>(neither).is_err(), "{neither}");
    }
}

#[test]
fn an_event_that_is_unknown_is_kept() {
    let json = json!({"later": {"taskId": "t", "big": u64::MAX}, "more": null});
    let members: Metadata = json.as_object().cloned().unwrap();
    let event: StreamEvent = read_value(&json).unwrap();
    assert_eq!(event, StreamEvent::Unknown(members));
    assert_eq!((event.task_id(), event.status()), (None, None));
    assert_eq!(written(&event), json);
}

#[test]
fn nothing_of_v0_3_is_written() {
    for sample in samples() {
        let text = sample.json.to_string();
        let again = (sample.again)(&sample.json).unwrap().to_string();
        assert!(!text.contains("\"kind\"") && !again.contains("\"kind\"") && !again.contains("\"final\""));
    }
}
