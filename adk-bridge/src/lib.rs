//! Makes an ADK-style agent reachable over the A2A protocol, and a remote A2A agent usable as if it were local.
//!
//! [`adk`] has the model: agents, the events they make, the sessions that keep them, and the runner in between.
//! [`timeline`] compares what two runs did.
#![forbid(unsafe_code)]

pub mod adk;
pub mod timeline;

pub use self::adk::{
    Agent, AgentError, Decision, Event, FunctionCall, Outcome, Pending, Runner, Tool, agent_fn, tool_fn,
};
