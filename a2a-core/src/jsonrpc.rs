//! The JSON-RPC 2.0 envelope (§9), read without copying and written straight into a buffer.

mod envelope;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use self::envelope::{Eager, Envelope, Params, Plain};
use crate::{
    Error, ErrorKind, SendMessageRequest,
    error::Details,
    json::{
        self, FreeForm,
        params::{brief, describe, not_json, read as read_params},
    },
    v0_3,
};

/// The most bytes an id may have: every event of a stream repeats it.
pub const MAX_ID_BYTES: usize = 1024;

/// The id of a call as it was written: any string, number or `null` of at most [`MAX_ID_BYTES`].
///
/// It is echoed byte for byte, so a number beyond 2^53 stays what it was.
#[derive(Clone, Copy)]
pub struct Id<'a>(&'a str);

impl<'a> Id<'a> {
    /// The id of an answer to what couldn't be read.
    pub const NULL: Id<'static> = Id("null");

    /// From the JSON text of an id that was read before.
    pub const fn from_json(json: &'a str) -> Self {
        Self(json)
    }

    /// The JSON text of the id.
    pub fn as_json(&self) -> &'a str {
        self.0
    }

    fn is_valid(self) -> bool {
        self.0.len() <= MAX_ID_BYTES && !self.0.starts_with(['{', '[', 't', 'f'])
    }
}

impl fmt::Debug for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}

/// A call: what a client sends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// Comes back with the answer.
    pub id: Id<'a>,
    /// The name of the operation.
    pub method: Cow<'a, str>,
    params: Params<'a>,
}

/// A body that isn't a call, and the id to answer it with.
#[derive(Debug)]
#[non_exhaustive]
pub struct Malformed {
    /// The JSON text of the id, if one could be read.
    pub id: Option<Box<str>>,
    /// What is wrong with it.
    pub error: Error,
}

impl<'a> Request<'a> {
    /// Reads a call from the body of a request.
    pub fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let envelope: Envelope<'a> = read(body).map_err(|error| malformed(body, &error))?;
        let id = envelope.id.map_or(Id::NULL, |id| Id(id.get()));
        if !id.is_valid() {
            let error = invalid("id: must be null, a number or a string, and not longer than 1024 bytes");
            return Err(Malformed { id: None, error });
        }
        if envelope.jsonrpc != "2.0" {
            let error = invalid(format!("jsonrpc: must be \"2.0\", not {:?}", brief(&envelope.jsonrpc)));
            return Err(Malformed { id: Some(id.0.into()), error });
        }
        Ok(Self { id, method: envelope.method, params: envelope.params })
    }

    /// The parameters of a send; a failure names the path to what is wrong.
    pub fn into_send(self) -> Result<Box<SendMessageRequest>, Error> {
        match self.params {
            Params::Send(request) => Ok(request),
            Params::Raw(_) => self.params(),
        }
    }

    /// The parameters of a send of version 0.3, as [`into_send`](Self::into_send) has those of 1.0.
    pub fn into_send_v0_3(self) -> Result<Box<SendMessageRequest>, Error> {
        match self.params {
            Params::Send(request) => Ok(request),
            Params::Raw(_) => self.params().map(v0_3::MessageSendParams::into).map(Box::new),
        }
    }

    /// Decodes the parameters of any operation but a send, for which there is [`into_send`](Self::into_send); a
    /// failure names the path to what is wrong.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let json = match self.params {
            Params::Raw(Some(json)) => json.get(),
            Params::Raw(None) | Params::Send(_) => "null",
        };
        read_params(json, "params")
    }

    /// Decodes the parameters of an operation that needs none.
    pub fn params_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Error> {
        if matches!(self.params, Params::Raw(None)) { Ok(T::default()) } else { self.params() }
    }
}

fn read(body: &[u8]) -> serde_json::Result<Envelope<'_>> {
    // As one text it is checked at once; in pieces each string would be.
    let eager = std::str::from_utf8(body).ok().and_then(|text| serde_json::from_str(text).ok());
    match eager {
        Some(Eager(envelope)) => Ok(envelope),
        // Only a failure pays for finding out whether it is one of the parameters.
        None => serde_json::from_slice(body).map(|Plain(envelope)| envelope),
    }
}

fn invalid(what: impl fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("Request payload validation error: {what}"))
}

/// serde takes a list for a struct, JSON-RPC doesn't.
fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{")
}

fn malformed(body: &[u8], error: &serde_json::Error) -> Malformed {
    #[derive(Deserialize)]
    struct Identified<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }
    if let Err(why) = check_json(body) {
        return Malformed { id: None, error: not_json(&why) };
    }
    if !is_object(body) {
        let is_batch = body.trim_ascii_start().starts_with(b"[");
        let what =
            if is_batch { "batches aren't supported, send one call a request" } else { "must be an object" };
        return Malformed { id: None, error: invalid(what) };
    }
    let id = serde_json::from_slice::<Identified<'_>>(body).ok().and_then(|call| call.id);
    let id = id.map(|id| Id(id.get())).filter(|id| id.is_valid()).map(|id| id.0.into());
    Malformed { id, error: invalid(describe(error)) }
}

/// Reads it without keeping anything of it.
fn check_json(body: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map(|IgnoredAny| ()).map_err(|error| error.to_string())
}

/// Writes a call.
pub fn write_request(
    id: impl Serialize,
    method: &str,
    params: &impl Serialize,
) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Call<'a, I, P> {
        jsonrpc: &'static str,
        id: I,
        method: &'a str,
        params: &'a P,
    }
    serde_json::to_vec(&Call { jsonrpc: "2.0", id, method, params })
}

/// Writes a successful answer; `result` writes its JSON.
pub fn write_result(out: &mut Vec<u8>, id: Id<'_>, result: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.0.as_bytes());
    out.extend_from_slice(br#","result":"#);
    result(out);
    out.push(b'}');
}

/// Writes a failed answer.
pub fn write_error(out: &mut Vec<u8>, id: Id<'_>, error: &Error) {
    #[derive(Serialize)]
    struct Object<'a> {
        code: i64,
        message: &'a str,
        #[serde(skip_serializing_if = "Details::is_empty")]
        data: Details<'a>,
    }
    let object = Object { code: error.kind().code(), message: error.message(), data: Details(error) };
    write_failure(out, id, &object);
}

/// Writes a failed answer to a call of version 0.3.
pub fn write_error_v0_3(out: &mut Vec<u8>, id: Id<'_>, error: &v0_3::Error) {
    write_failure(out, id, error);
}

fn write_failure(out: &mut Vec<u8>, id: Id<'_>, error: &impl Serialize) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.0.as_bytes());
    out.extend_from_slice(br#","error":"#);
    serde_json::to_writer(&mut *out, error).expect("strings and maps with string keys always serialise");
    out.push(b'}');
}

/// An answer: what a server sends.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response<'a> {
    /// The id of the call it answers.
    pub id: Id<'a>,
    /// The JSON of the result, or what went wrong.
    pub result: Result<&'a str, Error>,
}

#[derive(Deserialize)]
struct AnswerEnvelope<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<ErrorObject>,
}

#[derive(Deserialize)]
struct ErrorObject {
    #[serde(default, deserialize_with = "json::code")]
    code: i64,
    #[serde(default, deserialize_with = "json::or_default")]
    message: String,
    data: Option<FreeForm>,
    /// What some peers call it.
    details: Option<FreeForm>,
}

impl<'a> Response<'a> {
    /// Reads an answer; `None` if the text isn't one. A missing or `null` result counts as `null`.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        let envelope: AnswerEnvelope<'a> = serde_json::from_slice(body).ok().filter(|_| is_object(body))?;
        if envelope.id.is_none() && envelope.result.is_none() && envelope.error.is_none() {
            return None;
        }
        let result = match envelope.error {
            Some(ErrorObject { code, message, data, details }) => {
                let data = data.or(details).map(|data| data.0);
                Err(Error::from_wire(ErrorKind::from_code(code), message, data))
            }
            None => Ok(envelope.result.map_or("null", RawValue::get)),
        };
        Some(Self { id: envelope.id.map_or(Id::NULL, |id| Id(id.get())), result })
    }
}
