//! Calls agents that speak A2A, the protocol between agents.
//!
//! ```no_run
//! use a2a_client::{Client, StreamEvent};
//! use futures_util::StreamExt as _;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::connect("https://agent.example").await?;
//! println!("{}", client.send_text("What is the weather in Oslo?").await?.text());
//!
//! let mut stream = client.stream_text("And for the rest of the week?").await?;
//! while let Some(event) = stream.next().await {
//!     if let StreamEvent::ArtifactUpdate(update) = event? {
//!         println!("{:?}", update.artifact.parts);
//!     }
//! }
//! println!("{:?}", stream.task().map(|task| &task.status.state));
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::connect`] reads the agent's card and picks the first interface on it that this version speaks:
//! JSON-RPC of protocol version 1.x. [`Client::builder`] takes credentials, headers and limits; [`Client::call`]
//! takes what belongs to one call. A [`TaskStream`] folds its events into a task while they pass, and goes on by itself
//! when its connection is cut; [`Retry`] says how often, and which sends are repeated.
//!
//! An error tells what kind of failure it was ([`FailureKind`]), how far the call had come ([`Phase`]), the HTTP
//! status and the task where they are known, whether the same may succeed later, what was tried, and keeps its cause.

mod builder;
mod call;
mod client;
mod error;
mod failure;
mod link;
mod origin;
mod resolve;
mod retry;
mod settings;
mod stream;
mod target;
mod timeouts;
mod transport;

#[doc(inline)]
pub use a2a_core::SendMessageResponse as Answer;
pub use a2a_core::StreamEvent;

pub use self::{
    builder::ClientBuilder,
    call::Call,
    client::Client,
    error::{CallError, ConnectError, ConnectErrorKind, FailureKind, Phase, StreamError},
    resolve::MAX_CARD_BYTES,
    retry::{MAX_REPEATS, MAX_RESUMES, MAX_RETRY_AFTER, MAX_RETRY_DELAY, RETRY_DELAY, Retry},
    settings::MAX_BODY_BYTES,
    stream::TaskStream,
    target::Target,
    timeouts::{CONNECT_TIMEOUT, HEAD_TIMEOUT, IDLE_TIMEOUT, Timeouts},
};
