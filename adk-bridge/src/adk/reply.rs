//! What a tool replied, as the event that is stored, and back.

use serde_json::{Map, Value, json};

use super::agent_error::AgentError;
use super::content::{Content, Role};
use super::event::Event;
use super::function::{FunctionCall, FunctionResponse};
use super::tool::ToolReply;
use crate::convert::keys::TOOL_REPLY;

/// What [`TOOL_REPLY`] says of a result that isn't an object.
const BARE: &str = "value";
/// What it holds of an error: its code, or `null`.
const ERROR: &str = "error";

/// The event of a reply. What the response alone can't tell apart is noted beside it.
pub(crate) fn event(agent: &str, call: &FunctionCall, result: &Result<ToolReply, AgentError>) -> Event {
    let (value, note) = match result {
        Ok(reply) => (reply.value().clone(), (!reply.value().is_object()).then(|| json!(BARE))),
        Err(error) => (json!({ERROR: error.public_message()}), Some(json!({ERROR: error.code()}))),
    };
    let response = FunctionResponse::new(&call.id, &call.name, value);
    let mut event = Event::new(agent).with_content(Content::new(Role::User, [response.into()]));
    if let Some(note) = note {
        event.custom_metadata.insert(TOOL_REPLY.to_owned(), note);
    }
    if let Ok(ToolReply::Pending(_)) = result {
        event.long_running_tool_ids.push(call.id.clone());
    }
    event
}

/// The reply that a stored response was made of.
pub(crate) fn read(response: &FunctionResponse, event: &Event) -> Result<ToolReply, AgentError> {
    let value = match event.custom_metadata.get(TOOL_REPLY) {
        Some(Value::Object(note)) if note.contains_key(ERROR) => return Err(error(&response.response, note)),
        Some(Value::String(note)) if note == BARE => {
            response.response.get("result").cloned().unwrap_or_default()
        }
        _ => Value::Object(response.response.clone()),
    };
    Ok(if event.is_long_running(&response.id) { ToolReply::Pending(value) } else { ToolReply::Done(value) })
}

fn error(response: &Map<String, Value>, note: &Map<String, Value>) -> AgentError {
    let text = response.get(ERROR).and_then(Value::as_str).unwrap_or(AgentError::GENERIC);
    let error = AgentError::public(text);
    match note.get(ERROR) {
        Some(Value::String(code)) => error.with_code(code),
        _ => error,
    }
}
