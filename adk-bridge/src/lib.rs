//! Makes an ADK-style agent reachable over the A2A protocol, and a remote A2A agent usable as if it were local.
//!
//! An agent of this process becomes a service:
//!
//! ```no_run
//! use adk_bridge::{agent_fn, serve_agent};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), adk_bridge::ServeError> {
//!     let shout = agent_fn("shout", "Repeats what you say, louder", async |cx, mut out| {
//!         for word in cx.text().split_whitespace() {
//!             out.delta(word.to_uppercase() + " ").await?;
//!         }
//!         Ok(())
//!     });
//!     serve_agent(shout, "127.0.0.1:8080").await
//! }
//! ```
//!
//! and an agent elsewhere becomes an [`Agent`] of this process:
//!
//! ```no_run
//! # async fn example() -> Result<(), adk_bridge::adk::RunError> {
//! # use adk_bridge::{RemoteAgent, Runner, Trust};
//! # use futures_util::StreamExt as _;
//! let shout = RemoteAgent::new("shout", "http://127.0.0.1:8080").trust(Trust::Own);
//! let mut turn = Runner::new("demo", shout).run("ann", "s1", "hello there");
//! while let Some(event) = turn.next().await { println!("{:?}", event?); }
//! # Ok(())
//! # }
//! ```
//!
//! [`adk`] has the model: agents, the events they make, the sessions that keep them, and the runner in between.
//! [`AdkExecutor`] serves them, [`RemoteAgent`] calls them, [`convert`] is what both agree on, [`card`] and
//! [`skills`] say what an agent can do, and [`timeline`] compares what two runs did.

/// The README's programs, so that they compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

pub mod adk;
pub mod card;
pub mod convert;
mod executor;
mod remote;
mod serve;
pub mod skills;
pub mod timeline;

pub use a2a_client;
pub use a2a_core;
pub use a2a_server;
pub use a2a_server::ServeError;

pub use self::{
    adk::{
        Agent, AgentError, Decision, Event, FunctionCall, Outcome, Pending, Runner, Tool, agent_fn, tool_fn,
    },
    executor::AdkExecutor,
    remote::{OnDrop, REMOTE_ERROR, RemoteAgent, Trust},
    serve::serve_agent,
};
