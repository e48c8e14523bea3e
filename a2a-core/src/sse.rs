//! Server-sent events, both ways and without I/O: what streams are framed in over HTTP (§9.4.2, §11.7).
//!
//! The framing is the `text/event-stream` of the HTML standard. [`write_event`] puts one event into a buffer, and
//! [`Decoder`] turns the bytes of a response, however they were split, into events.
//!
//! ```
//! use a2a_core::sse::{self, Decoder};
//!
//! let mut body = Vec::new();
//! sse::write_event(&mut body, Some(&7), |out| serde_json::to_writer(out, &["hello"]))?;
//! assert_eq!(body, b"id: 7\ndata: [\"hello\"]\n\n");
//!
//! let mut decoder = Decoder::new();
//! decoder.push(&body);
//! while let Some(event) = decoder.next_event()? {
//!     assert_eq!((event.id, event.data), (Some("7"), r#"["hello"]"#));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod buffer;
mod decoder;
mod encoder;
mod error;
mod line;

pub use self::{
    decoder::{Decoder, Event, MAX_EVENT_BYTES, MAX_NAME_BYTES},
    encoder::{KEEP_ALIVE, write_event},
    error::DecodeError,
};
