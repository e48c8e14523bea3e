//! HTTP+JSON (§11): an operation is a verb and a path, its parameters are in the path, the query and the body.

mod call;
mod input;
mod query;
mod route;

use std::sync::Arc;

use a2a_core::{Caller, Error, ErrorKind, Version};
use axum::{
    extract::{Request as HttpRequest, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use bytes::Bytes;
use tracing::Instrument as _;

pub(super) use self::route::paths;
use self::{
    input::Input,
    route::{Found, Lost},
};
use super::{
    Http,
    answer::{announce, http_status, span, trace},
    body,
    form::Form,
    headers,
};
use crate::operations::{CallContext, Done, Drive};

pub(super) async fn answer(State(http): State<Arc<Http>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let named = route::version(parts.uri.path());
    let form = Form { version: http.version_of(&parts, Some(named)), id: None };
    let failed = |error: &Error| http.failed(form, error, http_status(error));
    // Nothing of a stranger's body is read.
    let caller = match http.caller(&parts).await {
        Ok(caller) => caller,
        Err(error) => return failed(&error),
    };
    let found = match route::find(&parts.method, parts.uri.path()) {
        Ok(found) => found,
        Err(lost) => return http.lost(form, &parts, lost),
    };
    let body = if !found.takes_body() || axum::body::HttpBody::is_end_stream(&body) {
        Bytes::new()
    } else if let Err(error) = headers::check_body(&parts.headers) {
        return failed(&error);
    } else {
        match body::read(body, &http.service.runs.limits).await {
            Ok(body) => body,
            Err(error) => return failed(&error),
        }
    };
    let span = span(&parts, Some(found.method));
    http.answer_rest(caller, &parts, found, &body).instrument(span).await
}

impl Http {
    async fn answer_rest(&self, caller: Caller, parts: &Parts, found: Found<'_>, body: &[u8]) -> Response {
        let (method, named) = (found.method, found.version);
        let mut form = Form { version: self.version_of(parts, Some(named)), id: None };
        let cx = match self.context(caller, parts, Some(named)) {
            Ok(cx) => cx,
            Err(error) => return self.failed(form, &error, http_status(&error)),
        };
        form.version = cx.version;
        let extensions = cx.extensions.clone();
        let mut response = match self.call_rest(cx, parts, found, body).await {
            Ok(done) => self.done(form, done, headers::media(&parts.headers, form.version)),
            Err(error) => {
                trace(&error, method);
                self.failed(form, &error, http_status(&error))
            }
        };
        announce(&mut response, &extensions, form.version);
        response
    }

    async fn call_rest(
        &self,
        cx: CallContext,
        parts: &Parts,
        found: Found<'_>,
        body: &[u8],
    ) -> Result<Done, Error> {
        let input = Input::new(&found, parts.uri.query(), body)?;
        if found.version == Version::V0_3 {
            return self.service.ask(cx, call::of_v0_3(found.method, &input)?, Drive::Inline).await;
        }
        self.service.call(cx, call::of_v1(found.method, &input)?, Drive::Inline).await
    }

    /// The answer where there is nothing, or nothing by this verb.
    fn lost(&self, form: Form<'_>, parts: &Parts, lost: Lost) -> Response {
        let (verb, path) = (&parts.method, parts.uri.path());
        match lost {
            Lost::Path => {
                let error = Error::new(ErrorKind::MethodNotFound, format!("There is no operation at {path}"));
                self.failed(form, &error, StatusCode::NOT_FOUND)
            }
            Lost::Verb(allowed) => {
                let text = format!("{path} is for {allowed}, not {verb}");
                let error = Error::new(ErrorKind::MethodNotFound, text).with_http_status(405);
                let mut response = self.failed(form, &error, StatusCode::METHOD_NOT_ALLOWED);
                if let Ok(allowed) = HeaderValue::try_from(allowed) {
                    response.headers_mut().insert(header::ALLOW, allowed);
                }
                response
            }
        }
    }
}
