use a2a_core::Part;
use adk_bridge::adk::{Content, Event, Part as AdkPart, Role};
use adk_bridge::convert::{envelope, part};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::convert_samples as samples;

fn over_the_wire<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn an_event_is_the_same_after_its_envelope_and_its_parts_travelled(event in samples::event()) {
        let envelope: Value = over_the_wire(&envelope::write(&event));
        let content = event.content.clone().unwrap_or_default();
        let parts = part::all_to_a2a(&content.parts, &event.long_running_tool_ids);
        let parts: Vec<Part> = over_the_wire(&parts);
        let parts = (!parts.is_empty()).then(|| part::all_from_a2a(&parts));
        prop_assert_eq!(envelope::read(&envelope, parts).unwrap(), event);
    }
}

#[test]
fn an_envelope_has_no_parts() {
    let mut event = Event::new("weather").with_content(Content::model("a long answer"));
    event.id = "e".into();
    event.partial = Some(true);
    assert_eq!(
        envelope::write(&event),
        json!({
            "id": "e", "timestamp": "1970-01-01T00:00:00Z", "invocationId": "", "author": "weather",
            "actions": {
                "stateDelta": {}, "artifactDelta": {},
                "requestedAuthConfigs": {}, "requestedToolConfirmations": {},
            },
            "content": {"role": "model"},
            "partial": true,
        })
    );
}

#[test]
fn no_content_empty_content_and_the_role_are_told_apart() {
    for content in [None, Some(Content::default()), Some(Content::new(Role::User, []))] {
        let mut event = Event::new("a");
        event.content = content;
        let envelope = envelope::write(&event);
        for parts in [None, Some(Vec::new())] {
            assert_eq!(envelope::read(&envelope, parts).unwrap(), event);
        }
    }
}

#[test]
fn parts_beside_an_envelope_without_content_are_content() {
    let event = envelope::read(&json!({"author": "a"}), Some(vec![AdkPart::text("hi")])).unwrap();
    assert_eq!(event, Event::new("a").with_content("hi"));
}

#[test]
fn what_is_no_event_is_refused() {
    envelope::read(&json!("event"), None).unwrap_err();
    envelope::read(&json!({"author": 7}), None).unwrap_err();
}
