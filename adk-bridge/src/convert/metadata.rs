//! What a peer hears about an event, and what is believed of a peer.
//!
//! A peer is another party: it may say how its answer came about, and end a loop. It has no say in the state of
//! our session or in which agent goes on, and hears nothing of ours.

use std::borrow::Cow;

use a2a_core::Metadata;
use serde_json::{Map, Value};

use super::{keys, numbers};
use crate::adk::{Event, EventActions};

/// What a peer may hear about an event, under the keys of ADK's bridges; only what is there.
///
/// Of the actions these are `escalate` and `skipSummarization`. Custom metadata goes without what a proxy or a
/// runtime notes for itself.
pub fn of_event(event: &Event) -> Metadata {
    let mut metadata = Metadata::new();
    let texts = [
        (keys::INVOCATION_ID, Some(&event.invocation_id)),
        (keys::AUTHOR, Some(&event.author)),
        (keys::BRANCH, event.branch.as_ref()),
        (keys::EVENT_ID, Some(&event.id)),
        (keys::ERROR_CODE, event.error_code.as_ref()),
    ];
    for (key, text) in texts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            metadata.insert(key.to_owned(), Value::String(text.clone()));
        }
    }
    let values = [
        (keys::USAGE_METADATA, &event.usage_metadata),
        (keys::GROUNDING_METADATA, &event.grounding_metadata),
        (keys::CITATION_METADATA, &event.citation_metadata),
    ];
    for (key, value) in values {
        if let Some(value) = value.as_ref().filter(|value| !value.is_null()) {
            metadata.insert(key.to_owned(), value.clone());
        }
    }
    let custom: Map<_, _> = travelling(&event.custom_metadata).collect();
    for (key, object) in [(keys::CUSTOM_METADATA, custom), (keys::ACTIONS, public(&event.actions))] {
        if !object.is_empty() {
            metadata.insert(key.to_owned(), Value::Object(object));
        }
    }
    metadata
}

/// Puts into an event what a peer may say about it; the rest of the event stays.
///
/// That is the usage, the grounding, the citations, the error code, custom metadata that isn't in a proxy's or a
/// runtime's own name, and whether to escalate or to skip the summary. Objects may come as their JSON in a
/// string, as older Python peers write them, and `null` says nothing. What has the wrong shape is left out.
/// Whole numbers that come as floats, as Python's do, become integers where ADK's other runtimes need them.
///
/// Where a peer says it in two places, apply the less specific one first.
pub fn apply_to(metadata: &Metadata, event: &mut Event) {
    let values = [
        (keys::USAGE_METADATA, &mut event.usage_metadata),
        (keys::GROUNDING_METADATA, &mut event.grounding_metadata),
        (keys::CITATION_METADATA, &mut event.citation_metadata),
    ];
    for (key, slot) in values {
        if let Some(object) = object(metadata, key) {
            let mut value = Value::Object(object.into_owned());
            numbers::make_whole(&mut value);
            *slot = Some(value);
        }
    }
    if let Some(custom) = object(metadata, keys::CUSTOM_METADATA) {
        event.custom_metadata.extend(travelling(&custom));
    }
    if let Some(Value::String(code)) = metadata.get(keys::ERROR_CODE).filter(|code| **code != "") {
        event.error_code = Some(code.clone());
    }
    if let Some(actions) = object(metadata, keys::ACTIONS) {
        let flag = |names: [&str; 2]| names.iter().find_map(|name| actions.get(*name)?.as_bool());
        event.actions.escalate = flag([ESCALATE; 2]).or(event.actions.escalate);
        event.actions.skip_summarization =
            flag([SKIP_SUMMARIZATION, "skip_summarization"]).or(event.actions.skip_summarization);
    }
    if metadata.get(keys::ESCALATE) == Some(&Value::Bool(true)) {
        event.actions.escalate = Some(true);
    }
}

const ESCALATE: &str = "escalate";
const SKIP_SUMMARIZATION: &str = "skipSummarization";

fn public(actions: &EventActions) -> Map<String, Value> {
    [(ESCALATE, actions.escalate), (SKIP_SUMMARIZATION, actions.skip_summarization)]
        .into_iter()
        .filter_map(|(key, flag)| Some((key.to_owned(), Value::Bool(flag?))))
        .collect()
}

fn travelling(custom: &Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    custom.iter().filter(|(key, _)| keys::travels(key)).map(|(key, value)| (key.clone(), value.clone()))
}

fn object<'a>(metadata: &'a Metadata, key: &str) -> Option<Cow<'a, Map<String, Value>>> {
    match metadata.get(key)? {
        Value::Object(object) => Some(Cow::Borrowed(object)),
        Value::String(json) => serde_json::from_str(json).ok().map(Cow::Owned),
        _ => None,
    }
}
