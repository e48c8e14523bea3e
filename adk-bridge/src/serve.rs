//! One call from an agent to a service.

use a2a_server::{ServeError, serve};
use tokio::net::ToSocketAddrs;

use crate::{Runner, adk::Agent, card, executor::AdkExecutor};

/// Serves an agent to this machine over A2A: binds, prints the URL, answers until Ctrl-C.
///
/// The card is made from the agent itself, and sessions are kept in memory. Whoever reaches the address is one of our
/// own, so only loopback addresses are taken; for anything else put an [`AdkExecutor`] into a
/// [`Server`](a2a_server::Server).
pub async fn serve_agent(agent: impl Agent, addr: impl ToSocketAddrs) -> Result<(), ServeError> {
    let card = card::of(&agent);
    let runner = Runner::new(agent.name().to_owned(), agent);
    serve(addr, card, AdkExecutor::new(runner).own_peers(|_| true)).await
}
