//! What a response says, in one pass over its JSON.

use a2a_core::{Error, jsonrpc};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::reply::Reply;
use crate::{
    FailureKind, Phase,
    failure::{Failure, excerpt},
};

/// How much of an error's body is read.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// An envelope whose result is decoded where it stands.
#[derive(Deserialize)]
struct Frame<'a, T> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    result: Option<T>,
    error: Option<serde::de::IgnoredAny>,
}

/// The result of an answer to call `id`, or the error it says.
pub(super) fn read<T: DeserializeOwned>(body: &str, id: &str, phase: Phase) -> Result<T, Error> {
    match serde_json::from_str::<Frame<'_, T>>(body) {
        Ok(Frame { id: Some(answered), result: Some(result), error: None }) if answered.get() == id => {
            Ok(result)
        }
        _ => read_slowly(body, id, phase),
    }
}

/// Anything but a plain success: finds out what is the matter.
fn read_slowly<T: DeserializeOwned>(body: &str, id: &str, phase: Phase) -> Result<T, Error> {
    let Some(response) = jsonrpc::Response::parse(body.as_bytes()) else {
        return Err(unreadable(body, "not a JSON-RPC answer", phase).into());
    };
    let answered = response.id.as_json();
    let is_ours = answered == id || (answered == "null" && response.result.is_err());
    if !is_ours {
        return Err(unreadable(body, &format!("answers call {answered}, not {id}"), phase).into());
    }
    match response.result {
        Ok(result) => serde_json::from_str(result).map_err(|cause| {
            unreadable(body, "the result isn't of the right form", phase).with_cause(cause).into()
        }),
        Err(error) => Err(error),
    }
}

fn unreadable(body: &str, what: &str, phase: Phase) -> Failure {
    let detail = format!("{what}: {}", excerpt(body.as_bytes()));
    Failure::new(FailureKind::InvalidAnswer, phase).with_detail(detail)
}

/// A success that is neither an answer nor a stream.
pub(super) fn unexpected(reply: &Reply, body: &[u8]) -> Error {
    let media_type = Some(reply.media_type()).filter(|name| !name.is_empty()).unwrap_or("no content type");
    Failure::new(FailureKind::InvalidAnswer, Phase::Head)
        .with_status(reply.status().as_u16())
        .with_detail(format!("{media_type}: {}", excerpt(body)))
        .into()
}

/// The error that a response with another status than success stands for.
pub(super) async fn refused(mut reply: Reply) -> Error {
    let body = reply.read_some(MAX_ERROR_BYTES).await;
    let status = reply.status().as_u16();
    let error = Error::from_http(status, &body, None);
    let mut failure = Failure::new(FailureKind::Agent(error.kind()), Phase::Head).with_status(status);
    failure.retry_after = reply.retry_after();
    let media_type = reply.media_type();
    error.with_source(if media_type.is_empty() { failure } else { failure.with_detail(media_type) })
}
