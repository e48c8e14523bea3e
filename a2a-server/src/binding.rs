//! Bytes ↔ operation, and nothing else.

mod answer;
mod body;
mod card;
mod cors;
mod form;
#[cfg(feature = "grpc")]
mod grpc;
mod headers;
mod jsonrpc;
mod rest;
mod sse;
mod v0_3;

use std::sync::Arc;

use axum::{Router, routing};
use tower_http::cors::CorsLayer;

use self::card::CardDocuments;
pub use self::cors::Cors;
use crate::{Cancellation, auth::Callers, operations::Service};

/// What the HTTP bindings share.
#[derive(Debug)]
struct Http {
    service: Service,
    callers: Callers,
    shutdown: Cancellation,
}

pub(crate) fn router(
    service: Service,
    callers: Callers,
    cors: Option<CorsLayer>,
    shutdown: Cancellation,
) -> Router {
    let card = Arc::new(CardDocuments::new(service.clone()));
    let http = Arc::new(Http { service, callers, shutdown });
    let jsonrpc = routing::post(jsonrpc::post).fallback(jsonrpc::other);
    let mut router = Router::new()
        .route("/.well-known/agent-card.json", routing::get(card::get).with_state(card))
        .route("/", jsonrpc.with_state(Arc::clone(&http)));
    for path in rest::paths() {
        router = router.route(&path, routing::any(rest::answer).with_state(Arc::clone(&http)));
    }
    #[cfg(feature = "grpc")]
    let router = router.merge(grpc::router(&http));
    match cors {
        Some(cors) => router.layer(cors),
        None => router,
    }
}
