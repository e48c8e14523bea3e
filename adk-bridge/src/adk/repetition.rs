//! What an earlier attempt at a run has stored.

use std::collections::HashMap;
use std::sync::Arc;

use super::event::Event;
use super::events::Events;
use super::function::FunctionResponse;
use super::naming::RunName;
use super::session::Session;

/// The stored events of a run that is made again.
///
/// They win: the agent runs from the top, sees the session as the first attempt saw it, and whatever it makes that
/// is here already is neither stored nor shown a second time.
#[derive(Debug, Default)]
pub(crate) struct Repetition {
    events: Vec<Arc<Event>>,
    ids: HashMap<String, usize>,
    /// The event that has the response to a call, by the call's id.
    responses: HashMap<String, usize>,
}

impl Repetition {
    /// The events of a run among those of the invocation behind the message: of its own run up to what the user said
    /// next, of another run those that have the ids which that run gives.
    pub(crate) fn of(later: Vec<Arc<Event>>, other: Option<&RunName>) -> Self {
        let later = later.into_iter();
        let Some(run) = other else { return Self::new(later.take_while(|event| !event.is_from_user())) };
        let mut ordinals = HashMap::new();
        Self::new(later.filter(move |event| {
            let ordinal = ordinals.entry((event.author.clone(), event.branch.clone())).or_insert(1);
            let gives =
                |ordinal: &u64| run.event(&event.author, event.branch.as_deref(), *ordinal) == event.id;
            // One is left out where an answer broke off and the failure came behind it.
            let Some(found) = [*ordinal, *ordinal + 1].into_iter().find(gives) else { return false };
            *ordinal = found + 1;
            true
        }))
    }

    fn new(events: impl Iterator<Item = Arc<Event>>) -> Self {
        let mut repetition = Self::default();
        for (at, event) in events.filter(|event| !event.id.is_empty()).enumerate() {
            repetition.ids.insert(event.id.clone(), at);
            let responses = event.function_responses().filter(|response| !response.id.is_empty());
            repetition.responses.extend(responses.map(|response| (response.id.clone(), at)));
            repetition.events.push(event);
        }
        repetition
    }

    /// Takes the run out of its session, which then is as it was when the run began.
    pub(crate) fn take_back(&self, session: &mut Session) {
        if self.events.is_empty() {
            return;
        }
        let is_earlier = |event: &&Arc<Event>| !self.ids.contains_key(&event.id);
        let events: Events = session.events.iter().filter(is_earlier).cloned().collect();
        session.state.take_back(
            self.events.iter().map(|event| &event.actions.state_delta),
            events.iter().map(|event| &event.actions.state_delta),
        );
        session.events = events;
    }

    /// The events, oldest first.
    pub(crate) fn events(&self) -> &[Arc<Event>] {
        &self.events
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Event>> {
        self.ids.get(id).map(|at| &self.events[*at])
    }

    /// The response that a call has got, and its event.
    pub(crate) fn response(&self, call: &str) -> Option<(&FunctionResponse, &Event)> {
        let event = &self.events[*self.responses.get(call)?];
        let response = event.function_responses().find(|response| response.id == call)?;
        Some((response, event))
    }

    /// Whether nothing but the end of the turn is left: it failed.
    pub(crate) fn has_failed(&self, agent: &str) -> bool {
        let last = self.events.last();
        last.is_some_and(|last| last.is_error() && last.turn_complete == Some(true) && last.author == agent)
    }
}
