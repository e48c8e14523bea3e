//! What a message means to the agent.

use a2a_core::{Caller, Message, Metadata, Part, Role};
use a2a_server::{ExecutorError, RequestContext};
use serde_json::Value;

use crate::{
    Event,
    adk::{self, Content, PartData, TurnRequest, USER},
    convert::{envelope, keys, part},
};

/// The turn that a message asks for.
pub(super) fn turn_request(cx: &RequestContext, own: bool) -> Result<TurnRequest, ExecutorError> {
    let session = cx.context_id.as_str();
    let parts: Vec<adk::Part> = cx.message.parts.iter().map(part::from_a2a).collect();
    let event = match cx.message.metadata.get(keys::EVENTS_EXTENSION).filter(|_| own) {
        Some(whole) => user_event(whole, parts)?,
        None => Event::new(USER).with_content(Content::user(parts)),
    };
    let mut request = TurnRequest::new(user(&cx.caller, session).try_into()?, session.try_into()?, event);
    request.metadata.clone_from(&cx.request_metadata);
    Ok(request)
}

/// The caller's own event. Whatever it says of its author: what comes in with a message, the user has said.
fn user_event(whole: &Value, parts: Vec<adk::Part>) -> Result<Event, ExecutorError> {
    let mut event = envelope::read(whole, Some(parts)).map_err(|error| {
        let field = format!("message.metadata.{}", keys::EVENTS_EXTENSION);
        ExecutorError::refuse(a2a_core::Error::invalid_params(field, format!("must be an event: {error}")))
    })?;
    USER.clone_into(&mut event.author);
    Ok(event)
}

/// Who the sessions belong to. A name is one only if somebody has checked it.
fn user(caller: &Caller, session: &str) -> String {
    if caller.is_anonymous() || caller.subject.is_empty() {
        format!("A2A_USER_{session}")
    } else {
        caller.subject.clone()
    }
}

/// The question that the task was paused with, if it waits for calls and the message answers none of them: then it
/// is asked again, with a word about what is missing.
pub(super) fn unanswered(cx: &RequestContext) -> Option<Vec<Part>> {
    let question = question(&cx.task.as_ref()?.history, &cx.message)?;
    let asked: Vec<String> = question.parts.iter().filter_map(pending_call).collect();
    let answered = cx.message.parts.iter().filter_map(response_id);
    let first = asked.first()?.clone();
    if answered.into_iter().any(|id| asked.contains(&id)) {
        return None;
    }
    let mut parts = question.parts.clone();
    parts.retain(|part| part.metadata.get(keys::VALIDATION_ERROR) != Some(&Value::Bool(true)));
    let missing = Part::text(format!("the function call {first:?} still waits for an answer"));
    let flag = Metadata::from_iter([(keys::VALIDATION_ERROR.to_owned(), Value::Bool(true))]);
    parts.push(missing.with_metadata(flag));
    Some(parts)
}

/// What the agent said last before this message.
fn question<'h>(history: &'h [Message], message: &Message) -> Option<&'h Message> {
    let before = history.iter().rposition(|said| said.message_id == message.message_id)?;
    history[..before].last().filter(|said| said.role == Role::Agent)
}

fn pending_call(asked: &Part) -> Option<String> {
    if !part::is_long_running(asked) {
        return None;
    }
    match part::from_a2a(asked).data {
        PartData::FunctionCall(call) => Some(call.id),
        _ => None,
    }
}

fn response_id(said: &Part) -> Option<String> {
    match part::from_a2a(said).data {
        PartData::FunctionResponse(response) => Some(response.id),
        _ => None,
    }
}
