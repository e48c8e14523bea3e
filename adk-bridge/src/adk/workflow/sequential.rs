use super::{has_any, run, workflow};
use crate::adk::{Agent, AgentKind, Description, EventStream, InvocationContext};

/// Runs its children one after the other.
///
/// It stops after a child that asked something. The answer goes on with the child that it belongs to: those
/// before it aren't run again, that one is from its top, and the rest follows. If the answer belongs to no child
/// that it knows of, it starts at the first.
pub struct SequentialAgent {
    name: String,
    text: String,
    children: Vec<Box<dyn Agent>>,
}

workflow!(SequentialAgent);

impl SequentialAgent {
    /// A sequence without children.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), text: String::new(), children: Vec::new() }
    }
}

impl Agent for SequentialAgent {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        EventStream::new(move |mut out| async move {
            let answered = cx.answered();
            let first = self.children.iter().position(|child| has_any(child, &answered)).unwrap_or(0);
            for child in &self.children[first..] {
                if run(child, &cx, &mut out).await?.paused {
                    break;
                }
            }
            Ok(())
        })
    }

    fn describe(&self) -> Description<'_> {
        Description { sub_agents: self.sub_agents(), ..Description::new(AgentKind::Sequential, &self.text) }
    }
}
