//! What one writes without a client: reqwest, a split at empty lines, and the same types.

use std::io;

use a2a_core::StreamEvent;
use memchr::memmem;
use serde::Deserialize;

use crate::{http, work::Work};

#[derive(Deserialize)]
struct Envelope {
    result: StreamEvent,
}

pub(crate) async fn play() -> io::Result<()> {
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| io::Error::other("a provider is installed already"))?;
    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().map_err(io::Error::other)?;
    super::play(async |port, work| read(&client, port, work).await).await
}

async fn read(client: &reqwest::Client, port: u16, work: Work) -> io::Result<u32> {
    let request = client
        .post(format!("http://127.0.0.1:{port}/"))
        .header("content-type", "application/json")
        .body(http::body("SendStreamingMessage", &http::message(work)));
    let mut response = request.send().await.map_err(io::Error::other)?;
    let (mut events, mut buffer) = (0, Vec::new());
    let blank = memmem::Finder::new(b"\n\n");
    while let Some(chunk) = response.chunk().await.map_err(io::Error::other)? {
        buffer.extend_from_slice(&chunk);
        let mut done = 0;
        while let Some(end) = blank.find(&buffer[done..]) {
            let frame = &buffer[done..done + end];
            done += end + 2;
            let data = frame.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"data: "));
            let Some(data) = data else { continue };
            let envelope: Envelope = serde_json::from_slice(data).map_err(io::Error::other)?;
            std::hint::black_box(&envelope.result);
            events += 1;
        }
        buffer.drain(..done);
    }
    Ok(events)
}
