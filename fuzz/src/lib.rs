//! What holds for whatever bytes a peer sends: one function a target, which panics when it doesn't.
//!
//! A decoder never panics, hangs or grows without bound; what was decoded, encoded and decoded again is the same.

pub mod card;
pub mod error;
pub mod event;
pub mod fold;
pub mod grpc;
pub mod header;
pub mod json;
pub mod jsonrpc;
pub mod operation;
pub mod scalar;
pub mod signing;
pub mod sse;
pub mod v0_3;
