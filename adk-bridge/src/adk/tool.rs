use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use super::actions::EventActions;
use super::agent_error::AgentError;
use super::context::InvocationContext;

/// Something an agent can call. [`tool_fn`](super::tool_fn) makes one from a closure.
///
/// It may be called many times at once. Dropping the future ends the call. An `Err` becomes the response
/// `{"error": …}` with the public text of the error only.
///
/// **A tool with effects, such as a payment, passes [`ToolContext::call_id`] on as its idempotency key.** A process may
/// die after the effect and before the response is stored; the turn is then run again, and the call is made again
/// under the same id. Once the response is stored it never is.
#[async_trait]
pub trait Tool: Send + Sync + 'static {
    /// What a model and a card are told of it.
    fn declaration(&self) -> &FunctionDeclaration;

    /// Does its work.
    async fn call(&self, args: Value, cx: ToolContext) -> Result<ToolReply, AgentError>;
}

#[async_trait]
impl<T: Tool + ?Sized> Tool for Arc<T> {
    fn declaration(&self) -> &FunctionDeclaration {
        (**self).declaration()
    }

    async fn call(&self, args: Value, cx: ToolContext) -> Result<ToolReply, AgentError> {
        (**self).call(args, cx).await
    }
}

/// How a [`Tool`] is called.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionDeclaration {
    /// The name, unique among the tools of an agent.
    pub name: String,
    /// What it does, for a model.
    pub description: String,
    /// The JSON Schema of its arguments.
    pub parameters: Option<Value>,
    /// The JSON Schema of its result.
    pub response: Option<Value>,
}

impl FunctionDeclaration {
    /// A declaration without schemas.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into(), parameters: None, response: None }
    }
}

/// What a [`Tool`] answers.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "programs match it: a call is done or it isn't")]
pub enum ToolReply {
    /// The result. One that isn't an object is stored under the name `result`.
    Done(Value),
    /// Work goes on elsewhere, and the result will be the answer to this call: the turn pauses. The value says
    /// what is known until then.
    Pending(Value),
}

impl ToolReply {
    /// The result, or what is known until it comes.
    pub const fn value(&self) -> &Value {
        match self {
            Self::Done(value) | Self::Pending(value) => value,
        }
    }

    /// The same by value.
    pub fn into_value(self) -> Value {
        match self {
            Self::Done(value) | Self::Pending(value) => value,
        }
    }
}

impl From<Value> for ToolReply {
    fn from(result: Value) -> Self {
        Self::Done(result)
    }
}

/// Where a tool is called: the agent's context, the id of the call, and what its response does.
///
/// Clones are the same context.
#[derive(Debug, Clone)]
pub struct ToolContext {
    invocation: InvocationContext,
    call_id: Arc<str>,
    actions: Arc<Mutex<EventActions>>,
}

impl ToolContext {
    pub(crate) fn new(invocation: InvocationContext, call_id: String) -> Self {
        Self { invocation, call_id: call_id.into(), actions: Arc::default() }
    }

    /// The context of the agent that calls.
    pub const fn invocation(&self) -> &InvocationContext {
        &self.invocation
    }

    /// The id of the call, which is its idempotency key.
    ///
    /// It is a function of the turn, the agent and the place of the call in it: when the turn is run again because its
    /// process died, the same call has the same id, and no other call has it.
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Changes the state when the response is stored. What begins with `temp:` never is, so it isn't known any more
    /// when the turn is run again and the call isn't.
    pub fn set_state(&self, key: impl Into<String>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        self.with_actions(|actions| {
            actions.state_delta.insert(key, value);
        });
    }

    /// Changes what the response will do. The tool must not use this context inside of the closure.
    pub fn with_actions<R>(&self, change: impl FnOnce(&mut EventActions) -> R) -> R {
        change(&mut self.actions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn take_actions(&self) -> EventActions {
        self.with_actions(std::mem::take)
    }
}
