//! The protobuf forms of both versions, for gRPC.

mod conversion;
mod error;
mod field;
mod secret;
mod timestamp;
mod value;

#[expect(missing_docs, clippy::exhaustive_structs, reason = "generated")]
#[path = "grpc/generated/google.rpc.rs"]
#[rustfmt::skip]
/// Package `google.rpc`: what an rpc fails with.
pub mod rpc;
#[expect(missing_docs, clippy::pedantic, clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "generated")]
#[path = "grpc/generated/a2a.v1.rs"]
#[rustfmt::skip]
/// Package `a2a.v1`: version 0.3, in spite of its name.
pub mod v0_3;
#[expect(missing_docs, clippy::pedantic, clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "generated")]
#[path = "grpc/generated/lf.a2a.v1.rs"]
#[rustfmt::skip]
/// Package `lf.a2a.v1`: version 1.0.
pub mod v1;
