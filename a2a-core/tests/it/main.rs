//! What the crate promises, tested through its public API.

mod card;
mod cursor;
mod depth;
mod error;
mod fold;
mod header;
mod json;
mod jsonrpc;
mod push;
mod security;
#[cfg(feature = "signing")]
mod signing;
mod sse;
