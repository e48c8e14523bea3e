//! What a request says in its headers.

use a2a_core::{
    Caller, Cursor, Error, ErrorKind, Extensions, Version, VersionPolicy,
    header::{A2A_EXTENSIONS, A2A_VERSION, IDEMPOTENCY_KEY, LAST_EVENT_ID, X_A2A_EXTENSIONS},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};

use super::{
    Http,
    answer::{A2A_JSON, JSON},
};
use crate::operations::CallContext;

static VERSION: HeaderName = HeaderName::from_static(A2A_VERSION);
static EXTENSIONS: HeaderName = HeaderName::from_static(A2A_EXTENSIONS);
static OLD_EXTENSIONS: HeaderName = HeaderName::from_static(X_A2A_EXTENSIONS);
static KEY: HeaderName = HeaderName::from_static(IDEMPOTENCY_KEY);
static CURSOR: HeaderName = HeaderName::from_static(LAST_EVENT_ID);
static TRACE: HeaderName = HeaderName::from_static("traceparent");

impl Http {
    /// Who calls; an error if nobody knows and somebody must, or if whoever it is may not.
    pub(super) async fn caller(&self, request: &Parts) -> Result<Caller, Error> {
        self.callers.identify(request).await
    }

    /// What a refused caller is asked for, each in a `WWW-Authenticate`; nothing unless nobody knows who it is.
    pub(super) fn challenges<'a>(
        &'a self,
        error: &'a Error,
    ) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.callers.challenges(error).iter().map(|challenge| (header::WWW_AUTHENTICATE, challenge.clone()))
    }

    /// What goes with the call; an error if it can't be taken. `named` is the version that the form of the request
    /// itself tells, such as the name of a JSON-RPC method.
    pub(super) fn context(
        &self,
        caller: Caller,
        request: &Parts,
        named: Option<Version>,
    ) -> Result<CallContext, Error> {
        let headers = &request.headers;
        let asked = version(request);
        let version = VersionPolicy::Lenient.negotiate(asked, named, &self.service.versions)?;
        let mut extensions = Extensions::new();
        for header in headers.get_all(&EXTENSIONS).iter().chain(headers.get_all(&OLD_EXTENSIONS)) {
            extensions.add(text(header));
        }
        Ok(CallContext {
            caller,
            version,
            tenant: None,
            extensions: extensions.active(&self.service.card.capabilities.extensions),
            idempotency_key: idempotency_key(headers),
            resume: one(headers, &CURSOR).and_then(Cursor::parse),
            base: self.service.cards.base(request),
        })
    }
}

/// What a request says of its version.
pub(super) fn version(request: &Parts) -> Option<&str> {
    Version::asked(one(&request.headers, &VERSION), request.uri.query())
}

/// The media type of an answer that went well over REST: version 1.0 has its own, unless the client speaks of JSON as
/// such (§11.2).
pub(super) fn media(request: &HeaderMap, version: Version) -> &'static HeaderValue {
    let names = |name: &HeaderName, media: &str| {
        let media =
            |said: &str| said.split(';').next().is_some_and(|said| said.trim().eq_ignore_ascii_case(media));
        request.get_all(name).iter().any(|header| text(header).split(',').any(media))
    };
    let plain = !names(&header::ACCEPT, "application/a2a+json")
        && [header::ACCEPT, header::CONTENT_TYPE].iter().any(|name| names(name, "application/json"));
    if plain || version == Version::V0_3 { &JSON } else { &A2A_JSON }
}

/// Whatever bytes it is made of: a key that is ignored makes a send that is not safe to repeat.
fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get(&KEY)?.as_bytes();
    (!key.is_empty()).then(|| String::from_utf8_lossy(key).into_owned())
}

/// The caller's place in a trace (W3C Trace Context), for the span of the request.
pub(super) fn trace_context(headers: &HeaderMap) -> Option<&str> {
    /// What version 00 is long; a later one may have more, and then we have no use for it.
    const LENGTH: usize = 55;
    one(headers, &TRACE).filter(|context| context.len() == LENGTH)
}

/// Checks that a body can be JSON by what its sender says: of a type that is, and not compressed, for nothing here
/// undoes that.
pub(super) fn check_body(headers: &HeaderMap) -> Result<(), Error> {
    if let Some(encoding) = one(headers, &header::CONTENT_ENCODING)
        && !encoding.eq_ignore_ascii_case("identity")
    {
        return Err(unreadable(&format!("The body must not be encoded, it is in {encoding}")));
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        // A page of any site may send a body without a type, and its browser asks nobody first.
        return if headers.contains_key(header::ORIGIN) {
            Err(unreadable("The body of a call from a web page must be application/json, and say so"))
        } else {
            Ok(())
        };
    };
    if kind == "application/json" {
        return Ok(());
    }
    let kind = text(kind).split(';').next().unwrap_or_default().trim();
    if ["application/json", "application/a2a+json"].iter().any(|json| kind.eq_ignore_ascii_case(json)) {
        return Ok(());
    }
    Err(unreadable("The body must be application/json"))
}

fn unreadable(why: &str) -> Error {
    let error = Error::new(ErrorKind::ContentTypeNotSupported, why);
    error.with_http_status(StatusCode::UNSUPPORTED_MEDIA_TYPE.as_u16())
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(text).map(str::trim).filter(|text| !text.is_empty())
}

fn text(header: &axum::http::HeaderValue) -> &str {
    header.to_str().unwrap_or_default()
}
