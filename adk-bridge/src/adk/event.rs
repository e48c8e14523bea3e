use serde_json::{Map, Value};

use super::actions::{EventActions, NodeInfo};
use super::confirmation::CONFIRMATION;
use super::content::{Content, Role};
use super::function::{FunctionCall, FunctionResponse};
use super::part::PartData;
use super::timestamp::Timestamp;
use super::wire::record;

/// The author of what the user says.
pub const USER: &str = "user";

/// One thing that happened in a session: somebody said something, called a tool, or changed the state.
///
/// An agent makes one with [`Event::new`] and sets what it has to say. The id, the invocation and the time may
/// stay empty: the [`Runner`](super::Runner) fills what is empty, and only that.
///
/// In JSON it is exactly the object that Google's ADK stores: camel case, `id`, `timestamp`, `invocationId`,
/// `author` and `actions` always, anything else only where there is something. It reads what the Python and the
/// Go runtime write; what it doesn't know is kept in [`other`](Self::other).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The id. The chunks of one answer share it with the complete event that ends them.
    pub id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The turn of the user that it belongs to; answering a question continues the turn that asked.
    pub invocation_id: String,
    /// Who made it: the name of an agent, or [`USER`].
    pub author: String,
    /// The path of agents within a parallel run, such as `research.web`.
    pub branch: Option<String>,
    /// The function call of a delegated task that this event is confined to.
    pub isolation_scope: Option<String>,
    /// What it does.
    pub actions: EventActions,
    /// The ids of the function calls whose results come later.
    pub long_running_tool_ids: Vec<String>,
    /// What it says.
    pub content: Option<Content>,
    /// Whether it is a chunk of an answer that isn't complete yet. Such events are never stored.
    pub partial: Option<bool>,
    /// Whether the model has finished its turn.
    pub turn_complete: Option<bool>,
    /// Whether the user interrupted the model.
    pub interrupted: Option<bool>,
    /// What kind of failure, for programs.
    pub error_code: Option<String>,
    /// What failed, for people.
    pub error_message: Option<String>,
    /// Why the model stopped, such as `STOP` or `MAX_TOKENS`.
    pub finish_reason: Option<String>,
    /// What the app notes about the event.
    pub custom_metadata: Map<String, Value>,
    /// The model's citations, as its provider defines them.
    pub citation_metadata: Option<Value>,
    /// What the answer is grounded on, as the provider defines it.
    pub grounding_metadata: Option<Value>,
    /// The count of tokens, as the provider defines it.
    pub usage_metadata: Option<Value>,
    /// The likelihoods of tokens, as the provider defines them.
    pub logprobs_result: Option<Value>,
    /// The average of the likelihoods.
    pub avg_logprobs: Option<f64>,
    /// What the user was heard to say.
    pub input_transcription: Option<Value>,
    /// What the model was heard to say.
    pub output_transcription: Option<Value>,
    /// Which model answered.
    pub model_version: Option<String>,
    /// The output of a node in a graph.
    pub output: Option<Value>,
    /// Where in a graph it was made; empty outside of one.
    pub node_info: NodeInfo,
    /// Fields that only some runtime knows, kept as they came.
    pub other: Map<String, Value>,
}

record! { Event {
    "id" => id: always,
    "timestamp" => timestamp: always,
    "invocationId" => invocation_id: always,
    "author" => author: always,
    "branch" => branch: some,
    "isolationScope" => isolation_scope: some,
    "actions" => actions: always,
    "longRunningToolIds" => long_running_tool_ids: some,
    "content" => content: some,
    "partial" => partial: some,
    "turnComplete" => turn_complete: some,
    "interrupted" => interrupted: some,
    "errorCode" => error_code: some,
    "errorMessage" => error_message: some,
    "finishReason" => finish_reason: some,
    "customMetadata" => custom_metadata: some,
    "citationMetadata" => citation_metadata: some,
    "groundingMetadata" => grounding_metadata: some,
    "usageMetadata" => usage_metadata: some,
    "logprobsResult" => logprobs_result: some,
    "avgLogprobs" => avg_logprobs: some,
    "inputTranscription" => input_transcription: some,
    "outputTranscription" => output_transcription: some,
    "modelVersion" => model_version: some,
    "output" => output: some,
    "nodeInfo" => node_info: some,
} other: other }

impl Event {
    /// An event of an author that says and does nothing yet.
    pub fn new(author: impl Into<String>) -> Self {
        Self { author: author.into(), ..Self::default() }
    }

    /// The same event with content.
    #[must_use]
    pub fn with_content(mut self, content: impl Into<Content>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// The text of its content, without thoughts.
    pub fn text(&self) -> String {
        self.content.as_ref().map(Content::text).unwrap_or_default()
    }

    /// The function calls of its content.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.content.iter().flat_map(Content::function_calls)
    }

    /// The function responses of its content.
    pub fn function_responses(&self) -> impl Iterator<Item = &FunctionResponse> {
        self.content.iter().flat_map(Content::function_responses)
    }

    /// The function calls whose results come later: the turn pauses for them.
    pub fn pending_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.function_calls().filter(|call| self.is_long_running(&call.id))
    }

    /// Whether the result of this call comes later.
    pub fn is_long_running(&self, call_id: &str) -> bool {
        self.long_running_tool_ids.iter().any(|id| id == call_id)
    }

    /// Whether the turn pauses for it: it is complete, and the result of a call comes later.
    ///
    /// A question that has no id yet counts, as an agent makes it.
    pub fn is_pause(&self) -> bool {
        let asks = |call: &FunctionCall| call.name == CONFIRMATION && call.id.is_empty();
        !self.is_partial() && (!self.long_running_tool_ids.is_empty() || self.function_calls().any(asks))
    }

    /// Whether it ends what its author has to say for now, by ADK's rule.
    pub fn is_final_response(&self) -> bool {
        if self.actions.skip_summarization == Some(true) || !self.long_running_tool_ids.is_empty() {
            return true;
        }
        let calls = self.function_calls().next().is_some();
        if self.is_error() && !self.is_partial() && !calls {
            return true;
        }
        let last = self.content.as_ref().and_then(|content| content.parts.last());
        let code = matches!(last.map(|part| &part.data), Some(PartData::CodeExecutionResult(_)));
        !calls && self.function_responses().next().is_none() && !self.is_partial() && !code
    }

    /// Whether it is a chunk of an answer that isn't complete yet.
    pub fn is_partial(&self) -> bool {
        self.partial == Some(true)
    }

    /// Whether it tells of a failure.
    pub fn is_error(&self) -> bool {
        self.error_code.is_some() || self.error_message.is_some()
    }

    /// Whether the user made it.
    pub fn is_from_user(&self) -> bool {
        self.author == USER
    }

    /// Who makes an event that doesn't say: the user in the user's role, else the agent.
    ///
    /// Results of calls have the user's role too, but an agent's own are no answers of the user.
    pub(crate) fn fill_author(&mut self, agent: &str) {
        if self.author.is_empty() {
            let role = self.content.as_ref().and_then(|content| content.role.as_ref());
            let user = role == Some(&Role::User) && self.function_responses().next().is_none();
            self.author.push_str(if user { USER } else { agent });
        }
    }
}

impl AsRef<Self> for Event {
    fn as_ref(&self) -> &Self {
        self
    }
}
