//! Who may call: by the two tokens that the suites know.

use std::sync::Arc;

use a2a_core::{Caller, CallerKind, Error, ErrorKind, jsonrpc};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::options::Options;

/// The token of somebody who may do everything.
const VALID: &str = "itk-valid-token";
/// The token of somebody who is known and may nothing that needs one.
const INSUFFICIENT: &str = "itk-insufficient-token";
/// What the card for those who have a token asks for.
pub(crate) const EXTENDED_CARD: &str = "extended-card";

/// Says who calls; whom it says nothing of is refused as a stranger.
pub(crate) async fn identify(
    State(options): State<Arc<Options>>,
    mut request: Request,
    next: Next,
) -> Response {
    match caller(token(request.headers()), options.auth) {
        Ok(Some(caller)) => drop(request.extensions_mut().insert(caller)),
        Ok(None) => {}
        Err(error) => {
            let mut body = Vec::new();
            jsonrpc::write_error(&mut body, jsonrpc::Id::NULL, &error);
            let json = [(header::CONTENT_TYPE, "application/json")];
            return (StatusCode::FORBIDDEN, json, body).into_response();
        }
    }
    next.run(request).await
}

/// Whom a token stands for. Where none is needed, everybody shares their tasks, and a token opens only the extended card.
fn caller(token: Option<&str>, needed: bool) -> Result<Option<Caller>, Error> {
    let mut caller = if needed { Caller::new(CallerKind::User, "itk") } else { Caller::anonymous() };
    match token {
        Some(VALID) => caller.scopes.push(EXTENDED_CARD.to_owned()),
        Some(INSUFFICIENT) if needed => {
            return Err(Error::new(ErrorKind::PermissionDenied, "The token doesn't suffice"));
        }
        _ if needed => return Ok(None),
        _ => {}
    }
    Ok(Some(caller))
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
