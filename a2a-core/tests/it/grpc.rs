//! The protobuf forms.

mod error;
mod golden;
mod presence;
mod property;
mod refusal;
mod sayable;
mod through;
mod v0_3;
mod value;
