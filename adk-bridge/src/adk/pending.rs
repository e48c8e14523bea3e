use serde_json::{Map, Value, json};

use super::confirmation::{self, CONFIRMATION};
use super::event::Event;
use super::function::{FunctionCall, FunctionResponse};
use super::part::Part;

/// Something that an agent waits for: a decision of the user, or the result of a long-running call.
///
/// The methods that make an answer give a [`Part`]; send it as the next message in the same session, alone or
/// together with other answers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pending {
    /// The call that waits, as the session has it.
    pub request: FunctionCall,
    /// The call that may not be made yet, of a question about one.
    pub original: Option<FunctionCall>,
    /// What is known until the result comes, if a tool said so.
    pub interim: Option<Map<String, Value>>,
    /// The agent that asked.
    pub author: String,
}

impl Pending {
    /// What the events of a turn leave pending, in order.
    ///
    /// A call is pending if it, or a response to it, is marked as long running.
    pub fn collect<E: AsRef<Event>>(events: &[E]) -> Vec<Self> {
        let events = || events.iter().map(AsRef::as_ref);
        let mut list: Vec<Self> = Vec::new();
        for event in events().filter(|event| !event.is_partial()) {
            for id in &event.long_running_tool_ids {
                let interim = event.function_responses().find(|response| response.id == *id);
                let calls = events().flat_map(Event::function_calls);
                let request = calls.into_iter().find(|call| call.id == *id).cloned();
                let named = || Some(FunctionCall::new(&interim?.name, Value::Null).with_id(id));
                let Some(request) = request.or_else(named) else { continue };
                let known = list.iter().position(|pending| pending.request.id == *id);
                let index = known.unwrap_or_else(|| {
                    list.push(Self::new(request, &event.author));
                    list.len() - 1
                });
                if let Some(interim) = interim {
                    list[index].interim = Some(interim.response.clone());
                }
            }
        }
        list
    }

    fn new(request: FunctionCall, author: &str) -> Self {
        let confirms = request.name == CONFIRMATION;
        let original = if confirms { confirmation::original(&request) } else { None };
        Self { request, original, interim: None, author: author.to_owned() }
    }

    /// The id that an answer names.
    pub fn id(&self) -> &str {
        &self.request.id
    }

    /// The call it is about: the one to be decided, or the one whose result is awaited.
    pub fn call(&self) -> &FunctionCall {
        self.original.as_ref().unwrap_or(&self.request)
    }

    /// Whether it wants yes or no.
    pub fn is_confirmation(&self) -> bool {
        self.request.name == CONFIRMATION
    }

    /// What the user should know to decide.
    pub fn hint(&self) -> Option<String> {
        let hint = confirmation::about(&self.request)?.hint;
        (!hint.is_empty()).then_some(hint)
    }

    /// Yes: the call may be made.
    pub fn approve(&self) -> Part {
        self.answer(json!({"confirmed": true}))
    }

    /// No: it may not.
    pub fn refuse(&self) -> Part {
        self.answer(json!({"confirmed": false}))
    }

    /// Yes or no, with something for the agent.
    pub fn decide(&self, confirmed: bool, payload: impl Into<Value>) -> Part {
        self.answer(json!({"confirmed": confirmed, "payload": payload.into()}))
    }

    /// The result of the call. One that isn't an object is sent under the name `result`.
    pub fn answer(&self, result: impl Into<Value>) -> Part {
        FunctionResponse::new(&self.request.id, &self.request.name, result).into()
    }
}
