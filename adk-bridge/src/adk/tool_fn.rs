use std::fmt;
use std::future::Future;

use async_trait::async_trait;
use serde_json::Value;

use super::agent_error::AgentError;
use super::tool::{FunctionDeclaration, Tool, ToolContext, ToolReply};

/// Makes a [`Tool`] from a name, a sentence about it, and an async closure.
///
/// The closure answers a JSON value or a [`ToolReply`]. It is cloned for each call.
///
/// ```
/// use adk_bridge::adk::{Tool, tool_fn};
/// use serde_json::json;
///
/// let double = tool_fn("double", "Doubles a number", async |args, _cx| {
///     Ok(json!({"result": args["n"].as_i64().unwrap_or(0) * 2}))
/// });
/// assert_eq!(double.declaration().name, "double");
/// ```
pub fn tool_fn<F, Fut, R>(name: impl Into<String>, description: impl Into<String>, work: F) -> ToolFn<F>
where
    F: FnOnce(Value, ToolContext) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, AgentError>> + Send + 'static,
    R: Into<ToolReply>,
{
    ToolFn { declaration: FunctionDeclaration::new(name, description), work }
}

/// A tool made by [`tool_fn`].
#[derive(Clone)]
pub struct ToolFn<F> {
    declaration: FunctionDeclaration,
    work: F,
}

impl<F> ToolFn<F> {
    /// Gives the JSON Schema of the arguments.
    #[must_use]
    pub fn parameters(mut self, schema: Value) -> Self {
        self.declaration.parameters = Some(schema);
        self
    }

    /// Gives the JSON Schema of the result.
    #[must_use]
    pub fn response(mut self, schema: Value) -> Self {
        self.declaration.response = Some(schema);
        self
    }
}

#[async_trait]
impl<F, Fut, R> Tool for ToolFn<F>
where
    F: FnOnce(Value, ToolContext) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, AgentError>> + Send + 'static,
    R: Into<ToolReply> + 'static,
{
    fn declaration(&self) -> &FunctionDeclaration {
        &self.declaration
    }

    async fn call(&self, args: Value, cx: ToolContext) -> Result<ToolReply, AgentError> {
        let work = self.work.clone();
        work(args, cx).await.map(Into::into)
    }
}

impl<F> fmt::Debug for ToolFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolFn").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}
