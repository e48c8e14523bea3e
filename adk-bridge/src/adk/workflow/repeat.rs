use super::{run, workflow};
use crate::adk::{Agent, AgentKind, Description, EventStream, InvocationContext};

/// Runs its children one after the other, again and again, until one escalates or asks something.
///
/// An answer runs the loop again from its first iteration: only so do the children come to the same question and
/// find each decision in its place.
///
/// # Defaults
///
/// It has no limit of iterations.
pub struct LoopAgent {
    name: String,
    text: String,
    children: Vec<Box<dyn Agent>>,
    max_iterations: Option<u32>,
}

workflow!(LoopAgent);

impl LoopAgent {
    /// A loop without children, which ends at once.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), text: String::new(), children: Vec::new(), max_iterations: None }
    }

    /// Ends after so many iterations.
    #[must_use]
    pub const fn max_iterations(mut self, count: u32) -> Self {
        self.max_iterations = Some(count);
        self
    }
}

impl Agent for LoopAgent {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        EventStream::new(move |mut out| async move {
            let cx = cx.at_top();
            let mut iteration = 0;
            while !self.children.is_empty() && self.max_iterations.is_none_or(|max| iteration < max) {
                for child in &self.children {
                    let ended = run(child, &cx, &mut out).await?;
                    if ended.paused || ended.escalated {
                        return Ok(());
                    }
                }
                iteration += 1;
                // A child that emits nothing never waits, and the loop must not keep the thread.
                tokio::task::yield_now().await;
            }
            Ok(())
        })
    }

    fn describe(&self) -> Description<'_> {
        let kind = AgentKind::Loop { max_iterations: self.max_iterations };
        Description { sub_agents: self.sub_agents(), ..Description::new(kind, &self.text) }
    }
}
