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
    /// Events of which it isn't known whether they are of this run or another: agents gave them their ids.
    others: HashMap<String, Arc<Event>>,
}

impl Repetition {
    /// The events of the message's own run among those of the invocation behind the message: up to what the user said
    /// next.
    pub(crate) fn of_message(later: Vec<Arc<Event>>, run: &RunName) -> Self {
        let (mut given, mut repetition) = (Given::new(run), Self::default());
        for event in later {
            // An agent may speak for the user, too.
            if !given.has(&event) && event.is_from_user() {
                break;
            }
            repetition.add(event);
        }
        repetition
    }

    /// The events of another run of the message: those that have the ids which that run gives.
    pub(crate) fn of_run(later: Vec<Arc<Event>>, run: &RunName) -> Self {
        let (mut given, mut repetition) = (Given::new(run), Self::default());
        for event in later {
            if given.has(&event) {
                repetition.add(event);
            } else if !event.is_from_user() {
                repetition.others.insert(event.id.clone(), event);
            }
        }
        repetition
    }

    fn add(&mut self, event: Arc<Event>) {
        if event.id.is_empty() {
            return;
        }
        let at = self.events.len();
        self.ids.insert(event.id.clone(), at);
        let responses = event.function_responses().filter(|response| !response.id.is_empty());
        self.responses.extend(responses.map(|response| (response.id.clone(), at)));
        self.events.push(event);
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

    /// An event that is of this run if it is made again.
    pub(crate) fn other(&self, id: &str) -> Option<&Arc<Event>> {
        self.others.get(id)
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

/// The ids that a run gives, in the order in which it does.
struct Given<'r> {
    run: &'r RunName,
    ordinals: HashMap<(String, Option<String>), u64>,
}

impl<'r> Given<'r> {
    fn new(run: &'r RunName) -> Self {
        Self { run, ordinals: HashMap::new() }
    }

    /// Whether an event has the id that is next.
    fn has(&mut self, event: &Event) -> bool {
        let ordinal = self.ordinals.entry((event.author.clone(), event.branch.clone())).or_insert(1);
        let gives =
            |ordinal: &u64| self.run.event(&event.author, event.branch.as_deref(), *ordinal) == event.id;
        // One is left out where an answer broke off and the failure came behind it.
        let found = [*ordinal, *ordinal + 1].into_iter().find(gives);
        *ordinal = found.map_or(*ordinal, |found| found + 1);
        found.is_some()
    }
}
