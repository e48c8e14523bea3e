//! Bytes ↔ operation, and nothing else.

mod body;
mod card;
mod headers;
mod jsonrpc;
mod sse;

use std::sync::Arc;

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

pub(crate) fn router(service: Service, callers: Callers, shutdown: Cancellation) -> Router {
    let card = Arc::new(CardDocument::new(&service.card));
    let http = Arc::new(Http { service, callers, shutdown });
    Router::new()
        .route("/.well-known/agent-card.json", routing::get(card::get).with_state(card))
        .route("/", routing::post(jsonrpc::post).with_state(http))
}
