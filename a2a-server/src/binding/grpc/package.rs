//! What differs between the versions: names, messages, and where an error says its kind.

use a2a_core::{Error, ErrorKind, Method, StreamEvent, Version};

use super::status::Status;
use crate::{Limits, binding::v0_3::Ask, operations::Done};

/// A package of protobuf, which is a version of the protocol.
#[derive(Debug)]
pub(super) struct Package {
    /// The name of its service.
    pub(super) service: &'static str,
    pub(super) version: Version,
    /// Every rpc, a row each.
    pub(super) rpcs: &'static [Rpc],
    /// Writes the frame of what an operation answers; a stream is none.
    pub(super) done: fn(&mut Vec<u8>, Done) -> Result<(), Error>,
    /// Writes the frame of an event, which may be the last of its stream.
    pub(super) event: fn(&mut Vec<u8>, StreamEvent, bool) -> Result<(), Error>,
    /// What the status of an error says to people.
    pub(super) message: fn(&Error) -> String,
    /// The number of that status, where it isn't what 1.0 says.
    pub(super) code: fn(ErrorKind) -> Option<i32>,
}

/// An rpc: its name, what it is, and what its request asks for.
#[derive(Debug)]
pub(super) struct Rpc {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) read: fn(&[u8], &Limits) -> Result<Ask, Error>,
}

impl Package {
    pub(super) fn unknown(&self, path: &str) -> Status {
        /// How much of a name that nobody knows is repeated to whoever sent it.
        const SHOWN: usize = 80;
        let name = path.rsplit('/').next().unwrap_or_default();
        let shown: String = name.chars().take(SHOWN).collect();
        let text = format!("{} has no rpc {shown}", self.service);
        self.status(&Error::new(ErrorKind::MethodNotFound, text))
    }

    pub(super) fn status(&self, error: &Error) -> Status {
        Status::of(error, (self.code)(error.kind()), (self.message)(error))
    }
}
