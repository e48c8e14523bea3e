//! The agent that the official suites drive, on the public API alone: a message's id or text chooses what it does.
//!
//! `cargo run --example conformance_agent -- [--httpPort N] [--grpcPort N] [--no-streaming] [--no-push]
//! [--no-extended-card] [--required-extension] [--v03] [--auth]`
//!
//! It prints `http http://127.0.0.1:PORT` and `grpc 127.0.0.1:PORT`, and answers until it is killed.

mod agent;
mod behavior;
mod callers;
mod card;
mod client_parse;
mod host;
mod instruction;
mod itk;
mod options;
mod peer;
#[cfg(test)]
mod tests;

use std::error::Error;

use self::{host::Host, options::Options};

/// Whatever went wrong, with its causes.
type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options::read(std::env::args().skip(1), |name| std::env::var(name).ok())?;
    let host = Host::bind(options).await?;
    println!("http http://{}", host.http());
    println!("grpc {}", host.grpc());
    host.run().await
}
