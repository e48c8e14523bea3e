//! The protobuf forms to and from the types of their versions.

mod v0_3;
mod v1;
