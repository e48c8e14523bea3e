//! What a caller sees when something goes wrong.

mod call;
mod connect;
mod kind;

pub use self::{
    call::{CallError, StreamError},
    connect::{ConnectError, ConnectErrorKind},
    kind::{FailureKind, Phase},
};
