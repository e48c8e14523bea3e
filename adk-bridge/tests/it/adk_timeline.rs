use std::sync::Arc;

use adk_bridge::adk::{
    Content, Event, FunctionCall, FunctionResponse, Part, Role, Timestamp, ToolConfirmation,
};
use adk_bridge::timeline::{diff, diff_runs};
use pretty_assertions::assert_eq;
use serde_json::json;

/// A run whose ids all end alike.
fn run(mark: &str) -> Vec<Event> {
    let id = |name: &str| format!("{name}-{mark}");
    let call = FunctionCall::new("pay", json!({"to": "bob"})).with_id(id("call"));
    let question = FunctionCall::new(
        "adk_request_confirmation",
        json!({"originalFunctionCall": &call, "toolConfirmation": {"hint": "sure?"}}),
    );
    let answer = FunctionResponse::new(id("ask"), "adk_request_confirmation", json!({"confirmed": true}));

    let mut asked = Event::new("clerk").with_content([Part::thought("hm"), call.into()]);
    asked.actions.requested_tool_confirmations.insert(id("call"), ToolConfirmation::default());
    let mut pending =
        Event::new("clerk").with_content(Content::new(Role::Model, [question.with_id(id("ask")).into()]));
    pending.long_running_tool_ids = vec![id("ask")];
    let mut answered = Event::new("user").with_content(Content::new(Role::User, [answer.into()]));
    answered.isolation_scope = Some(id("call"));
    let mut paid = Event::new("clerk").with_content("paid");
    paid.actions.state_delta.insert("paid".into(), json!(900));

    let mut events = vec![Event::new("user").with_content("pay bob"), asked, pending, answered, paid];
    for (index, event) in events.iter_mut().enumerate() {
        event.id = id(&format!("event{index}"));
        event.invocation_id = id("turn");
    }
    events
}

fn lines(a: &[Event], b: &[Event]) -> Vec<String> {
    diff_runs(a, b).differences().iter().map(ToString::to_string).collect()
}

fn changed(index: usize, change: impl FnOnce(&mut Event)) -> Vec<String> {
    let mut other = run("b");
    change(&mut other[index]);
    lines(&run("a"), &other)
}

fn part(event: &mut Event, index: usize) -> &mut Part {
    &mut event.content.as_mut().unwrap().parts[index]
}

#[test]
fn times_and_a_proxys_notes_do_not_count() {
    let mut other = run("a");
    for event in &mut other {
        event.timestamp = Timestamp::from_micros(7);
        event.custom_metadata.insert("a2a:task_id".into(), json!("t"));
    }
    assert!(diff(&run("a"), &other).is_empty());
}

#[test]
fn events_are_compared_however_they_are_held() {
    let shared: Vec<_> = run("a").into_iter().map(Arc::new).collect();
    assert!(diff(&shared, run("a")).is_empty());
    assert!(diff(shared.iter().skip(1), &run("a")[1..]).is_empty());
}

#[test]
fn ids_of_two_runs_are_matched_one_to_one() {
    assert_eq!(diff_runs(run("a"), run("b")).to_string(), "");
    assert!(!diff(run("a"), run("b")).is_empty());
}

#[test]
fn long_running_ids_have_no_order() {
    let make = |mark: &str, order: [&str; 2]| {
        let ids = ["x", "y"].map(|name| format!("{name}{mark}"));
        let parts = ids.map(|id| Part::from(FunctionCall::new("f", json!({})).with_id(id)));
        let mut event = Event::new("clerk").with_content(parts);
        event.long_running_tool_ids = order.map(|name| format!("{name}{mark}")).into();
        event
    };
    assert_eq!(diff_runs([make("1", ["x", "y"])], [make("2", ["y", "x"])]).to_string(), "");
    assert!(diff([make("1", ["x", "y"])], [make("1", ["y", "x"])]).is_empty());
    assert!(!diff([make("1", ["x", "y"])], [make("1", ["x", "x"])]).is_empty());
}

#[test]
fn an_id_that_means_two_things_is_found() {
    let found = changed(3, |event| event.isolation_scope = Some("turn-b".into()));
    assert_eq!(found, [r#"event 3, isolationScope: "call-a" is "turn-b""#]);
    let found = changed(4, |event| event.id = "event0-b".into());
    assert_eq!(found, [r#"event 4, id: "event4-a" is "event0-b""#]);
}

#[test]
fn a_call_id_that_refers_to_another_call_is_found() {
    let found = changed(3, |event| {
        let answer = FunctionResponse::new("call-b", "adk_request_confirmation", json!({"confirmed": true}));
        *part(event, 0) = answer.into();
    });
    assert_eq!(found, [r#"event 3, content.parts[0].functionResponse.id: "ask-a" is "call-b""#]);
    let found = changed(2, |event| {
        let question = json!({"originalFunctionCall": {"id": "ask-b", "name": "pay", "args": {"to": "bob"}}, "toolConfirmation": {"hint": "sure?"}});
        *part(event, 0) = FunctionCall::new("adk_request_confirmation", question).with_id("ask-b").into();
    });
    assert_eq!(
        found,
        [r#"event 2, content.parts[0].functionCall.args.originalFunctionCall.id: "call-a" is "ask-b""#]
    );
}

#[test]
fn one_changed_field_is_named_with_both_values() {
    let found = changed(4, |event| {
        event.actions.state_delta.insert("paid".into(), json!(901));
    });
    assert_eq!(found, ["event 4, actions.stateDelta.paid: 900 is 901"]);
    let found = changed(4, |event| event.author = "boss".into());
    assert_eq!(found, [r#"event 4, author: "clerk" is "boss""#]);
    let found = changed(1, |event| part(event, 0).thought = None);
    assert_eq!(found, ["event 1, content.parts[0].thought: true is absent"]);
    let found = changed(4, |event| event.error_code = Some("E".into()));
    assert_eq!(found, [r#"event 4, errorCode: absent is "E""#]);
    let found = changed(4, |event| *part(event, 0) = Part::text("Paid"));
    assert_eq!(found, [r#"event 4, content.parts[0].text: "paid" is "Paid""#]);
    let found = changed(2, |event| event.long_running_tool_ids.clear());
    assert_eq!(found, [r#"event 2, longRunningToolIds: ["ask-a"] is absent"#]);
    let found =
        changed(4, |event| event.custom_metadata = json!({"k": 1, "a2a:k": 2}).as_object().unwrap().clone());
    assert_eq!(found, [r#"event 4, customMetadata: absent is {"k":1}"#]);
    let found = changed(1, |event| event.actions.requested_tool_confirmations.clear());
    let [line] = found.as_slice() else { panic!("{found:?}") };
    assert!(line.starts_with("event 1, actions.requestedToolConfirmations.call-a: {"), "{line}");
    assert!(line.ends_with("} is absent"), "{line}");
}

#[test]
fn an_empty_id_equals_only_an_empty_one() {
    let found = changed(4, |event| event.id.clear());
    assert_eq!(found, [r#"event 4, id: "event4-a" is """#]);
}

#[test]
fn a_missing_event_is_one_difference() {
    let whole = run("a");
    for missing in 0..whole.len() {
        let mut other = run("b");
        other.remove(missing);
        let diff = diff_runs(&whole, &other);
        let [difference] = diff.differences() else { panic!("{diff}") };
        assert_eq!((difference.index, difference.path.as_str(), &difference.right), (missing, "", &None));
        let diff = diff_runs(&other, &whole);
        let [difference] = diff.differences() else { panic!("{diff}") };
        assert_eq!((difference.index, difference.path.as_str(), &difference.left), (missing, "", &None));
    }
}

#[test]
fn an_exchanged_order_is_found() {
    let chunks = |texts: [&str; 3]| {
        texts.map(|text| {
            let mut event = Event::new("clerk").with_content(text);
            event.partial = Some(true);
            event
        })
    };
    assert!(!diff_runs(chunks(["a", "b", "c"]), chunks(["a", "c", "b"])).is_empty());
    assert!(diff_runs(chunks(["a", "b", "c"]), chunks(["a", "b", "c"])).is_empty());
}
