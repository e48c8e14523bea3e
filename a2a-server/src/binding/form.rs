//! How what is answered is written: as which version has it, and in the envelope of JSON-RPC or bare.

mod v0_3;
mod v1;

use a2a_core::{
    Error, Message, Version,
    entry::EntryEvent,
    jsonrpc::{self, Id},
    v0_3::{Family, rest::ProtoJson},
};

use crate::{
    log::{Snapshot, write_json},
    operations::Done,
};

/// The form of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    pub(super) version: Version,
    /// The id of the call, if it is one of JSON-RPC.
    pub(super) id: Option<Id<'a>>,
}

/// An item of a stream.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Message(&'a Message),
    Task(&'a Snapshot),
    /// An entry, and whether the stream ends with it.
    Entry(EntryEvent<'a>, bool),
}

/// In which JSON, beside the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    JsonRpc,
    Rest,
}

impl Form<'_> {
    /// Writes what an operation answers; a stream is none.
    pub(super) fn write_done(self, out: &mut Vec<u8>, done: &Done) {
        self.write_result(out, |out| match self.old() {
            Some(family) => v0_3::write_done(out, done, family),
            None => v1::write_done(out, done, self.place()),
        });
    }

    /// Writes an item of a stream.
    pub(super) fn write_event(self, out: &mut Vec<u8>, event: &Event<'_>) {
        self.write_result(out, |out| match self.old() {
            Some(family) => v0_3::write_event(out, event, family),
            None => v1::write_event(out, event),
        });
    }

    /// Writes an error: the whole answer, or what ends a stream.
    pub(super) fn write_error(self, out: &mut Vec<u8>, error: &Error) {
        match (self.id, self.old()) {
            (Some(id), None) => jsonrpc::write_error(out, id, error),
            (Some(id), Some(_)) => jsonrpc::write_error_v0_3(out, id, &error.into()),
            (None, None) => error.write_http(out),
            (None, Some(_)) => write_json(out, &ProtoJson(error)),
        }
    }

    fn write_result(self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        match self.id {
            Some(id) => jsonrpc::write_result(out, id, write),
            None => write(out),
        }
    }

    /// Which JSON of version 0.3, if it is that version.
    fn old(self) -> Option<Family> {
        (self.version == Version::V0_3).then_some(match self.place() {
            Place::JsonRpc => Family::JsonRpc,
            Place::Rest => Family::Rest,
        })
    }

    fn place(self) -> Place {
        if self.id.is_some() { Place::JsonRpc } else { Place::Rest }
    }
}
