//! What the end or the pause of a task says.

use a2a_core::{Message, Metadata, Part, TaskState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Incoming;
use crate::{
    Event,
    adk::{self, Content, EventActions, FunctionCall},
    convert::{keys, metadata},
};

/// The calls that a proxy makes up for a peer that waits for something without saying so in a call, as ADK's own
/// proxy names them: for input, and for authentication.
pub(in crate::remote) const INPUT_CALLS: [&str; 2] =
    ["mock_function_call_for_required_user_input", "mock_function_call_for_required_user_auth"];

impl Incoming {
    /// The event that the last status makes; a bare one makes none.
    pub(super) fn closing(
        &mut self,
        state: &TaskState,
        said: Option<&Message>,
        about: &Metadata,
    ) -> Option<Event> {
        // A question that came as an event, with calls to answer, is only repeated.
        let told = said.is_some_and(|message| self.spoken.has_heard(message)) && !self.asked.is_empty();
        let parts = said.filter(|_| !told).map_or(&[][..], |message| &message.parts);
        let mut event = self.event(parts);
        event.id = self.name(&["end"]);
        metadata::apply_to(about, &mut event);
        if let Some(message) = said {
            metadata::apply_to(&message.metadata, &mut event);
        }
        event.turn_complete = Some(true);
        if self.whole {
            event.actions = EventActions::default();
        } else if self.escalated {
            event.actions.escalate = None;
        }
        match state {
            TaskState::InputRequired | TaskState::AuthRequired if told => {}
            TaskState::InputRequired | TaskState::AuthRequired => self.pause(&mut event, state, said)?,
            _ => event.long_running_tool_ids.clear(),
        }
        if let Some((code, text)) = failure(state) {
            if *state == TaskState::Failed && self.failed {
                return None;
            }
            fail(&mut event, parts, code, text);
        } else {
            event.error_code = None;
        }
        let says = event.content.as_ref().is_some_and(|content| !content.parts.is_empty());
        (says || event.is_error() || !event.actions.is_empty()).then(|| self.tell(event))
    }

    /// Sees to it that a pause has a call to answer, and is told once.
    fn pause(&self, event: &mut Event, state: &TaskState, said: Option<&Message>) -> Option<()> {
        let calls = &event.long_running_tool_ids;
        if calls.is_empty() && self.asked.is_empty() {
            let at = usize::from(*state == TaskState::AuthRequired);
            ask(event, INPUT_CALLS[at], ["input_required", "auth_required"][at], said);
            return Some(());
        }
        // The calls of a remote of ours have come where they happened, and are only repeated here.
        let repeats = self.whole && calls.iter().all(|id| self.asked.contains(id));
        (!repeats).then_some(())
    }
}

/// The code and the text of a state that is a failure.
fn failure(state: &TaskState) -> Option<(Option<&'static str>, &'static str)> {
    match state {
        TaskState::Failed => Some((None, "the remote agent failed")),
        TaskState::Rejected => Some((Some("TASK_REJECTED"), "the remote agent refused")),
        TaskState::Canceled => Some((Some("TASK_CANCELED"), "the remote task was canceled")),
        _ => None,
    }
}

fn fail(event: &mut Event, parts: &[Part], code: Option<&str>, otherwise: &str) {
    let at = parts.iter().position(|part| part.as_text().is_some());
    event.error_message = Some(at.and_then(|at| parts[at].as_text()).unwrap_or(otherwise).to_owned());
    if let (Some(at), Some(content)) = (at, &mut event.content)
        && parts[at].metadata.get(keys::IS_ERROR_MESSAGE) == Some(&Value::Bool(true))
    {
        content.parts.remove(at);
    }
    event.content = event.content.take().filter(|content| !content.parts.is_empty());
    if event.error_code.is_none() {
        event.error_code = code.map(str::to_owned);
    }
}

/// Makes a call of a question that isn't one: it stands where the question's last text did.
fn ask(event: &mut Event, name: &str, key: &str, said: Option<&Message>) {
    let content = event.content.get_or_insert_with(|| Content::model(Vec::<adk::Part>::new()));
    let at = content.parts.iter().rposition(|part| part.as_text().is_some());
    let prompt = at.and_then(|at| content.parts[at].as_text()).unwrap_or_default();
    let id = match said {
        Some(message) => {
            let place =
                event.custom_metadata.get(keys::A2A_TASK_ID).and_then(Value::as_str).unwrap_or_default();
            let seed = format!("{place}\n{}\n{prompt}", message.message_id);
            Uuid::new_v5(&Uuid::NAMESPACE_URL, seed.as_bytes())
        }
        None => Uuid::new_v5(&Uuid::NAMESPACE_URL, event.id.as_bytes()),
    };
    let id = format!("adk-{id}");
    let call: adk::Part = FunctionCall::new(name, json!({ key: prompt })).with_id(&id).into();
    match at {
        Some(at) => content.parts[at] = call,
        None => content.parts.push(call),
    }
    event.long_running_tool_ids.push(id);
}
