use futures_util::StreamExt as _;
use futures_util::stream::select_all;

use super::{has_any, workflow};
use crate::adk::{Agent, AgentKind, Description, EventStream, InvocationContext};

/// Runs its children at the same time, each in a branch of its own.
///
/// Events come in the order in which they happen, and no child is more than one event ahead of the reader. The
/// first failure ends all of them. When something was asked, the answer runs only the children again that asked.
pub struct ParallelAgent {
    name: String,
    text: String,
    children: Vec<Box<dyn Agent>>,
}

workflow!(ParallelAgent);

impl ParallelAgent {
    /// A group without children.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), text: String::new(), children: Vec::new() }
    }
}

impl Agent for ParallelAgent {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        EventStream::new(move |mut out| async move {
            let askers = cx.askers();
            let any = self.children.iter().any(|child| has_any(child, &askers));
            let again = self.children.iter().filter(|child| !any || has_any(&***child, &askers));
            let place = cx.with_branch(&self.name);
            let mut events = select_all(again.map(|child| place.with_branch(child.name()).run(child)));
            while let Some(event) = events.next().await {
                out.emit(event?).await?;
            }
            Ok(())
        })
    }

    fn describe(&self) -> Description<'_> {
        Description { sub_agents: self.sub_agents(), ..Description::new(AgentKind::Parallel, &self.text) }
    }
}
