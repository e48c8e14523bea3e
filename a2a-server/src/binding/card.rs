//! The public card at its well-known place (§8.2).

use std::{
    hash::{DefaultHasher, Hasher as _},
    sync::Arc,
};

use a2a_core::AgentCard;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::log::write_json;

/// How long a client may use the card without asking again: a minute.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// A card as it is served.
#[derive(Debug)]
pub(super) struct CardDocument {
    json: Bytes,
    etag: HeaderValue,
}

impl CardDocument {
    pub(super) fn new(card: &AgentCard) -> Self {
        let mut json = Vec::new();
        write_json(&mut json, card);
        let mut hasher = DefaultHasher::new();
        hasher.write(&json);
        let etag =
            HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish())).expect("hex digits in quotes");
        Self { json: json.into(), etag }
    }
}

pub(super) async fn get(State(card): State<Arc<CardDocument>>, headers: HeaderMap) -> Response {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| names(tags, &card.etag));
    let caching = [(header::CACHE_CONTROL, CACHE_CONTROL), (header::ETAG, card.etag.clone())];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let content = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (caching, content, card.json.clone()).into_response()
}

/// Whether a list of tags has this one; a weak one compares the same (RFC 9110 §13.1.2).
fn names(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
