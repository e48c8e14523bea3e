//! Errors as the HTTP+JSON binding has them (§11.6), and whatever else comes with an HTTP status.

mod said;

use serde::Serialize;

use self::said::Said;
use super::{Details, Error, ErrorKind};
use crate::Method;

#[derive(Serialize)]
struct Body<'a> {
    error: RpcStatus<'a>,
}

/// `google.rpc.Status` as JSON, with the HTTP status for its code.
#[derive(Serialize)]
pub(crate) struct RpcStatus<'a> {
    code: u16,
    status: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Details::is_empty")]
    details: Details<'a>,
}

impl Error {
    /// Writes the body of an HTTP+JSON answer with the status [`http_status`](Self::http_status), or the data of the
    /// event that ends a stream. Its content type is `application/json`: there are clients that read no other.
    ///
    /// A JSON-RPC code has no place in it, so an [`ErrorKind::Other`] is read as what its status suggests.
    pub fn write_http(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, &Body { error: self.http_object() })
            .expect("strings and maps with string keys always serialise");
    }

    /// What [`write_http`](Self::write_http) writes, without what is around it.
    pub(crate) fn http_object(&self) -> RpcStatus<'_> {
        RpcStatus {
            code: self.http_status(),
            status: self.kind().grpc_status(),
            message: self.message(),
            details: Details(self),
        }
    }

    /// The error that an HTTP answer stands for, in whichever form its body is.
    ///
    /// Bodies that are known: ours; `google.rpc.Status` without the `error` around it; JSON-RPC on any status;
    /// problem details (RFC 9457); the `{code, message, data}` and `{type, message}` of version 0.3; the `detail` of
    /// web frameworks. It is classified by reason, then by code or name, then by status. A code that only says that
    /// something is wrong (`-32600`, `-32603`, one that is unknown) gives way to a status that says what.
    ///
    /// `of` is the operation in the HTTP+JSON binding, where a path names a task and 404 means that there is none of
    /// that id; it is `None` for JSON-RPC and for a card, where nothing is found at a wrong URL. For an event within a
    /// stream `status` is that of the stream, and the one in the body counts.
    ///
    /// A body that is none of these is kept as the message, cut to 200 bytes on one line, behind the status; it
    /// isn't the agent that speaks there, so its 404 is that of a wrong URL. Where a kind may come with one of several
    /// statuses, as an internal error, that one stays [`http_status`](Self::http_status).
    pub fn from_http(status: u16, body: &[u8], of: Option<Method>) -> Self {
        let Some(said) = Said::read(body) else {
            let kind = ErrorKind::from_http_status(status);
            return Self::new(kind, describe(status, body)).with_status_read(status);
        };
        let status = if status < 400 { said.http_status.unwrap_or(status) } else { status };
        let by_status = guess(status, said.grpc_code, of);
        let vague = matches!(by_status, ErrorKind::InvalidRequest | ErrorKind::Internal);
        let by_code = said.kind.filter(|kind| vague || !is_vague(*kind));
        let message = said.message.unwrap_or_else(|| describe(status, body));
        let mut error = Self::new(by_code.unwrap_or(by_status), message);
        error.0.info.extend(said.info);
        error.take_details(said.details);
        error.with_status_read(status)
    }

    /// The protocol's own errors have but one status, whatever 1.0.0 said; for the others there are several.
    fn with_status_read(self, status: u16) -> Self {
        let kind = self.kind();
        let has_several = is_vague(kind)
            || matches!(
                kind,
                ErrorKind::MethodNotFound | ErrorKind::ResourceExhausted | ErrorKind::Unavailable
            );
        if has_several && status >= 400 { self.with_http_status(status) } else { self }
    }
}

/// Whether a kind says no more than that something went wrong.
fn is_vague(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidRequest | ErrorKind::Internal | ErrorKind::Other(_))
}

/// By an HTTP status and the gRPC status beside it; both as 1.0.0 has them, too.
fn guess(status: u16, grpc_code: Option<i32>, of: Option<Method>) -> ErrorKind {
    match (status, grpc_code) {
        (404, None) if of.is_some_and(names_a_task) => ErrorKind::TaskNotFound,
        (404, Some(5)) => ErrorKind::TaskNotFound,
        (409, Some(10)) => ErrorKind::TaskGenerationMismatch,
        (502, Some(13)) => ErrorKind::InvalidAgentResponse,
        (0..=400 | 500, Some(code)) => ErrorKind::from_grpc_code(code),
        _ => ErrorKind::from_http_status(status),
    }
}

fn names_a_task(method: Method) -> bool {
    method.path().starts_with("/tasks/")
}

/// What an answer was that says nothing for people.
fn describe(status: u16, body: &[u8]) -> String {
    const EXCERPT_BYTES: usize = 200;
    let cut = &body[..body.len().min(EXCERPT_BYTES)];
    let text: String = String::from_utf8_lossy(cut).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace(|character: char| character.is_control(), "\u{fffd}");
    let more = if cut.len() < body.len() { "…" } else { "" };
    if text.is_empty() { format!("HTTP {status}") } else { format!("HTTP {status}: {text}{more}") }
}
