//! What travels in headers: version, extensions and the names of the rest (§3.6, §4.6.1).

mod extensions;
mod negotiation;
mod version;

pub use self::{
    extensions::Extensions,
    negotiation::VersionPolicy,
    version::{InvalidVersion, Version},
};

/// Which version of the protocol the request is in.
pub const A2A_VERSION: &str = "a2a-version";
/// Which extensions the client asks for, and in an answer which are active.
pub const A2A_EXTENSIONS: &str = "a2a-extensions";
/// What [`A2A_EXTENSIONS`] was called in version 0.3.
pub const X_A2A_EXTENSIONS: &str = "x-a2a-extensions";
/// Makes a send safe to repeat: the same key answers what the first one got.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The extension by which a card says that repeating a send with its key is safe.
pub const IDEMPOTENCY_EXTENSION: &str = "urn:a2a-rust:idempotency:1";
/// The cursor of the last event that the reader has.
pub const LAST_EVENT_ID: &str = "last-event-id";
/// The extension by which the events of a gRPC stream carry their cursor, in their metadata under this name; on HTTP an
/// event's `id` is its cursor.
pub const CURSOR_EXTENSION: &str = "urn:a2a-rust:cursor:1";
