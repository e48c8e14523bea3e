//! ADK's question whether a function call may be made, and the answers to it.

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::actions::ToolConfirmation;
use super::function::FunctionCall;

/// The name of the function call that asks whether another one may be made.
pub const CONFIRMATION: &str = "adk_request_confirmation";

const ORIGINAL: &str = "originalFunctionCall";
const QUESTION: &str = "toolConfirmation";

/// The call that asks, without an id.
pub(crate) fn question(call: &FunctionCall, hint: String) -> FunctionCall {
    let confirmation = ToolConfirmation { hint, ..ToolConfirmation::default() };
    FunctionCall::new(CONFIRMATION, json!({ORIGINAL: call, QUESTION: confirmation}))
}

/// The call that is asked about.
pub(crate) fn original(question: &FunctionCall) -> Option<FunctionCall> {
    let call = FunctionCall::deserialize(question.args.get(ORIGINAL)?).ok()?;
    (!call.name.is_empty()).then_some(call)
}

/// What is said about the call.
pub(crate) fn about(question: &FunctionCall) -> Option<ToolConfirmation> {
    ToolConfirmation::deserialize(question.args.get(QUESTION)?).ok()
}

/// Whether the answer is yes or no, and what came with it. Anything but a boolean decides nothing.
///
/// ADK's web interface wraps the answer as a JSON text under `response`.
pub(crate) fn read(answer: &Map<String, Value>) -> Option<(bool, Option<Value>)> {
    if let (1, Some(Value::String(wrapped))) = (answer.len(), answer.get("response")) {
        // A peer may have written it, and nested it as deep as it likes.
        return plain(a2a_core::parse_json(wrapped)?.as_object()?);
    }
    plain(answer)
}

fn plain(answer: &Map<String, Value>) -> Option<(bool, Option<Value>)> {
    let confirmed = answer.get("confirmed")?.as_bool()?;
    Some((confirmed, answer.get("payload").filter(|payload| !payload.is_null()).cloned()))
}
