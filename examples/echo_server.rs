//! The smallest executor: says again what it's told.
//!
//! `cargo run --example echo_server -- [--port N]`

use a2a_server::{executor_fn, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().skip_while(|argument| argument != "--port").nth(1);
    let port: u16 = port.as_deref().unwrap_or("0").parse()?;
    let echo = executor_fn(async |cx, out| {
        let task = out.task().await?;
        task.artifact("echo").finish_with(cx.message.text()).await?;
        Ok(task.complete().await?)
    });
    let card = a2a_core::AgentCard::new("echo", "Says again what it's told", "1.0.0");
    Ok(serve(("127.0.0.1", port), card, echo).await?)
}
