//! The events that tell of failures.

use super::agent_error::AgentError;
use super::event::Event;
use super::naming;
use super::run_error::RunError;
use super::timestamp::Timestamp;

/// The event that tells of an agent's failure.
pub(super) fn failed(agent: &str, error: &AgentError) -> Event {
    let mut event = Event::new(agent);
    event.error_code = Some(error.code().unwrap_or(RunError::AGENT_ERROR).to_owned());
    event.error_message = Some(error.public_message().to_owned());
    event.turn_complete = Some(true);
    event
}

/// The event that tells of a message without meaning. It is named after the message, so that a second try of
/// the same one stores no second event.
pub(super) fn refused(agent: &str, error: &RunError, message: &Event) -> Event {
    let mut event = Event::new(agent);
    event.invocation_id = match message.invocation_id.as_str() {
        "" => naming::invocation(),
        given => given.to_owned(),
    };
    let place = if message.id.is_empty() { &event.invocation_id } else { &message.id };
    event.id = naming::said(place, agent, 0);
    event.timestamp = Timestamp::now();
    event.error_code = Some(RunError::INVALID_INPUT.to_owned());
    event.error_message = Some(error.to_string());
    event.turn_complete = Some(true);
    event
}
