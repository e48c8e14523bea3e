//! The whole of an event beside its parts, for a remote that is trusted as the process itself is.
//!
//! An envelope is the event's own JSON, whose `content` has the role and no parts: those travel as the parts of
//! the artifact or message that the envelope is attached to. It is the value of
//! [`EVENTS_EXTENSION`](super::keys::EVENTS_EXTENSION) in the metadata there. An event without content has no
//! `content`; one whose content is empty has a `content` without parts. The time is an RFC 3339 text, for a number
//! of seconds isn't exact after 2242, nor with every JSON reader.

use serde::Deserialize as _;
use serde_json::Value;

use crate::adk::{Content, Event, Part};

/// The envelope of an event.
///
/// Everything is in it, `customMetadata` and `actions` too: it is not for a peer.
pub fn write(event: &Event) -> Value {
    let mut envelope = serde_json::to_value(without_parts(event)).expect("an event's keys are strings");
    if let Ok(time) = jiff::Timestamp::from_microsecond(event.timestamp.as_micros()) {
        envelope["timestamp"] = time.to_string().into();
    }
    envelope
}

/// The event of an envelope, with the parts that came beside it.
///
/// Without parts the content stays what the envelope says.
///
/// # Errors
///
/// If the envelope isn't the JSON of an event.
pub fn read(value: &Value, parts: Option<Vec<Part>>) -> Result<Event, serde_json::Error> {
    let mut event = Event::deserialize(value)?;
    if let Some(parts) = parts {
        match &mut event.content {
            Some(content) => content.parts = parts,
            None if parts.is_empty() => {}
            none => *none = Some(parts.into()),
        }
    }
    Ok(event)
}

/// A clone that doesn't clone the parts, which may be large.
fn without_parts(event: &Event) -> Event {
    Event {
        id: event.id.clone(),
        timestamp: event.timestamp,
        invocation_id: event.invocation_id.clone(),
        author: event.author.clone(),
        branch: event.branch.clone(),
        isolation_scope: event.isolation_scope.clone(),
        actions: event.actions.clone(),
        long_running_tool_ids: event.long_running_tool_ids.clone(),
        content: event
            .content
            .as_ref()
            .map(|content| Content { parts: Vec::new(), role: content.role.clone() }),
        partial: event.partial,
        turn_complete: event.turn_complete,
        interrupted: event.interrupted,
        error_code: event.error_code.clone(),
        error_message: event.error_message.clone(),
        finish_reason: event.finish_reason.clone(),
        custom_metadata: event.custom_metadata.clone(),
        citation_metadata: event.citation_metadata.clone(),
        grounding_metadata: event.grounding_metadata.clone(),
        usage_metadata: event.usage_metadata.clone(),
        logprobs_result: event.logprobs_result.clone(),
        avg_logprobs: event.avg_logprobs,
        input_transcription: event.input_transcription.clone(),
        output_transcription: event.output_transcription.clone(),
        model_version: event.model_version.clone(),
        output: event.output.clone(),
        node_info: event.node_info.clone(),
        other: event.other.clone(),
    }
}
