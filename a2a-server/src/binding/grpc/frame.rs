//! Messages as gRPC frames them: a flag, four bytes of length, the message.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use a2a_core::{Error, ErrorKind};
use bytes::Bytes;
use http_body::{Body, Frame};
use prost::Message;

use super::status::Status;

/// The flag and the length.
const HEAD: usize = 5;
/// A message up to so many bytes goes out in pieces of so many: what is that small h2 copies, and so sends in one write
/// with the head before it and the trailers behind it, where a larger piece costs a write of its own.
const SMALL: usize = 1_024;
const PIECE: usize = 255;

/// The one message of a request's body.
pub(super) fn message(body: &[u8]) -> Result<&[u8], Status> {
    let Some(([flag, length @ ..], rest)) = body.split_first_chunk::<HEAD>() else {
        return Err(Status::invalid("The body must be a message behind five bytes"));
    };
    if *flag == 1 {
        return Err(Status::compressed());
    }
    if *flag != 0 || u32::from_be_bytes(*length) as usize != rest.len() {
        return Err(Status::invalid("The body must be one message, as long as the five bytes before it say"));
    }
    Ok(rest)
}

/// Reads a message of protobuf. What it has is copied, so that a small part of it doesn't keep all of it.
pub(super) fn read<M: Message + Default>(bytes: &[u8]) -> Result<M, Error> {
    M::decode(bytes).map_err(|error| {
        Error::new(ErrorKind::InvalidRequest, "The message isn't what this rpc takes").with_source(error)
    })
}

/// Writes a message of protobuf with its frame.
pub(super) fn write(out: &mut Vec<u8>, message: &impl Message) -> Result<(), Error> {
    let length = message.encoded_len();
    let Ok(length_prefix) = u32::try_from(length) else {
        return Err(Error::new(ErrorKind::ResourceExhausted, "The answer is larger than gRPC can carry"));
    };
    out.reserve(HEAD + length);
    out.push(0);
    out.extend_from_slice(&length_prefix.to_be_bytes());
    message.encode(out).map_err(Error::internal)
}

/// The body of an answer that is one message and went well, or none. It doesn't say how long it is, for no answer of
/// gRPC does.
pub(super) struct Unary(Option<Left>);

enum Left {
    Message(Bytes),
    Trailers,
}

impl Unary {
    pub(super) fn new(frame: Bytes) -> Self {
        Self(Some(Left::Message(frame)))
    }

    pub(super) fn nothing() -> Self {
        Self(None)
    }
}

impl Body for Unary {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(match self.0.take() {
            Some(Left::Message(mut frame)) if frame.len() > PIECE && frame.len() <= SMALL => {
                let piece = frame.split_to(PIECE);
                self.0 = Some(Left::Message(frame));
                Some(Ok(Frame::data(piece)))
            }
            Some(Left::Message(frame)) => {
                self.0 = Some(Left::Trailers);
                Some(Ok(Frame::data(frame)))
            }
            Some(Left::Trailers) => Some(Ok(Frame::trailers(Status::ok().trailers()))),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}
