//! What the crate promises, tested through its public API.

<<<<<<< HEAD
mod arbitrary;
=======
mod any_card;
>>>>>>> cards
mod card;
mod cursor;
mod depth;
mod error;
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
