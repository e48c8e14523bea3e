//! Makes an agent's events complete and stores them.

use std::collections::HashSet;
use std::sync::Arc;

use super::confirmation::CONFIRMATION;
use super::context::TurnContext;
use super::event::Event;
use super::ids::SessionKey;
use super::naming;
use super::part::PartData;
use super::session::{Revision, SessionError, SessionErrorKind, SessionService, Window};
use super::state::without_temp;
use super::timestamp::Timestamp;

/// How often an append is tried when other turns of the session come first.
pub(crate) const TRIES: usize = 100;

/// The end of a session's log.
pub(crate) struct Log<'a> {
    pub(crate) sessions: &'a dyn SessionService,
    pub(crate) key: &'a SessionKey,
    pub(crate) revision: Revision,
}

impl Log<'_> {
    /// Appends an event, after those of other turns if need be.
    pub(crate) async fn append(&mut self, event: &Arc<Event>) -> Result<(), SessionError> {
        let events = std::slice::from_ref(event);
        let mut tries = 0;
        loop {
            match self.sessions.append(self.key, self.revision, events).await {
                Ok(revision) => {
                    self.revision = revision;
                    return Ok(());
                }
                Err(error) if error.kind() == SessionErrorKind::Conflict && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
            let Some(session) = self.sessions.load(self.key, Window::Recent(0)).await? else {
                return Err(SessionError::new(SessionErrorKind::Missing));
            };
            self.revision = session.revision;
        }
    }
}

/// Fills what events leave empty.
pub(crate) struct Recorder<'a> {
    turn: &'a TurnContext,
    log: Log<'a>,
    ordinal: u64,
    /// The ids of the invocation's stored events.
    known: HashSet<String>,
    /// The answers that have chunks but no end yet: author, branch, and the id they share.
    open: Vec<(String, Option<String>, String)>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(turn: &'a TurnContext, log: Log<'a>, known: HashSet<String>) -> Self {
        Self { turn, log, ordinal: turn.start, known, open: Vec::new() }
    }

    /// Completes an event and stores it unless it is partial; `None` if the session already had it.
    pub(crate) async fn record(&mut self, mut event: Event) -> Result<Option<Event>, SessionError> {
        if event.invocation_id.is_empty() {
            event.invocation_id.clone_from(&self.turn.invocation_id);
        }
        if event.timestamp.is_unset() {
            event.timestamp = Timestamp::now();
        }
        if event.id.is_empty() {
            event.id = self.id_for(&event);
        } else if !event.is_partial() && !self.known.insert(event.id.clone()) {
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
    pub(crate) fn new_id(&mut self, author: &str) -> String {
        loop {
            let id = naming::event(&self.turn.invocation_id, author, self.ordinal);
            self.ordinal += 1;
            if !self.known.contains(&id) {
                return id;
            }
        }
    }

    fn id_for(&mut self, event: &Event) -> String {
        let open = |(author, branch, _): &(String, Option<String>, String)| {
            *author == event.author && *branch == event.branch
        };
        match (self.open.iter().position(open), event.is_partial()) {
            (Some(index), true) => self.open[index].2.clone(),
            (Some(index), false) => self.open.swap_remove(index).2,
            (None, false) => self.new_id(&event.author),
            (None, true) => {
                let id = self.new_id(&event.author);
                self.open.push((event.author.clone(), event.branch.clone(), id.clone()));
                id
            }
        }
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
