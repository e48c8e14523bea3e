//! What all answers over HTTP have in common.

use a2a_core::{
    Error, ErrorKind, Extensions, Method, Version,
    header::{A2A_EXTENSIONS, X_A2A_EXTENSIONS},
};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use tracing::{Span, field};

use super::{Http, form::Form, headers, sse};
use crate::operations::Done;

pub(super) static JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) static A2A_JSON: HeaderValue = HeaderValue::from_static("application/a2a+json");
static PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

impl Http {
    /// An answer that went well; `media` is the type of its JSON.
    pub(super) fn done(&self, form: Form<'_>, done: Done, media: &HeaderValue) -> Response {
        match done {
            Done::Stream(reader) => {
                let limits = &self.service.runs.limits;
                sse::response(*reader, form, limits.keep_alive, self.shutdown.clone())
            }
            done => {
                let mut out = Vec::with_capacity(512);
                form.write_done(&mut out, &done);
                let mut response = json(StatusCode::OK, media, out);
                if let Done::Card(_) = done {
                    // It is made for this caller.
                    response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE.clone());
                }
                response
            }
        }
    }

    /// An error that is the whole answer, on this status unless it is about who calls.
    pub(super) fn failed(&self, form: Form<'_>, error: &Error, status: StatusCode) -> Response {
        let mut out = Vec::with_capacity(256);
        form.write_error(&mut out, error);
        let status = if is_about_caller(error) { http_status(error) } else { status };
        let mut response = json(status, &JSON, out);
        response.headers_mut().extend(self.challenges(error));
        response
    }

    /// The version that an error is written in, if need be before it is known which one the request is in: that of
    /// its names, or else the one that it says, as far as they are spoken.
    pub(super) fn version_of(&self, request: &Parts, named: Option<Version>) -> Version {
        let spoken = &self.service.versions;
        let asked = || headers::version(request)?.parse().ok();
        let is_spoken = |version: &Version| spoken.contains(version);
        named.filter(is_spoken).or_else(|| asked().filter(is_spoken)).unwrap_or_else(|| {
            let preferred = spoken.first().copied();
            preferred.unwrap_or(Version::V1_0)
        })
    }
}

/// Whether it says that the caller is unknown, or may not: on every binding that is a status of its own.
pub(super) fn is_about_caller(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unauthenticated | ErrorKind::PermissionDenied)
}

pub(super) fn http_status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn json(status: StatusCode, media: &HeaderValue, out: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, media.clone())], Body::from(out)).into_response()
}

/// Says which extensions are active; version 0.3 has another name for the header.
pub(super) fn announce(response: &mut Response, active: &Extensions, version: Version) {
    if active.is_empty() {
        return;
    }
    let Ok(active) = HeaderValue::try_from(active.to_string()) else { return };
    let headers = response.headers_mut();
    if version == Version::V0_3 {
        headers.insert(HeaderName::from_static(X_A2A_EXTENSIONS), active.clone());
    }
    headers.insert(HeaderName::from_static(A2A_EXTENSIONS), active);
}

/// The span that a request is worked on in.
pub(super) fn span(request: &Parts, method: Option<Method>) -> Span {
    let span =
        tracing::info_span!("a2a.request", method = method.map(Method::name), traceparent = field::Empty);
    if let Some(context) = headers::trace_context(&request.headers) {
        span.record("traceparent", context);
    }
    span
}

/// What is refused is told by its kind and its place: the message repeats what the peer has sent, and that may be a
/// secret in the wrong field.
pub(super) fn trace(error: &Error, method: Method) {
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
        tracing::error!(method = method.name(), error = error as &dyn std::error::Error, "a call failed");
    } else {
        let field = error.violations().first().map(|violation| &*violation.field);
        tracing::debug!(method = method.name(), kind = ?error.kind(), field, "a call was refused");
    }
}
