//! A webhook that this program serves.

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};

use crate::expect::Outcome;

/// A webhook, until it is dropped.
pub struct Webhook {
    pub url: String,
    pub calls: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
    serving: JoinHandle<()>,
}

impl Webhook {
    pub async fn listen(host: &str) -> Outcome<Self> {
        let listener = TcpListener::bind((host, 0)).await?;
        let url = format!("http://{}/hook", listener.local_addr()?);
        let (sender, calls) = mpsc::unbounded_channel();
        let called = async move |headers: HeaderMap, body: Bytes| {
            // Nobody listens any more once the check is over.
            let _ = sender.send((headers, body));
        };
        let router = Router::new().route("/hook", post(called));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, calls, serving })
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
