use std::fmt;
use std::future::Future;

use super::agent::{Agent, AgentKind, Description};
use super::agent_error::AgentError;
use super::context::InvocationContext;
use super::emitter::Emitter;
use super::stream::EventStream;
use super::tool::FunctionDeclaration;

/// Makes an [`Agent`] from a name, a sentence about it, and an async closure that is its turn.
///
/// The closure may capture what it needs, such as tools: it is cloned for each turn.
///
/// ```
/// use adk_bridge::adk::{Runner, agent_fn};
///
/// let shout = agent_fn("shout", "Repeats what you say, louder", async |cx, mut out| {
///     for word in cx.text().split_whitespace() {
///         out.delta(word.to_uppercase() + " ").await?;
///     }
///     Ok(()) // open deltas close into one stored event
/// });
/// let runner = Runner::new("demo", shout);
/// ```
pub fn agent_fn<F, Fut>(name: impl Into<String>, text: impl Into<String>, turn: F) -> AgentFn<F>
where
    F: FnOnce(InvocationContext, Emitter) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), AgentError>> + Send + 'static,
{
    AgentFn { name: name.into(), text: text.into(), tools: Vec::new(), examples: Vec::new(), turn }
}

/// An agent made by [`agent_fn`].
#[derive(Clone)]
pub struct AgentFn<F> {
    name: String,
    text: String,
    tools: Vec<FunctionDeclaration>,
    examples: Vec<String>,
    turn: F,
}

impl<F> AgentFn<F> {
    /// Describes a tool that the closure has, for the agent's card.
    #[must_use]
    pub fn tool(mut self, declaration: &FunctionDeclaration) -> Self {
        self.tools.push(declaration.clone());
        self
    }

    /// Gives a message that the agent can answer, for its card.
    #[must_use]
    pub fn example(mut self, message: impl Into<String>) -> Self {
        self.examples.push(message.into());
        self
    }
}

impl<F, Fut> Agent for AgentFn<F>
where
    F: FnOnce(InvocationContext, Emitter) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), AgentError>> + Send + 'static,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        let cx = cx.for_agent(&self.name);
        let turn = self.turn.clone();
        let place = cx.clone();
        EventStream::new(move |out| turn(cx, out)).attributed(&place)
    }

    fn describe(&self) -> Description<'_> {
        Description {
            tools: self.tools.iter().collect(),
            examples: self.examples.iter().map(String::as_str).collect(),
            ..Description::new(AgentKind::Custom, &self.text)
        }
    }
}

impl<F> fmt::Debug for AgentFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentFn").field("name", &self.name).field("text", &self.text).finish_non_exhaustive()
    }
}
