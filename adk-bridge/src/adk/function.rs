use serde_json::{Map, Value};

use super::part::Part;
use super::wire::record;

/// A call of a tool that an agent asks for.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionCall {
    /// What its response refers to. A model may leave it empty; the [`Runner`](super::Runner) then fills it.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// The arguments by name.
    pub args: Map<String, Value>,
    /// Arguments in the making, of a model that streams them.
    pub partial_args: Vec<Value>,
    /// Whether more of this call follows in a later chunk.
    pub will_continue: Option<bool>,
}

impl FunctionCall {
    /// A call without an id. Arguments that aren't an object travel under the name `value`; `null` is none.
    ///
    /// ```
    /// use adk_bridge::adk::FunctionCall;
    /// use serde_json::json;
    ///
    /// let pay = FunctionCall::new("pay", json!({"to": "bob", "amount": 900}));
    /// assert_eq!(pay.args["to"], "bob");
    /// ```
    pub fn new(name: impl Into<String>, args: impl Into<Value>) -> Self {
        Self { name: name.into(), args: object(args.into(), "value"), ..Self::default() }
    }

    /// The same call with an id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }
}

record! { FunctionCall {
    "id" => id: some,
    "name" => name: always,
    "args" => args: always,
    "partialArgs" => partial_args: some,
    "willContinue" => will_continue: some,
} }

/// The result of a [`FunctionCall`].
///
/// By convention the response holds `result` or `output`, or `error` if the call failed.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionResponse {
    /// The id of the call.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// The result.
    pub response: Map<String, Value>,
    /// When a live model should hear of it, such as `SILENT`.
    pub scheduling: Option<String>,
    /// Whether more of this response follows.
    pub will_continue: Option<bool>,
    /// Media that belong to the result: inline data and files.
    pub parts: Vec<Part>,
}

impl FunctionResponse {
    /// The result of a call. One that isn't an object is put under the name `result`.
    pub fn new(id: impl Into<String>, name: impl Into<String>, response: impl Into<Value>) -> Self {
        let response = object(response.into(), "result");
        Self { id: id.into(), name: name.into(), response, ..Self::default() }
    }
}

record! { FunctionResponse {
    "id" => id: some,
    "name" => name: always,
    "response" => response: always,
    "scheduling" => scheduling: some,
    "willContinue" => will_continue: some,
    "parts" => parts: some,
} }

/// A call of a tool that runs at the model's provider.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolCall {
    /// What its response refers to.
    pub id: String,
    /// Which tool, such as `GOOGLE_SEARCH_WEB`.
    pub tool_type: Option<String>,
    /// The arguments by name.
    pub args: Option<Map<String, Value>>,
}

record! { ToolCall {
    "id" => id: some,
    "toolType" => tool_type: some,
    "args" => args: some,
} }

/// The result of a [`ToolCall`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolResponse {
    /// The id of the call.
    pub id: String,
    /// Which tool.
    pub tool_type: Option<String>,
    /// The result.
    pub response: Option<Map<String, Value>>,
}

record! { ToolResponse {
    "id" => id: some,
    "toolType" => tool_type: some,
    "response" => response: some,
} }

/// A JSON object as it is, anything else but `null` under a name.
pub(crate) fn object(value: Value, name: &str) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        other => Map::from_iter([(name.to_owned(), other)]),
    }
}
