use std::fmt;
use std::sync::Arc;

use futures_util::future::{BoxFuture, try_join_all};

use super::agent_error::AgentError;
use super::context::InvocationContext;
use super::paused_turn::PausedTurn;
use super::stream::EventStream;
use super::tool::FunctionDeclaration;

/// Something that answers: a model with tools, a program, a workflow of other agents, or a peer elsewhere.
///
/// A [`Runner`](super::Runner) calls [`run`](Self::run) once for each message of a user and stores what it
/// yields. Turns run at the same time, also of one session. [`agent_fn`](super::agent_fn) makes an agent from a
/// closure.
///
/// - The events of `run` reach the reader in order; each is stored before it is seen.
/// - An `Err` ends the turn and becomes an event that says so; see [`AgentError`](super::AgentError) for what
///   others read of it.
/// - An agent that asks the user, with [`Emitter::ask`](super::Emitter::ask) or a pending tool, ends its turn.
///   **The answer runs it again from the top**, with the text of the message that started it, and nothing is
///   suppressed: look at the decision before you emit or do anything twice.
/// - Dropping the stream ends the turn.
pub trait Agent: Send + Sync + 'static {
    /// The name, which is the author of its events. It is unique among the agents of an app, and isn't `user`.
    fn name(&self) -> &str;

    /// Answers a message.
    fn run(&self, cx: InvocationContext) -> EventStream<'_>;

    /// What others may know of it: the skills of a card are made from this.
    fn describe(&self) -> Description<'_> {
        Description::default()
    }

    /// Learns that a turn which waits for answers is canceled, so that whatever else waits for them can be told.
    ///
    /// By default the agents that it runs learn of it, as [`describe`](Self::describe) names them; an agent that calls
    /// others in any other way passes it on itself. All are told at once, so that one which is silent keeps it from
    /// nobody. An `Err` means that it can't be canceled, and then it isn't.
    fn cancel(&self, paused: PausedTurn) -> BoxFuture<'_, Result<(), AgentError>> {
        Box::pin(async move {
            let agents = self.describe().sub_agents;
            try_join_all(agents.into_iter().map(|agent| agent.cancel(paused.clone()))).await.map(drop)
        })
    }
}

macro_rules! delegate {
    ($($owner:ident),+) => {$(
        impl<T: Agent + ?Sized> Agent for $owner<T> {
            fn name(&self) -> &str {
                (**self).name()
            }

            fn run(&self, cx: InvocationContext) -> EventStream<'_> {
                (**self).run(cx)
            }

            fn describe(&self) -> Description<'_> {
                (**self).describe()
            }

            fn cancel(&self, paused: PausedTurn) -> BoxFuture<'_, Result<(), AgentError>> {
                (**self).cancel(paused)
            }
        }
    )+};
}

delegate!(Arc, Box);

/// What an [`Agent`] tells about itself.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Description<'a> {
    /// What sort of agent it is.
    pub kind: AgentKind,
    /// What it is for, in a sentence.
    pub text: &'a str,
    /// What a model is told to do. It is private: nothing publishes it unless asked to.
    pub instruction: Option<&'a str>,
    /// The tools it has.
    pub tools: Vec<&'a FunctionDeclaration>,
    /// The agents it runs.
    pub sub_agents: Vec<&'a dyn Agent>,
    /// Messages that it can answer.
    pub examples: Vec<&'a str>,
}

impl<'a> Description<'a> {
    /// A description of a kind and a sentence.
    pub fn new(kind: AgentKind, text: &'a str) -> Self {
        Self { kind, text, ..Self::default() }
    }
}

impl fmt::Debug for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Description")
            .field("kind", &self.kind)
            .field("text", &self.text)
            .field("tools", &self.tools)
            .field("sub_agents", &self.sub_agents.iter().map(|agent| agent.name()).collect::<Vec<_>>())
            .field("examples", &self.examples)
            .finish_non_exhaustive()
    }
}

/// What sort of agent it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgentKind {
    /// A program.
    #[default]
    Custom,
    /// A model.
    Llm,
    /// Runs its sub-agents one after the other.
    Sequential,
    /// Runs its sub-agents at the same time.
    Parallel,
    /// Runs its sub-agents again and again.
    Loop {
        /// How many times at most.
        max_iterations: Option<u32>,
    },
    /// An agent elsewhere.
    Remote,
    /// Something else, by its name.
    Other(String),
}

/// Whether an agent of this name is in the tree below and including `agent`.
pub(crate) fn contains(agent: &dyn Agent, name: &str) -> bool {
    agent.name() == name || agent.describe().sub_agents.into_iter().any(|sub| contains(sub, name))
}
