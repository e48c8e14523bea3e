//! Several agents in one program: each below a path of its own, with its card, its tasks and its handle.
//!
//! `cargo run --example many_agents -- [--port N]`, then
//! `cargo run --example stream_client -- http://127.0.0.1:N/shout "hello there"`

use a2a_core::{AgentCard, AgentSkill};
use a2a_server::{ServeError, Server, executor_fn};
use axum::Router;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().skip_while(|argument| argument != "--port").nth(1);
    let listener = TcpListener::bind(("127.0.0.1", port.as_deref().unwrap_or("0").parse()?)).await?;
    let base = format!("http://{}", listener.local_addr()?);

    let shout = agent(&base, "shout", "Says it louder", str::to_uppercase)?;
    let turn = agent(&base, "turn", "Says it from behind", |text| text.chars().rev().collect())?;
    let handles = [shout.handle(), turn.handle()];
    let app =
        Router::new().nest_service("/shout", shout.into_router()).nest_service("/turn", turn.into_router());

    println!("{base}/shout\n{base}/turn");
    let ending = handles.clone();
    let stop = async move {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        ending.iter().for_each(a2a_server::ServerHandle::shutdown);
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    for handle in handles {
        handle.drain().await;
    }
    Ok(())
}

/// An agent that is found at its name below the base.
fn agent(base: &str, name: &str, does: &str, says: fn(&str) -> String) -> Result<Server, ServeError> {
    let card = AgentCard::new(name, does, "1.0.0").with_skill(AgentSkill::new(name, name, does, ["text"]));
    let executor = executor_fn(async move |cx, out| Ok(out.message(says(&cx.message.text())).await?));
    Server::builder(card, executor).allow_anonymous().public_url(format!("{base}/{name}")).build()
}
