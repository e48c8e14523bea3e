//! Bytes ↔ operation, and nothing else.

mod body;
mod card;
#[cfg(feature = "grpc")]
mod grpc;
mod headers;
mod jsonrpc;
mod sse;

use std::sync::Arc;

use a2a_core::{Error, ErrorKind, Method};
use axum::{Router, routing};

use self::card::CardDocument;
use crate::{Cancellation, auth::Callers, operations::Service};

/// What the HTTP bindings share.
#[derive(Debug)]
struct Http {
    service: Service,
    callers: Callers,
    shutdown: Cancellation,
}

/// Tells the trace of a call that failed.
fn trace(error: &Error, method: Method) {
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
        tracing::error!(method = method.name(), error = error as &dyn std::error::Error, "a call failed");
    } else {
        tracing::debug!(method = method.name(), %error, "a call was refused");
    }
}

pub(crate) fn router(service: Service, callers: Callers, shutdown: Cancellation) -> Router {
    let card = Arc::new(CardDocument::new(&service.card));
    let http = Arc::new(Http { service, callers, shutdown });
    let router = Router::new();
    #[cfg(feature = "grpc")]
    let router = router.merge(grpc::router(&http));
    router
        .route("/.well-known/agent-card.json", routing::get(card::get).with_state(card))
        .route("/", routing::post(jsonrpc::post).with_state(http))
}
