//! The protobuf forms of both versions, for gRPC.
