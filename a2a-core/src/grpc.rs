//! The protobuf forms of both versions, for gRPC: the messages, their conversions and errors. No transport.
//!
//! [`v1`] is the package `lf.a2a.v1` and converts to and from the native types; [`v0_3`] is the package `a2a.v1`, which
//! is version 0.3, and converts to and from those of [`crate::v0_3`]; [`rpc`] has what an rpc fails with, to and from
//! [`Error`]. The `.proto` files are in the folder `proto` of this crate, and `codegen/` beside it makes the code.
//!
//! ```
//! use a2a_core::{GetTaskRequest, StreamEvent, grpc::v1};
//! use prost::Message;
//!
//! let request = v1::GetTaskRequest::from(GetTaskRequest::new("t1".parse()?));
//! assert_eq!(request.encode_to_vec(), b"\x12\x02t1");
//!
//! let bytes = b"\x1a\x0a\x0a\x02t1\x12\x00\x1a\x02\x08\x03".as_slice();
//! let event = StreamEvent::try_from(v1::StreamResponse::decode(bytes)?)?;
//! assert!(event.status().is_some_and(|status| status.state.is_terminal()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A conversion that can't fail is a `From`, any other one a `TryFrom` with [`Error`]. What comes in wrong is
//! [`InvalidParams`] with the path of the field, such as `message.parts[0].data`; what can't be said is
//! [`UnsupportedOperation`], and its message begins with the path. All take their argument by value and move what they
//! can: text, bytes and lists aren't copied.
//!
//! # What protobuf can't say
//!
//! | native | as protobuf |
//! |---|---|
//! | an integer beyond 2^53 in `data` or metadata | the nearest double; it comes back as a float |
//! | a float that is integral, such as `2.0` | comes back as the integer |
//! | `data` or metadata of more than 31 objects or 47 lists in each other | refused: readers stop at 100 messages |
//! | a role or state that is known by its name alone | unspecified; as a filter of a list, refused |
//! | content or an event that this version doesn't know | refused |
//! | a security scheme or flow that this version doesn't know | nothing but its name in the card |
//! | empty metadata, a configuration that says nothing | absent |
//! | what is finer than a millisecond in a time that comes in | cut |
//!
//! Version 0.3 can't say these, either:
//!
//! | in 0.3 | as protobuf |
//! |---|---|
//! | `referenceTaskIds`, `stateTransitionHistory`, metadata of requests about a task | left out |
//! | `historyLength` 0 | no limit: whoever wants no history leaves out what comes |
//! | no `blocking` | yes, and always written; one that comes in without a configuration waits, one with it but without `blocking` doesn't |
//! | several flows of one OAuth scheme | one: authorization code, client credentials, implicit, password, the first there is |
//! | `pkceRequired` | left out |
//! | a capability that is denied | nothing said of it |
//! | bytes of a file | their base64, as most peers have it; both are read, so bytes that are base64 themselves come decoded from a peer that sends bytes |
//! | an id with a slash where a name has to carry it | refused; other ids stand in names as they are |
//! | pages of a list of webhooks | beside the conversion, in the fields of the message |
//!
//! A member that is set to what this version doesn't know looks like none in protobuf: a part or an event of that kind
//! is refused.
//!
//! [`InvalidParams`]: crate::ErrorKind::InvalidParams
//! [`UnsupportedOperation`]: crate::ErrorKind::UnsupportedOperation
//! [`Error`]: crate::Error

mod conversion;
mod error;
mod field;
mod secret;
mod timestamp;
mod value;

#[expect(missing_docs, clippy::exhaustive_structs, reason = "generated")]
#[path = "grpc/generated/google.rpc.rs"]
#[rustfmt::skip]
/// Package `google.rpc`: what an rpc fails with.
pub mod rpc;
#[expect(missing_docs, clippy::pedantic, clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "generated")]
#[path = "grpc/generated/a2a.v1.rs"]
#[rustfmt::skip]
/// Package `a2a.v1`: version 0.3, in spite of its name.
pub mod v0_3;
#[expect(missing_docs, clippy::pedantic, clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "generated")]
#[path = "grpc/generated/lf.a2a.v1.rs"]
#[rustfmt::skip]
/// Package `lf.a2a.v1`: version 1.0.
pub mod v1;
