//! What a message means to the agent.

use a2a_core::{Caller, CallerKind, Message, Metadata, Part, Role};
use a2a_server::{CancelContext, ExecutorError, Reason, RequestContext};
use serde_json::{Value, json};

use crate::{
    Event,
    adk::{self, CancelRequest, Content, PartData, TurnRequest, USER, naming},
    convert::{envelope, keys, part},
};

/// The turn that a message asks for.
pub(super) fn turn_request(cx: &RequestContext, own: bool) -> Result<TurnRequest, ExecutorError> {
    let session = cx.context_id.as_str();
    let said = &cx.message.parts;
    let parts = if own { part::all_from_a2a(said) } else { part::all_from_peer(said) };
    let id = cx.message.message_id.as_str();
    let mut run = "";
    let event = match cx.message.metadata.get(keys::EVENTS_EXTENSION).filter(|_| own) {
        Some(whole) => {
            let mut event = user_event(whole, parts)?;
            if event.id.is_empty() {
                event.id = naming::composed(id);
            } else if event.id != id {
                // The caller sends this event more than once, and each time it is to be answered.
                run = id;
            }
            event
        }
        None => arrived(cx, parts),
    };
    let mut request = TurnRequest::new(user(&cx.caller, session).try_into()?, session.try_into()?, event);
    run.clone_into(&mut request.run);
    request.metadata.clone_from(&cx.request_metadata);
    Ok(request)
}

/// The event of a message, with ids that are the same when its run is made again.
///
/// The place in the task takes part, for there are clients that use an id twice.
fn arrived(cx: &RequestContext, parts: Vec<adk::Part>) -> Event {
    let mut event = Event::new(USER).with_content(Content::user(parts));
    let name = naming::arrived(cx.task_id.as_str(), cx.message.message_id.as_str(), cx.place);
    event.id = name.to_string();
    if event.function_responses().next().is_none() {
        // An answer belongs to the turn that asked.
        event.invocation_id = format!("e-{name}");
    }
    event
}

/// The caller's own event. Whatever it says of its author: what comes in with a message, the user has said.
fn user_event(whole: &Value, parts: Vec<adk::Part>) -> Result<Event, ExecutorError> {
    let mut event = envelope::read(whole, Some(parts)).map_err(|error| {
        let field = format!("message.metadata.{}", keys::EVENTS_EXTENSION);
        ExecutorError::refuse(a2a_core::Error::invalid_params(field, format!("must be an event: {error}")))
    })?;
    USER.clone_into(&mut event.author);
    event.custom_metadata.retain(|key, _| !key.starts_with(keys::A2A_PREFIX));
    Ok(event)
}

/// What names that aren't a user's own begin with.
const RESERVED: &str = "A2A_";

/// Who the sessions belong to. A name is one only if somebody has checked it, and it is unique only among users
/// without a tenant: nobody else may get into their sessions by it.
fn user(caller: &Caller, session: &str) -> String {
    if caller.is_anonymous() || caller.subject.is_empty() {
        return format!("{RESERVED}USER_{session}");
    }
    if caller.kind == CallerKind::User && caller.tenant.is_none() && !caller.subject.starts_with(RESERVED) {
        return caller.subject.clone();
    }
    format!("{RESERVED}CALLER_{}", json!([caller.kind, caller.tenant, caller.subject]))
}

/// The question that the task was paused with, if it waits for calls and the message answers none of them: then it
/// is asked again, with a word about what is missing.
pub(super) fn unanswered(cx: &RequestContext) -> Option<Vec<Part>> {
    let question = question(cx)?;
    let asked = part::long_running_ids(&question.parts);
    let first = asked.first()?;
    if cx.message.parts.iter().filter_map(response_id).any(|id| asked.contains(&id)) {
        return None;
    }
    let mut parts = question.parts.clone();
    parts.retain(|part| part.metadata.get(keys::VALIDATION_ERROR) != Some(&Value::Bool(true)));
    let missing = Part::text(format!("the function call {first:?} still waits for an answer"));
    let flag = Metadata::from_iter([(keys::VALIDATION_ERROR.to_owned(), Value::Bool(true))]);
    parts.push(missing.with_metadata(flag));
    Some(parts)
}

/// What a task waits for, if it waits for calls.
pub(super) fn cancel_request(cx: &CancelContext) -> Result<Option<CancelRequest>, ExecutorError> {
    let (Some(question), Some(context)) = (&cx.task.status.message, &cx.task.context_id) else {
        return Ok(None);
    };
    let calls = part::long_running_ids(&question.parts);
    if calls.is_empty() {
        return Ok(None);
    }
    let session = context.as_str();
    let user = user(&cx.caller, session).try_into()?;
    Ok(Some(CancelRequest::new(user, session.try_into()?, calls)))
}

/// What the agent asked last: with the status, or if this message has taken the task out of its pause, before it.
fn question(cx: &RequestContext) -> Option<&Message> {
    let task = cx.task.as_deref()?;
    // A run that is made again may have asked before it died: this message doesn't answer that.
    if task.status.state.is_interrupted() && !matches!(cx.reason, Reason::Redriven { .. }) {
        return task.status.message.as_deref();
    }
    let before = task.history.iter().rposition(|said| said.message_id == cx.message.message_id)?;
    task.history[..before].last().filter(|said| said.role == Role::Agent)
}

fn response_id(said: &Part) -> Option<String> {
    match part::from_a2a(said).data {
        PartData::FunctionResponse(response) => Some(response.id),
        _ => None,
    }
}
