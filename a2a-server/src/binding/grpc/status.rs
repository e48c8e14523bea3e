//! What an rpc ends with.

use a2a_core::{Error, grpc::rpc};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use prost::Message as _;

static STATUS: HeaderName = HeaderName::from_static("grpc-status");
static MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
static ACCEPTED: HeaderName = HeaderName::from_static("grpc-accept-encoding");
static DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// Clients take 8 KiB of headers at least, and a character of the message can be three there.
const MAX_MESSAGE: usize = 1_024;
const MAX_DETAILS: usize = 3_072;

/// A status of gRPC: a number, a text for people, and details as bytes of `google.rpc.Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    code: i32,
    message: String,
    details: Vec<u8>,
    /// What else goes with it.
    metadata: Vec<(HeaderName, HeaderValue)>,
}

impl Status {
    pub(super) fn ok() -> Self {
        Self::plain(0, "")
    }

    pub(super) fn invalid(message: &str) -> Self {
        Self::plain(3, message)
    }

    pub(super) fn deadline_exceeded() -> Self {
        Self::plain(4, "The client's deadline is over; the task, if there is one, goes on")
    }

    /// To a compressed message, with what may be sent instead.
    pub(super) fn compressed() -> Self {
        let status = Self::plain(12, "Compressed messages aren't read; send with identity");
        status.with(std::iter::once((ACCEPTED.clone(), HeaderValue::from_static("identity"))))
    }

    pub(super) fn shutting_down() -> Self {
        Self::plain(14, "The server is shutting down; subscribe to the task again")
    }

    fn plain(code: i32, message: &str) -> Self {
        Self { code, message: message.to_owned(), details: Vec::new(), metadata: Vec::new() }
    }

    /// That of an error, with a number of its own or that of its kind, which says `message` to people. Details that are
    /// too large for headers are left out, the protocol's own at last.
    pub(super) fn of(error: &Error, code: Option<i32>, mut message: String) -> Self {
        if message.len() > MAX_MESSAGE {
            let end = (0..=MAX_MESSAGE).rev().find(|at| message.is_char_boundary(*at));
            message.truncate(end.unwrap_or_default());
        }
        let mut status = rpc::Status::from(error);
        status.code = code.unwrap_or(status.code);
        status.message.clone_from(&message);
        while status.encoded_len() > MAX_DETAILS && status.details.pop().is_some() {}
        let details = status.encode_to_vec();
        Self { code: status.code, message, details, metadata: Vec::new() }
    }

    pub(super) fn with(mut self, metadata: impl Iterator<Item = (HeaderName, HeaderValue)>) -> Self {
        self.metadata.extend(metadata);
        self
    }

    pub(super) fn trailers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(3);
        self.write(&mut headers);
        headers
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        headers.extend(self.metadata.clone());
        // Most rpcs go well, and this one isn't allocated.
        let code = if self.code == 0 { HeaderValue::from_static("0") } else { self.code.into() };
        headers.insert(&STATUS, code);
        let values =
            [(&MESSAGE, percent_encoded(&self.message)), (&DETAILS, STANDARD_NO_PAD.encode(&self.details))];
        for (name, value) in values {
            if let Ok(value) = HeaderValue::try_from(value)
                && !value.is_empty()
            {
                headers.insert(name, value);
            }
        }
    }
}

/// As gRPC writes a message: what isn't printable ASCII, and the sign itself, by its bytes.
fn percent_encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(byte.into());
        } else {
            encoded.extend([
                '%',
                DIGITS[usize::from(byte >> 4)].into(),
                DIGITS[usize::from(byte & 15)].into(),
            ]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use a2a_core::ErrorKind;

    use super::*;

    #[test]
    fn a_message_is_percent_encoded_and_cut_between_characters() {
        assert_eq!(percent_encoded("100% as é\n"), "100%25 as %C3%A9%0A");
        let long =
            Status::of(&Error::new(ErrorKind::Internal, "x"), None, format!("x{}", "é".repeat(MAX_MESSAGE)));
        assert_eq!((long.message.len(), long.message.ends_with('é')), (MAX_MESSAGE - 1, true));
    }

    #[test]
    fn details_that_do_not_fit_into_headers_are_left_out() {
        let small = Error::new(ErrorKind::TaskNotFound, "Task not found").with_info("taskId", "t");
        let status = Status::of(&small, None, small.message().to_owned());
        let read = Error::from_grpc(status.code, status.message.as_str(), &status.details);
        assert_eq!(read, small);
        let large = small.with_info("why", "x".repeat(MAX_DETAILS));
        let status = Status::of(&large, None, large.message().to_owned());
        let read = Error::from_grpc(status.code, status.message.as_str(), &status.details);
        assert_eq!(read, Error::new(ErrorKind::TaskNotFound, "Task not found"));
    }
}
