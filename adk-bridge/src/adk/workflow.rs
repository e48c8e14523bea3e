//! Agents that run other agents.

mod parallel;
mod repeat;
mod sequential;

use futures_util::StreamExt as _;

pub use self::parallel::ParallelAgent;
pub use self::repeat::LoopAgent;
pub use self::sequential::SequentialAgent;

use super::agent::{Agent, contains};
use super::agent_error::AgentError;
use super::context::InvocationContext;
use super::emitter::Emitter;

/// What a child did that its workflow has to know.
#[derive(Debug, Default)]
struct Ended {
    paused: bool,
    escalated: bool,
}

/// Runs a child to its end and passes its events on.
async fn run(child: &dyn Agent, cx: &InvocationContext, out: &mut Emitter) -> Result<Ended, AgentError> {
    let mut ended = Ended::default();
    let mut events = cx.run(child);
    while let Some(event) = events.next().await {
        let event = event?;
        ended.paused |= event.is_pause();
        ended.escalated |= event.actions.escalate == Some(true);
        out.emit(event).await?;
    }
    Ok(ended)
}

/// Whether one of these agents is the child, or runs below it.
fn has_any(child: &dyn Agent, names: &[String]) -> bool {
    names.iter().any(|name| contains(child, name))
}

macro_rules! workflow {
    ($type:ident) => {
        impl $type {
            /// Adds a child, after those it has.
            #[must_use]
            pub fn then(mut self, child: impl $crate::adk::Agent) -> Self {
                self.children.push(Box::new(child));
                self
            }

            /// Says what it is for.
            #[must_use]
            pub fn text(mut self, text: impl Into<String>) -> Self {
                self.text = text.into();
                self
            }

            fn sub_agents(&self) -> Vec<&dyn $crate::adk::Agent> {
                self.children.iter().map(|child| &**child).collect()
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let children: Vec<_> = self.children.iter().map(|child| child.name()).collect();
                f.debug_struct(stringify!($type))
                    .field("name", &self.name)
                    .field("children", &children)
                    .finish()
            }
        }
    };
}
use workflow;
