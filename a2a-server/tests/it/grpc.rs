//! gRPC with a client that others have written, over real sockets.

mod callers;
pub(crate) mod client;
mod connections;
mod errors;
mod old;
mod raw;
mod rpcs;
mod streams;
