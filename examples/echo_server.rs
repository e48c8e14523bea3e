//! The smallest executor: says again what it's told, as an artifact that streams word by word.
//!
//! `cargo run --example echo_server -- [--port N]`

use a2a_core as a2a;
use a2a_server::{ServeError, executor_fn, serve};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let port = std::env::args().skip_while(|argument| argument != "--port").nth(1);
    let echo = executor_fn(async |cx, out| {
        let task = out.task().await?;
        let mut reply = task.artifact("echo");
        for word in cx.message.text().split_inclusive(' ') {
            reply.append(word).await?;
        }
        reply.finish().await?;
        Ok(task.complete().await?)
    });
    let card = a2a::AgentCard::new("echo", "Says again what it's told", "1.0.0");
    serve(("127.0.0.1", port.and_then(|port| port.parse().ok()).unwrap_or(0)), card, echo).await
}
