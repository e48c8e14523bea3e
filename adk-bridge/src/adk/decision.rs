use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::confirmation::{self, CONFIRMATION};
use super::event::Event;
use super::function::FunctionCall;
use crate::convert::keys::A2A_PROXY;

/// How the user decided about a call.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "programs match it: there is no fourth way to decide")]
pub enum Decision {
    /// Not yet: the question wasn't asked, or wasn't answered with yes or no.
    NotAsked,
    /// The call may be made.
    Approved(Approval),
    /// It may not.
    Refused(Refusal),
}

impl Decision {
    /// Whether the call may be made.
    pub const fn is_approved(&self) -> bool {
        matches!(self, Self::Approved(_))
    }
}

/// A yes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Approval {
    /// The id of the question.
    pub id: String,
    /// What came with the answer.
    pub payload: Option<Value>,
}

/// A no.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The id of the question.
    pub id: String,
    /// What came with the answer.
    pub payload: Option<Value>,
}

/// What the agents of an invocation asked in earlier runs, and what was answered.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    list: Vec<Question>,
    /// Whose questions the newest message answers: authors, and the proxies of those that are elsewhere.
    pub(crate) answered: Vec<String>,
}

#[derive(Debug)]
struct Question {
    id: String,
    author: String,
    /// The proxy through which an agent elsewhere asked.
    proxy: Option<String>,
    /// The call it is about; `None` if there are several, or none that can be read.
    call: Option<FunctionCall>,
    confirms: bool,
    answer: Option<Answer>,
    /// The call id of the look that used it up.
    used: Option<String>,
}

impl Question {
    fn askers(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.author.clone()).chain(self.proxy.clone())
    }
}

#[derive(Debug)]
enum Answer {
    Decided(bool, Option<Value>),
    Result(Map<String, Value>),
}

impl Questions {
    /// Reads the events of one invocation, oldest first; the last one is the user's newest message.
    pub(crate) fn replay(events: &[Arc<Event>]) -> Self {
        let mut questions = Self::default();
        let mut calls = HashMap::new();
        for event in events {
            if event.is_from_user() {
                questions.hear(event);
                continue;
            }
            for call in event.function_calls() {
                calls.insert(call.id.as_str(), call);
            }
            for id in &event.long_running_tool_ids {
                if let Some(call) = calls.get(id.as_str()) {
                    questions.pose(event, call);
                }
            }
        }
        questions
    }

    pub(crate) fn decision(&mut self, author: &str, call: &FunctionCall) -> Decision {
        let Some(Question { id, answer: Some(Answer::Decided(confirmed, payload)), .. }) =
            self.take(author, call, true)
        else {
            return Decision::NotAsked;
        };
        let (id, payload) = (id.clone(), payload.clone());
        if *confirmed {
            Decision::Approved(Approval { id, payload })
        } else {
            Decision::Refused(Refusal { id, payload })
        }
    }

    pub(crate) fn answer(&mut self, author: &str, call: &FunctionCall) -> Option<Map<String, Value>> {
        match &self.take(author, call, false)?.answer {
            Some(Answer::Result(result)) => Some(result.clone()),
            _ => None,
        }
    }

    pub(crate) fn askers(&self) -> Vec<String> {
        self.list.iter().flat_map(Question::askers).collect()
    }

    fn pose(&mut self, event: &Event, call: &FunctionCall) {
        let confirms = call.name == CONFIRMATION;
        let about = if confirms { confirmation::original(call) } else { Some(call.clone()) };
        match self.list.iter_mut().find(|question| question.id == call.id) {
            Some(known) => {
                let same = |known: &FunctionCall| about.as_ref().is_some_and(|about| same_call(known, about));
                if known.author != event.author || !known.call.as_ref().is_some_and(same) {
                    known.call = None;
                }
            }
            None => self.list.push(Question {
                id: call.id.clone(),
                author: event.author.clone(),
                proxy: event.custom_metadata.get(A2A_PROXY).and_then(Value::as_str).map(str::to_owned),
                call: about,
                confirms,
                answer: None,
                used: None,
            }),
        }
    }

    fn hear(&mut self, event: &Event) {
        self.answered.clear();
        for response in event.function_responses() {
            let Some(question) = self.list.iter_mut().find(|question| question.id == response.id) else {
                continue;
            };
            self.answered.extend(question.askers());
            if question.answer.is_none() {
                question.answer = if question.confirms {
                    confirmation::read(&response.response)
                        .map(|(confirmed, payload)| Answer::Decided(confirmed, payload))
                } else {
                    Some(Answer::Result(response.response.clone()))
                };
            }
        }
    }

    /// The answered question that a look is about: the one it got before, or the first that nobody used.
    fn take(&mut self, author: &str, call: &FunctionCall, confirms: bool) -> Option<&Question> {
        let fits = |question: &Question| {
            question.confirms == confirms
                && question.author == author
                && question.answer.is_some()
                && question.call.as_ref().is_some_and(|asked| {
                    same_call(asked, call)
                        && (asked.id == call.id || asked.id.is_empty() || call.id.is_empty())
                })
        };
        let again = |question: &Question| !call.id.is_empty() && question.used.as_deref() == Some(&*call.id);
        let index =
            self.list.iter().position(|question| fits(question) && again(question)).or_else(|| {
                self.list.iter().position(|question| fits(question) && question.used.is_none())
            })?;
        let question = &mut self.list[index];
        question.used = Some(call.id.clone());
        Some(question)
    }
}

fn same_call(a: &FunctionCall, b: &FunctionCall) -> bool {
    a.name == b.name && same_members(&a.args, &b.args)
}

fn same_members(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
}

/// Whether two values are equal where `1` and `1.0` are one number: some stores know no integers.
fn same_json(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((a.is_f64() || b.is_f64()) && a.as_f64().is_some() && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Value::Object(a), Value::Object(b)) => same_members(a, b),
        _ => a == b,
    }
}
