//! What the remote says, as events of the proxy.

mod artifact;
mod closing;
mod spoken;

use std::collections::{HashMap, HashSet};

use a2a_client::StreamEvent;
use a2a_core::{
    ArtifactId, ContextId, Message, MessageId, Metadata, Part, Task, TaskId, TaskState, TaskStatus,
};
use serde_json::Value;

pub(super) use self::closing::INPUT_CALLS;
use self::spoken::Spoken;
use super::{Trust, aggregate::Aggregates, known::Known};
use crate::{
    AgentError, Event,
    adk::{Content, InvocationContext, PartData},
    convert::{envelope, keys, metadata, part},
};

/// Turns updates into events.
pub(super) struct Incoming {
    cx: InvocationContext,
    name: String,
    /// The id of the message that all this answers.
    asked_by: MessageId,
    trust: Trust,
    task: Option<TaskId>,
    context: Option<ContextId>,
    known: Known,
    aggregates: Aggregates,
    /// How many events each artifact has made.
    told: HashMap<ArtifactId, u64>,
    spoken: Spoken,
    /// The messages about the progress so far.
    progress: HashSet<MessageId>,
    /// The calls whose results come later, by what the events have told so far.
    asked: HashSet<String>,
    /// Whether an event has come whole.
    whole: bool,
    escalated: bool,
    /// Whether an event with an error has come, so that the status which repeats it makes none.
    failed: bool,
    /// The failure that the latest event tells of.
    failure: Option<AgentError>,
    before: Before,
    /// How the task has ended or paused.
    end: Option<TaskState>,
}

/// A task that goes on, as it was before the message.
enum Before {
    /// The next update may show it.
    Expected,
    /// It was paused: that counts if nothing follows.
    Held(Box<(TaskStatus, Metadata)>),
    Over,
}

impl Incoming {
    /// What comes back on this message.
    pub(super) fn new(cx: &InvocationContext, name: &str, trust: Trust, message: &Message) -> Self {
        let task = message.task_id.as_ref();
        Self {
            cx: cx.clone(),
            name: name.to_owned(),
            asked_by: message.message_id.clone(),
            trust,
            task: task.cloned(),
            context: None,
            known: task.map(|task| Known::of(&cx.history(), name, task)).unwrap_or_default(),
            aggregates: Aggregates::default(),
            told: HashMap::new(),
            spoken: Spoken::default(),
            progress: HashSet::new(),
            asked: HashSet::new(),
            whole: false,
            escalated: false,
            failed: false,
            failure: None,
            before: if task.is_some() { Before::Expected } else { Before::Over },
            end: None,
        }
    }

    /// The events of one update.
    pub(super) fn take(&mut self, update: &StreamEvent) -> Vec<Event> {
        let stale = matches!(std::mem::replace(&mut self.before, Before::Over), Before::Expected);
        match update {
            StreamEvent::Task(task) => self.task(task, stale),
            StreamEvent::Message(message) => self.message(message),
            StreamEvent::StatusUpdate(update) => {
                self.learn(&update.task_id, update.context_id.as_ref());
                self.status(&update.status, &update.metadata)
            }
            StreamEvent::ArtifactUpdate(update) => {
                self.learn(&update.task_id, update.context_id.as_ref());
                self.artifact(update)
            }
            _ => Vec::new(),
        }
    }

    /// What is left when nothing more comes.
    pub(super) fn finish(&mut self) -> Vec<Event> {
        match std::mem::replace(&mut self.before, Before::Over) {
            Before::Held(held) => self.status(&held.0, &held.1),
            _ => self.flush(),
        }
    }

    /// Whether the task has ended or paused.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// The failure that the turn ended with, of which an event has told.
    pub(super) fn into_failure(self) -> Option<AgentError> {
        let failed = matches!(self.end, Some(TaskState::Failed | TaskState::Rejected | TaskState::Canceled));
        self.failure.filter(|_| failed)
    }

    /// The id of an event of the proxy, by what it is made of: the same in each attempt at the turn, so that a task
    /// which is joined again is told once.
    pub(super) fn name(&self, what: &[&str]) -> String {
        let task = self.task.as_ref().map(TaskId::as_str).unwrap_or_default();
        self.cx.id_of(&[&[self.asked_by.as_str(), task], what].concat())
    }

    /// The id of the event that tells that the remote was lost. Not one that the runner gives: the remote may have
    /// given it to an event that was lost, too.
    pub(super) fn lost_id(&self) -> String {
        self.cx.id_of(&[self.asked_by.as_str(), "lost"])
    }

    /// An event of the proxy itself, with the notes of where it comes from.
    pub(super) fn own_event(&self) -> Event {
        let mut event = Event::new(&self.name);
        self.mark(&mut event);
        event
    }

    fn learn(&mut self, task: &TaskId, context: Option<&ContextId>) {
        if self.task.as_ref() != Some(task) && self.task.replace(task.clone()).is_some() {
            // The remote answers on another task than it was asked on: that is where the conversation goes on.
            self.known = Known::default();
        }
        if context.is_some() && self.context.as_ref() != context {
            self.context = context.cloned();
        }
    }

    fn task(&mut self, task: &Task, stale: bool) -> Vec<Event> {
        self.learn(&task.id, task.context_id.as_ref());
        let mut events = self.history(task);
        let (status, about) = (&task.status, &task.metadata);
        let is_over = status.state.is_terminal() || status.state.is_interrupted();
        for artifact in &task.artifacts {
            if let Some(whole) = self.whole(&artifact.metadata, &artifact.parts) {
                events.extend(whole.filter(|event| !event.is_partial()));
            } else if let Some(again) = self.respoken(artifact) {
                events.extend(again);
            } else if artifact.metadata.get(keys::PARTIAL) != Some(&Value::Bool(true)) {
                // Nobody knows whether this is all of it, and it may be long before more comes.
                let shown = self.shown(artifact).into_iter();
                events.extend(shown.filter(|event| !(is_over && event.is_partial())));
            }
        }
        if stale && status.state.is_interrupted() {
            self.before = Before::Held(Box::new((status.clone(), about.clone())));
        } else if is_over || self.trust == Trust::Peer {
            events.extend(self.status(status, about));
        }
        events
    }

    fn message(&mut self, message: &Message) -> Vec<Event> {
        if self.context.is_none() {
            self.context.clone_from(&message.context_id);
        }
        self.end = Some(TaskState::Completed);
        if let Some(whole) = self.whole(&message.metadata, &message.parts) {
            return whole.collect();
        }
        vec![self.reply(message)]
    }

    /// The event of a message that ends the turn.
    fn reply(&mut self, message: &Message) -> Event {
        let mut event = self.event(&message.parts);
        event.id = self.name(&["reply", message.message_id.as_str()]);
        metadata::apply_to(&message.metadata, &mut event);
        event.long_running_tool_ids.clear();
        event.turn_complete = Some(true);
        self.tell(event)
    }

    fn status(&mut self, status: &TaskStatus, about: &Metadata) -> Vec<Event> {
        let mut events = Vec::new();
        events.extend(self.whole(about, &[]).into_iter().flatten());
        let mut said = status.message.as_deref();
        if let Some(whole) = said.and_then(|message| self.whole(&message.metadata, &message.parts)) {
            events.extend(whole);
            said = None;
        }
        if !status.state.is_terminal() && !status.state.is_interrupted() {
            let Some(message) = said else { return events };
            if spoken::is_event(message) && self.speaks(about, message) {
                let id = spoken::event_id(about).unwrap_or_default();
                events.extend(self.spoken(id, message, about));
            } else {
                events.extend(self.progress(message));
            }
            return events;
        }
        self.end = Some(status.state.clone());
        events.extend(self.flush());
        events.extend(self.closing(&status.state, said, about));
        events
    }

    /// Something said while the work goes on: it is no part of the answer, but may be an event that only does
    /// something.
    fn progress(&mut self, message: &Message) -> Option<Event> {
        if !self.progress.insert(message.message_id.clone()) {
            return None;
        }
        let mut event = self.event(&message.parts);
        metadata::apply_to(&message.metadata, &mut event);
        event.error_code = None;
        if message.parts.is_empty() {
            event.id = self.name(&["progress", message.message_id.as_str()]);
            return (!event.actions.is_empty()).then(|| self.tell(event));
        }
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        for said in event.content.iter_mut().flat_map(|content| &mut content.parts) {
            if matches!(said.data, PartData::Text(_)) {
                said.thought = Some(true);
            }
        }
        Some(event)
    }

    /// The event that an update of a remote of ours carries, if it is new; `None` if it carries none.
    fn whole(&mut self, about: &Metadata, parts: &[Part]) -> Option<std::option::IntoIter<Event>> {
        if self.trust != Trust::Own {
            return None;
        }
        let parts = (!parts.is_empty()).then(|| part::all_from_a2a(parts));
        let mut event = match envelope::read(about.get(keys::EVENTS_EXTENSION)?, parts) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(agent = self.name, %error, "an event of a remote of ours can't be read");
                return None;
            }
        };
        self.whole = true;
        event.custom_metadata.retain(|key, _| !key.starts_with(keys::A2A_PREFIX));
        self.mark(&mut event);
        let new = self.known.is_new(&event);
        Some(new.then(|| self.tell(event)).into_iter())
    }

    /// An event of the proxy with this content.
    fn event(&self, parts: &[Part]) -> Event {
        let mut event = self.own_event();
        if !parts.is_empty() {
            event.content = Some(Content::model(part::all_from_peer(parts)));
            event.long_running_tool_ids = part::long_running_ids(parts);
        }
        event
    }

    /// Remembers what an event tells.
    fn tell(&mut self, event: Event) -> Event {
        if !event.is_partial() {
            self.known.add(&event);
            self.asked.extend(event.long_running_tool_ids.iter().cloned());
            self.escalated |= event.actions.escalate == Some(true);
            self.failed |= event.is_error();
            self.failure = event.is_error().then(|| AgentError::told(&event));
        }
        event
    }

    /// Notes where an event comes from.
    fn mark(&self, event: &mut Event) {
        let ids = [
            (keys::A2A_PROXY, Some(self.name.as_str())),
            (keys::A2A_TASK_ID, self.task.as_ref().map(TaskId::as_str)),
            (keys::A2A_CONTEXT_ID, self.context.as_ref().map(ContextId::as_str)),
        ];
        for (key, id) in ids {
            if let Some(id) = id {
                event.custom_metadata.insert(key.to_owned(), Value::String(id.to_owned()));
            }
        }
    }
}
