//! What the bridge promises, from the outside.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod adk_decisions;
mod adk_json;
mod adk_parts;
mod adk_runner;
mod adk_sessions;
mod adk_streams;
mod adk_timeline;
mod adk_tools;
mod adk_workflows;
