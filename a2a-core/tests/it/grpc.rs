//! The protobuf forms.

mod golden;
mod through;
