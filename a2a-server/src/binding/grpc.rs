//! gRPC (§10): both packages, every rpc from one table, the same calls as everywhere.
//!
//! The frames are written here and not by a gRPC library: an answer is a message behind five bytes, and so a body is
//! bounded by what bounds every other one, and what a reader finds in the log goes out in one piece.

mod deadline;
mod frame;
mod package;
mod parts;
mod status;
mod stream;
mod v0_3;
mod v1;

use std::sync::Arc;

use a2a_core::Error;
use axum::{
    Router,
    body::Body,
    extract::{Request as HttpRequest, State},
    http::{self, HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
    routing,
};
use tokio::time::Instant;
use tracing::Instrument as _;

use self::{
    frame::Unary,
    package::{Package, Rpc},
    status::Status,
    stream::Events,
};
use super::{
    Http,
    answer::{announce, span, trace},
    body,
};
use crate::operations::{Done, Drive};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/grpc");

/// Where an rpc of a package is called, or one that it doesn't have.
#[derive(Clone)]
struct Endpoint {
    http: Arc<Http>,
    package: &'static Package,
    rpc: Option<&'static Rpc>,
}

/// The routes of both packages. Each rpc has its own, for what a route captures of a path is allocated.
pub(super) fn router(http: &Arc<Http>) -> Router {
    let packages = [&v1::PACKAGE, &v0_3::PACKAGE];
    packages.into_iter().fold(Router::new(), |router, package| {
        let rpcs = package.rpcs.iter().map(|rpc| (rpc.name, Some(rpc)));
        rpcs.chain([("{rpc}", None)]).fold(router, |router, (name, rpc)| {
            let endpoint = Endpoint { http: Arc::clone(http), package, rpc };
            let path = format!("/{}/{name}", package.service);
            router.route(&path, routing::post(post).with_state(endpoint))
        })
    })
}

async fn post(State(Endpoint { http, package, rpc }): State<Endpoint>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    if parts.version < http::Version::HTTP_2 {
        return (StatusCode::HTTP_VERSION_NOT_SUPPORTED, "gRPC needs HTTP/2\n").into_response();
    }
    if !is_grpc(&parts.headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be application/grpc\n").into_response();
    }
    let deadline = match deadline::of(&parts.headers) {
        Ok(deadline) => deadline,
        Err(status) => return refusal(&status),
    };
    let span = span(&parts, rpc.map(|rpc| rpc.method));
    let answer = http.grpc(package, rpc, &parts, body, deadline).instrument(span);
    let answer = match deadline {
        None => answer.await,
        // What is dropped is the wait for the answer; a run goes on.
        Some(at) => {
            tokio::time::timeout_at(at, answer).await.unwrap_or_else(|_| Err(Status::deadline_exceeded()))
        }
    };
    answer.unwrap_or_else(|status| refusal(&status))
}

impl Http {
    async fn grpc(
        &self,
        package: &'static Package,
        rpc: Option<&Rpc>,
        parts: &Parts,
        body: Body,
        deadline: Option<Instant>,
    ) -> Result<Response, Status> {
        let refused = |error: Error| package.status(&error).with(self.challenges(&error));
        // Nothing of a stranger's body is read.
        let caller = self.caller(parts).await.map_err(refused)?;
        let cx = self.context(caller, parts, Some(package.version)).map_err(refused)?;
        let rpc = rpc.ok_or_else(|| package.unknown(parts.uri.path()))?;
        let limits = &self.service.runs.limits;
        let body = body::read(body, limits).await.map_err(refused)?;
        let ask = (rpc.read)(frame::message(&body)?, limits).map_err(refused)?;
        drop(body);
        let extensions = cx.extensions.clone();
        let done = self.service.ask(cx, ask, Drive::Inline).await.map_err(|error| {
            trace(&error, rpc.method);
            refused(error)
        })?;
        let mut response = match done {
            Done::Stream(reader) => {
                let events = Events::new(*reader, package, &extensions, deadline, self.shutdown.clone());
                events.into_response(limits.first_event_grace).await?
            }
            done => {
                let mut out = Vec::new();
                (package.done)(&mut out, done).map_err(refused)?;
                answer(Body::new(Unary::new(out.into())))
            }
        };
        announce(&mut response, &extensions, package.version);
        Ok(response)
    }
}

/// Whether a body is gRPC with protobuf by what its sender says.
fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/grpc") || kind.eq_ignore_ascii_case("application/grpc+proto")
}

fn answer(body: Body) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response()
}

/// A status without an answer, which is all in the head.
fn refusal(status: &Status) -> Response {
    let mut response = answer(Body::new(Unary::nothing()));
    status.write(response.headers_mut());
    response
}
