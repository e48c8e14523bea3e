//! What a request says in its headers.

use a2a_core::{
    Caller, Cursor, Error, Extensions, Version, VersionPolicy,
    header::{A2A_EXTENSIONS, A2A_VERSION, IDEMPOTENCY_KEY, LAST_EVENT_ID, X_A2A_EXTENSIONS},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};

use super::Http;
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
        let asked = Version::asked(one(headers, &VERSION), request.uri.query());
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
        })
    }
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

/// Whether a body can be JSON by what its sender says.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    if kind == "application/json" {
        return true;
    }
    let kind = text(kind).split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("application/a2a+json")
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(text).map(str::trim).filter(|text| !text.is_empty())
}

fn text(header: &axum::http::HeaderValue) -> &str {
    header.to_str().unwrap_or_default()
}
