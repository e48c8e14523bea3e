//! JSON-RPC (§9): every call to one path, every answer in an envelope, every handled error on status 200.

use std::sync::Arc;

use a2a_core::{
    Caller, Error, ErrorKind, Method, Version, WriteJson as _,
    header::A2A_EXTENSIONS,
    jsonrpc::{self, Id, Malformed, Request},
};
use axum::{
    body::Body,
    extract::{Request as HttpRequest, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use tracing::{Instrument as _, field};

use super::{Http, body, headers, sse};
use crate::{
    log::write_json,
    operations::{Call, CallContext, Done, Drive, Reply, TaskPage},
};

pub(super) async fn post(State(http): State<Arc<Http>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    // Nothing of a stranger's body is read.
    let caller = match http.caller(&parts).await {
        Ok(caller) => caller,
        Err(error) => return http.denied(Id::NULL, &error),
    };
    if !headers::is_json(&parts.headers) {
        let error = Error::new(ErrorKind::ContentTypeNotSupported, "The body must be application/json");
        return failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, Id::NULL, &error);
    }
    let body = match body::read(body, &http.service.runs.limits).await {
        Ok(body) => body,
        Err(error) => {
            let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
            return failure(status, Id::NULL, &error);
        }
    };
    match Request::parse(&body) {
        Ok(call) => {
            let method = Method::from_name(&call.method);
            let span = tracing::info_span!(
                "a2a.request",
                method = method.map(Method::name),
                traceparent = field::Empty
            );
            if let Some(context) = headers::trace_context(&parts.headers) {
                span.record("traceparent", context);
            }
            http.answer(caller, &parts, call, method).instrument(span).await
        }
        Err(Malformed { id, error, .. }) => {
            let mut out = Vec::new();
            jsonrpc::write_error(&mut out, id.as_deref().map_or(Id::NULL, Id::from_json), &error);
            json(StatusCode::OK, out)
        }
    }
}

impl Http {
    async fn answer(
        &self,
        caller: Caller,
        parts: &Parts,
        call: Request<'_>,
        method: Option<Method>,
    ) -> Response {
        let id = call.id;
        let cx = match self.context(caller, parts, method.map(|_| Version::V1_0)) {
            Ok(cx) => cx,
            Err(error) => return self.refusal(method, id, &error),
        };
        let Some(method) = method else {
            let text = format!("Method not found: {}", call.method);
            return failure(StatusCode::OK, id, &Error::new(ErrorKind::MethodNotFound, text));
        };
        let extensions = cx.extensions.to_string();
        let mut response = match self.call(cx, method, call).await {
            Ok(Done::Stream(reader)) => {
                let limits = &self.service.runs.limits;
                sse::response(*reader, id, limits.keep_alive, self.shutdown.clone())
            }
            Ok(done) => {
                let mut out = Vec::with_capacity(512);
                jsonrpc::write_result(&mut out, id, |out| write_done(out, &done));
                json(StatusCode::OK, out)
            }
            Err(error) => {
                super::trace(&error, method);
                self.refusal(Some(method), id, &error)
            }
        };
        if let Some(active) = HeaderValue::try_from(extensions).ok().filter(|active| !active.is_empty()) {
            response.headers_mut().insert(HeaderName::from_static(A2A_EXTENSIONS), active);
        }
        response
    }

    async fn call(&self, cx: CallContext, method: Method, request: Request<'_>) -> Result<Done, Error> {
        self.service.call(cx, call(method, request)?, Drive::Inline).await
    }
}

impl Http {
    /// An error to a call; a call for a stream gets it as the only frame of one, for many clients read nothing else.
    fn refusal(&self, method: Option<Method>, id: Id<'_>, error: &Error) -> Response {
        if matches!(error.kind(), ErrorKind::Unauthenticated | ErrorKind::PermissionDenied) {
            self.denied(id, error)
        } else if method.is_some_and(Method::streams) {
            sse::error(id, error)
        } else {
            failure(StatusCode::OK, id, error)
        }
    }

    /// An answer to a caller who is unknown, or may not.
    fn denied(&self, id: Id<'_>, error: &Error) -> Response {
        let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::UNAUTHORIZED);
        let mut response = failure(status, id, error);
        response.headers_mut().extend(self.challenges(error));
        response
    }
}

/// The operation that is asked for, with its parameters.
fn call(method: Method, request: Request<'_>) -> Result<Call, Error> {
    Ok(match method {
        Method::SendMessage => Call::SendMessage(request.into_send()?),
        Method::SendStreamingMessage => Call::SendStreamingMessage(request.into_send()?),
        Method::GetTask => Call::GetTask(request.params()?),
        Method::ListTasks => Call::ListTasks(request.params_or_default()?),
        Method::CancelTask => Call::CancelTask(request.params()?),
        Method::SubscribeToTask => Call::SubscribeToTask(request.params()?),
        Method::CreateTaskPushNotificationConfig => Call::CreateWebhook(request.params()?),
        Method::GetTaskPushNotificationConfig => Call::GetWebhook(request.params()?),
        Method::ListTaskPushNotificationConfigs => Call::ListWebhooks(request.params()?),
        Method::DeleteTaskPushNotificationConfig => Call::DeleteWebhook(request.params()?),
        Method::GetExtendedAgentCard => Call::GetExtendedAgentCard(request.params_or_default()?),
        other => return Err(Error::unsupported(format!("This server doesn't know {other}"))),
    })
}

/// Writes the JSON of what an operation answers; a stream is none.
fn write_done(out: &mut Vec<u8>, done: &Done) {
    match done {
        Done::Reply(reply) => write_reply(out, reply),
        Done::Task(task) => task.write(out),
        Done::Tasks(page) => write_page(out, page),
        Done::Webhook(config) => write_json(out, config),
        Done::Webhooks(page) => write_json(out, page),
        Done::Deleted | Done::Stream(_) => out.extend_from_slice(b"null"),
        Done::Card(card) => write_json(out, card),
    }
}

fn write_reply(out: &mut Vec<u8>, reply: &Reply) {
    match reply {
        Reply::Message(message) => {
            out.extend_from_slice(br#"{"message":"#);
            message.write_json(out);
        }
        Reply::Task(task) => {
            out.extend_from_slice(br#"{"task":"#);
            task.write(out);
        }
    }
    out.push(b'}');
}

fn write_page(out: &mut Vec<u8>, page: &TaskPage) {
    out.extend_from_slice(br#"{"tasks":["#);
    for (index, task) in page.tasks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        task.write(out);
    }
    out.extend_from_slice(br#"],"nextPageToken":"#);
    write_json(out, &page.next_page_token);
    out.extend_from_slice(br#","pageSize":"#);
    write_json(out, &page.page_size);
    out.extend_from_slice(br#","totalSize":"#);
    write_json(out, &page.total_size);
    out.push(b'}');
}

fn failure(status: StatusCode, id: Id<'_>, error: &Error) -> Response {
    let mut out = Vec::with_capacity(256);
    jsonrpc::write_error(&mut out, id, error);
    json(status, out)
}

fn json(status: StatusCode, out: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], Body::from(out)).into_response()
}
