//! The protobuf forms to and from the types of their versions.

mod v1;
