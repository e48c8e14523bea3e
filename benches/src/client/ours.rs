//! Our client as anybody uses it.

use std::io;

use a2a_client::Client;
use a2a_core::{AgentCard, AgentInterface, ProtocolBinding};
use futures_util::StreamExt as _;

pub(crate) async fn play() -> io::Result<()> {
    let mut connected: Option<Client> = None;
    super::play(async |port, work| {
        let client = match &connected {
            Some(client) => client,
            None => connected.insert(connect(port).await?),
        };
        let mut stream = client.stream_text(work.to_string()).await.map_err(io::Error::other)?;
        let mut events = 0;
        while let Some(event) = stream.next().await {
            event.map_err(io::Error::other)?;
            events += 1;
        }
        Ok(events)
    })
    .await
}

async fn connect(port: u16) -> io::Result<Client> {
    let mut card = AgentCard::new("bench", "Answers", "1");
    let url = format!("http://127.0.0.1:{port}/");
    card.supported_interfaces = vec![AgentInterface::new(url, ProtocolBinding::JsonRpc, "1.0")];
    card.capabilities.streaming = Some(true);
    Client::connect(card).await.map_err(io::Error::other)
}
