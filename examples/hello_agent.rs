//! An agent of this process as an A2A service, in twelve lines.
//!
//! `cargo run --example hello_agent`, then `cargo run --example stream_client -- http://127.0.0.1:8080 "hello there"`

use adk_bridge::{agent_fn, serve_agent};

#[tokio::main]
async fn main() -> Result<(), adk_bridge::ServeError> {
    let shout = agent_fn("shout", "Repeats what you say, louder", async |cx, mut out| {
        for word in cx.text().split_whitespace() {
            out.delta(word.to_uppercase() + " ").await?;
        }
        Ok(()) // open deltas close into one stored event
    });
    serve_agent(shout, "127.0.0.1:8080").await
}
