//! Calls any A2A agent and prints what it says, as it says it.
//!
//! `cargo run --example stream_client -- <url> <text>`

use std::io::Write as _;

use a2a_client::{Client, StreamEvent};
use a2a_core::Part;
use futures_util::StreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(text)) = (arguments.next(), arguments.next()) else {
        return Err("usage: stream_client <url> <text>".into());
    };
    let client = Client::connect(url).await?;
    let mut stream = client.stream_text(text).await?;
    while let Some(event) = stream.next().await {
        match event? {
            StreamEvent::Message(message) => println!("{}", message.text()),
            StreamEvent::ArtifactUpdate(update) if update.append => print!("{}", update.artifact.text()),
            StreamEvent::ArtifactUpdate(update) => print!("\n{}", Part::join_text(&update.artifact.parts)),
            StreamEvent::StatusUpdate(update) => println!("\n[{}]", update.status.state),
            _ => {}
        }
        std::io::stdout().flush()?;
    }
    Ok(())
}
