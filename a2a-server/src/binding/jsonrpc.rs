//! JSON-RPC (§9): every call to one path, every answer in an envelope, every handled error on status 200.

mod call;

use std::sync::Arc;

use a2a_core::{
    Caller, Error, ErrorKind, Method, Version,
    jsonrpc::{Id, Malformed, Request},
    v0_3::method,
};
use axum::{
    extract::{Request as HttpRequest, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use tracing::Instrument as _;

use super::{
    Http,
    answer::{JSON, announce, http_status, is_about_caller, span, trace},
    body,
    form::Form,
    headers, sse,
};
use crate::operations::{CallContext, Done, Drive};

/// How many characters of a name that nobody knows are said back.
const SHOWN: usize = 100;

pub(super) async fn post(State(http): State<Arc<Http>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let refused = |parts: &Parts, id: Id<'_>, error: &Error, status| {
        http.failed(Form { version: http.version_of(parts, None), id: Some(id) }, error, status)
    };
    // Nothing of a stranger's body is read.
    let caller = match http.caller(&parts).await {
        Ok(caller) => caller,
        Err(error) => return refused(&parts, Id::NULL, &error, http_status(&error)),
    };
    if let Err(error) = headers::check_body(&parts.headers) {
        return refused(&parts, Id::NULL, &error, http_status(&error));
    }
    let body = match body::read(body, &http.service.runs.limits).await {
        Ok(body) => body,
        Err(error) => return refused(&parts, Id::NULL, &error, http_status(&error)),
    };
    match Request::parse(&body) {
        Ok(call) => {
            let named = Named::of(&call.method);
            let span = span(&parts, named.map(|named| named.method));
            http.answer(caller, &parts, call, named).instrument(span).await
        }
        Err(Malformed { id, error, .. }) => {
            let id = id.as_deref().map_or(Id::NULL, Id::from_json);
            refused(&parts, id, &error, StatusCode::OK)
        }
    }
}

/// The answer to anything but a call.
pub(super) async fn other(State(http): State<Arc<Http>>, request: HttpRequest) -> Response {
    let (parts, _) = request.into_parts();
    let form = Form { version: http.version_of(&parts, None), id: Some(Id::NULL) };
    let error = Error::new(ErrorKind::InvalidRequest, "A call of JSON-RPC is sent by POST");
    let mut response = http.failed(form, &error, StatusCode::METHOD_NOT_ALLOWED);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

/// An operation, and the version that has this name for it.
#[derive(Clone, Copy, Debug)]
struct Named {
    method: Method,
    version: Version,
}

impl Named {
    fn of(name: &str) -> Option<Self> {
        let new = Method::from_name(name).map(|method| Self { method, version: Version::V1_0 });
        new.or_else(|| method::from_name(name).map(|method| Self { method, version: Version::V0_3 }))
    }
}

impl Http {
    async fn answer(
        &self,
        caller: Caller,
        parts: &Parts,
        call: Request<'_>,
        named: Option<Named>,
    ) -> Response {
        let (version, id) = (named.map(|named| named.version), Some(call.id));
        let cx = match self.context(caller, parts, version) {
            Ok(cx) => cx,
            Err(error) => {
                return self.refused(Form { version: self.version_of(parts, version), id }, &error, named);
            }
        };
        let form = Form { version: cx.version, id };
        let Some(Named { method, .. }) = named else {
            let shown: String = call.method.chars().take(SHOWN).collect();
            let text = format!("Method not found: {shown}");
            return self.failed(form, &Error::new(ErrorKind::MethodNotFound, text), StatusCode::OK);
        };
        let extensions = cx.extensions.clone();
        let mut response = match self.call(cx, method, call).await {
            Ok(done) => self.done(form, done, &JSON),
            Err(error) => {
                trace(&error, method);
                self.refused(form, &error, named)
            }
        };
        announce(&mut response, &extensions, form.version);
        response
    }

    async fn call(&self, cx: CallContext, method: Method, request: Request<'_>) -> Result<Done, Error> {
        if cx.version == Version::V0_3 {
            return self.service.ask(cx, call::of_v0_3(method, request)?, Drive::Inline).await;
        }
        self.service.call(cx, call::of_v1(method, request)?, Drive::Inline).await
    }

    /// An error to a call; a call for a stream gets it as the only frame of one, for many clients read nothing else.
    fn refused(&self, form: Form<'_>, error: &Error, named: Option<Named>) -> Response {
        if named.is_some_and(|named| named.method.streams()) && !is_about_caller(error) {
            sse::error(form, error)
        } else {
            self.failed(form, error, StatusCode::OK)
        }
    }
}
