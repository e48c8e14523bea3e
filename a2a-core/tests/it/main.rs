//! What the crate promises, tested through its public API.

mod any_card;
mod arbitrary;
mod card;
mod cursor;
mod depth;
mod error;
mod fixtures;
mod fold;
#[cfg(feature = "grpc")]
mod grpc;
mod header;
mod json;
mod jsonrpc;
mod push;
mod security;
#[cfg(feature = "signing")]
mod signing;
mod sse;
mod v0_3;
