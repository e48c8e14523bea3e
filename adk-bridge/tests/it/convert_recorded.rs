//! What ADK's Go and Python bridges sent, and what their proxies made of it.

use a2a_core::Part;
use adk_bridge::adk::{self, Event, PartData};
use adk_bridge::convert::{envelope, keys, part};
use pretty_assertions::assert_eq;
use serde::Deserialize as _;
use serde_json::Value;

const RECORDED: [(&str, &str); 4] = [
    ("go_odd", include_str!("fixtures/convert/go_odd.json")),
    ("go_long_running", include_str!("fixtures/convert/go_long_running.json")),
    ("python_function_call", include_str!("fixtures/convert/python_function_call.json")),
    ("python_file_upload", include_str!("fixtures/convert/python_file_upload.json")),
];

fn recorded(name: &str) -> Value {
    let (_, json) = RECORDED.iter().find(|(known, _)| *known == name).unwrap();
    serde_json::from_str(json).unwrap()
}

fn wire_parts(value: &Value) -> Vec<Part> {
    fn collect(value: &Value, parts: &mut Vec<Part>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| collect(value, parts)),
            Value::Object(members) => {
                for (key, value) in members {
                    if key == "parts" {
                        parts.extend(Vec::<Part>::deserialize(value).unwrap());
                    } else {
                        collect(value, parts);
                    }
                }
            }
            _ => {}
        }
    }
    let mut parts = Vec::new();
    collect(&value["wire"], &mut parts);
    parts
}

fn events(recorded: &Value) -> Vec<Event> {
    Vec::deserialize(&recorded["events"]).unwrap()
}

/// What we write for what ADK's bridges write in more than one way.
fn one_spelling(mut part: Part) -> Part {
    part.metadata.retain(|key, value| !(key == keys::IS_LONG_RUNNING && *value == false));
    if let Some(video) = part.metadata.remove(keys::VIDEO_METADATA_UNPREFIXED) {
        part.metadata.insert(keys::VIDEO_METADATA.to_owned(), video);
    }
    part
}

#[test]
fn every_part_that_was_sent_converts_and_converts_back() {
    for (name, _) in RECORDED {
        let sent = wire_parts(&recorded(name));
        assert!(!sent.is_empty(), "{name}");
        let long_running = part::long_running_ids(&sent);
        for sent in sent {
            let read = part::from_a2a(&sent);
            assert_eq!(part::to_a2a(&read, &long_running), one_spelling(sent), "{name}");
        }
    }
}

#[test]
fn every_event_of_a_session_converts_and_converts_back() {
    for (name, _) in RECORDED {
        let events = events(&recorded(name));
        assert!(!events.is_empty(), "{name}");
        for event in events {
            let content = event.content.clone().unwrap_or_default();
            let parts = part::all_to_a2a(&content.parts, &event.long_running_tool_ids);
            assert_eq!(part::all_from_a2a(&parts), content.parts, "{name}");
            let back = envelope::read(&envelope::write(&event), Some(part::all_from_a2a(&parts))).unwrap();
            assert_eq!(back, event, "{name}");
        }
    }
}

#[test]
fn a_peer_sees_the_same_kinds_in_a_session_that_python_stored() {
    let event = events(&recorded("python_function_call")).remove(0);
    let parts = part::all_to_a2a(&event.content.unwrap().parts, &[]);
    let types: Vec<_> = parts.iter().map(|part| part.metadata.get(keys::TYPE)).collect();
    assert_eq!(types, [Some(&"function_call".into()), Some(&"function_response".into()), None]);
}

#[test]
fn our_reading_of_the_odd_parts_of_go_is_that_of_go_and_keeps_more() {
    let odd = recorded("go_odd");
    let sent: Vec<Part> =
        Vec::deserialize(odd.pointer("/wire/1/result/task/artifacts/0/parts").unwrap()).unwrap();
    let mut ours = part::all_from_a2a(&sent);
    let video = ours.iter_mut().filter_map(|part| part.video_metadata.take()).collect::<Vec<_>>();
    assert_eq!(video, [serde_json::json!({"startOffset": "1s"}).as_object().unwrap().clone()]);
    assert_eq!(ours, events(&odd).remove(0).content.unwrap().parts);
}

#[test]
fn the_pending_call_of_a_recorded_pause_is_found() {
    let sent = wire_parts(&recorded("go_long_running"));
    assert!(part::long_running_ids(&sent).iter().all(|id| id == "lr-1"));
    let pending: Vec<_> = sent.iter().filter(|part| part::is_long_running(part)).collect();
    assert!(!pending.is_empty());
    for pending in pending {
        let read: adk::Part = part::from_a2a(pending);
        assert!(matches!(&read.data, PartData::FunctionCall(call) if call.name == "ask_for_approval"));
        assert_eq!(read.part_metadata, None);
    }
}
