//! The public card at its well-known place (§8.2).
//!
//! There is one card for clients of all versions, whatever `A2A-Version` a request for it has: it is what a client
//! reads to learn which versions there are, and a cache in between knows nothing of that header.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hasher as _},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::{log::write_json, operations::Service};

/// How long a client may use the card without asking again: a minute.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// Cards that are kept of those that differ by the URL they were asked for under.
const VARIANTS: usize = 64;

/// The card under each URL that it is asked for under.
#[derive(Debug)]
pub(super) struct CardDocuments {
    service: Service,
    usual: Arc<CardDocument>,
    /// The latest last.
    others: Mutex<VecDeque<(Arc<str>, Arc<CardDocument>)>>,
    /// What the URL depends on.
    vary: Option<HeaderValue>,
}

/// A card as it is served.
#[derive(Debug)]
struct CardDocument {
    json: Bytes,
    etag: HeaderValue,
}

impl CardDocuments {
    pub(super) fn new(service: Service) -> Self {
        let names = service.cards.public_url.depends_on().iter().map(HeaderName::as_str).collect::<Vec<_>>();
        let vary = HeaderValue::try_from(names.join(", ")).ok().filter(|names| !names.is_empty());
        let usual = Arc::new(CardDocument::new(&service, None));
        Self { service, usual, others: Mutex::default(), vary }
    }

    fn under(&self, base: Option<Arc<str>>) -> Arc<CardDocument> {
        let Some(base) = base else { return Arc::clone(&self.usual) };
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, document)) = others.iter().find(|(known, _)| *known == base) {
            return Arc::clone(document);
        }
        let document = Arc::new(CardDocument::new(&self.service, Some(&base)));
        if others.len() == VARIANTS {
            others.pop_front();
        }
        others.push_back((base, Arc::clone(&document)));
        document
    }
}

impl CardDocument {
    fn new(service: &Service, base: Option<&str>) -> Self {
        let mut json = Vec::new();
        write_json(&mut json, &service.public_card(base).shaped(service.card_shape()));
        let mut hasher = DefaultHasher::new();
        hasher.write(&json);
        let etag =
            HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish())).expect("hex digits in quotes");
        Self { json: json.into(), etag }
    }
}

pub(super) async fn get(State(cards): State<Arc<CardDocuments>>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let card = cards.under(cards.service.cards.base(&request));
    let known = request.headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| names(tags, &card.etag));
    let content = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (content, card.json.clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    headers.insert(header::ETAG, card.etag.clone());
    headers.extend(cards.vary.clone().map(|names| (header::VARY, names)));
    response
}

/// Whether a list of tags has this one; a weak one compares the same (RFC 9110 §13.1.2).
fn names(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
