//! gRPC with a client that others have written, over real sockets.

mod client;
mod errors;
mod rpcs;
mod streams;
