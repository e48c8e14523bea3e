//! What the remote says, as events of the proxy.

use std::collections::HashSet;

use a2a_client::Answer;
use a2a_core::{
    Artifact, ContextId, Message, Metadata, Part, StreamEvent, Task, TaskArtifactUpdateEvent, TaskId, TaskState,
    TaskStatus,
};
use serde_json::{Value, json};

use super::{Trust, aggregate::Aggregates};
use crate::{
    AgentError, Event,
    adk::{self, Content, FunctionCall, InvocationContext, PartData},
    convert::{envelope, keys, metadata, part},
};

/// The calls that a proxy makes up for a peer that waits for something without saying so in a call, as ADK's own
/// proxy names them: for input, and for authentication.
pub(super) const INPUT_CALLS: [&str; 2] =
    ["mock_function_call_for_required_user_input", "mock_function_call_for_required_user_auth"];

/// Turns updates into events.
pub(super) struct Incoming {
    name: String,
    trust: Trust,
    task: Option<TaskId>,
    context: Option<ContextId>,
    /// The artifacts and events that the session has already, where the task is one that goes on.
    known: HashSet<String>,
    aggregates: Aggregates,
    /// Whether an event with an error has come, so that the status which repeats it makes none.
    failed: bool,
    ended: bool,
}

impl Incoming {
    pub(super) fn new(cx: &InvocationContext, name: &str, trust: Trust, resumes: bool) -> Self {
        let history = cx.history();
        let artifact = |event: &Event| {
            let id = event.custom_metadata.get(keys::A2A_ARTIFACT_ID)?.as_str()?;
            Some(id.to_owned())
        };
        let mut known = HashSet::new();
        if resumes {
            // A task that goes on has what it had before, and at its beginning it is shown as a whole.
            for event in &history {
                known.extend(artifact(event));
                known.insert(event.id.clone());
            }
        }
        Self {
            name: name.to_owned(),
            trust,
            task: None,
            context: None,
            known,
            aggregates: Aggregates::default(),
            failed: false,
            ended: false,
        }
    }

    /// The events of an answer that came at once.
    pub(super) fn answer(&mut self, answer: Answer) -> Vec<Event> {
        let mut events = match answer {
            Answer::Task(task) => self.take(&StreamEvent::Task(task)),
            Answer::Message(message) => self.take(&StreamEvent::Message(message)),
            _ => Vec::new(),
        };
        events.extend(self.end());
        events
    }

    /// The events of one update.
    pub(super) fn take(&mut self, update: &StreamEvent) -> Vec<Event> {
        match update {
            StreamEvent::Task(task) => self.task(task),
            StreamEvent::Message(message) => vec![self.message(message)],
            StreamEvent::StatusUpdate(update) => {
                self.learn(&update.task_id, update.context_id.as_ref());
                self.status(&update.status, &update.metadata)
            }
            StreamEvent::ArtifactUpdate(update) => {
                self.learn(&update.task_id, update.context_id.as_ref());
                self.artifact(update).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is left when the stream has ended.
    pub(super) fn end(&mut self) -> Vec<Event> {
        self.flush()
    }

    fn learn(&mut self, task: &TaskId, context: Option<&ContextId>) {
        if self.task.is_none() {
            self.task = Some(task.clone());
        }
        if self.context.is_none() {
            self.context = context.cloned();
        }
    }

    fn task(&mut self, task: &Task) -> Vec<Event> {
        self.learn(&task.id, task.context_id.as_ref());
        let mut events = Vec::new();
        for artifact in &task.artifacts {
            match self.whole(&artifact.metadata, &artifact.parts) {
                Some(event) if event.is_partial() || self.known.contains(&event.id) => {}
                Some(event) => events.push(event),
                None if self.known.contains(artifact.artifact_id.as_str()) => {}
                None => self.aggregates.begin(artifact),
            }
        }
        if task.status.state.is_terminal() || task.status.state.is_interrupted() {
            events.extend(self.status(&task.status, &Metadata::new()));
        }
        events
    }

    fn message(&mut self, message: &Message) -> Event {
        if self.context.is_none() {
            self.context.clone_from(&message.context_id);
        }
        self.ended = true;
        let mut event = self.event(&message.parts, &message.metadata);
        event.turn_complete = Some(true);
        event
    }

    fn artifact(&mut self, update: &TaskArtifactUpdateEvent) -> Vec<Event> {
        let artifact = &update.artifact;
        if let Some(event) = self.whole(&artifact.metadata, &artifact.parts) {
            return vec![event];
        }
        let flag = update.metadata.get(keys::PARTIAL).and_then(Value::as_bool);
        if artifact.parts.is_empty() || (flag == Some(true) && update.last_chunk) {
            return Vec::new();
        }
        let mut event = self.artifact_event(artifact);
        metadata::apply_to(&update.metadata, &mut event);
        let complete = update.last_chunk && !update.append;
        if flag.is_some() || complete {
            self.aggregates.forget(&artifact.artifact_id);
            event.partial = (flag == Some(true)).then_some(true);
            return vec![event];
        }
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        self.aggregates.add(artifact, update.append);
        let mut events = vec![event];
        if update.last_chunk {
            events.extend(self.aggregates.take(&artifact.artifact_id).map(|whole| self.artifact_event(&whole)));
        }
        events
    }

    fn artifact_event(&mut self, artifact: &Artifact) -> Event {
        let id = artifact.artifact_id.to_string();
        self.known.insert(id.clone());
        let mut event = self.event(&artifact.parts, &artifact.metadata);
        event.custom_metadata.insert(keys::A2A_ARTIFACT_ID.to_owned(), Value::String(id));
        event
    }

    fn status(&mut self, status: &TaskStatus, about: &Metadata) -> Vec<Event> {
        if let Some(event) = self.whole(about, &[]) {
            return vec![event];
        }
        let said = status.message.as_ref();
        let whole = said.and_then(|message| self.whole(&message.metadata, &message.parts));
        if let Some(event) = whole {
            return vec![event];
        }
        let state = &status.state;
        if !state.is_terminal() && !state.is_interrupted() {
            return said.and_then(|message| self.progress(message)).into_iter().collect();
        }
        let mut events = self.flush();
        self.ended = true;
        events.extend(self.closing(state, said, about));
        events
    }

    /// Something said while the work goes on: it is no part of the answer.
    fn progress(&mut self, message: &Message) -> Option<Event> {
        if message.parts.is_empty() || self.trust == Trust::Own {
            return None;
        }
        let mut event = self.event(&message.parts, &message.metadata);
        event.partial = Some(true);
        event.long_running_tool_ids.clear();
        for said in event.content.iter_mut().flat_map(|content| &mut content.parts) {
            if matches!(said.data, PartData::Text(_)) {
                said.thought = Some(true);
            }
        }
        Some(event)
    }

    /// What the end or the pause of the task says; a bare one says nothing.
    fn closing(&mut self, state: &TaskState, said: Option<&Message>, about: &Metadata) -> Option<Event> {
        let (parts, message) = said.map_or((&[][..], None), |message| (&*message.parts, Some(message)));
        let mut event = self.event(parts, message.map_or(&Metadata::new(), |message| &message.metadata));
        metadata::apply_to(about, &mut event);
        event.turn_complete = Some(true);
        match state {
            TaskState::Failed => return self.failure(event, parts, None, "the remote agent failed"),
            TaskState::Rejected => {
                return self.failure(event, parts, Some("TASK_REJECTED"), "the remote agent refused");
            }
            TaskState::Canceled => {
                return self.failure(event, parts, Some("TASK_CANCELED"), "the remote task was canceled");
            }
            TaskState::InputRequired | TaskState::AuthRequired if self.trust == Trust::Own && self.paused(&event) => {
                // The calls have come where they happened, and are only repeated here.
                return None;
            }
            TaskState::InputRequired => ask(&mut event, INPUT_CALLS[0], "input_required"),
            TaskState::AuthRequired => ask(&mut event, INPUT_CALLS[1], "auth_required"),
            _ => {}
        }
        let says = event.content.as_ref().is_some_and(|content| !content.parts.is_empty());
        (says || event.actions != adk::EventActions::default()).then_some(event)
    }

    /// Whether the question's calls are events of this turn already.
    fn paused(&self, question: &Event) -> bool {
        !question.long_running_tool_ids.is_empty() && self.aggregates.is_empty()
    }

    fn failure(&mut self, mut event: Event, parts: &[Part], code: Option<&str>, otherwise: &str) -> Option<Event> {
        if std::mem::replace(&mut self.failed, true) {
            return None;
        }
        let text = parts.iter().position(|part| part.as_text().is_some());
        event.error_message = Some(match text.and_then(|at| parts[at].as_text()) {
            Some(text) => text.to_owned(),
            None => otherwise.to_owned(),
        });
        if let (Some(at), Some(content)) = (text, &mut event.content)
            && parts[at].metadata.get(keys::IS_ERROR_MESSAGE) == Some(&Value::Bool(true))
        {
            content.parts.remove(at);
        }
        event.content = event.content.filter(|content| !content.parts.is_empty());
        if event.error_code.is_none() {
            event.error_code = code.map(str::to_owned);
        }
        Some(event)
    }

    /// The whole event that an update of a remote of ours carries.
    fn whole(&mut self, about: &Metadata, parts: &[Part]) -> Option<Event> {
        if self.trust != Trust::Own {
            return None;
        }
        let parts = (!parts.is_empty()).then(|| parts.iter().map(part::from_a2a).collect());
        let mut event = match envelope::read(about.get(keys::EVENTS_EXTENSION)?, parts) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(agent = self.name, %error, "an event of a remote of ours can't be read");
                return None;
            }
        };
        self.failed |= event.is_error();
        event.custom_metadata.retain(|key, _| keys::travels(key));
        self.mark(&mut event);
        Some(event)
    }

    /// An event of the proxy with this content.
    fn event(&self, parts: &[Part], about: &Metadata) -> Event {
        let mut event = Event::new(&self.name);
        if !parts.is_empty() {
            event.content = Some(Content::model(parts.iter().map(part::from_a2a).collect::<Vec<_>>()));
            let pending = parts.iter().filter(|part| part::is_long_running(part)).map(part::from_a2a);
            event.long_running_tool_ids = pending.filter_map(|part| Some(part.as_function_call()?.id.clone())).collect();
        }
        metadata::apply_to(about, &mut event);
        self.mark(&mut event);
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

    fn flush(&mut self) -> Vec<Event> {
        let open = self.aggregates.take_all();
        open.iter().map(|whole| self.artifact_event(whole)).collect()
    }
}

/// Makes a pause of an event that waits for something without a call.
fn ask(event: &mut Event, name: &str, key: &str) {
    if !event.long_running_tool_ids.is_empty() {
        return;
    }
    let content = event.content.get_or_insert_with(|| Content::model(Vec::<adk::Part>::new()));
    let prompt = content.parts.iter().rev().find_map(|part| part.as_text()).unwrap_or(AgentError::GENERIC);
    let prompt = if prompt == AgentError::GENERIC { "" } else { prompt };
    let place = event.custom_metadata.get(keys::A2A_TASK_ID).and_then(Value::as_str).unwrap_or_default();
    let id = format!("adk-{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("{place}\n{prompt}").as_bytes()));
    let call = FunctionCall::new(name, json!({ key: prompt })).with_id(&id);
    if let Some(at) = content.parts.iter().rposition(|part| part.as_text().is_some()) {
        content.parts[at] = call.into();
    } else {
        content.parts.push(call.into());
    }
    event.long_running_tool_ids.push(id);
}
