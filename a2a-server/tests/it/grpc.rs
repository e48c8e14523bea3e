//! gRPC with a client that others have written, over real sockets.

mod client;
mod errors;
mod old;
mod rpcs;
mod streams;
