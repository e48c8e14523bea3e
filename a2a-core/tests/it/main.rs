//! What the crate promises, tested through its public API.

mod card;
mod push;
mod security;
mod sse;
