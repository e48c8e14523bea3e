//! Makes an agent's events complete and stores them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::confirmation::CONFIRMATION;
use super::context::TurnContext;
use super::ends::End;
use super::event::Event;
use super::ids::SessionKey;
use super::naming;
use super::part::PartData;
use super::session::{SessionError, SessionErrorKind, SessionService, Window};
use super::state::{only_temp, without_temp};
use super::timestamp::Timestamp;

/// How often an append is tried when turns of the session that are elsewhere come first.
pub(crate) const TRIES: usize = 100;

/// A session's log.
pub(crate) struct Log<'a> {
    pub(crate) sessions: &'a dyn SessionService,
    pub(crate) key: &'a SessionKey,
    pub(crate) end: Arc<End>,
}

impl Log<'_> {
    /// Appends an event, after those of other turns if need be.
    pub(crate) async fn append(&self, event: &Arc<Event>) -> Result<(), SessionError> {
        let events = std::slice::from_ref(event);
        let mut end = self.end.lock().await;
        let mut tries = 0;
        loop {
            match self.sessions.append(self.key, *end, events).await {
                Ok(revision) => {
                    *end = revision;
                    return Ok(());
                }
                Err(error) if error.kind() == SessionErrorKind::Conflict && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
            let Some(session) = self.sessions.load(self.key, Window::Recent(0)).await? else {
                return Err(SessionError::new(SessionErrorKind::Missing));
            };
            *end = session.revision;
        }
    }
}

/// Fills what events leave empty.
pub(crate) struct Recorder<'a> {
    turn: &'a TurnContext,
    log: Log<'a>,
    /// How many ids each author has got in each branch.
    ordinals: HashMap<(String, Option<String>), u64>,
    /// The ids of the invocation's stored events, but for those of this run.
    known: HashSet<String>,
    /// The events of an earlier attempt that this one has come to.
    reached: HashSet<String>,
    /// The answers that have chunks but no end yet: author, branch, and the id they share.
    open: Vec<(String, Option<String>, String)>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(turn: &'a TurnContext, log: Log<'a>, known: HashSet<String>) -> Self {
        Self { turn, log, ordinals: HashMap::new(), known, reached: HashSet::new(), open: Vec::new() }
    }

    /// Completes an event and stores it unless it is partial; `None` if the session already had it, or has the
    /// answer that it is a chunk of.
    pub(crate) async fn record(&mut self, mut event: Event) -> Result<Option<Event>, SessionError> {
        if event.invocation_id.is_empty() {
            event.invocation_id.clone_from(&self.turn.invocation_id);
        }
        if event.timestamp.is_unset() {
            event.timestamp = Timestamp::now();
        }
        let given = !event.id.is_empty();
        if !given {
            event.id = self.id_for(&event);
        }
        if let Some(stored) = self.turn.repetition.get(&event.id) {
            if given {
                self.count(&event);
            }
            if !event.is_partial() && self.reached.insert(event.id.clone()) {
                self.reach(stored, &event);
            }
            return Ok(None);
        }
        if let Some(stored) = self.turn.repetition.other(&event.id) {
            let first = !event.is_partial() && self.reached.insert(event.id);
            return Ok(first.then(|| Event::clone(stored)));
        }
        if given && !event.is_partial() && !self.known.insert(event.id.clone()) {
            tracing::debug!(event = event.id, "an event that the session already has");
            return Ok(None);
        }
        name_calls(&mut event);
        for (key, value) in &self.turn.config.custom_metadata {
            if !event.custom_metadata.contains_key(key) {
                event.custom_metadata.insert(key.clone(), value.clone());
            }
        }
        if !event.is_partial() {
            self.store(&mut event).await?;
        }
        Ok(Some(event))
    }

    /// The id of an event that belongs to no open answer.
    pub(crate) fn new_id(&mut self, author: &str, branch: Option<&str>) -> String {
        let ordinal = self.ordinals.entry((author.to_owned(), branch.map(str::to_owned))).or_default();
        loop {
            *ordinal += 1;
            let id = self.turn.run.event(author, branch, *ordinal);
            if !self.known.contains(&id) {
                return id;
            }
        }
    }

    /// Counts an event that was given its id, if it is the one that is next.
    fn count(&mut self, event: &Event) {
        let ordinal = self.ordinals.entry((event.author.clone(), event.branch.clone())).or_default();
        let is_next = self.turn.run.event(&event.author, event.branch.as_deref(), *ordinal + 1) == event.id;
        *ordinal += u64::from(is_next);
    }

    fn id_for(&mut self, event: &Event) -> String {
        let open = |(author, branch, _): &(String, Option<String>, String)| {
            *author == event.author && *branch == event.branch
        };
        match (self.open.iter().position(open), event.is_partial()) {
            (Some(index), true) => self.open[index].2.clone(),
            (Some(index), false) => self.open.swap_remove(index).2,
            (None, false) => self.new_id(&event.author, event.branch.as_deref()),
            (None, true) => {
                let id = self.new_id(&event.author, event.branch.as_deref());
                self.open.push((event.author.clone(), event.branch.clone(), id.clone()));
                id
            }
        }
    }

    /// Does again what a stored event did. What is never stored is known only from the one that is made now.
    fn reach(&self, stored: &Arc<Event>, made: &Event) {
        let mut live = self.turn.live();
        let state = Arc::make_mut(&mut live.state);
        state.apply(&only_temp(&made.actions.state_delta));
        state.apply(&stored.actions.state_delta);
        live.history.push(Arc::clone(stored));
    }

    async fn store(&mut self, event: &mut Event) -> Result<(), SessionError> {
        if !event.actions.state_delta.is_empty() {
            Arc::make_mut(&mut self.turn.live().state).apply(&event.actions.state_delta);
            without_temp(&mut event.actions.state_delta);
        }
        let stored = Arc::new(event.clone());
        self.log.append(&stored).await?;
        self.turn.live().history.push(stored);
        Ok(())
    }
}

/// Gives ids to the calls that have none, and marks questions for the user as pending.
fn name_calls(event: &mut Event) {
    let parts = event.content.iter_mut().flat_map(|content| &mut content.parts);
    for (index, part) in parts.enumerate() {
        if let PartData::FunctionCall(call) = &mut part.data
            && call.id.is_empty()
        {
            call.id = naming::call(&event.id, index);
            if call.name == CONFIRMATION {
                event.long_running_tool_ids.push(call.id.clone());
            }
        }
    }
}
