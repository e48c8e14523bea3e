//! The client against a peer that says, byte for byte, what a test wants it to.

#![expect(clippy::unwrap_used, reason = "what can't happen in a test fails it")]

mod calls;
mod cards;
mod cut;
mod defects;
mod errors;
mod in_process;
mod peer;
mod proxy;
mod resume;
mod streams;
mod timeouts;
