//! What a user's message means in its session.

use std::sync::Arc;

use super::content::Content;
use super::event::Event;
use super::naming;
use super::part::PartData;
use super::run_error::RunError;
use super::session::Session;
use super::timestamp::Timestamp;

/// A message that starts or continues an invocation.
#[derive(Debug)]
pub(crate) struct Opening {
    /// The user's event, nothing empty.
    pub(crate) event: Event,
    /// What the agent has to answer.
    pub(crate) content: Content,
    /// The events of the invocation before the message; a new invocation has none, and isn't looked for.
    pub(crate) earlier: Vec<Arc<Event>>,
    /// The events of the invocation behind the message, if the session has the message: the turn is run again.
    pub(crate) later: Option<Vec<Arc<Event>>>,
}

impl Opening {
    /// Finds out what the message belongs to.
    pub(crate) fn new(session: &Session, mut event: Event) -> Result<Self, RunError> {
        let stored = session.events.iter().rev().find(|stored| !event.id.is_empty() && stored.id == event.id);
        if let Some(stored) = stored {
            event = (**stored).clone();
        }
        let again = stored.is_some();
        if is_empty(&event) {
            return Err(RunError::input("the message is empty"));
        }
        if event.function_calls().next().is_some() {
            return Err(RunError::input("a user can't call functions"));
        }
        let given = !event.invocation_id.is_empty();
        let mut earlier = Vec::new();
        if event.invocation_id.is_empty() {
            match answered_invocation(session, &event)? {
                Some(id) => event.invocation_id = id,
                None => event.invocation_id = naming::invocation(),
            }
        }
        if event.function_responses().next().is_some() || given {
            earlier.extend(session.invocation(&event.invocation_id).cloned());
        }
        let place = earlier.iter().position(|earlier| again && earlier.id == event.id);
        let later = place.map(|place| earlier.drain(place..).skip(1).collect());
        if event.id.is_empty() {
            event.id = naming::said(&event.invocation_id, &event.author, earlier.len());
        }
        if event.timestamp.is_unset() {
            event.timestamp = Timestamp::now();
        }
        let content = question(&event, &earlier).cloned().unwrap_or_default();
        Ok(Self { event, content, earlier, later })
    }
}

/// What the agent has to answer: the message, or what started the invocation whose questions it answers.
fn question<'e>(event: &'e Event, earlier: &'e [Arc<Event>]) -> Option<&'e Content> {
    let answers = |event: &Event| event.function_responses().next().is_some();
    let mut started = earlier.iter().filter(|event| event.is_from_user() && !answers(event));
    let started = started.find_map(|event| event.content.as_ref());
    started.filter(|_| answers(event)).or(event.content.as_ref())
}

/// Whether there is nothing to answer.
fn is_empty(event: &Event) -> bool {
    let says = |data: &PartData| match data {
        PartData::Text(text) => !text.is_empty(),
        PartData::Other(members) => !members.is_empty(),
        _ => true,
    };
    !event.content.as_ref().is_some_and(|content| content.parts.iter().any(|part| says(&part.data)))
}

/// The invocation whose questions the message answers, if it answers any.
fn answered_invocation(session: &Session, event: &Event) -> Result<Option<String>, RunError> {
    let mut found: Option<&str> = None;
    for response in event.function_responses() {
        let Some((asked, _)) = session.find_call(&response.id) else {
            return Err(RunError::input(format!("nothing in this session waits for {:?}", response.id)));
        };
        if found.is_some_and(|found| found != asked.invocation_id) {
            return Err(RunError::input("the answers belong to different turns"));
        }
        found = Some(&asked.invocation_id);
    }
    Ok(found.map(str::to_owned))
}
